"""Text that came from a user, on its way out: to a screen, a picture, a spreadsheet.

Everything that is written passes one of two gates. `visible` is for whatever is read by a person or drawn: a control
character moves the cursor of a terminal, retitles its window, or stops what draws a picture. `spreadsheet_text` is
for cells of a CSV file, which a spreadsheet takes for a formula when they begin with ``=``, ``+``, ``-`` or ``@``
(OWASP, CSV injection); `from_spreadsheet_text` is its inverse, for tables that are read.
"""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and line feed, delete, C1
    "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides and isolates: they show text in another order
    "\ud800-\udfff\ufffe\uffff]"  # no characters at all: neither UTF-8 nor XML has them
)
_LINES = re.compile("[\t\n\u2028\u2029]")
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""How a cell begins that a spreadsheet may compute; the last four are wide forms, which some editions read alike."""


def visible(text: str) -> str:
    """Return `text` with a sign in the place of each character that is not one: ESC becomes ``␛``."""
    return _HIDDEN.sub(_sign, text) if not text.isprintable() else text


def escaped(text: str) -> str:
    """Return JSON with the characters that `visible` replaces as escapes: what it says stays as it is."""
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def on_one_line(text: str) -> str:
    """Return `text` as `visible` does, with a blank for each tab and line break."""
    return _LINES.sub(" ", visible(text))


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def spreadsheet_text(text: str) -> str:
    """Return the text of a cell as a spreadsheet shows it: an apostrophe before what would be a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def from_spreadsheet_text(cell: str) -> str:
    """Return the text that `spreadsheet_text` wrote as `cell`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
