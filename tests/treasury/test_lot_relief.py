from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.treasury.lot_relief import LOT_RELIEF, Move, NotEnoughUnitsError, Relieved, relieve

RELIEFS = sorted(LOT_RELIEF)


def moves(sales: list[tuple[int, float, str]]) -> list[Move]:
    return [Move(mark, quantity, relief, wallet=None) for mark, quantity, relief in sales]


def take(sales: list[tuple[int, float, str]], costs: tuple[float, ...] = (30.0, 50.0, 40.0)) -> Relieved:
    return relieve(np.array([0, 1, 2]), np.array([1.0, 1.0, 1.0]), np.array(costs), moves(sales))


@pytest.mark.parametrize(("relief", "order"), [("fifo", [0, 1, 2]), ("lifo", [2, 1, 0]), ("hifo", [1, 2, 0])])
def test_each_relief_takes_its_own_order(relief: str, order: list[int]) -> None:
    assert take([(3, 3.0, relief)]).part.tolist() == order


def test_equal_costs_go_by_date() -> None:
    assert take([(3, 2.0, "hifo")], costs=(50.0, 50.0, 50.0)).part.tolist() == [0, 1]


def test_what_is_bought_later_is_not_sold_earlier() -> None:
    assert take([(0, 1.0, "lifo"), (3, 1.0, "lifo")]).part.tolist() == [0, 2]


def test_a_sale_beyond_the_holding_says_what_is_held() -> None:
    with pytest.raises(NotEnoughUnitsError) as caught:
        take([(1, 0.5, "fifo"), (1, 2.0, "fifo")])
    assert (caught.value.move, caught.value.held) == (1, 1.5)


@st.composite
def markets(draw: st.DrawFn) -> tuple[list[tuple[int, float, float]], list[tuple[int, float, str]]]:
    lots = draw(
        st.lists(
            st.tuples(st.integers(0, 9), st.floats(0.1, 10.0), st.sampled_from([10.0, 20.0, 30.0])),
            min_size=1,
            max_size=8,
        )
    )
    lots.sort(key=lambda lot: lot[0])
    sales: list[tuple[int, float, str]] = []
    for mark in sorted(draw(st.lists(st.integers(0, 10), max_size=6))):
        held = sum(quantity for bought, quantity, _ in lots if bought <= mark) - sum(sale[1] for sale in sales)
        if held > 1e-6:
            sales.append((mark, held * draw(st.floats(0.05, 1.0)), draw(st.sampled_from(RELIEFS))))
    return lots, sales


@given(markets())
def test_relief_agrees_with_sorting_the_holding_anew_for_every_sale(
    market: tuple[list[tuple[int, float, float]], list[tuple[int, float, str]]],
) -> None:
    lots, sales = market
    acquired, quantity, cost = (np.array(column) for column in zip(*lots, strict=True))
    found = relieve(acquired.astype(np.intp), quantity, cost, moves(sales))
    expected = np.zeros((len(lots), len(sales)))
    left = quantity.copy()
    for number, (mark, quantity_sold, relief) in enumerate(sales):
        wanted = quantity_sold
        held = [part for part in range(len(lots)) if acquired[part] <= mark]
        held.sort(key=lambda part: LOT_RELIEF[relief](int(acquired[part]), part, float(cost[part])))
        for part in held:
            amount = min(left[part], wanted)
            left[part] -= amount
            wanted -= amount
            expected[part, number] = amount
    got = np.zeros_like(expected)
    np.add.at(got, (found.part, found.move), found.released)
    np.testing.assert_allclose(got, expected, atol=1e-7)


WALLETS = ["cold", "hot", "hot"]


def held_in(wallets: list[str], moves: list[Move]) -> Relieved:
    acquired = np.arange(len(wallets))
    return relieve(acquired, np.ones(len(wallets)), np.full(len(wallets), 10.0), moves, lot=acquired, wallet=wallets)


def test_fifo_within_the_wallet_takes_the_oldest_of_that_wallet() -> None:
    """Rev. Proc. 2024-28: from 2025 basis goes by wallet; before, the earliest lot overall."""
    assert held_in(WALLETS, [Move(5, 1.0, "fifo", wallet="hot")]).part.tolist() == [1]
    assert held_in(WALLETS, [Move(5, 1.0, "fifo", wallet=None)]).part.tolist() == [0]


def test_a_wallet_that_holds_too_little_is_told_apart_from_the_whole() -> None:
    with pytest.raises(NotEnoughUnitsError) as caught:
        held_in(WALLETS, [Move(5, 1.5, "fifo", wallet="cold")])
    assert caught.value.held == 1.0


def test_a_transfer_keeps_dates_and_costs_and_moves_the_oldest_first() -> None:
    found = held_in(WALLETS, [Move(5, 1.5, "fifo", "hot", to_wallet="cold"), Move(6, 3.0, "lifo", wallet=None)])
    assert found.origin.tolist() == [0, 1, 2, 1, 2]
    assert found.quantity.tolist() == [1.0, 0.0, 0.5, 1.0, 0.5]
    assert found.wallet == ("cold", "hot", "hot", "cold", "cold")
    assert found.released.sum() == 3.0
    assert found.origin[found.part].tolist() == [2, 2, 1, 0]


def test_named_lots_are_taken_as_named_and_days_of_a_window_in_order() -> None:
    lot = np.array([0, 1, 1])
    moved = [Move(5, 1.5, "fifo", wallet=None, lots={1: 1.5})]
    found = relieve(np.arange(3), np.ones(3), np.full(3, 10.0), moved, lot=lot)
    assert (found.part.tolist(), found.released.tolist()) == ([1, 2], [1.0, 0.5])


def test_a_named_lot_that_holds_too_little_is_named() -> None:
    with pytest.raises(NotEnoughUnitsError) as caught:
        held_in(WALLETS, [Move(5, 2.0, "fifo", wallet=None, lots={2: 2.0})])
    assert (caught.value.lot, caught.value.held) == (2, 1.0)
