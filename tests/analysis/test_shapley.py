"""Shapley values: by hand, and their axioms on random games."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.analysis.attribution.shapley import outcomes, shapley


def test_three_mechanisms_by_hand() -> None:
    """v: a 6, b 3, c 0, ab 12, ac 6, bc 3, abc 12. The interaction of 3 between a and b is shared: 7.5, 4.5, 0."""
    single, pair = {"a": 6.0, "b": 3.0, "c": 0.0}, {"ab": 12.0, "ac": 6.0, "bc": 3.0}
    values = {frozenset(): 0.0, frozenset("abc"): 12.0}
    values |= {frozenset(name): value for name, value in (single | pair).items()}
    shares = shapley("abc", values)
    assert [shares[name].value for name in "abc"] == pytest.approx([7.5, 4.5, 0.0])
    assert (shares["a"].first_in, shares["a"].last_in) == (6.0, 9.0)


games = st.integers(1, 4).flatmap(
    lambda count: st.tuples(
        st.just(tuple("abcd"[:count])), st.lists(st.floats(-1e12, 1e12), min_size=2**count, max_size=2**count)
    )
)


@given(games)
def test_shares_add_up_and_equal_the_mean_over_all_orders(game: tuple[tuple[str, ...], list[float]]) -> None:
    names, numbers = game
    given_values = iter(numbers)
    values = outcomes(names, lambda _: next(given_values))
    shares = shapley(names, values)
    scale = max(map(abs, numbers))
    total = values[frozenset(names)] - values[frozenset()]
    assert sum(share.value for share in shares.values()) == pytest.approx(total, rel=1e-9, abs=1e-9 * scale)
    for name in names:
        added = [
            values[frozenset(order[: order.index(name) + 1])] - values[frozenset(order[: order.index(name)])]
            for order in permutations(names)
        ]
        assert shares[name].value == pytest.approx(float(np.mean(added)), rel=1e-9, abs=1e-9 * scale)


def test_a_mechanism_that_changes_nothing_has_no_share() -> None:
    values = outcomes(("a", "idle"), lambda chosen: 5.0 if "a" in chosen else 1.0)
    assert shapley(("a", "idle"), values)["idle"].value == 0.0
