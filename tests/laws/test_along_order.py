"""Sales along one order on many paths: with what they take out, a measurement is that of each path alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.histories import History, histories
from tests.laws.test_laws import POLICIES, size
from tests.laws.test_many_paths import AMOUNTS, many_paths, with_typed_balances
from treasury_sim.accounting import FRAMEWORKS, AccountingPolicy
from treasury_sim.domain.arrays import DAY, Days, Floats, Ints
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.ledger_lines import sold_lines
from treasury_sim.domain.plan import Disposal
from treasury_sim.domain.sold_in_order import SaleOrder, UnitsSold
from treasury_sim.domain.timeline import Timeline
from treasury_sim.measure.by_lot import measure_by_lot
from treasury_sim.measure.by_order import SoldUnits
from treasury_sim.measure.cumulative import NOTHING_ENTERED, measurement
from treasury_sim.measure.measurer import measure
from treasury_sim.treasury.ledgers import Activity, LedgerPolicy, book_cost, build_ledger
from treasury_sim.treasury.lot_relief import LOT_RELIEF
from treasury_sim.treasury.windows import split

SALES, PATHS = 3, 5
RULES = sorted({key: f.rule for key, f in FRAMEWORKS.items() if f.predecessor is None})
WITHOUT_SALES = histories(max_sales=0, reliefs=("fifo", "lifo", "hifo"), pooled=(False,))


@given(WITHOUT_SALES, st.sampled_from(RULES), POLICIES, st.integers(0, 2**32 - 1), st.booleans())
def test_sales_along_an_order_are_those_of_each_path_alone(
    history: History, key: str, policy: AccountingPolicy, seed: int, typed: bool
) -> None:
    generator = np.random.default_rng(seed)
    rule, plain = FRAMEWORKS[key].rule, history.activity()
    last = int(history.ledger().acquired.max())
    days = history.timeline().days
    later = np.unique(generator.choice(np.arange(days[last], days[-1] + DAY), SALES))
    timeline = Timeline.of(np.concatenate([plain.bought.day, later]), history.timeline().quarters)
    ledger = build_ledger(plain, timeline, _policy(history.relief))
    if typed:
        ledger = with_typed_balances(ledger, seed)
    marks = many_paths(replace_timeline(history, timeline), seed, PATHS).apart(timeline.quarter_marks)
    mark = timeline.mark_of(later)
    total = ledger.quantity.sum()
    shares = generator.dirichlet(np.ones(later.size + 1), PATHS).T[:-1] * generator.choice([0.0, 0.6, 1.0], PATHS)
    close = np.stack([np.broadcast_to(marks.close_at(one), PATHS) for one in mark.tolist()])
    price = close * generator.uniform(0.8, 1.2, (later.size, PATHS))
    order, sold = _order(history.relief, ledger), _sales_on_paths(mark, shares * total, price)
    base = measure(FRAMEWORKS[key], ledger, timeline, marks, policy)
    taken_out = SoldUnits(rule, ledger, timeline, marks, policy=policy, order=order, sales=mark.tolist())
    change = measurement(rule, taken_out.passed(marks, sold), sold_lines(order, sold, timeline), NOTHING_ENTERED)
    for path in range(PATHS):
        sells = replace(_with_sales(history, timeline, later, sold, path), opening=ledger.opening)
        alone = measure_by_lot(rule, sells, timeline, marks.path(path), policy)
        for name in AMOUNTS:
            np.testing.assert_allclose(
                getattr(base, name)[path] + getattr(change, name)[path],
                getattr(alone, name)[0],
                rtol=0.0,
                atol=1e-8 * size(history),
                err_msg=name,
            )


def replace_timeline(history: History, timeline: Timeline) -> History:
    changed = replace(history)
    changed.__dict__["_timeline"] = timeline
    return changed


def _policy(relief: str) -> LedgerPolicy:
    return LedgerPolicy(relief, lambda _: None, lambda lot: book_cost(lot, capitalise_fees=True))


def _order(relief: str, ledger: Ledger) -> SaleOrder:
    key = LOT_RELIEF[relief]
    order = sorted(
        range(ledger.quantity.size),
        key=lambda part: key(int(ledger.acquired[part]), part, float(ledger.unit_cost[part])),
    )
    part = np.array(order, dtype=np.intp)
    return SaleOrder(ledger, part, ledger.quantity[part])


def _sales_on_paths(mark: Ints, units: Floats, price: Floats) -> list[UnitsSold]:
    after = np.cumsum(units, axis=0)
    rows = zip(mark.tolist(), after - units, after, price, units * price, strict=True)
    return [UnitsSold(*row) for row in rows]


def _with_sales(history: History, timeline: Timeline, days: Days, sold: list[UnitsSold], path: int) -> Ledger:
    """The ledger in which what the path sells are ordinary disposals."""
    plain = history.activity()
    out = [
        Disposal("sale", row, day.astype(object), "BTC", units, float(taking.net[path]))
        for row, (day, taking) in enumerate(zip(days, sold, strict=True))
        if (units := float(taking.after[path] - taking.before[path])) > 0.0
    ]
    parts = split([(one.date, None, one.quantity) for one in out], lambda _: "even", history.daily)
    return build_ledger(Activity(plain.lots, plain.bought, out, parts), timeline, _policy(history.relief))
