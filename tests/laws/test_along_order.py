"""Sales along one order on many paths: with what they take out, a measurement is that of each path alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.histories import History, histories
from tests.laws.test_laws import POLICIES, size
from tests.laws.test_many_paths import AMOUNTS, many_paths
from treasury_sim.domain.arrays import Days, Floats, Ints
from treasury_sim.domain.holding import Disposal
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.timeline import Timeline
from treasury_sim.frameworks import FRAMEWORKS, AccountingPolicy
from treasury_sim.frameworks.along_order import SoldAlong, taken_out
from treasury_sim.frameworks.by_lot import measure_by_lot
from treasury_sim.treasury.ledgers import Activity, LedgerPolicy, book_cost, build_ledger
from treasury_sim.treasury.lot_relief import LOT_RELIEF
from treasury_sim.treasury.windows import split

SALES, PATHS = 3, 5
RULES = sorted({key: f.rule for key, f in FRAMEWORKS.items() if f.predecessor is None})
WITHOUT_SALES = histories(max_sales=0, reliefs=("fifo", "lifo", "hifo"), pooled=(False,))


@given(WITHOUT_SALES, st.sampled_from(RULES), POLICIES, st.integers(0, 2**32 - 1))
def test_sales_along_an_order_are_those_of_each_path_alone(
    history: History, key: str, policy: AccountingPolicy, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    rule, plain = FRAMEWORKS[key].rule, history.activity()
    last = int(history.ledger().acquired.max())
    days = history.timeline().days
    later = np.unique(generator.choice(np.arange(days[last], days[-1] + 1), SALES))
    timeline = Timeline.of(np.concatenate([plain.bought.day, later]), history.timeline().quarters)
    ledger = build_ledger(plain, timeline, _policy(history.relief))
    marks = many_paths(replace_timeline(history, timeline), seed, PATHS)
    mark = timeline.mark_of(later)
    total = ledger.quantity.sum()
    shares = generator.dirichlet(np.ones(later.size + 1), PATHS).T[:-1] * generator.choice([0.0, 0.6, 1.0], PATHS)
    price = marks.close[:, mark].T * generator.uniform(0.8, 1.2, (later.size, PATHS))
    sold = _along(history.relief, ledger, mark, shares * total, price)
    base = FRAMEWORKS[key].measure(ledger, timeline, marks, policy)
    change = taken_out(rule, ledger, timeline, marks, policy=policy, sold=sold)
    for path in range(PATHS):
        alone = measure_by_lot(
            rule, _with_sales(history, timeline, later, sold, path), timeline, marks.path(path), policy
        )
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


def _along(relief: str, ledger: Ledger, mark: Ints, units: Floats, price: Floats) -> SoldAlong:
    key = LOT_RELIEF[relief]
    order = sorted(
        range(ledger.quantity.size),
        key=lambda part: key(int(ledger.acquired[part]), part, float(ledger.unit_cost[part])),
    )
    part = np.array(order, dtype=np.intp)
    return SoldAlong(part, ledger.quantity[part], mark, units, price)


def _with_sales(history: History, timeline: Timeline, days: Days, sold: SoldAlong, path: int) -> Ledger:
    """The ledger in which what the path sells are ordinary disposals."""
    plain = history.activity()
    out = [
        Disposal("sale", row, day.astype(object), "BTC", float(units), float(units * price))
        for row, (day, units, price) in enumerate(zip(days, sold.units[:, path], sold.price[:, path], strict=True))
        if units > 0.0
    ]
    parts = split([(one.date, None, one.quantity) for one in out], lambda _: "even", history.daily)
    return build_ledger(Activity(plain.lots, plain.bought, out, parts), timeline, _policy(history.relief))
