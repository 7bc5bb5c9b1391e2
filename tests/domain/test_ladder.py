"""The ladder against numpy.interp, the plain piecewise linear function through its rungs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.ladder import Ladder, OrderLadder

PRICES = st.one_of(st.floats(0.0, 1e6), st.sampled_from([0.0, 1.0, 100.0, 100.0 + 1e-9, 1e5]))
ANY = st.integers(0, 30).flatmap(
    lambda size: st.tuples(
        arrays(float, size, elements=PRICES), arrays(float, size, elements=st.floats(-10.0, 1e4)), st.just(size)
    )
)


def by_interpolation(level: Floats, quantity: Floats, price: Floats) -> Floats:
    knots = np.unique(np.concatenate([[0.0], level]))
    found: Floats = np.interp(price, knots, np.minimum(level, knots[:, None]) @ quantity)
    return found


@given(ANY, arrays(float, 20, elements=PRICES))
def test_agrees_with_interpolation_between_the_rungs(lots: tuple[Floats, Floats, int], price: Floats) -> None:
    level, quantity, _ = lots
    everywhere = np.concatenate([price, level, level * (1.0 - 1e-16), level * (1.0 + 1e-15), [np.inf]])
    tolerance = 1e-12 * (1.0 + float(level @ np.abs(quantity)))
    found = Ladder(level, quantity)(everywhere)
    np.testing.assert_allclose(found, by_interpolation(level, quantity, everywhere), rtol=0.0, atol=tolerance)


@pytest.mark.parametrize("spread", [1e-9, 1e-3, 1.0])
def test_crowded_levels_beside_one_far_away(spread: float) -> None:
    """Many lots bought at nearly the same price fall into one cell."""
    generator = np.random.default_rng(1)
    level = np.append(100.0 * (1.0 + spread * generator.random(500)), 1e9)
    quantity = generator.random(501)
    price = 100.0 * (1.0 + spread * generator.random(1000))
    np.testing.assert_allclose(Ladder(level, quantity)(price), by_interpolation(level, quantity, price), rtol=1e-13)


@given(
    ANY.filter(lambda lots: lots[2] > 0),
    arrays(float, 12, elements=st.floats(0.0, 1.0)),
    arrays(float, 12, elements=PRICES),
    st.sampled_from([0.0, 0.5, 1.0]),
)
def test_an_order_ladder_agrees_with_a_plain_loop(
    lots: tuple[Floats, Floats, int], share: Floats, price: Floats, lifted: float
) -> None:
    level, quantity = lots[0], np.abs(lots[1]) + 0.01
    floor = lifted * level * (np.arange(level.size) % 2)
    taken = share * quantity.sum()
    expected = []
    for left, at in zip(taken.tolist(), price.tolist(), strict=True):
        rest, total = left, 0.0
        for cost, units, least in zip(level.tolist(), quantity.tolist(), floor.tolist(), strict=True):
            gone = min(rest, units)
            total += gone * (max(min(cost, at), least) - 1.5 * cost)
            rest -= gone
        expected.append(total)
    tolerance = 1e-12 * (1.0 + float(level @ quantity))
    ladder = OrderLadder(level, quantity, 1.5 * level, floor)
    place = ladder.taken(taken)
    np.testing.assert_allclose(ladder(place, ladder.columns_of(price)), expected, rtol=1e-9, atol=tolerance)
    np.testing.assert_allclose(place.units, taken)
