"""A term's formula, calculated by something else, gives the term's value."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.report.close.live.block import MOST_RUNS, Block, Live
from treasury_sim.report.close.live.terms import ONE, ZERO, Term, above_zero, constant, least, most, rounded, total
from treasury_sim.report.tables.table import Column

CELLS: Mapping[str, float] = {"A1": 3.5, "B1": -2.25, "C1": 0.0, "D1": 1e6, "E1": 0.125}


def excel_round(value: float, places: int) -> float:
    """Halves go away from zero."""
    return math.copysign(math.floor(abs(value) * 10.0**places + 0.5) / 10.0**places, value)


def calculated(formula: str) -> float:
    """The formula by the rules of arithmetic, which Python and spreadsheets share for ``+ - * /`` and brackets."""
    functions: dict[str, Callable[..., float]] = {"MIN": min, "MAX": max, "ROUND": excel_round}
    return float(eval(formula, {"__builtins__": {}}, {**CELLS, **functions}))


cells = st.sampled_from([Term(name, value) for name, value in CELLS.items()])
numbers = st.one_of(st.just(ZERO), st.just(ONE), st.floats(-1e3, 1e3).map(constant))


def combined(terms: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    joined = st.sampled_from([operator.add, operator.sub, operator.mul, least, most])
    divided = st.tuples(terms, terms.filter(lambda term: abs(term.value) > 1e-3)).map(lambda pair: pair[0] / pair[1])
    return st.one_of(
        st.builds(lambda join, first, second: join(first, second), joined, terms, terms),
        divided,
        terms.map(operator.neg),
        terms.map(above_zero),
        terms.map(lambda term: rounded(term, 2)),
        st.lists(terms, max_size=4).map(lambda each: total(*each)),
    )


@given(st.recursive(st.one_of(cells, numbers), combined, max_leaves=12))
def test_formula_and_value_agree(term: Term) -> None:
    assert calculated(term.formula) == pytest.approx(term.value, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("term", "formula", "value"),
    [
        (Term("A1", 3.0) - (Term("B1", 2.0) - Term("C1", 1.0)), "A1-(B1-C1)", 2.0),
        (Term("A1", 8.0) / (Term("B1", 2.0) * Term("C1", 2.0)), "A1/(B1*C1)", 2.0),
        (-(Term("A1", 3.0) + Term("B1", 2.0)), "-(A1+B1)", -5.0),
        (Term("A1", 3.0) * -Term("B1", 2.0), "A1*(-B1)", -6.0),
        (Term("A1", 3.0) + ZERO, "A1", 3.0),
        (ZERO - Term("A1", 3.0), "-A1", -3.0),
        (total(), "0", 0.0),
    ],
)
def test_brackets_stand_where_they_are_needed(term: Term, formula: str, value: float) -> None:
    assert (term.formula, term.value) == (formula, value)


def block_of(amounts: list[float]) -> Block:
    block = Block("Sheet", "sheet", "", (Column("n", "No.", "units"), Column("amount", "Amount", "money")))
    for number, amount in enumerate(amounts):
        block.add((float(number % 2), amount))
    return block


def test_a_sum_over_rows_names_each_span_once() -> None:
    """Rows 0, 1, 2 and 4 of amounts 1, 2, 4, 8, 16 stand in B4:B6 and B8: 1 + 2 + 4 + 16 = 23."""
    block = block_of([1.0, 2.0, 4.0, 8.0, 16.0])
    assert block.sum_over("amount", [0, 1, 2, 4]) == Term("SUM('Sheet'!$B$4:$B$6,'Sheet'!$B$8)", 23.0)
    assert block.sum_over("amount", [3]) == Term("'Sheet'!$B$7", 8.0)
    assert block.sum_over("amount", []) == ZERO


def test_a_sum_over_many_spans_searches_the_numbers_of_lots() -> None:
    block = block_of([1.0] * (2 * MOST_RUNS + 2))
    rows = list(range(0, block.size, 2))
    assert block.sum_over("amount", rows) == Term("SUMIFS('Sheet'!$B$4:$B$125,'Sheet'!$A$4:$A$125,0)", len(rows))


def test_a_cell_stores_the_value_of_its_formula_and_a_constant_stays_a_value() -> None:
    """The figure of the run is compared with the formula, never stored in its place."""
    block = block_of([])
    block.add((Live(Term("A9", 2.0), engine=5.0), ZERO))
    assert block.table().rows[0].cells == (2.0, 0.0)
    assert block.formulas == {(0, 0): "=A9"}
    assert block.missed == {(0, 0)}
