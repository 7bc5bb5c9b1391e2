"""Text from a user, made safe for screens, pictures and spreadsheets.

All output passes one of two functions. `visible` is for text that people read or that is drawn: a control character
could move the cursor of a terminal, retitle its window, or stop a renderer. `spreadsheet_text` is for cells of a CSV
file, which a spreadsheet takes for a formula when they begin with ``=``, ``+``, ``-`` or ``@``
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
"""Beginning of a cell that a spreadsheet may compute; the last four are wide forms, which some editions accept."""


def visible(text: str) -> str:
    """Return `text` with a visible sign for each control character: ESC becomes ``␛``."""
    return _HIDDEN.sub(_sign, text) if not text.isprintable() else text


def escaped(text: str) -> str:
    """Return JSON with escapes for the characters that `visible` replaces, so that its content is unchanged."""
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
    """Return the text of a cell, with an apostrophe if a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def from_spreadsheet_text(cell: str) -> str:
    """Return the text that `spreadsheet_text` wrote as `cell`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
