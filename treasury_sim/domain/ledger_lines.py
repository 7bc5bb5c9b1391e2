"""Lines of the statement that come from the ledger alone, under any rule: units, cost and proceeds by quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats, Ints
from treasury_sim.domain.ledger import Ledger, sum_by_quarter
from treasury_sim.domain.priced_at_close import FollowingParts
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.sold_in_order import SaleOrder, UnitsSold, sold_in_order
from treasury_sim.domain.timeline import Timeline


@dataclass(frozen=True)
class LedgerLines:
    """Each (paths, quarters), or (1, quarters) where the paths agree.

    Attributes
    ----------
    units
        Held at the quarter end [coins].
    cost_basis
        Cost of them [currency].
    additions
        Cost of acquisitions in the quarter [currency].
    gross, net
        Proceeds of disposals, before and after selling costs [currency].
    released_cost
        Cost of units disposed of [currency].
    """

    units: Floats
    cost_basis: Floats
    additions: Floats
    gross: Floats
    net: Floats
    released_cost: Floats

    def __add__(self, other: LedgerLines) -> LedgerLines:
        """The sum, line by line."""
        return LedgerLines(*(getattr(self, line.name) + getattr(other, line.name) for line in fields(self)))


def ledger_lines(ledger: Ledger, timeline: Timeline, marks: Marks) -> LedgerLines:
    """Add `ledger` up by quarter, on the paths of `marks` where they differ."""
    sold = sold_in_order(ledger, timeline, marks)
    if sold is not None:
        return ledger_lines(sold.before, timeline, marks) + sold_lines(sold.order, list(sold.on(marks)), timeline)
    ends = timeline.quarter_marks
    parts = FollowingParts.of(ledger, marks)
    sums = _Sums(timeline, marks.paths)
    every_part, every_release = np.ones(ledger.quantity.size, bool), np.ones(ledger.release_part.size, bool)
    additions = acquired_cost(ledger, timeline, marks, every_part)
    gross = released_gross(ledger, timeline, marks, every_release)
    # Parts that follow a close: their difference from the one path on which the ledger was built.
    more_units = sums.by_quarter((parts.units - 1.0) * ledger.quantity[parts.parts, None], ledger.acquired[parts.parts])
    following = np.flatnonzero(parts.row[ledger.release_part] >= 0)
    extra_cost = parts.unit_cost - ledger.unit_cost[parts.parts, None]
    amounts = ledger.release_quantity[following, None] * extra_cost[parts.row[ledger.release_part[following]]]
    released = sums.by_quarter(amounts, ledger.release_mark[following])
    on_one_path = sum_by_quarter(ledger.quantity * ledger.unit_cost, ledger.acquired, timeline)
    fees = sum_by_quarter(ledger.release_gross - ledger.release_net, ledger.release_mark, timeline)
    return LedgerLines(
        units=np.array([ledger.units(int(mark)) for mark in ends]) + np.cumsum(more_units, axis=1),
        cost_basis=np.array([ledger.cost_basis(int(mark)) for mark in ends])
        + np.cumsum(additions - on_one_path - released, axis=1),
        additions=additions,
        gross=gross,
        net=gross - fees,
        released_cost=sum_by_quarter(ledger.release_cost, ledger.release_mark, timeline) + released,
    )


def sold_lines(order: SaleOrder, sales_on_paths: Sequence[UnitsSold], timeline: Timeline) -> LedgerLines:
    """Changes that sales along `order` make to the lines of a ledger without them."""
    at_cost = [np.zeros(1), *(order.total(order.unit_cost, taking.after) for taking in sales_on_paths)]
    cost = [after - before for before, after in pairwise(at_cost)]
    return lines_of_sales(
        [SaleOnPaths(t.mark, t.after - t.before, c, t.gross, t.net) for t, c in zip(sales_on_paths, cost, strict=True)],
        timeline,
    )


@dataclass(frozen=True)
class SaleOnPaths:
    """Units that leave at one mark, their cost and proceeds before and after selling costs, each (paths,)."""

    mark: int
    units: Floats
    cost: Floats
    gross: Floats
    net: Floats


def lines_of_sales(sales: Sequence[SaleOnPaths], timeline: Timeline) -> LedgerLines:
    """Changes that `sales` make to the lines of a ledger without them."""
    shape = (len(timeline.quarters), max((sale.units.size for sale in sales), default=1))
    units, cost, gross, net = (np.zeros(shape) for _ in range(4))
    for sale in sales:
        quarter = timeline.quarter_of_mark[sale.mark]
        units[quarter] -= sale.units
        cost[quarter] += sale.cost
        gross[quarter] += sale.gross
        net[quarter] += sale.net
    return LedgerLines(
        units=_running(units).T,
        cost_basis=_running(-cost).T,
        additions=np.zeros((1, shape[0])),
        gross=gross.T,
        net=net.T,
        released_cost=cost.T,
    )


def _running(amounts: Floats) -> Floats:
    """Turn `amounts` (quarters, paths) into their running total, in place: row by row, which `numpy.cumsum` is not."""
    for quarter in range(1, len(amounts)):
        amounts[quarter] += amounts[quarter - 1]
    return amounts


def acquired_cost(ledger: Ledger, timeline: Timeline, marks: Marks, chosen: Bools) -> Floats:
    """Cost of the `chosen` parts (parts,) in the quarter of acquisition, (paths, quarters) or (1, quarters)."""
    cost = ledger.quantity * ledger.unit_cost * chosen
    following = FollowingParts.of(ledger, marks)
    parts = following.parts[chosen[following.parts]]
    units, unit_cost = (rows[following.row[parts]] for rows in (following.units, following.unit_cost))
    more = ledger.quantity[parts, None] * units * unit_cost - cost[parts, None]
    total = sum_by_quarter(cost, ledger.acquired, timeline)
    return total + _Sums(timeline, marks.paths).by_quarter(more, ledger.acquired[parts])


def released_gross(ledger: Ledger, timeline: Timeline, marks: Marks, chosen: Bools) -> Floats:
    """Proceeds of the `chosen` releases (releases,), before selling costs, (paths, quarters) or (1, quarters)."""
    gross = ledger.release_gross * chosen
    at = np.flatnonzero(ledger.release_follows)
    close = np.empty((at.size, marks.paths))
    for number, mark in enumerate(ledger.release_mark[at].tolist()):
        close[number] = marks.close_at(mark)
    more = gross[at, None] * (close / ledger.release_priced_at[at, None] - 1.0)
    total = sum_by_quarter(gross, ledger.release_mark, timeline)
    return total + _Sums(timeline, marks.paths).by_quarter(more, ledger.release_mark[at])


def more_gross_at(ledger: Ledger, marks: Marks, mark: int) -> Floats | float:
    """Proceeds of one mark's releases at its close, less those on the path of the ledger, (paths,) [currency]."""
    at = np.flatnonzero((ledger.release_follows > 0) & (ledger.release_mark == mark))
    if not at.size:
        return 0.0
    gross, priced_at = ledger.release_gross[at], ledger.release_priced_at[at]
    more: Floats = marks.close_at(mark) * float((gross / priced_at).sum()) - float(gross.sum())
    return more


@dataclass(frozen=True)
class _Sums:
    """Adds amounts of n events up by quarter."""

    timeline: Timeline
    paths: int

    def by_quarter(self, amounts: Floats, marks: Ints) -> Floats:
        """Add `amounts` (n, paths) at `marks` (n,) up, (paths, quarters); (1, quarters) of zeros if there are none."""
        if not amounts.size:
            return np.zeros((1, len(self.timeline.quarters)))
        total = np.zeros((len(self.timeline.quarters), self.paths))
        for amount, quarter in zip(amounts, self.timeline.quarter_of_mark[marks], strict=True):
            total[quarter] += amount
        return total.T
