"""One cell of the grid is edited: every other number stays what it is to the last bit, and a typed day is that day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim import load, to_yaml
from treasury_sim.app import edits
from treasury_sim.app.lots_grid import lots_of, rows_of, with_edits
from treasury_sim.domain.holding import Lot
from treasury_sim.errors import InputError
from treasury_sim.scenario import load_given
from treasury_sim.scenario.typed_days import written_day

CASE = load("strategy_2025q4")
POSITIVE = st.floats(1e-12, 1e15, allow_nan=False) | st.sampled_from([0.1 + 0.2, 1e-8, 1 / 3, 123456789.12345679, 1e12])
DAYS = st.dates(date(2020, 1, 1), date(2025, 9, 30))


@st.composite
def lot(draw: st.DrawFn) -> Lot:
    first = draw(DAYS)
    last = draw(st.none() | st.dates(first, date(2025, 9, 30)))
    return Lot(
        acquired=first,
        quantity=draw(POSITIVE),
        unit_cost=draw(POSITIVE),
        acquired_to=last,
        fee=draw(st.just(0.0) | POSITIVE),
        tax_basis=draw(st.none() | POSITIVE),
    )


LOTS = st.lists(lot(), min_size=2, max_size=6).map(
    lambda lots: tuple(replace(each, id=f"lot-{number}") for number, each in enumerate(lots, start=1))
)


@given(LOTS, st.data())
def test_one_edited_cell_leaves_every_other_number_and_day_as_it_is(lots: tuple[Lot, ...], data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(lots) - 1))
    column = data.draw(st.sampled_from(["quantity", "unit_cost", "fee", "tax_basis"]))
    value = data.draw(POSITIVE)
    changes: dict[str, Any] = {"edited_rows": {row: {column: value}}}
    edited: dict[str, Any] = {column: value}
    expected = tuple(replace(each, **edited) if number == row else each for number, each in enumerate(lots))
    assert lots_of(with_edits(rows_of(lots), changes)) == expected
    scenario = edits.set_lots(CASE, CASE, expected)
    assert scenario.lots == expected
    assert load_given({"a.yaml": to_yaml(scenario).encode()}).lots == expected  # what a reload and a file give back


@pytest.mark.parametrize("column", ["acquired", "acquired_to"])
@pytest.mark.parametrize(
    "text", ["2021-03-05", "2021/03/05", "2021-3-5", "5 Mar 2021", "5 March 2021", "March 5, 2021", "5-Mar-2021"]
)
def test_a_typed_day_is_that_day(text: str, column: str) -> None:
    lots = (Lot(acquired=date(2021, 3, 1), quantity=1.0, unit_cost=1.0, acquired_to=date(2021, 3, 9), id="lot-1"),)
    (read,) = lots_of(with_edits(rows_of(lots), {"edited_rows": {0: {column: text}}}))
    edited: dict[str, Any] = {column: date(2021, 3, 5)}
    assert read == replace(lots[0], **edited)


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("10/06/2025", "Write 2025-06-10 for 10 June or 2025-10-06 for 6 October."),
        ("06.10.2025", "Write 2025-10-06 for 6 October or 2025-06-10 for 10 June."),
        ("25/12/2025", "Write 2025-12-25 for 25 December."),
        ("2025-02-30", "This day does not exist."),
        ("30 Feb 2025", "This day does not exist."),
        ("6 Oct 25", "Write it as year-month-day, such as 2025-12-30."),
        ("51006-01-01", "Write it as year-month-day, such as 2025-12-30."),
        ("October", "Write it as year-month-day, such as 2025-12-30."),
    ],
)
def test_a_day_that_could_be_another_is_refused_by_its_cell(text: str, fix: str) -> None:
    lots = CASE.lots[:3]
    with pytest.raises(InputError) as refused:
        lots_of(with_edits(rows_of(lots), {"edited_rows": {1: {"acquired": text}}}))
    assert "lots:2: acquired: expected a date" in str(refused.value)
    assert fix in str(refused.value)


@given(DAYS, st.text(" /-.,", min_size=1, max_size=2))
def test_no_spelling_of_a_day_in_numbers_is_read_as_another_day(day: date, separator: str) -> None:
    for order in ("{0.day}{1}{0.month}{1}{0.year}", "{0.month}{1}{0.day}{1}{0.year}", "{0.year}{1}{0.month}{1}{0.day}"):
        text = order.format(day, separator)
        assert written_day(text) in {text, day.isoformat()}
        if not text.startswith(str(day.year)):
            assert written_day(text) == text
