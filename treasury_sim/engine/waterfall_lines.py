"""What the waterfall changes in the lines of its asset on many paths: coins sold along one order, coins bought.

On one path its purchases and sales are lots and disposals. On many paths their number differs, so they stay out of the
ledgers: what is sold is taken out of the measurement along the relief order, and what is bought in a month is measured
as one coin and multiplied, because every rule adds up over units.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.ledger import FOLLOWS, Ledger
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.measure import AssetPass
from treasury_sim.engine.prepare import Funded, Prepared
from treasury_sim.frameworks import AccountingPolicy, Framework
from treasury_sim.frameworks.along_order import SoldAlong, taken_out
from treasury_sim.treasury.lot_relief import LOT_RELIEF, unnamed

Lines = dict[str, Floats]


@dataclass(frozen=True)
class Orders:
    """The order in which coins are sold, in the books and for tax, and how many of each part there are when it begins.

    Attributes
    ----------
    books, tax : (n,)
        Parts of the ledgers.
    books_units, tax_units : (n,)
        Units of them [coins].
    """

    books: Ints
    books_units: Floats
    tax: Ints
    tax_units: Floats

    @classmethod
    def of(cls, asset: AssetPass, mark: int, relief: str, tax_relief: str) -> Orders:
        """The orders of what is held after the events of `mark`."""
        books, tax = (_order(ledger, mark, how) for ledger, how in ((asset.books, relief), (asset.tax, tax_relief)))
        return cls(books, asset.books.held(mark)[books], tax, asset.tax.held(mark)[tax])


def _order(ledger: Ledger, mark: int, relief: str) -> Ints:
    key = LOT_RELIEF[unnamed(relief)]
    held = np.flatnonzero(ledger.held(mark)).tolist()
    found = sorted(held, key=lambda part: key(int(ledger.acquired[part]), part, float(ledger.unit_cost[part])))
    return np.array(found, dtype=np.intp)


def reasons(prepared: Prepared, asset: AssetPass, first: date) -> Iterator[str]:
    """Why a waterfall cannot be added to many paths at once, in words; none where it can."""
    spec = prepared.scenario.spec
    name = spec.capital.asset
    reliefs = {spec.plan.lot_relief, spec.plan.tax_lot_relief or spec.plan.lot_relief}
    buys = any(row.to_bitcoin > 0.0 for row in spec.capital.issuance)
    later = any(lot.enters >= first for lot in prepared.assets[name].lots)
    if asset.books.pooled or asset.tax.pooled:
        yield f"{name} is one unit of account, of which the waterfall sells"
    if any(out.date >= spec.period.start for out in prepared.assets[name].disposals):
        yield f"the plan sells {name}, and so may the waterfall"
    if asset.books.follows.any():
        yield f"{name} is bought at market, which takes another amount of cash on each path"
    if (buys or later) and reliefs & {"lifo", "hifo"}:
        yield f"{name} is bought and sold under another relief than first-in first-out"
    if prepared.adoption_quarter > len(prepared.quarters) - len(prepared.reported):
        yield "a new standard is adopted within the period, and the waterfall may sell"


@dataclass(frozen=True)
class Changes:
    """What the waterfall changes on a chunk of paths, ready for any framework.

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
        """What is added to each line of the asset under `framework`, (paths, quarters)."""
        runway, quarter_of = self.funded.runway, self.timeline.quarter_of_mark[self.months]
        moved = self._measured(framework, policy)
        spent, net = self._by_quarter(runway.spent, quarter_of), self._net(quarter_of)
        books = self._cost_sold(self.asset.books, self.orders.books, self.orders.books_units)
        tax = self._cost_sold(self.asset.tax, self.orders.tax, self.orders.tax_units)
        units = self._by_quarter(runway.bought, quarter_of) - self._by_quarter(_sold(self.funded), quarter_of)
        opening = np.concatenate([np.zeros_like(moved.carrying[:, :1]), moved.carrying[:, :-1]], axis=1)
        return {
            **{name: getattr(moved, name) for name in _MEASURED},
            "opening_carrying": opening,
            "additions": spent,
            "net_proceeds": net,
            "units": np.cumsum(units, axis=1),
            "fair_value": np.cumsum(units, axis=1) * self.asset.marks.quarter_end,
            "cost_basis": np.cumsum(spent - books, axis=1),
            "tax_basis": np.cumsum(spent - tax, axis=1),
            "tax_basis_released": tax,
            "taxable_proceeds": net,
            "realised_gain_disclosed": net - books,
        }

    def _by_quarter(self, amounts: Floats, quarter_of: Ints) -> Floats:
        total = np.zeros((amounts.shape[0], len(self.timeline.quarters)))
        for month, quarter in enumerate(quarter_of.tolist()):
            total[:, quarter] += amounts[:, month]
        return total

    def _net(self, quarter_of: Ints) -> Floats:
        runway = self.funded.runway
        return self._by_quarter(runway.called_proceeds + runway.forced_proceeds, quarter_of)

    def _sold(self, part: Ints, quantity: Floats) -> SoldAlong:
        """Every sale: of each month first for a margin call, then for what is due."""
        runway = self.funded.runway
        units = np.stack([runway.called_sold.T, runway.forced_sold.T], axis=1).reshape(-1, runway.cash.shape[0])
        money = np.stack([runway.called_proceeds.T, runway.forced_proceeds.T], axis=1).reshape(units.shape)
        price = np.divide(money, units, out=np.ones_like(money), where=units > 0.0)
        happens = units.any(axis=1)
        return SoldAlong(part, quantity, np.repeat(self.months, 2)[happens], units[happens], price[happens])

    def _cost_sold(self, ledger: Ledger, part: Ints, quantity: Floats) -> Floats:
        """Cost of what is sold in each quarter in one ledger, (paths, quarters)."""
        so_far = np.cumsum(_sold(self.funded), axis=1)
        ends = np.concatenate([[0.0], np.cumsum(quantity)])
        cost = np.interp(so_far, ends, np.concatenate([[0.0], np.cumsum(quantity * ledger.unit_cost[part])]))
        return self._by_quarter(np.diff(cost, axis=1, prepend=0.0), self.timeline.quarter_of_mark[self.months])

    def _measured(self, framework: Framework, policy: AccountingPolicy) -> Measurement:
        """What sales take out and purchases add under a rule."""
        sold = self._sold(self.orders.books, self.orders.books_units)
        marks, shape = self.asset.marks, (self.asset.marks.paths, len(self.timeline.quarters))
        # Before the adoption a typed balance is that of the rule then in force, see `Framework.measure`.
        is_before = self.timeline.quarter_of_mark[self.asset.books.acquired] < policy.adoption_quarter
        opening = np.where(is_before & (framework.predecessor is not None), np.nan, self.asset.books.opening)
        books = replace(self.asset.books, opening=opening)
        parts = [_scaled(one, bought) for one, bought in self._cohorts(framework, policy)]
        if sold.mark.size:
            parts.append(taken_out(framework.rule, books, self.timeline, marks, policy=policy, sold=sold))
        totals = {name: sum((getattr(part, name) for part in parts), np.zeros(shape)) for name in _AMOUNTS}
        return Measurement(**totals)

    def _cohorts(self, framework: Framework, policy: AccountingPolicy) -> Iterator[tuple[Measurement, Floats]]:
        """One coin bought at the close of each month, measured; and how many were bought, (paths,)."""
        bought = self.funded.runway.bought
        for month in np.flatnonzero(bought.any(axis=0)).tolist():
            close = float(self.funded.close[0, month])
            ledger = _one_coin(self.asset.books, int(self.months[month]), close)
            yield framework.measure(ledger, self.timeline, self.asset.marks, policy), bought[:, month]


def _sold(funded: Funded) -> Floats:
    """Coins sold in each month, (paths, months)."""
    return funded.runway.called_sold + funded.runway.forced_sold


_AMOUNTS = tuple(f.name for f in fields(Measurement) if not f.name.startswith(("lot_", "release_")))
_MEASURED = tuple(name for name in _AMOUNTS if name != "entered_above_cost")


def _scaled(one: Measurement, units: Floats) -> Measurement:
    return Measurement(**{name: getattr(one, name) * units[:, None] for name in _AMOUNTS})


def _one_coin(like: Ledger, mark: int, close: float) -> Ledger:
    """A ledger of one coin bought at the close of `mark`, whatever that is on a path."""
    one, none = np.ones(1), np.zeros(0)
    no_marks = np.zeros(0, dtype=np.intp)
    return replace(
        like,
        acquired=np.array([mark], dtype=np.intp),
        quantity=one,
        unit_cost=one * close,
        lot=np.zeros(1, dtype=np.intp),
        wallet=("main",),
        opening=np.full(1, np.nan),
        lot_ids=("bought",),
        disposals=(),
        release_part=no_marks,
        release_mark=no_marks,
        release_disposal=no_marks,
        release_quantity=none,
        release_cost=none,
        release_gross=none,
        release_net=none,
        follows=np.array([FOLLOWS.index("price")], dtype=np.intp),
        release_follows=no_marks,
        priced_at=one * close,
        release_priced_at=none,
    )
