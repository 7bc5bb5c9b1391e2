"""Days as people type them, if unambiguous: ``6 Oct 2025``, ``October 6, 2025``, ``2025/10/06``.

A day and a month that are both numbers (``10/06/2025``) are never read: it may mean 10 June or 6 October.
"""

from __future__ import annotations

import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[\s.-]+([a-z]+)[\s.,-]+([0-9]{4})", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"([a-z]+)\.?[\s-]+([0-9]{1,2})(?:st|nd|rd|th)?[\s,]+([0-9]{4})", re.IGNORECASE)


def written_day(text: str) -> str:
    """Write a day as ``YYYY-MM-DD``; text that is not an unambiguous day is returned unchanged.

    The caller checks whether the day exists.
    """
    bare = text.strip()
    if match := _YEAR_FIRST.fullmatch(bare):
        return f"{match[1]}-{int(match[3]):02}-{int(match[4]):02}"
    if match := _DAY_FIRST.fullmatch(bare):
        day, name, year = match.groups()
    elif match := _MONTH_FIRST.fullmatch(bare):
        name, day, year = match.groups()
    else:
        return text
    month = _month(name.lower())
    return text if month is None else f"{year}-{month:02}-{int(day):02}"


def _month(name: str) -> int | None:
    """The number of a month from its name, or from its first three or more letters, as in ``Sept``."""
    if name[:3] in _MONTHS and _NAMES[_MONTHS.index(name[:3])].startswith(name):
        return _MONTHS.index(name[:3]) + 1
    return None
