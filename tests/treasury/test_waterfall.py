"""The waterfall against a plain loop, its laws of conservation, and by hand."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.plain_waterfall import PlainHolder, plain_waterfall
from tests.treasury.funding import MONTHS, claim, constant, funding, holders, prices
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.claims import Funding, Program, ReliefOrder, Runway
from treasury_sim.treasury.waterfall import run_waterfall

LOTS = [(30.0, 20.0), (40.0, 90.0), (30.0, 140.0)]
ORDER = ReliefOrder.of(*np.array(LOTS).T)
RATE = 0.25


def tax(gains: Floats) -> Floats:
    return RATE * np.maximum(gains[:, -1], 0.0)


def plain_tax(gains: list[float]) -> float:
    return RATE * max(gains[-1], 0.0)


def ran(holder: Funding, close: Floats, low: Floats | None = None) -> Runway:
    return run_waterfall(holder, close, close if low is None else low, cash_tax=tax, basis=ORDER)


@settings(max_examples=60)
@given(holders(), st.integers(0, 1_000))
def test_it_is_the_plain_loop_on_every_path(holder: Funding, seed: int) -> None:
    close, low = prices(seed, paths=3)
    found = ran(holder, close, low)
    plain_holder = PlainHolder(holder, LOTS)
    for path in range(3):
        plain = plain_waterfall(plain_holder, close[path].tolist(), low[path].tolist(), plain_tax)
        for name, line in plain.items():
            np.testing.assert_allclose(getattr(found, name)[path], line, rtol=1e-9, atol=1e-6, err_msg=name)


def before(balance: Floats, first: float) -> Floats:
    return np.concatenate([np.full((balance.shape[0], 1), first), balance[:, :-1]], axis=1)


@settings(max_examples=100)
@given(holders(), st.integers(0, 1_000))
def test_cash_coins_and_claims_tie_out_every_month_on_every_path(holder: Funding, seed: int) -> None:
    found = ran(holder, *prices(seed, paths=4))
    near = 1e-6
    money = found.cash + found.reserve
    moved = (
        holder.operating
        + found.raised
        - found.spent
        + found.called_proceeds
        + found.forced_proceeds
        - found.interest_due
        - found.dividends_paid
        - found.repaid
        - found.tax_due
        + found.unpaid
        - before(found.unpaid, 0.0)
    )
    np.testing.assert_allclose(money - before(money, holder.cash + holder.reserve), moved, atol=near)
    coins = found.bought - found.called_sold - found.forced_sold
    np.testing.assert_allclose(found.units - before(found.units, holder.units), coins, atol=near)
    principal = found.loans + found.notes
    opening = sum(one.amount for one in holder.claims if one.kind != "preferred")
    np.testing.assert_allclose(principal - before(principal, opening), -found.repaid - found.converted, atol=near)
    issued = before(found.preferred, sum(one.amount for one in holder.claims if one.kind == "preferred"))
    np.testing.assert_allclose(found.preferred - issued, found.issued_preferred, atol=near)
    new = found.issued_shares + found.converted_shares
    np.testing.assert_allclose(found.shares - before(found.shares, holder.shares), new, atol=near)


@settings(max_examples=60)
@given(holders(), st.integers(0, 1_000))
def test_what_is_accrued_is_due_or_owed(holder: Funding, seed: int) -> None:
    found = ran(holder, *prices(seed, paths=2))
    cumulative = [one for one in holder.claims if one.kind != "preferred" or one.cumulative]
    only = ran(replace(holder, claims=tuple(cumulative), programs=()), *prices(seed, paths=2))
    owed = only.accrued + only.arrears
    moved = only.interest + only.dividends - only.interest_due - only.dividends_paid
    np.testing.assert_allclose(owed - before(owed, 0.0), moved, atol=1e-6)
    assert (found.arrears >= -1e-9).all()


@settings(max_examples=60)
@given(holders(), st.integers(0, 1_000))
def test_nothing_is_below_nothing(holder: Funding, seed: int) -> None:
    found = ran(holder, *prices(seed, paths=4))
    for field in fields(Runway):
        if field.name not in {"tax_due", "tax_payable", "under_called"}:
            assert (getattr(found, field.name) >= -1e-6).all(), field.name
    assert (found.pledged <= found.units + 1e-9).all()
    assert (found.unpaid * found.cash <= 1e-3).all()


@settings(max_examples=60)
@given(holders(), st.integers(0, 1_000))
def test_selling_never_creates_value(holder: Funding, seed: int) -> None:
    """Without issuance, coins at the close plus money less what is due is what it would be had nothing been sold."""
    close, low = prices(seed, paths=4)
    holder = replace(holder, programs=(), mnav=np.full(MONTHS, 1.0))
    found = ran(holder, close, low)
    kept = found.units * close + found.cash + found.reserve - found.unpaid
    gone = found.interest_due + found.dividends_paid + found.repaid + found.tax_due
    sold = found.called_sold + found.forced_sold
    value = (before(found.units, holder.units)) * close + before(
        found.cash + found.reserve, holder.cash + holder.reserve
    )
    value = value - before(found.unpaid, 0.0) + holder.operating - gone
    # A call met at the trigger sells below or above the close; everything else sells at it.
    at_trigger = found.called_proceeds - found.called_sold * close
    np.testing.assert_allclose(kept, value + at_trigger, atol=1e-5)
    assert (found.forced_proceeds == pytest.approx(found.forced_sold * close)) or not sold.any()


@settings(max_examples=40)
@given(st.floats(1.0, 40.0), st.integers(0, 1_000), st.integers(0, MONTHS - 1))
def test_a_converted_note_leaves_debt_and_enters_shares_once(price: float, seed: int, due: int) -> None:
    holder = funding(claim("note", 500.0, due=due, conversion_price=price))
    found = ran(holder, *prices(seed, paths=4))
    in_shares = found.converted.sum(axis=1)
    np.testing.assert_allclose(found.converted_shares.sum(axis=1) * price, in_shares, atol=1e-9)
    np.testing.assert_allclose(in_shares + found.repaid.sum(axis=1), 500.0)
    assert ((found.converted > 0).sum(axis=1) <= 1).all()
    assert (found.notes[:, :due] == 500.0).all()
    assert not found.notes[:, due:].any()
    in_the_money = found.share_price[:, due] >= price
    np.testing.assert_array_equal(in_shares > 0, in_the_money)


@given(st.integers(0, 1_000))
def test_paths_do_not_touch_each_other(seed: int) -> None:
    holder = funding(claim("loan", 900.0, 0.1, collateral=20.0, max_ltv=0.8, restored_ltv=0.5), cash=50.0)
    close, low = prices(seed, paths=5)
    order = np.random.default_rng(seed).permutation(5)
    found, mixed = ran(holder, close, low), ran(holder, close[order], low[order])
    for field in fields(Runway):
        one, other = getattr(found, field.name), getattr(mixed, field.name)
        np.testing.assert_array_equal(one[:, order] if field.name in {"settled", "declared"} else one[order], other)


# ------------------------------------------------------------------------------------- by hand


def test_the_order_is_cash_then_raised_then_reserve_then_coins() -> None:
    """1,000 are due: 200 in cash, 300 raised, 100 of reserve, so 400 of coins at 50: 8 coins."""
    program = Program(of=-1, per_month=300.0, above_mnav=0.0, up_to=1e9, to_bitcoin=1.0, price=1.0, fee=0.0)
    holder = funding(claim("loan", 1_000.0, due=0), programs=(program,), cash=200.0, reserve=100.0)
    found = ran(holder, constant(50.0))
    assert found.forced_sold[0, 0] == pytest.approx(8.0)
    assert (found.cash[0, 0], found.reserve[0, 0], found.bought[0, 0]) == (0.0, 0.0, 0.0)
    # 300 bought 60 shares at 50 x 100 / 1,000 each; in the next month the 300 buy coins.
    assert found.issued_shares[0, 0] == pytest.approx(60.0)
    assert found.bought[0, 1] == pytest.approx(6.0)


def test_the_tax_of_a_forced_sale_is_due_in_the_month_after_the_quarter() -> None:
    """40 coins leave at 50: 30 that cost 20 and 10 that cost 90, so basis 1,500, gain 500, tax 125."""
    holder = funding(claim("loan", 2_000.0, due=1))
    found = ran(holder, constant(50.0))
    assert found.forced_sold[0, 1] == pytest.approx(40.0)
    assert found.released_basis[0, 1] == pytest.approx(1_500.0)
    assert found.tax_payable[0, 2] == pytest.approx(125.0)
    assert found.tax_due[0, 3] == pytest.approx(125.0)
    assert found.forced_sold[0, 3] == pytest.approx(2.5)


def test_a_margin_call_is_seen_in_the_low_and_met_at_the_close() -> None:
    """20 coins against 1,000: at 62.5 the loan is 80 %. The low of 60 calls, the close is 80: 25 coins are 50 %."""
    loan = claim("loan", 1_000.0, collateral=20.0, max_ltv=0.8, restored_ltv=0.5)
    close = constant(80.0)
    low = close.copy()
    low[0, 1] = 60.0
    found = ran(funding(loan), close, low)
    assert found.posted[0].tolist() == [0.0, pytest.approx(5.0), *[0.0] * (MONTHS - 2)]
    assert found.pledged[0, 1] == pytest.approx(25.0)
    assert not found.called_sold.any()


def test_a_margin_call_met_by_selling_at_the_trigger() -> None:
    """At the trigger of 62.5: s coins with (1,000 - 62.5 s) = 50 % of (20 - s) x 62.5, so s = 12."""
    loan = claim("loan", 1_000.0, collateral=20.0, max_ltv=0.8, restored_ltv=0.5, posts=False, at_trigger=True)
    close = constant(80.0)
    low = close.copy()
    low[0, 1] = 60.0
    found = ran(funding(loan, spot=80.0), close, low)
    assert found.called_sold[0, 1] == pytest.approx(12.0)
    assert found.called_proceeds[0, 1] == pytest.approx(750.0)
    assert found.loans[0, 1] == pytest.approx(250.0)
    assert found.pledged[0, 1] == pytest.approx(8.0)
    assert found.cash[0, 1] == pytest.approx(0.0)


def test_a_call_ends_at_the_stated_ratio_and_leaves_the_interest_of_the_month() -> None:
    """1,000 at 12 % a year, 20 coins; the low of 60 calls in the second month, met at the close of 80 down to 50 %.

    (1,000 - 80 s) = 50 % of (20 - s) x 80, so s = 5 and 600 are left of 1,000. The interest of both months is 10 each,
    since 1,000 was owed in them; from then on 6.
    """
    loan = claim("loan", 1_000.0, 0.12, collateral=20.0, max_ltv=0.8, restored_ltv=0.5, posts=False)
    close = constant(80.0)
    low = close.copy()
    low[0, 1] = 60.0
    found = ran(funding(loan, spot=80.0, cash=1_000.0), close, low)
    assert found.called_sold[0, 1] == pytest.approx(5.0)
    assert found.loans[0, 1] == pytest.approx(600.0)
    assert found.loans[0, 1] / (found.pledged[0, 1] * 80.0) == pytest.approx(0.5)
    assert found.interest[0, :3].tolist() == pytest.approx([10.0, 10.0, 6.0])


@settings(max_examples=60)
@given(st.floats(0.0, 0.3), st.floats(100.0, 1_500.0), st.integers(0, 1_000))
def test_a_call_met_by_selling_ends_at_the_stated_ratio(rate: float, amount: float, seed: int) -> None:
    """Whatever has accrued by then, unless all that was pledged is gone."""
    loan = claim("loan", amount, rate, collateral=20.0, max_ltv=0.8, restored_ltv=0.5, posts=False)
    close, low = prices(seed, paths=4)
    found = ran(funding(loan, cash=1e6), close, low)
    called = (found.called_sold > 0.0) & (found.pledged > 1e-9)
    np.testing.assert_allclose((found.loans / np.maximum(found.pledged * close, 1e-12))[called], 0.5)
    np.testing.assert_allclose(found.interest, before(found.loans, amount) * rate / 12, atol=1e-9)


def test_a_holder_that_does_not_sell_owes_on() -> None:
    holder = funding(claim("loan", 1_000.0, due=0), cash=400.0, sells=False, operating=np.full(MONTHS, 100.0))
    found = ran(holder, constant(50.0))
    assert found.unpaid[0].tolist() == pytest.approx([500.0, 400.0, 300.0, 200.0, 100.0, 0.0, 0.0, 0.0, 0.0])
    assert found.units[0, -1] == 100.0


def test_a_put_is_asked_for_out_of_the_money_only() -> None:
    note = claim("note", 500.0, due=5, put=2, conversion_price=12.0)
    cheap, dear = ran(funding(note), constant(100.0)), ran(funding(note), constant(150.0))
    assert cheap.repaid[0, 2] == 500.0
    assert not dear.repaid.any()
    assert dear.converted_shares[0, 5] == pytest.approx(500.0 / 12.0)


def test_dividends_go_in_order_and_only_cumulative_ones_are_owed() -> None:
    """30 are left: the first series takes 25, the second of 25 goes without, and so does the third of 3."""
    series = [
        claim("preferred", 1_000.0, 0.1),
        claim("preferred", 1_000.0, 0.1),
        claim("preferred", 120.0, 0.1, cumulative=False),
    ]
    found = ran(funding(*series, cash=30.0, sells_for_dividends=False), constant(50.0))
    assert found.dividends_paid[0, 2] == pytest.approx(25.0)
    assert found.arrears[0, 2] == pytest.approx(25.0)
    assert found.dividends[0, :3].sum() == pytest.approx(50.0)
    assert found.units[0, -1] == 100.0


def test_at_the_mnav_above_which_it_is_done_nothing_is_issued() -> None:
    """1.2 times 100 x 87.515 over 1,000 shares, and back, is a last digit above 1.2 in floating point."""
    program = Program(of=-1, per_month=10.0, above_mnav=1.2, up_to=1e9, to_bitcoin=0.0, price=1.0, fee=0.0)
    for price in np.linspace(10.0, 100.0, 200):
        found = ran(funding(programs=(program,), mnav=np.full(MONTHS, 1.2)), constant(float(price)))
        assert not found.raised.any()


def test_a_junior_series_waits_until_what_is_owed_on_a_senior_one_is_paid() -> None:
    """The senior one misses 25 in March. In April there are 20: the junior one, paid by month, gets none of them.

    In May there are 40: 25 of the senior one first, then March to May of the junior one, 3 x 5.
    """
    series = [claim("preferred", 1_000.0, 0.1), claim("preferred", 600.0, 0.1, every=1)]
    cash_flow = np.array([5.0, 5.0, 0.0, 20.0, 20.0, 0.0, 0.0, 0.0, 0.0])
    found = ran(funding(*series, operating=cash_flow, sells_for_dividends=False), constant(50.0))
    assert found.dividends_paid[0, :5].tolist() == pytest.approx([5.0, 5.0, 0.0, 0.0, 40.0])
    assert found.arrears[0, 3] == pytest.approx(25.0 + 10.0)
    assert found.arrears[0, 4] == pytest.approx(0.0)
