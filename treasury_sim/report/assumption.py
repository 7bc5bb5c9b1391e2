"""The value of an assumption as finance people write it."""

from __future__ import annotations

from treasury_sim.report import words
from treasury_sim.scenario.fields import is_number, percent
from treasury_sim.scenario.key_words import Kind

WHOLE = words.Scale(1.0, "", 0)
NOT_GIVEN = "not given"


def said(value: object, kind: Kind = "other", decimals: int = 2) -> str:
    """Write the value of a key: 28.73%, (12,060,000), 87,515.00, 2025-12-31, daily close.

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
        share = percent(value)
        if share is None:
            return value.replace("_", " ") if value.isidentifier() else value
        value = share
    return _number(value, kind, decimals) if is_number(value) else str(value)


def _number(value: float, kind: Kind, decimals: int) -> str:
    if kind == "money":
        return words.money(value, WHOLE if abs(value) >= 1_000.0 else words.UNITS)
    if kind == "price":
        return words.money(value)
    if kind == "share":
        text = words.percent(abs(value), decimals)
    else:
        text = f"{abs(value):,.8g}" if abs(value) < 1e8 else f"{abs(value):,.0f}"
    return f"({text})" if value < 0.0 else text
