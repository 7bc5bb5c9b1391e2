"""Many paths at once give what each path gives alone: the ladder against the rule applied lot by lot."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.histories import History, histories
from tests.laws.test_laws import BY_LOT, KEYS, POLICIES, size
from treasury_sim.accounting import FRAMEWORKS, AccountingPolicy
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.measure import by_ladder as ladders
from treasury_sim.measure.measurer import measure

SEEDS = st.integers(0, 2**32 - 1)
AMOUNTS = [field.name for field in fields(Measurement) if not field.name.startswith(("lot_", "release_"))]


def many_paths(history: History, seed: int, paths: int = 7) -> Marks:
    """The history up to a random mark, and from it on as many futures as `paths`; sometimes only the quarter end."""
    generator = np.random.default_rng(seed)
    one, timeline = history.marks(), history.timeline()
    first = int(generator.integers(0, timeline.days.size))
    close, low, ends = (np.repeat(array, paths, axis=0) for array in (one.close, one.low, one.quarter_end))
    if generator.random() < 0.8:
        factor = np.exp(np.cumsum(generator.normal(0.0, 0.2, close[:, first:].shape), axis=1))
        close[:, first:] *= factor
        low[:, first:] *= factor
    later = timeline.quarter_marks >= first
    ends[:, later] *= np.exp(generator.normal(0.0, 0.3, (paths, int(later.sum()))))
    return Marks(close, low, ends)


def with_typed_balances(ledger: Ledger, seed: int) -> Ledger:
    """Some parts enter with a typed balance, below or above their cost."""
    generator = np.random.default_rng(seed)
    share = generator.choice([np.nan, np.nan, 0.0, 0.5, 1.0, 1.5], ledger.unit_cost.size)
    return replace(ledger, opening=ledger.unit_cost * share)


@given(histories(), KEYS, POLICIES, SEEDS, st.booleans())
def test_many_paths_agree_with_each_path_alone(
    history: History, key: str, policy: AccountingPolicy, seed: int, typed: bool
) -> None:
    marks, timeline = many_paths(history, seed), history.timeline()
    ledger = history.ledger()
    if typed and not ledger.pooled:
        ledger = with_typed_balances(ledger, seed)
    found = measure(FRAMEWORKS[key], ledger, timeline, marks, policy)
    for number in range(marks.paths):
        alone = measure(FRAMEWORKS[key], ledger, timeline, marks.path(number), policy)
        for name in AMOUNTS:
            np.testing.assert_allclose(
                getattr(found, name)[number],
                getattr(alone, name)[0],
                rtol=0.0,
                atol=1e-9 * size(history),
                err_msg=f"{name} of path {number}",
            )


@given(BY_LOT, KEYS, POLICIES, SEEDS)
def test_the_order_and_the_number_of_paths_do_not_matter(
    history: History, key: str, policy: AccountingPolicy, seed: int
) -> None:
    """To the last bit, also where paths fall into other blocks."""
    marks, timeline, ledger = many_paths(history, seed, paths=9), history.timeline(), history.ledger()
    order = np.random.default_rng(seed).permutation(9)
    turned = Marks(marks.close[order], marks.low[order], marks.quarter_end[order])
    with pytest.MonkeyPatch.context() as patch:
        whole = measure(FRAMEWORKS[key], ledger, timeline, marks, policy)
        patch.setattr(ladders, "BLOCK", 4)
        blocks = measure(FRAMEWORKS[key], ledger, timeline, turned, policy)
    for name in AMOUNTS:
        np.testing.assert_array_equal(getattr(blocks, name), getattr(whole, name)[order], err_msg=name)
