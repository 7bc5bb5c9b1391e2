"""`sources:`, `assumptions:` and `missing:`, what the figures of a scenario rest on."""

from typing import Literal

from treasury_sim.case.fields import Day, Spec, Text

Confidence = Literal["high", "medium", "low"]
"""High: the filing was read. Medium: two secondary sources agree, or one is confirmed. Low: one secondary source."""


class Sourced(Spec):
    """The source of one figure."""

    source: Text
    """The filing or publication."""
    as_of: Day | None = None
    """The day of the figure."""
    confidence: Confidence | None = None
    """Confidence in it."""
