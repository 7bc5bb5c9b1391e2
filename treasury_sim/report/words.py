"""Numbers and names as finance people write them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan

MISSING = "–"


def known(amount: float | None) -> float | None:
    """Return `amount`, ``None`` if it is not a number: a price that is not known, say."""
    return None if amount is None or isnan(amount) else amount


@dataclass(frozen=True)
class Scale:
    """The unit in which money is shown.

    Attributes
    ----------
    divisor
        Currency units in one unit shown.
    suffix
        Such as ``m``; empty for whole units.
    decimals
        Digits after the point.
    """

    divisor: float
    suffix: str
    decimals: int

    def label(self, currency: str) -> str:
        """Name the unit, such as ``USD m``."""
        return f"{currency} {self.suffix}".rstrip()


MILLIONS = Scale(1e6, "m", 1)
THOUSANDS = Scale(1e3, "k", 1)
UNITS = Scale(1.0, "", 2)


def scale_for(amounts: Iterable[float | None]) -> Scale:
    """Choose the unit that shows the largest of `amounts` without a wall of digits."""
    largest = max((abs(amount) for amount in map(known, amounts) if amount is not None), default=0.0)
    if largest >= 1e8:
        return MILLIONS
    return THOUSANDS if largest >= 1e6 else UNITS


def money(amount: float | None, scale: Scale = UNITS) -> str:
    """Write `amount` in the unit of `scale`, a negative one in parentheses."""
    amount = known(amount)
    if amount is None:
        return MISSING
    text = f"{abs(amount) / scale.divisor:,.{scale.decimals}f}"
    is_negative = amount < 0.0 and text.strip("0.,") != ""
    return f"({text})" if is_negative else text


def price(amount: float | None) -> str:
    """Write a price for one unit, to the cent."""
    return MISSING if known(amount) is None else f"{amount:,.2f}"


def units(quantity: float | None) -> str:
    """Write a number of coins, without trailing zeros, a negative one in parentheses."""
    if quantity is None or known(quantity) is None:
        return MISSING
    text = f"{abs(quantity):,.8f}".rstrip("0").rstrip(".")
    return f"({text})" if quantity < 0.0 and text != "0" else text


def percent(share: float | None, decimals: int = 2) -> str:
    """Write a share as a percentage."""
    return MISSING if known(share) is None else f"{share:.{decimals}%}"


def share(part: float | None) -> str:
    """Write a signed share as a percentage, a negative one in parentheses."""
    if known(part) is None or part is None:
        return MISSING
    return f"({-part:.1%})" if part < 0.0 else f"{part:.1%}"


def counted(number: int, name: str) -> str:
    """Write how many there are: ``1 scenario``, ``1,000 scenarios``."""
    return f"{number:,} {name if number == 1 else f'{name}s'}"


def sentence(words: str) -> str:
    """Begin with a capital."""
    return words[:1].upper() + words[1:]
