"""Gains and losses of capital character: losses offset gains only, three years back and five forward.

Quarters are year to date: the tax of a quarter is that of the year so far less that of the quarters before, so a
loss offsets a gain of the same year whichever came first. A net loss of the year is carried back to the earliest year
first, which brings tax back; what is left is carried forward and used oldest first.

Sources: IRC 1211(a), 1212(a)(1); ASC 740-270 for the year to date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints


@dataclass(frozen=True)
class TaxedGains:
    """What capital gains and losses come to, each (paths, quarters) [currency].

    Attributes
    ----------
    current_tax
        Tax of the quarter on realised results; a payment is negative, a refund positive.
    taxable
        Net gain of the quarter that is taxed, after losses carried forward; a loss that is carried is not in it.
    carryforward
        Losses carried forward at the quarter end, before tax.
    carryback_capacity
        Tax of this year and of the years to which a loss could be carried that a further loss would bring back.
    """

    current_tax: Floats
    taxable: Floats
    carryforward: Floats
    carryback_capacity: Floats


@dataclass(frozen=True)
class Carry:
    """How losses are carried, and what earlier years bring.

    Attributes
    ----------
    back, forward
        Years.
    gains, losses
        By tax year, net gains of the past that a loss may still be carried back to, and losses carried forward from it,
        besides those of the run [currency], positive.
    rates
        By tax year, the rate at which those gains were taxed, which a refund brings back [1].
    """

    back: int
    forward: int
    gains: Mapping[int, float] = field(default_factory=dict)
    losses: Mapping[int, float] = field(default_factory=dict)
    rates: Mapping[int, float] = field(default_factory=dict)


def taxed_gains(gains: Floats, years: Ints, rates: Floats, carry: Carry) -> TaxedGains:
    """Tax realised results of capital character.

    Parameters
    ----------
    gains : (paths, quarters)
        Proceeds less tax basis of what was sold in each quarter [currency]; a loss is negative.
    years : (quarters,)
        Tax year of each quarter, not decreasing.
    rates : (quarters,)
        Enacted rate [1].
    """
    paths = gains.shape[0]
    found = [np.zeros(gains.shape) for _ in range(4)]
    taxed: dict[int, Floats] = {year: np.full(paths, gain) for year, gain in carry.gains.items()}
    losses: dict[int, Floats] = {year: np.full(paths, loss) for year, loss in carry.losses.items()}
    rate_of = {**carry.rates, **dict(zip(years.tolist(), rates.tolist(), strict=True))}
    nothing = np.zeros(paths)
    for year in dict.fromkeys(years.tolist()):
        within = np.flatnonzero(years == year)
        open_losses = {y: losses[y] for y in sorted(losses) if year - carry.forward <= y < year}
        open_gains = {y: taxed[y] for y in sorted(taxed) if year - carry.back <= y < year}
        carried_in = sum(open_losses.values(), nothing)
        tax_before = taxable_before = nothing
        for quarter in within:
            to_date = gains[:, within[0] : quarter + 1].sum(axis=1)
            used = np.minimum(np.maximum(to_date, 0.0), carried_in)
            taxable = np.maximum(to_date, 0.0) - used
            left, back = np.maximum(-to_date, 0.0), {}
            for y, gain in open_gains.items():
                back[y] = np.minimum(left, gain)
                left = left - back[y]
            refund = sum((rate_of[y] * taken for y, taken in back.items()), nothing)
            tax = refund - rates[quarter] * taxable
            capacity = rates[quarter] * taxable - refund
            capacity = capacity + sum((rate_of[y] * gain for y, gain in open_gains.items()), nothing)
            amounts = (tax - tax_before, taxable - taxable_before, carried_in - used + left, capacity)
            for line, amount in zip(found, amounts, strict=True):
                line[:, quarter] = amount
            tax_before, taxable_before = tax, taxable
        for y, loss in open_losses.items():
            taken = np.minimum(used, loss)
            losses[y], used = loss - taken, used - taken
        for y, taken in back.items():
            taxed[y] = taxed[y] - taken
        losses[year] = losses.get(year, nothing) + left
        taxed[year] = taxed.get(year, nothing) + taxable
    return TaxedGains(*found)
