"""Numbers and names as finance people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.case.fields import is_number
from treasury_sim.case.fields import percent as read_percent
from treasury_sim.domain.timeline import Quarter
from treasury_sim.scenario.key_words import Kind

MISSING = "–"
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def known(amount: float | None) -> float | None:
    """Return `amount`, ``None`` if it is not a number: a price that is not known, say."""
    return None if amount is None or isnan(amount) else amount


# Numbers


@dataclass(frozen=True)
class Scale:
    """The unit in which money is shown.

    Attributes
    ----------
    divisor
        Currency units in one unit shown.
    suffix
        ``m`` or ``'000``; empty for whole units.
    decimals
        Digits after the point.
    """

    divisor: float
    suffix: str
    decimals: int

    def label(self, currency: str) -> str:
        """Name the unit, see `unit_name`."""
        return unit_name(currency, self.suffix)


def unit_name(currency: str, suffix: str = "") -> str:
    """Name a unit of money: ``$m``, ``$'000``, ``$``; of other currencies by their code, ``EUR m``."""
    return f"${suffix}" if currency == "USD" else f"{currency} {suffix}".rstrip()


MILLIONS = Scale(1e6, "m", 1)
THOUSANDS = Scale(1e3, "'000", 1)
UNITS = Scale(1.0, "", 2)
WHOLE = Scale(1.0, "", 0)


def scale_for(amounts: Iterable[float | None]) -> Scale:
    """Choose the unit that shows the largest of `amounts` without a wall of digits."""
    largest = max((abs(amount) for amount in map(known, amounts) if amount is not None), default=0.0)
    if largest >= 1e8:
        return MILLIONS
    return THOUSANDS if largest >= 1e6 else UNITS


def in_parentheses(number: float, form: str, suffix: str = "") -> str:
    """Write `number` by a format such as ``,.2f``, a negative one in parentheses, unless it rounds to 0."""
    text = f"{abs(number):{form}}"
    is_negative = number < 0.0 and text.strip("0.,%") != ""
    return f"({text}{suffix})" if is_negative else f"{text}{suffix}"


def money(amount: float | None, scale: Scale = UNITS) -> str:
    """Write `amount` in the unit of `scale`, a negative one in parentheses."""
    amount = known(amount)
    return MISSING if amount is None else in_parentheses(amount / scale.divisor, f",.{scale.decimals}f")


def price(amount: float | None) -> str:
    """Write a price for one unit, to the cent."""
    return money(amount)


def units(quantity: float | None) -> str:
    """Write a number of coins, without trailing zeros, a negative one in parentheses."""
    quantity = known(quantity)
    if quantity is None:
        return MISSING
    text = f"{abs(quantity):,.8f}".rstrip("0").rstrip(".")
    return f"({text})" if quantity < 0.0 and text != "0" else text


def percent(share: float | None, decimals: int = 2) -> str:
    """Write a share as a percentage, a negative one in parentheses."""
    share = known(share)
    return MISSING if share is None else in_parentheses(share, f".{decimals}%")


def counted(number: int, name: str) -> str:
    """Write how many there are: ``1 scenario``, ``1,000 scenarios``."""
    return f"{number:,} {name if number == 1 else f'{name}s'}"


def spoken(amount: float, currency: str) -> str:
    """Write the size of `amount` [currency] as people say it, such as ``$17.4bn``; the sign is left to the words."""
    size = abs(amount)
    unit = _SYMBOLS.get(currency, f"{currency} ")
    for divisor, suffix, decimals in ((1.0, "", 2), (1e3, "k", 1), (1e6, "m", 1)):
        if round(size / divisor, decimals) < 1000.0:
            return f"{unit}{size / divisor:,.{decimals}f}{suffix}"
    return f"{unit}{size / 1e9:,.1f}bn"


def signed(amount: float | None, currency: str) -> str:
    """Write `amount` [currency] as `spoken`, a negative one in parentheses."""
    if amount is None:
        return MISSING
    text = spoken(amount, currency)
    return f"({text})" if amount < 0.0 else text


# Names


def sentence(text: str) -> str:
    """Begin with a capital."""
    return text[:1].upper() + text[1:]


def quarter_name(quarter: Quarter) -> str:
    """Name a quarter as people say it: ``Q4 2025``; ``Q4 of fiscal 2025`` where that is not the calendar's."""
    return f"Q{quarter.number} {'' if quarter.is_of_calendar else 'of fiscal '}{quarter.fiscal_year}"


_LABEL = re.compile(r"(?<![\w./-])(?:(\d{4})Q([1-4])|(\d{4}) YTD Q([1-4]))(?!\w|[.-]\w)")


def in_print(text: str, *, is_calendar: bool) -> str:
    """Name every quarter in `text` as people say it, in place of the label that commands and files have for it.

    A fiscal year stays as it is: filings are called so, too (``10-K FY2020``).

    Parameters
    ----------
    is_calendar
        Whether fiscal years are calendar years.
    """
    fiscal = "" if is_calendar else "of fiscal "

    def name(match: re.Match[str]) -> str:
        year, number, year_to_date, last = match.groups()
        return f"Q{number} {fiscal}{year}" if year else f"Year to Q{last} {fiscal}{year_to_date}"

    return _LABEL.sub(name, text)


_FRAMEWORK = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(FRAMEWORKS, key=len, reverse=True)))})\b")


def in_titles(text: str) -> str:
    """Name frameworks by their titles instead of their keys."""
    return _FRAMEWORK.sub(lambda match: FRAMEWORKS[match[0]].title, text)


def key_in_words(key: str) -> str:
    """Write a key without its underscores; a time zone (``America/New_York``) stays as it is."""
    return key if "/" in key else key.replace("_", " ")


NOT_GIVEN = "not given"


def stated(value: object, kind: Kind = "other", decimals: int = 2) -> str:
    """Write the value of a key of a scenario: 28.73%, (12,060,000), 87,515.00, 2025-12-31, daily close.

    Parameters
    ----------
    value
        As a scenario states it, money in currency units; ``None`` where it is not given.
    decimals
        Of a percentage.
    """
    if value is None:
        return NOT_GIVEN
    if isinstance(value, (list, tuple)):
        simple = all(isinstance(entry, (str, int, float)) for entry in value)
        return ", ".join(map(str, value)) if simple and value else f"{len(value)} entries"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        share = read_percent(value)
        if share is None:
            return value.replace("_", " ") if value.isidentifier() else value
        value = share
    return _stated_number(value, kind, decimals) if is_number(value) else str(value)


def _stated_number(value: float, kind: Kind, decimals: int) -> str:
    if kind == "money":
        return money(value, WHOLE if abs(value) >= 1_000.0 else UNITS)
    if kind == "price":
        return money(value)
    if kind == "share":
        return percent(value, decimals)
    return in_parentheses(value, ",.8g" if abs(value) < 1e8 else ",.0f")
