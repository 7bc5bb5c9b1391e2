"""One limit, one function: which quarters fail, which is the worst, and the words for it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from treasury_sim.domain.limit import Limit, amount_in_words, evaluate, judge_limit

LABELS = ("2025Q3", "2025Q4")


def test_a_loss_is_minus_the_line() -> None:
    limit = Limit("net_income", "above", 5.0, measured_as="loss")

    check = evaluate(limit, {"net_income": np.array([[-6.0, 7.0], [1.0, -5.0]])})

    assert check is not None
    assert check.fails.tolist() == [[True, False], [False, False]]
    assert check.worst.tolist() == [0, 1]
    assert check.worst_figure.tolist() == [6.0, 5.0]


def test_a_line_may_be_compared_with_another() -> None:
    limit = Limit("carrying", "below", "cost_basis")
    lines = {"carrying": np.array([[90.0, 80.0], [120.0, 95.0]]), "cost_basis": np.array([[100.0, 85.0]])}

    check = evaluate(limit, lines)

    assert check is not None
    assert check.fails.tolist() == [[True, True], [False, False]]
    # The worst quarter is the one with the widest gap, 10 against 5, not the one with the lowest figure.
    assert check.worst.tolist() == [0, 1]
    assert check.bound.tolist() == [[100.0, 85.0], [100.0, 85.0]]


def test_exactly_at_the_limit_does_not_fail() -> None:
    check = evaluate(Limit("carrying", "below", 80.0), {"carrying": np.array([[80.0]])})
    assert check is not None
    assert not check.fails.any()


@pytest.mark.parametrize("lines", [{}, {"equity": None}, {"equity": np.array([[1.0]]), "carrying": None}])
def test_a_line_that_was_not_computed_gives_no_verdict(lines: dict[str, None]) -> None:
    assert evaluate(Limit("equity", "below", "carrying"), lines) is None
    outcome = judge_limit(Limit("equity", "below", "carrying"), "us_gaap", LABELS, lines)
    assert outcome.failed is None
    assert "carrying amount" in outcome.sentence
    assert outcome.sentence.endswith("not computed.")


def test_a_quarter_that_is_not_known_neither_fails_nor_is_the_worst() -> None:
    check = evaluate(Limit("carrying", "below", 100.0), {"carrying": np.array([[np.nan, 120.0], [np.nan, np.nan]])})
    assert check is not None
    assert not check.fails.any()
    assert check.worst.tolist() == [1, -1]
    nothing = judge_limit(Limit("carrying", "below", 1.0), "us_gaap", ("2025Q4",), {"carrying": np.array([[np.nan]])})
    assert (nothing.failed, nothing.figure) == (None, None)


def test_the_sentence_says_what_when_and_why() -> None:
    limit = Limit("net_income", "above", 5e9, measured_as="loss", reason="We said so.")
    failed = judge_limit(limit, "us_gaap", LABELS, {"net_income": np.array([[1e9, -12.4e9]])})
    held = judge_limit(limit, "us_gaap", LABELS, {"net_income": np.array([[1e9, -4e9]])})

    assert limit.words == "loss (net income) above 5,000,000,000"
    assert (failed.failed, failed.period, failed.figure) == (True, "2025Q4", 12.4e9)
    assert failed.sentence == (
        "Loss (net income) of 12,400,000,000 in 2025Q4 is above 5,000,000,000 under us_gaap. We said so."
    )
    assert held.sentence == "Loss (net income) of 4,000,000,000 in 2025Q4 is not above 5,000,000,000 under us_gaap."


FIGURES = arrays(np.float64, (3, 4), elements=st.floats(-1e6, 1e6))


@given(FIGURES, FIGURES, st.sampled_from(["above", "below"]), st.sampled_from(["line", "loss"]))
def test_as_a_plain_loop_would(line: np.ndarray, other: np.ndarray, side: str, measured_as: str) -> None:
    limit = Limit("carrying", side, "fair_value", measured_as=measured_as)  # type: ignore[arg-type]
    check = evaluate(limit, {"carrying": line, "fair_value": other})
    assert check is not None
    for path in range(3):
        gaps = []
        for quarter in range(4):
            figure = float(line[path, quarter]) if measured_as == "line" else -float(line[path, quarter])
            gap = figure - float(other[path, quarter])
            gaps.append(gap if side == "above" else -gap)
            assert check.fails[path, quarter] == (gaps[-1] > 0)
        assert gaps[check.worst[path]] == max(gaps)


@pytest.mark.parametrize(
    ("amount", "told"),
    [(0.0, "0"), (4.5, "4.5"), (2_000.4, "2,000"), (0.0001, "0.0001"), (2.7e-5, "2.7e-05"), (-1e-9, "-1e-09")],
)
def test_an_amount_however_small_is_told_in_full(amount: float, told: str) -> None:
    assert amount_in_words(amount) == told
