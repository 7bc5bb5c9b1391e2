"""What holds for every framework, and what holds for one rule only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.histories import DAYS, History, day, histories
from tests.laws import plain
from treasury_sim.accounting import FRAMEWORKS, AccountingPolicy
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.ledger import sum_by_quarter
from treasury_sim.domain.plan import Sale
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Quarter, Timeline
from treasury_sim.market.marks import OBSERVED_DAYS
from treasury_sim.measure.measurer import measure

KEYS = st.sampled_from(sorted(FRAMEWORKS))
POLICIES = st.builds(
    AccountingPolicy,
    adoption_quarter=st.integers(0, 5),
    disposal_costs=st.sampled_from([0.0, 0.01]),
    permanent=st.lists(st.booleans(), min_size=4, max_size=4).map(np.array),
    remeasure_before_disposal=st.booleans(),
    fluctuation_reserve=st.sampled_from([0.0, 0.3, 1.0]),
    year_to_date=st.booleans(),
)
BY_LOT = histories(reliefs=("fifo", "hifo", "lifo"), pooled=(False,))


NO_CHOICES = AccountingPolicy()


def measured(
    history: History, key: str, policy: AccountingPolicy = NO_CHOICES, observed: str = "intraday_low"
) -> Measurement:
    return measure(FRAMEWORKS[key], history.ledger(), history.timeline(), history.marks(observed), policy)


def size(history: History) -> float:
    """How large amounts get, for tolerances of rounding."""
    ledger = history.ledger()
    return float(ledger.quantity @ ledger.unit_cost + ledger.quantity.sum() * history.daily.close.max())


@given(histories(), KEYS, POLICIES)
def test_every_quarter_rolls_forward(history: History, key: str, policy: AccountingPolicy) -> None:
    found = measured(history, key, policy)
    ledger, timeline = history.ledger(), history.timeline()
    additions = sum_by_quarter(ledger.quantity * ledger.unit_cost, ledger.acquired, timeline)
    opening = np.concatenate([np.zeros((1, 1)), found.carrying[:, :-1]], axis=1)
    moved = found.remeasurement_pl + found.remeasurement_oci + found.equity_direct - found.disposed_carrying
    np.testing.assert_allclose(opening + additions + moved, found.carrying, atol=1e-9 * size(history))


@given(histories(), KEYS, POLICIES)
def test_over_a_whole_life_every_framework_gives_proceeds_less_cost(
    history: History, key: str, policy: AccountingPolicy
) -> None:
    held = sum(lot.quantity for lot in history.lots) - sum(sale.quantity or 0.0 for sale in history.sales)
    last = Sale(day(DAYS - 1), held, proceeds=held * 123.0) if held > 1e-9 else None
    sold = replace(history, sales=(*history.sales, last) if last else history.sales)
    found = measured(sold, key, policy)
    paid = sum(lot.quantity * lot.unit_cost + lot.fee for lot in sold.lots)
    received = sum((sale.proceeds or 0.0) - sale.fee for sale in sold.sales)
    total = found.remeasurement_pl + found.remeasurement_oci + found.equity_direct + found.realised_pl
    assert total.sum() == pytest.approx(received - paid, abs=1e-8 * size(sold))
    assert found.carrying[0, -1] == pytest.approx(0.0, abs=1e-8 * size(sold))


@given(histories(max_sales=0), KEYS, POLICIES)
def test_splitting_a_lot_changes_nothing(history: History, key: str, policy: AccountingPolicy) -> None:
    halves = tuple(
        replace(lot, quantity=lot.quantity / 2, fee=lot.fee / 2, id=f"{lot.id}-{half}")
        for lot in history.lots
        for half in "ab"
    )
    whole, split = (measured(h, key, policy) for h in (history, replace(history, lots=halves)))
    np.testing.assert_allclose(split.remeasurement_pl, whole.remeasurement_pl, atol=1e-9 * size(history))
    np.testing.assert_allclose(split.carrying, whole.carrying, atol=1e-9 * size(history))


@given(histories(), KEYS, POLICIES, st.sampled_from([0.5, 7.0, 1e6]))
def test_scaling_prices_and_costs_scales_every_amount(
    history: History, key: str, policy: AccountingPolicy, factor: float
) -> None:
    daily = replace(history.daily, low=history.daily.low * factor, close=history.daily.close * factor)
    lots = tuple(replace(lot, unit_cost=lot.unit_cost * factor, fee=lot.fee * factor) for lot in history.lots)
    sales = tuple(
        replace(sale, proceeds=(sale.proceeds or 0.0) * factor, fee=sale.fee * factor) for sale in history.sales
    )
    scaled = replace(history, daily=daily, lots=lots, sales=sales, quarter_end=history.quarter_end * factor)
    one, many = measured(history, key, policy), measured(scaled, key, policy)
    np.testing.assert_allclose(many.remeasurement_pl, one.remeasurement_pl * factor, atol=1e-8 * factor * size(history))
    np.testing.assert_allclose(many.carrying, one.carrying * factor, atol=1e-8 * factor * size(history))


@given(histories(), histories(), KEYS, POLICIES)
def test_paths_do_not_touch_each_other(one: History, other: History, key: str, policy: AccountingPolicy) -> None:
    """Two paths measured together, in either order, give what each gives alone."""
    timeline, ledger = one.timeline(), one.ledger()
    first = one.marks()
    second = replace(one, daily=other.daily, quarter_end=other.quarter_end).marks()

    def both(*marks: Marks) -> Measurement:
        close, low, ends = (
            np.concatenate([getattr(m, name) for m in marks]) for name in ("close", "low", "quarter_end")
        )
        stacked = Marks(close, low, ends)
        return measure(FRAMEWORKS[key], ledger, timeline, stacked, policy)

    forward, backward = both(first, second), both(second, first)
    alone = measure(FRAMEWORKS[key], ledger, timeline, first, policy)
    for name in ("carrying", "remeasurement_pl", "disposed_carrying", "equity_direct"):
        np.testing.assert_array_equal(getattr(forward, name), getattr(backward, name)[::-1])
        np.testing.assert_allclose(getattr(forward, name)[:1], getattr(alone, name), atol=1e-9 * size(one))


@given(histories(), KEYS, POLICIES)
def test_inputs_are_left_as_they_were(history: History, key: str, policy: AccountingPolicy) -> None:
    marks, ledger = history.marks(), history.ledger()
    arrays = [marks.close, marks.low, marks.quarter_end, ledger.quantity, ledger.unit_cost, ledger.acquired]
    before = [array.copy() for array in arrays]
    measure(FRAMEWORKS[key], ledger, history.timeline(), marks, policy)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


# --------------------------------------------------------------------- ASC 350-30


@given(BY_LOT)
def test_impairment_agrees_with_a_plain_loop_over_days(history: History) -> None:
    found, expected = measured(history, "us_gaap_impairment"), plain.impairment(history)
    tolerance = 1e-9 * size(history)
    np.testing.assert_allclose(found.carrying[0], expected.carrying, atol=tolerance)
    np.testing.assert_allclose(found.remeasurement_pl[0], expected.charge, atol=tolerance)
    np.testing.assert_allclose(found.disposed_carrying[0], expected.disposed, atol=tolerance)
    np.testing.assert_allclose(found.realised_pl[0], expected.realised, atol=tolerance)


@given(BY_LOT)
def test_an_impairment_is_never_reversed(history: History) -> None:
    found = measured(history, "us_gaap_impairment")
    assert (found.remeasurement_pl <= 1e-9 * size(history)).all()
    by_lot = found.lot_carrying
    assert by_lot is not None
    units = np.stack([history.ledger().units_by_lot(int(m)) for m in history.timeline().quarter_marks], axis=1)
    complete = np.array([[lot.last_day <= q.end for q in history.timeline().quarters] for lot in history.lots])
    one_day = np.array([lot.acquired_to is None for lot in history.lots])
    per_unit = np.divide(by_lot, units, out=np.full_like(by_lot, np.nan), where=(units > 1e-9) & complete)[one_day]
    assert not (np.diff(per_unit, axis=1) > 1e-9 * size(history)).any()


@given(histories(max_sales=0, reliefs=("fifo",), pooled=(False,)), st.integers(0, DAYS - 1), st.floats(0.01, 0.99))
def test_a_low_before_the_purchase_never_touches_a_lot(history: History, when: int, share: float) -> None:
    """Prices up to the day of purchase, and that day's low, do not matter; the day's close does."""
    late = tuple(lot for lot in history.lots if lot.acquired >= day(when))
    if not late:
        return
    holder = replace(history, lots=tuple(replace(lot, acquired_to=None) for lot in late))
    low = holder.daily.low.copy()
    low[: when + 1] *= share
    crashed = replace(holder, daily=replace(holder.daily, low=low))
    np.testing.assert_allclose(
        measured(crashed, "us_gaap_impairment").carrying,
        measured(holder, "us_gaap_impairment").carrying,
        atol=1e-9 * size(holder),
    )


def one_lot(low_after_sale: float) -> History:
    close = np.full(DAYS, 100.0)
    low = close.copy()
    low[50:] = low_after_sale
    days = np.arange(np.datetime64(day(0)), np.datetime64(day(DAYS)))
    from treasury_sim.domain.prices import DailyPrices

    daily = DailyPrices("BTC", days, low, close, "made up")
    lots = (Lot(day(0), 2.0, 100.0, id="kept"), Lot(day(1), 3.0, 100.0, id="sold"))
    sales = (Sale(day(49), 3.0, proceeds=330.0),)
    return History(daily, lots, sales, "lifo", np.full(4, 100.0))


def test_a_low_after_the_sale_never_touches_what_was_sold() -> None:
    found = measured(one_lot(low_after_sale=40.0), "us_gaap_impairment")
    assert found.disposed_carrying[0, 0] == pytest.approx(300.0)
    assert found.realised_pl[0, 0] == pytest.approx(30.0)
    assert found.remeasurement_pl[0, 0] == pytest.approx(-2.0 * 60.0)


@given(
    histories(),
    st.sampled_from(
        [
            ("period_end", "month_end"),
            ("period_end", "weekly"),
            ("month_end", "daily_close"),
            ("weekly", "daily_close"),
            ("daily_close", "intraday_low"),
        ]
    ),
)
def test_looking_more_often_never_gives_a_smaller_cumulative_charge(
    history: History, policies: tuple[str, str]
) -> None:
    coarse, fine = (measured(history, "us_gaap_impairment", observed=observed) for observed in policies)
    assert set(policies) <= set(OBSERVED_DAYS)
    cumulative = [np.cumsum(found.remeasurement_pl, axis=1) for found in (coarse, fine)]
    # A charge not taken while held comes out as a smaller gain on the sale, so compare what has gone through income.
    held = [
        total + np.cumsum(found.realised_pl, axis=1) for total, found in zip(cumulative, (coarse, fine), strict=True)
    ]
    assert (held[1] <= held[0] + 1e-9 * size(history)).all()
    assert (cumulative[1] <= cumulative[0] + 1e-9 * size(history)).all()


# --------------------------------------------------------------------- ASC 350-60


@given(BY_LOT)
def test_fair_value_is_units_times_price(history: History) -> None:
    found = measured(history, "us_gaap_fair_value")
    units = [history.ledger().held(int(mark)).sum() for mark in history.timeline().quarter_marks]
    np.testing.assert_allclose(found.carrying[0], units * history.quarter_end, atol=1e-9 * size(history))


@given(BY_LOT)
def test_under_fair_value_a_sale_brings_only_its_cost_into_income(history: History) -> None:
    found = measured(history, "us_gaap_fair_value")
    assert found.realised_pl.sum() == pytest.approx(-sum(sale.fee for sale in history.sales), abs=1e-9 * size(history))


# --------------------------------------------------------------------- the change of rule


@given(histories(), st.integers(0, 5))
def test_the_adoption_step_goes_to_equity_and_restates_nothing(history: History, adoption: int) -> None:
    switched = measured(history, "us_gaap", AccountingPolicy(adoption))
    before, after = measured(history, "us_gaap_impairment"), measured(history, "us_gaap_fair_value")
    np.testing.assert_array_equal(switched.remeasurement_pl[:, :adoption], before.remeasurement_pl[:, :adoption])
    np.testing.assert_array_equal(switched.remeasurement_pl[:, adoption:], after.remeasurement_pl[:, adoption:])
    step = np.zeros((1, 4))
    if 1 <= adoption <= 3:
        step[0, adoption] = after.carrying[0, adoption - 1] - before.carrying[0, adoption - 1]
    np.testing.assert_array_equal(switched.equity_direct, step)


# --------------------------------------------------------------------- lots and the pool


@given(histories(max_lots=1, reliefs=("fifo",), pooled=(False,)), KEYS, POLICIES)
def test_one_lot_is_its_own_pool(history: History, key: str, policy: AccountingPolicy) -> None:
    """The closed form for a lot and the mark-by-mark recursion for a pool are two ways to the same figures."""
    single = replace(history, lots=tuple(replace(lot, acquired_to=None) for lot in history.lots))
    by_lot, by_pool = measured(single, key, policy), measured(replace(single, pooled=True), key, policy)
    for name in (
        "carrying",
        "remeasurement_pl",
        "remeasurement_oci",
        "disposed_carrying",
        "accumulated_impairment",
        "revaluation_surplus",
        "realised_pl",
        "equity_direct",
    ):
        np.testing.assert_allclose(
            getattr(by_pool, name), getattr(by_lot, name), atol=1e-8 * size(single), err_msg=name
        )


@given(histories(reliefs=("average",)))
def test_average_cost_agrees_with_a_plain_loop(history: History) -> None:
    ledger = history.ledger()
    held = paid = 0.0
    expected = []
    arrivals = sorted(zip(ledger.acquired, ledger.quantity, ledger.unit_cost, strict=True), key=lambda part: part[0])
    for mark, released in zip(ledger.release_mark, ledger.release_quantity, strict=True):
        while arrivals and arrivals[0][0] <= mark:
            _, quantity, cost = arrivals.pop(0)
            held, paid = held + quantity, paid + quantity * cost
        expected.append(released * paid / held)
        held, paid = held - released, paid - expected[-1]
    np.testing.assert_allclose(ledger.release_cost, expected, atol=1e-8 * size(history))


# --------------------------------------------------------------------- own laws of the other frameworks

COST_MODELS_WITH_REVERSAL = ("ifrs_cost", "ifrs_inventory", "hgb_current_asset", "frs102_cost", "swiss_co_cost")
AT_MARKET = (
    "us_gaap_investment_company",
    "jgaap_active_market",
    "ifrs_broker_trader",
    "ifrs_revaluation",
    "frs102_revaluation",
    "swiss_co_market",
    "us_gaap_fair_value",
)


@given(BY_LOT, st.sampled_from(COST_MODELS_WITH_REVERSAL))
def test_a_reversible_write_down_depends_on_the_reporting_date_alone(history: History, key: str) -> None:
    """min(cost, price) for each lot (IAS 36.117, HGB 253(5), CO 960a): not on the low, not on the way there."""
    found = measured(history, key)
    ledger = history.ledger()
    for quarter, mark in enumerate(history.timeline().quarter_marks):
        expected = ledger.held(int(mark)) @ np.minimum(ledger.unit_cost, history.quarter_end[quarter])
        assert found.carrying[0, quarter] == pytest.approx(expected, abs=1e-9 * size(history))
    crashed = replace(history, daily=replace(history.daily, low=history.daily.low * 0.1))
    np.testing.assert_array_equal(measured(crashed, key).carrying, found.carrying)


@given(BY_LOT, st.sampled_from(AT_MARKET))
def test_at_market_the_carrying_amount_is_units_times_price(history: History, key: str) -> None:
    units = [history.ledger().held(int(mark)).sum() for mark in history.timeline().quarter_marks]
    found = measured(history, key)
    np.testing.assert_allclose(found.carrying[0], units * history.quarter_end, atol=1e-9 * size(history))


@given(histories(), st.sampled_from(sorted(set(FRAMEWORKS) - {"ifrs_revaluation", "frs102_revaluation"})), POLICIES)
def test_only_a_revaluation_model_uses_oci(history: History, key: str, policy: AccountingPolicy) -> None:
    found = measured(history, key, policy)
    assert not found.remeasurement_oci.any()
    assert not found.revaluation_surplus.any()


@given(BY_LOT, st.sampled_from(["ifrs_revaluation", "frs102_revaluation"]))
def test_a_surplus_is_what_exceeds_the_cost_of_each_lot(history: History, key: str) -> None:
    """IAS 38.85 and 86: surplus = max(0, price - cost) lot by lot, never negative, never recycled on a sale."""
    found = measured(history, key)
    ledger = history.ledger()
    for quarter, mark in enumerate(history.timeline().quarter_marks):
        expected = ledger.held(int(mark)) @ np.maximum(history.quarter_end[quarter] - ledger.unit_cost, 0.0)
        assert found.revaluation_surplus[0, quarter] == pytest.approx(expected, abs=1e-9 * size(history))
    net = sum((sale.proceeds or 0.0) - sale.fee for sale in history.sales)
    assert found.realised_pl.sum() == pytest.approx(net - found.disposed_carrying.sum(), abs=1e-9 * size(history))


@given(BY_LOT)
def test_without_an_active_market_a_japanese_write_down_is_never_reversed(history: History) -> None:
    found = measured(history, "jgaap_no_active_market")
    assert (found.remeasurement_pl <= 1e-9 * size(history)).all()
    impairment = measured(history, "us_gaap_impairment", observed="period_end")
    assert (found.carrying >= impairment.carrying - 1e-9 * size(history)).all()


@given(BY_LOT, st.lists(st.booleans(), min_size=4, max_size=4))
def test_a_german_fixed_asset_falls_only_where_the_fall_is_permanent(history: History, permanent: list[bool]) -> None:
    found = measured(history, "hgb_fixed_asset", AccountingPolicy(permanent=np.array(permanent)))
    for quarter, is_permanent in enumerate(permanent):
        if not is_permanent:
            assert found.remeasurement_pl[0, quarter] >= -1e-9 * size(history)
    always = measured(history, "hgb_fixed_asset", AccountingPolicy(permanent=np.ones(4, dtype=bool)))
    np.testing.assert_allclose(
        always.carrying, measured(history, "hgb_current_asset").carrying, atol=1e-9 * size(history)
    )
    never = measured(history, "hgb_fixed_asset")
    costs = [history.ledger().cost_basis(int(mark)) for mark in history.timeline().quarter_marks]
    np.testing.assert_allclose(never.carrying[0], costs, atol=1e-9 * size(history))


@given(histories(), st.floats(0.0, 1.0))
def test_a_swiss_reserve_stays_above_the_lower_of_cost_and_market(history: History, share: float) -> None:
    """CO 960b(2)."""
    found = measured(history, "swiss_co_market", AccountingPolicy(fluctuation_reserve=share))
    market = measured(history, "swiss_co_market")
    assert (found.carrying <= market.carrying + 1e-9 * size(history)).all()
    if not history.ledger().pooled:
        assert (found.carrying >= measured(history, "swiss_co_cost").carrying - 1e-9 * size(history)).all()


@given(BY_LOT)
def test_an_investment_company_realises_against_cost(history: History) -> None:
    """ASC 946: realised gain = net proceeds - cost, and it leaves unrealised appreciation at the same time."""
    found = measured(history, "us_gaap_investment_company")
    ledger = history.ledger()
    expected = ledger.release_net.sum() - ledger.release_cost.sum()
    assert found.realised_pl.sum() == pytest.approx(expected, abs=1e-9 * size(history))
    fair_value = measured(history, "us_gaap_fair_value")
    np.testing.assert_allclose(
        found.realised_pl + found.remeasurement_pl,
        fair_value.realised_pl + fair_value.remeasurement_pl,
        atol=1e-9 * size(history),
    )


# --------------------------------------------------------------------- interim figures

YEAR_TO_DATE = st.sampled_from(
    sorted(key for key, framework in FRAMEWORKS.items() if framework.rule.may_be_year_to_date)
)


@given(histories(), YEAR_TO_DATE, POLICIES)
def test_how_often_is_reported_does_not_change_the_year(history: History, key: str, policy: AccountingPolicy) -> None:
    """IAS 34.28: the year measured in four quarters is the year measured once."""
    policy = replace(policy, year_to_date=True)
    ledger, timeline, marks = history.ledger(), history.timeline(), history.marks()
    last = timeline.quarters[-1]
    year = Quarter(timeline.quarters[0].start, last.end, last.fiscal_year, 4)
    once = replace(marks, quarter_end=marks.quarter_end[:, -1:])
    by_quarter = measure(FRAMEWORKS[key], ledger, timeline, marks, policy)
    annual_policy = replace(policy, permanent=None if policy.permanent is None else policy.permanent[-1:])
    by_year = measure(FRAMEWORKS[key], ledger, Timeline(timeline.days, (year,)), once, annual_policy)
    for name in ("remeasurement_pl", "remeasurement_oci", "realised_pl", "disposed_carrying"):
        quarters, annual = getattr(by_quarter, name).sum(axis=1), getattr(by_year, name)[:, 0]
        np.testing.assert_allclose(quarters, annual, atol=1e-8 * size(history), err_msg=name)
    np.testing.assert_allclose(by_quarter.carrying[:, -1], by_year.carrying[:, 0], atol=1e-8 * size(history))
