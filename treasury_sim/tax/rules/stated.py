"""Tax rates stated in a scenario: the initial rate and dated changes.

Current tax follows the rate in force on the last day of a quarter. Deferred tax follows the last one enacted by then,
because it is paid when a difference reverses (ASC 740-10-25-47, 740-10-30-8); under IFRS and FRS 102 a rate counts from
when it is substantively enacted (IAS 12.47, 12.48; FRS 102 s. 29.12).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - as in `domain.holding`


@dataclass(frozen=True, slots=True)
class RateChange:
    """A change to a new tax rate.

    Attributes
    ----------
    rate
        Combined rate [1].
    effective
        First day on which it is in force.
    enacted
        Day on which the law was signed; ``None`` is `effective`.
    substantively_enacted
        Day of substantive enactment; ``None`` is `enacted`.
    source
        The law, as cited.
    """

    rate: float
    effective: Date
    enacted: Date | None = None
    substantively_enacted: Date | None = None
    source: str = ""

    def counts_from(self, *, substantively: bool) -> Date:
        """The day from which deferred tax uses the rate."""
        enacted = self.enacted or self.effective
        return self.substantively_enacted or enacted if substantively else enacted


def rate_in_force(first: float, changes: Sequence[RateChange], day: Date) -> float:
    """The rate of current tax on `day` [1]; `first` is in force until the first change."""
    known = [change for change in changes if change.effective <= day]
    return max(known, key=lambda change: change.effective).rate if known else first


def rate_enacted(first: float, changes: Sequence[RateChange], day: Date, *, substantively: bool) -> float:
    """The rate of deferred tax on `day` [1]: the last rate enacted, whether or not in force."""
    known = [change for change in changes if change.counts_from(substantively=substantively) <= day]
    return max(known, key=lambda change: change.effective).rate if known else first
