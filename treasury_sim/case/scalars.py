"""The plain scalars allowed in a scenario file, and the fix for any other.

``null`` ``~`` (or nothing), ``true`` ``false``, integers and decimals with optional ``_`` and exponent, ISO
dates. Octal, sexagesimal and yes/no/on/off are text.
"""

from __future__ import annotations

import re
from datetime import date

_WHOLE = r"(?:0|[1-9][0-9]*(?:_[0-9]+)*)"
_DIGITS = r"[0-9]+(?:_[0-9]+)*"
INTEGER = re.compile(rf"[-+]?{_WHOLE}")
DECIMAL = re.compile(rf"[-+]?(?:{_WHOLE}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOOSE_DATE = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_NUMBERED_DATE = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_LEADING_ZERO = re.compile(r"([-+]?)0[0-9_]*(\.[0-9]*)?")
_TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?")
_COMMAS = re.compile(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
_MEASURED = re.compile(rf"([-+]?{_WHOLE}(?:\.[0-9]*)?)\s*[^\s0-9.,:_eE-].*|[^\s0-9]+\s*({_WHOLE}(?:\.[0-9]*)?)")
_LONGEST_INTEGER = 300  # beyond any float: read as infinity, which no field accepts

_CONTROL = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NO_CONTROL = "text without control characters"
"""Expected of all text: XML, and so PDF and XLSX, cannot hold other characters."""

_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_TRUE, _FALSE = {"yes", "on", "y", "true"}, {"no", "off", "n", "false"}


def number(text: str) -> int | float | None:
    """Return the number that `text` spells, ``None`` if it is not a number."""
    if INTEGER.fullmatch(text) and len(text) <= _LONGEST_INTEGER:
        return int(text)
    return float(text.replace("_", "")) if DECIMAL.fullmatch(text) else None


def control_character(text: str) -> str:
    """Name the first control character in `text`, such as ``U+0002``; empty if there is none.

    Tabs and line ends do not count; half of a surrogate pair, which no file can hold, does.
    """
    match = _CONTROL.search(text)
    return "" if match is None else f"U+{ord(match[0]):04X}"


def looks_like_date(text: str) -> bool:
    """Whether `text` has the shape of an ISO date, even if the day does not exist."""
    return _DATE.fullmatch(text) is not None


def plain(text: str) -> bool | int | float | date | str | None:
    """Return the value of an unquoted scalar.

    Raises
    ------
    ValueError
        If it has the shape of a date but the day does not exist.
    """
    if text in _WORDS:
        return _WORDS[text]
    if looks_like_date(text):
        return date.fromisoformat(text)
    value = number(text)
    return text if value is None else value


def number_fix(text: str, *, quoted: bool = False) -> str:
    """The fix for `text` where a number is expected."""
    text = text.strip()
    if number(text) is not None:
        return "Remove the quotes." if quoted else ""
    if _LEADING_ZERO.fullmatch(text):
        return f"Write {_without_zeros(text)}, or quote it if it is text."
    if _TIME.fullmatch(text):
        return "That is neither a number nor a date: write a plain number, or a date such as 2025-12-30."
    if _COMMAS.fullmatch(text):
        bare = text.replace(",", "")
        return f"Write {bare} or {text.replace(',', '_')}, without commas."
    measured = _MEASURED.fullmatch(text)
    if measured:
        return f"Write {measured[1] or measured[2]}, without the unit."
    return "Write digits, with . for decimals, such as 1_234.5."


def _without_zeros(text: str) -> str:
    sign = text[0] if text[0] in "+-" else ""
    bare = text[len(sign) :].replace("_", "").lstrip("0")
    return sign + (bare if bare[:1].isdigit() else f"0{bare}")


def date_fix(text: str, *, quoted: bool = False) -> str:
    """The fix for `text` where a date is expected."""
    text = text.strip()
    if looks_like_date(text):
        return "Remove the quotes." if quoted else "This day does not exist."
    loose = _LOOSE_DATE.fullmatch(text)
    if loose:
        return f"Write {loose[1]}-{int(loose[2]):02}-{int(loose[3]):02}."
    numbered = _NUMBERED_DATE.fullmatch(text)
    if numbered:
        return _either_day(int(numbered[1]), int(numbered[3]), int(numbered[4]))
    if _TIME.fullmatch(text):
        return "That is a time of day: write a date such as 2025-12-30."
    return "Write it as year-month-day, such as 2025-12-30."


def _either_day(first: int, second: int, year: int) -> str:
    """The fix for a day whose month may be the first or the second of two numbers."""
    dates = [date(year, month, day) for day, month in ((first, second), (second, first)) if _is_day(year, month, day)]
    spelled = [f"{day} for {day.day} {day:%B}" for day in dict.fromkeys(dates)]
    return f"Write {' or '.join(spelled)}." if spelled else "This day does not exist."


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def truth_fix(text: str) -> str:
    """The fix for `text` where true or false is expected."""
    word = text.strip().lower()
    if word in _TRUE:
        return "Write true."
    return "Write false." if word in _FALSE else ""
