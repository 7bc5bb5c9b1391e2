"""`prices.ASSET:`, where the prices of an asset come from."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from treasury_sim.scenario.fields import Day, Positive, Spec, Text


class QuarterLow(Spec):
    """The lowest price of a quarter, as a filing tells it."""

    price: Positive
    """[currency/coin]"""
    date: Day
    """The UTC day of it."""


class AssetPrices(Spec):
    """Where the prices of an asset come from."""

    model: Literal["historical"] = "historical"
    """Price model."""
    file: Text | None = None
    """A CSV file of daily prices (date, low, close); embedded history if not given."""
    quarter_end: Mapping[Day, Positive] = Field(default_factory=dict)
    """Price at the end of a fiscal quarter [currency/coin]."""
    quarter_low: Mapping[Day, QuarterLow] = Field(default_factory=dict)
    """Lowest price of the quarter that ends on the day given."""
