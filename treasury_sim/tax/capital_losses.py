"""Capital gains and losses: losses offset gains only, three years back and five forward.

Quarters are computed year to date: the tax of a quarter is that of the year so far less that of earlier quarters, so a
loss offsets a gain of the same year in either order. A net loss of the year is carried back first, to the earliest year
first, and refunds tax; the rest is carried forward and used oldest first.

A balance at the end of a year contains what the next year can still use: an expired loss, or a gain that a later loss
can no longer reach, is worth nothing. Gains and losses stated for years before the period are opening balances: they
count from the first quarter of the run, even before the end of their year, so that they never enter income by appearing
later (ASC 740-10-25-2, 740-10-30-5).

Sources: IRC 1211(a), 1212(a)(1); ASC 740-270 for the year to date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints


@dataclass(frozen=True)
class OtherYears:
    """Balances of other years that a tax year can use, at its start.

    Attributes
    ----------
    gains
        By year, the gains to which a loss can be carried back, the earliest first, each (paths,) [currency].
    rates
        By year, the rate at which they were taxed [1].
    losses
        By year, the losses that can be carried into it, the oldest first, each (paths,) [currency].
    later_losses, later_tax
        Amounts stated for this year and later: losses, and the tax on gains [currency].
    first_gain, first_loss
        The earliest years whose gains and losses the next year can still use.
    """

    gains: Mapping[int, Floats]
    rates: Mapping[int, float]
    losses: Mapping[int, Floats]
    later_losses: float
    later_tax: float
    first_gain: int
    first_loss: int


@dataclass(frozen=True)
class TaxedGains:
    """Tax on capital gains and losses, each (paths, quarters) [currency].

    Attributes
    ----------
    current_tax
        Tax of the quarter on realised results; a payment is negative, a refund positive.
    taxable
        Net gain of the quarter subject to tax, after losses carried forward; losses carried elsewhere are excluded.
    carryforward
        Losses carried forward at the quarter end, positive, before tax.
    carryback_capacity
        Tax of this year and of the carryback years that a further loss would refund, positive.
    carryforward_before, capacity_before
        Both balances at the start of the first quarter, (paths,).
    other_years
        By tax year, the balances of other years it can use.
    """

    current_tax: Floats
    taxable: Floats
    carryforward: Floats
    carryback_capacity: Floats
    carryforward_before: Floats
    capacity_before: Floats
    other_years: Mapping[int, OtherYears] = field(default_factory=dict)


@dataclass(frozen=True)
class Carry:
    """Carryback and carryforward rules, and the balances of earlier years.

    Attributes
    ----------
    back, forward
        Years of carryback and carryforward.
    gains, losses
        By tax year before the run, net gains open to carryback and losses carried forward, positive [currency].
    rates
        By tax year, the rate at which those gains were taxed and are refunded [1].
    """

    back: int
    forward: int
    gains: Mapping[int, float] = field(default_factory=dict)
    losses: Mapping[int, float] = field(default_factory=dict)
    rates: Mapping[int, float] = field(default_factory=dict)


def taxed_gains(gains: Floats, years: Ints, rates: Floats, carry: Carry, year_ends: Bools | None = None) -> TaxedGains:
    """Compute the tax on realised capital gains and losses.

    Parameters
    ----------
    gains : (paths, quarters)
        Proceeds less tax basis of the disposals of each quarter [currency]; a loss is negative.
    years : (quarters,)
        Tax year of each quarter, non-decreasing.
    rates : (quarters,)
        Enacted rate [1].
    year_ends : (quarters,)
        Whether each quarter ends its tax year; by default the last of each year does.

    Returns
    -------
    TaxedGains
        Current tax of each quarter, and the balances carried forward and open to carryback.
    """
    paths = gains.shape[0]
    lines = [np.zeros(gains.shape) for _ in range(4)]
    ends = np.append(years[1:] != years[:-1], True) if year_ends is None else year_ends
    book = _Book(carry, dict(zip(years.tolist(), rates.tolist(), strict=True)), paths)
    losses_before, capacity_before = book.balances(int(years[0]))
    others: dict[int, OtherYears] = {}
    for year in dict.fromkeys(years.tolist()):
        within = np.flatnonzero(years == year)
        other = others[year] = book.other_years(year)
        open_losses, open_gains = other.losses, other.gains
        carried_in = sum(open_losses.values(), book.nothing)
        tax_before = taxable_before = book.nothing
        for quarter in within:
            to_date = gains[:, within[0] : quarter + 1].sum(axis=1)
            used = np.minimum(np.maximum(to_date, 0.0), carried_in)
            taxable = np.maximum(to_date, 0.0) - used
            left, back = np.maximum(-to_date, 0.0), {}
            for y, gain in open_gains.items():
                back[y] = np.minimum(left, gain)
                left = left - back[y]
            refund = sum((book.rate_of[y] * taken for y, taken in back.items()), book.nothing)
            tax = refund - rates[quarter] * taxable
            capacity = rates[quarter] * taxable - refund + other.later_tax
            capacity = capacity + sum((book.rate_of[y] * gain for y, gain in open_gains.items()), book.nothing)
            amounts = (
                tax - tax_before,
                taxable - taxable_before,
                carried_in - used + left + other.later_losses,
                capacity,
            )
            for line, amount in zip(lines, amounts, strict=True):
                line[:, quarter] = amount
            tax_before, taxable_before = tax, taxable
        book.use(open_losses, used)
        book.close(year, back, left, taxable)
        if ends[within[-1]]:
            lines[2][:, within[-1]], lines[3][:, within[-1]] = book.balances(year + 1)
    current, taxed, carryforward, carryback = lines
    return TaxedGains(current, taxed, carryforward, carryback, losses_before, capacity_before, others)


class _Book:
    """Taxed gains and unused losses by tax year, each (paths,) [currency]; stated amounts count from the start."""

    def __init__(self, carry: Carry, rates: Mapping[int, float], paths: int) -> None:
        self._carry = carry
        self.rate_of = {**carry.rates, **rates}
        self.nothing = np.zeros(paths)
        self._gains: dict[int, Floats] = {year: np.full(paths, gain) for year, gain in carry.gains.items()}
        self._losses: dict[int, Floats] = {year: np.full(paths, loss) for year, loss in carry.losses.items()}

    def open_losses(self, year: int) -> dict[int, Floats]:
        """Losses that `year` or a later year can use, the oldest first."""
        return {y: self._losses[y] for y in sorted(self._losses) if y >= year - self._carry.forward}

    def open_gains(self, year: int) -> dict[int, Floats]:
        """Gains to which a loss of `year` or a later year can be carried back, the earliest first."""
        return {y: self._gains[y] for y in sorted(self._gains) if y >= year - self._carry.back}

    def stated_from(self, year: int) -> tuple[float, float]:
        """Amounts stated for `year` and later: losses, and the tax on gains [currency]."""
        losses = sum(loss for y, loss in self._carry.losses.items() if y >= year)
        return losses, sum(self.rate_of[y] * gain for y, gain in self._carry.gains.items() if y >= year)

    def other_years(self, year: int) -> OtherYears:
        """Balances of other years that `year` can use."""
        gains = {y: gain for y, gain in self.open_gains(year).items() if y < year}
        later_losses, later_tax = self.stated_from(year)
        return OtherYears(
            gains=gains,
            rates={y: self.rate_of[y] for y in gains},
            losses={y: loss for y, loss in self.open_losses(year).items() if y < year},
            later_losses=later_losses,
            later_tax=later_tax,
            first_gain=year + 1 - self._carry.back,
            first_loss=year + 1 - self._carry.forward,
        )

    def balances(self, year: int) -> tuple[Floats, Floats]:
        """Losses carried into `year`, and the tax that a loss of that year could refund."""
        tax = sum((self.rate_of[y] * gain for y, gain in self.open_gains(year).items()), self.nothing)
        return sum(self.open_losses(year).values(), self.nothing), tax

    def use(self, losses: Mapping[int, Floats], used: Floats) -> None:
        """Offset `used` against `losses`, the oldest first."""
        for y, loss in losses.items():
            taken = np.minimum(used, loss)
            self._losses[y], used = loss - taken, used - taken

    def close(self, year: int, back: Mapping[int, Floats], left: Floats, taxable: Floats) -> None:
        """Deduct what `year` carried back, and add its remaining loss or gain."""
        for y, taken in back.items():
            self._gains[y] = self._gains[y] - taken
        self._losses[year] = self._losses.get(year, self.nothing) + left
        self._gains[year] = self._gains.get(year, self.nothing) + taxable
