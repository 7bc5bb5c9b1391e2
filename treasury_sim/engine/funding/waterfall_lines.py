"""The effect of the waterfall on the lines of its asset on many paths: coins sold along one order, coins bought.

On one path its purchases and sales are lots and disposals. On many paths their number differs, so they stay out of the
ledgers: coins sold are removed from the measurement along the relief order, and the coins bought in a month are
measured as one coin and multiplied, because every rule is linear in units.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np

from treasury_sim.accounting import AccountingPolicy, Framework
from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.ledger import FOLLOWS, Ledger
from treasury_sim.domain.ledger_lines import LedgerLines, sold_lines
from treasury_sim.domain.sold_in_order import SaleOrder, UnitsSold
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.one_pass import AssetPass
from treasury_sim.engine.prepare import Funded, Prepared
from treasury_sim.engine.statements.build import unrealised
from treasury_sim.measure.by_order import SoldUnits
from treasury_sim.measure.cumulative import NOTHING_ENTERED, measurement
from treasury_sim.measure.measurer import measure
from treasury_sim.treasury.lot_relief import LOT_RELIEF, unnamed

Lines = dict[str, Floats]


@dataclass(frozen=True)
class Orders:
    """The order of sales in the books and for tax; `at_cost` is the tax order with cost as tax basis."""

    books: SaleOrder
    tax: SaleOrder
    at_cost: SaleOrder

    @classmethod
    def of(cls, asset: AssetPass, mark: int, relief: str, tax_relief: str) -> Orders:
        """The orders of the coins held after the events of `mark`."""
        tax = _order(asset.tax, mark, tax_relief)
        at_cost = tax if asset.tax_at_cost is None else SaleOrder(asset.tax_at_cost, tax.part, tax.units)
        return cls(_order(asset.books, mark, relief), tax, at_cost)


def _order(ledger: Ledger, mark: int, relief: str) -> SaleOrder:
    key = LOT_RELIEF[unnamed(relief)]
    parts = range(ledger.quantity.size)
    ranked = sorted(parts, key=lambda part: key(int(ledger.seniority[part]), part, float(ledger.unit_cost[part])))
    part = np.array(ranked, dtype=np.intp)
    return SaleOrder(ledger, part, ledger.free(mark)[part])


def reasons(prepared: Prepared, asset: AssetPass, first: date) -> Iterator[str]:
    """Reasons, in words, why a waterfall cannot be added to many paths at once; none where it can."""
    spec = prepared.case.spec
    name = spec.capital.asset
    reliefs = {spec.plan.lot_relief, spec.plan.tax_lot_relief or spec.plan.lot_relief}
    buys = any(row.to_bitcoin > 0.0 for row in spec.capital.issuance)
    later = any(lot.enters >= first for lot in prepared.assets[name].lots)
    if asset.books.pooled or asset.tax.pooled:
        yield f"{name} is one unit of account, and the waterfall sells from it"
    if any(out.date >= spec.period.start for out in prepared.assets[name].disposals):
        yield f"the plan sells {name}, and so may the waterfall"
    if asset.books.follows.any():
        yield f"{name} is bought at market, which takes a different amount of cash on each path"
    if (buys or later) and reliefs & {"lifo", "hifo"}:
        yield f"{name} is bought and sold under a lot relief other than first-in first-out"
    if prepared.adoption_quarter > len(prepared.quarters) - len(prepared.reported):
        yield "a new standard is adopted within the period, and the waterfall may sell"


@dataclass(frozen=True)
class Changes:
    """Changes of the waterfall on a chunk of paths, ready for any framework.

    Attributes
    ----------
    months : (months,)
        Mark of each month end.
    """

    timeline: Timeline
    asset: AssetPass
    funded: Funded
    orders: Orders
    months: Ints

    def lines(self, framework: Framework, policy: AccountingPolicy) -> Lines:
        """Amounts to add to each line of the asset under `framework`, (paths, quarters)."""
        runway, sales_on_paths = self.funded.runway, list(self._sales_on_paths())
        deferred = self.orders.tax if framework.family == "us" else self.orders.at_cost
        orders = (self.orders.books, self.orders.tax, deferred)
        sold, for_tax, for_deferred = (sold_lines(order, sales_on_paths, self.timeline) for order in orders)
        moved = self._measured(framework, policy, sales_on_paths, sold)
        spent = self._by_quarter(runway.spent)
        units = np.cumsum(self._by_quarter(runway.bought), axis=1) + sold.units
        opening = np.concatenate([np.zeros_like(moved.carrying[:, :1]), moved.carrying[:, :-1]], axis=1)
        return {
            **{name: getattr(moved, name) for name in _MEASURED},
            "opening_carrying": opening,
            "additions": spent,
            "net_proceeds": sold.net,
            "units": units,
            "fair_value": units * self.asset.marks.quarter_end,
            "cost_basis": np.cumsum(spent, axis=1) + sold.cost_basis,
            "tax_basis": np.cumsum(spent, axis=1) + for_tax.cost_basis,
            "deferred_tax_basis": np.cumsum(spent, axis=1) + for_deferred.cost_basis,
            "tax_basis_released": for_tax.released_cost,
            "unrealised_at_fair_value": unrealised(
                framework, moved.remeasurement_pl, moved.disposed_carrying, sold.released_cost
            ),
            "taxable_proceeds": sold.net,
            "realised_gain_disclosed": sold.net - sold.released_cost,
        }

    def _by_quarter(self, amounts: Floats) -> Floats:
        total = np.zeros((amounts.shape[0], len(self.timeline.quarters)))
        for month, quarter in enumerate(self.timeline.quarter_of_mark[self.months].tolist()):
            total[:, quarter] += amounts[:, month]
        return total

    def _sales_on_paths(self) -> Iterator[UnitsSold]:
        """Every sale, in each month first for margin calls, then for payments due; proceeds are net of costs."""
        runway = self.funded.runway
        taken = np.zeros(runway.cash.shape[0])
        for month, mark in enumerate(self.months.tolist()):
            for sold, proceeds in (
                (runway.called_sold[:, month], runway.called_proceeds[:, month]),
                (runway.forced_sold[:, month], runway.forced_proceeds[:, month]),
            ):
                if sold.any():
                    price = np.divide(proceeds, sold, out=np.ones_like(sold), where=sold > 0.0)
                    yield UnitsSold(mark, taken, taken + sold, price, proceeds)
                    taken = taken + sold

    def _measured(
        self, framework: Framework, policy: AccountingPolicy, sales_on_paths: list[UnitsSold], sold: LedgerLines
    ) -> Measurement:
        """The measurement that sales remove and purchases add under a rule."""
        rule, marks, order = framework.rule, self.asset.marks.apart(self.timeline.quarter_marks), self.orders.books
        # An opening balance before the adoption belongs to the rule then in force, see `Framework.measure`.
        is_before = self.timeline.quarter_of_mark[self.asset.books.acquired] < policy.adoption_quarter
        opening = np.where(is_before & (framework.predecessor is not None), np.nan, self.asset.books.opening)
        books = replace(self.asset.books, opening=opening)
        sales = [taking.mark for taking in sales_on_paths]
        taken_out = SoldUnits(rule, books, self.timeline, marks, policy=policy, order=order, sales=sales)
        parts = [
            measurement(rule, taken_out.passed(marks, sales_on_paths), sold, NOTHING_ENTERED),
            *(_scaled(one_coin, bought) for one_coin, bought in self._cohorts(framework, policy)),
        ]
        totals = {name: sum(getattr(part, name) for part in parts) for name in _AMOUNTS}
        return Measurement(**totals)

    def _cohorts(self, framework: Framework, policy: AccountingPolicy) -> Iterator[tuple[Measurement, Floats]]:
        """The measurement of one coin bought at the close of each month, and the coins bought, (paths,)."""
        bought = self.funded.runway.bought
        for month in np.flatnonzero(bought.any(axis=0)).tolist():
            # The ledger follows the price, so the close of one path stands for that of each.
            close = float(self.funded.close[0, month])
            ledger = _one_coin(self.asset.books, int(self.months[month]), close)
            yield measure(framework, ledger, self.timeline, self.asset.marks, policy), bought[:, month]


_AMOUNTS = tuple(f.name for f in fields(Measurement) if not f.name.startswith(("lot_", "release_")))
_MEASURED = tuple(name for name in _AMOUNTS if name != "entered_above_cost")


def _scaled(one_coin: Measurement, units: Floats) -> Measurement:
    return Measurement(**{name: getattr(one_coin, name) * units[:, None] for name in _AMOUNTS})


def _one_coin(like: Ledger, mark: int, close: float) -> Ledger:
    """A ledger of one coin bought at the close of `mark` on each path."""
    single, no_releases = np.ones(1), np.zeros(0, dtype=np.intp)
    return replace(
        like.with_releases(no_releases, no_releases),
        acquired=np.array([mark], dtype=np.intp),
        quantity=single,
        unit_cost=single * close,
        lot=np.zeros(1, dtype=np.intp),
        wallet=("main",),
        opening=np.full(1, np.nan),
        lot_ids=("bought",),
        disposals=(),
        follows=np.array([FOLLOWS.index("price")], dtype=np.intp),
        priced_at=single * close,
    )
