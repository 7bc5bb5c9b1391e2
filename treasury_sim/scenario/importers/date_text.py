"""The day of a purchase from a cell, in one of the date formats of a mapping."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from treasury_sim.case.fields import fault

_DIRECTIVE = re.compile(r"%(.?)", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+")
_KNOWN = set("aAbBdfGHIjmMpSuUVwWyYz%")
_MACHINE = {"c", "x", "X", "Z"}
"""Directives whose meaning depends on the machine's language and time zone."""
_IS_UTC = re.compile(r"(?:Z|\b(?:UTC|GMT))\W*$")
_OF_A_TIME = set("HIMSpf")
_ENGLISH = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {
    **{name: number for number, name in enumerate(_ENGLISH, start=1)},
    **{name[:3]: number for number, name in enumerate(_ENGLISH, start=1)},
    "sept": 9,
}


def _directives(form: str) -> list[str]:
    return [sign for sign in _DIRECTIVE.findall(form) if sign != "%"]


def check_form(form: str) -> str:
    """Return a date format; raises a fault unless it gives a day, and the same one on every machine."""
    signs = _directives(form)
    unknown = [sign for sign in signs if sign not in _KNOWN and sign not in _MACHINE]
    if unknown:
        raise fault("a format with strptime directives", found=f"%{unknown[0]} in {form}")
    if _MACHINE & set(signs):
        fix = "Write them out; write the name of a zone as it appears (UTC), or state time_zone."
        raise fault("a format that means the same on every machine", found=f"%{min(_MACHINE & set(signs))}", fix=fix)
    twice = sorted({sign for sign in signs if signs.count(sign) > 1})
    if twice:
        raise fault("every part of a date once", found=f"%{twice[0]} twice in {form}")
    given = set(signs)
    year, weekday = bool(given & {"Y", "y"}), bool(given & {"a", "A", "w", "u"})
    month = bool(given & {"m", "b", "B"})
    whole = (
        (year and month and "d" in given)
        or (year and "j" in given)
        or (year and weekday and bool(given & {"U", "W"}))
        or ({"G", "V"} <= given and weekday)
    )
    if not whole:
        missing = [
            words for is_there, words in (("d" in given, "%d"), (month, "%m or %b"), (year, "%Y")) if not is_there
        ]
        raise fault("a format with day, month and year", found=form, fix=f"Add {', '.join(missing)}.")
    return form


def zone_of(name: str) -> tzinfo:
    """Return the time zone of that name; raises a fault if it is unknown."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise fault("a time zone such as Europe/Berlin or UTC") from None


def day_of(text: str, forms: Sequence[str], months: Mapping[str, int], zone: str) -> date | None:
    """Return the UTC day of `text` by the first format that fits, ``None`` if none does.

    A time with an offset (``%z``), or in a format that ends in UTC, GMT or Z, is an instant. Any other time is in
    `zone`. A date without a time is the day itself.
    """
    text = " ".join(text.split())
    named = {**_MONTHS, **{name.rstrip(".").casefold(): number for name, number in months.items()}}
    for form in forms:
        signs = set(_directives(form))
        cell = _with_numbers(text, named) if signs & {"b", "B"} else text
        try:
            read = datetime.strptime(cell or "", re.sub("%[bB]", "%m", " ".join(form.split())))
            if read.tzinfo is not None:
                return read.astimezone(UTC).date()
            if zone != "UTC" and signs & _OF_A_TIME and not _IS_UTC.search(form):
                return read.replace(tzinfo=zone_of(zone)).astimezone(UTC).date()
            return read.date()
        except (ValueError, OverflowError):
            continue
    return None


def _with_numbers(text: str, named: Mapping[str, int]) -> str | None:
    """Replace the month name by its number; ``None`` if `text` contains none."""
    count = 0

    def number(match: re.Match[str]) -> str:
        nonlocal count
        month = named.get(match[0].casefold())
        count += month is not None
        return match[0] if month is None else f"{month:02}"

    written = _WORD.sub(number, text)
    return written if count == 1 else None
