"""How finely coins are counted: dust of floating-point sums is nothing, and what is stated is kept."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.domain.coins import SATOSHI, Grain, grain_of
from treasury_sim.treasury.lot_relief import LOT_RELIEF, Move, relieve


@pytest.mark.parametrize(
    ("stated", "places"),
    [((1.0, 0.5), 8), ((0.33333333,), 8), ((1e-9,), 9), ((0.1234567891,), 10), ((1 / 3,), 8), ((1313 / 7,), 8)],
)
def test_the_places_are_those_of_the_inputs_and_a_computed_quotient_states_none(
    stated: tuple[float, ...], places: int
) -> None:
    assert grain_of(stated, 100.0).places == places


def test_sums_become_the_decimal_they_are_off_by_rounding_and_shares_of_a_window_stay() -> None:
    grain = grain_of((29_646.0,), 29_646.0)
    day = 29_646 / 119
    assert grain.exact(np.array([sum([day] * 119)])).tolist() == [29_646.0]
    assert abs(grain.exact(np.array(day * 60)) - day * 60) <= grain.noise
    assert grain_of((1.0,), 1.0).exact(np.array([1 / 3])).tolist() == [1 / 3]
    assert math.copysign(1.0, float(grain.exact(np.array(-0.0)))) == 1.0


def test_a_part_smaller_than_a_satoshi_is_not_lost() -> None:
    day = 1e-8 / 90
    assert Grain().nothing(np.array([day]))[0] < day


@st.composite
def holdings(draw: st.DrawFn) -> tuple[list[Decimal], str]:
    places = draw(st.integers(0, SATOSHI))
    count = draw(st.integers(1, 400))
    if draw(st.booleans()):
        units = [draw(st.integers(1, 10**6))] * count
    else:
        units = draw(st.lists(st.integers(1, 10**9), min_size=1, max_size=60))
    return [Decimal(number).scaleb(-places) for number in units], draw(st.sampled_from(sorted(LOT_RELIEF)))


@given(holdings(), st.integers(1, 5))
def test_what_is_sold_in_full_in_any_number_of_sales_leaves_nothing(
    holding: tuple[list[Decimal], str], sales: int
) -> None:
    """In decimals nothing is left; in floating point neither is anything held, nor is a sale refused."""
    lots, relief = holding
    total = sum(lots, Decimal(0))
    each = (total / sales).quantize(Decimal(1).scaleb(-SATOSHI))
    amounts = [each] * (sales - 1) + [total - each * (sales - 1)]
    quantity = np.array([float(units) for units in lots])
    moves = [Move(number + 1, float(units), relief, wallet=None) for number, units in enumerate(amounts) if units > 0]
    found = relieve(np.zeros(len(lots), dtype=np.intp), quantity, np.arange(len(lots), dtype=float), moves)
    released = np.bincount(found.part, weights=found.released, minlength=quantity.size)
    grain = grain_of(map(float, lots), float(quantity.sum()))
    left = quantity - released
    assert not (left > grain.nothing(quantity)).any()


@given(holdings(), st.data())
def test_what_is_left_of_a_partial_sale_is_the_decimal_difference(
    holding: tuple[list[Decimal], str], data: st.DataObject
) -> None:
    lots, relief = holding
    total = sum(lots, Decimal(0))
    sold = data.draw(st.decimals(Decimal("1e-8"), total, places=SATOSHI))
    quantity = np.array([float(units) for units in lots])
    move = Move(1, float(sold), relief, wallet=None)
    found = relieve(np.zeros(len(lots), dtype=np.intp), quantity, np.arange(len(lots), dtype=float), [move])
    released = np.bincount(found.part, weights=found.released, minlength=quantity.size)
    grain = grain_of([*map(float, lots), float(sold)], float(quantity.sum()))
    left = np.where(quantity - released > grain.nothing(quantity), quantity - released, 0.0)
    assert float(grain.exact(left.sum())) == pytest.approx(float(total - sold), abs=1e-13 * float(total))
    if float(total) < 1e5:
        assert float(grain.exact(left.sum())) == float(total - sold)
