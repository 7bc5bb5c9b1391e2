"""Lots in the grid: edits are kept apart from what it began with, and read under the rules of a table of lots."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from treasury_sim import load
from treasury_sim.app import edits
from treasury_sim.app.lots_grid import lots_of, rows_of, with_edits
from treasury_sim.errors import InputError
from treasury_sim.scenario.library import shipped


@pytest.mark.parametrize("name", [path.stem for path in shipped()])
def test_lots_come_back_as_they_went_in(name: str) -> None:
    lots = load(name).lots
    assert lots_of(rows_of(lots)) == lots


@pytest.mark.parametrize("name", [path.stem for path in shipped()])
def test_lots_that_are_written_out_are_the_same_lots(name: str) -> None:
    scenario = load(name)
    written = edits.set_lots(scenario, scenario, lots_of(rows_of(scenario.lots)))
    assert written.lots == scenario.lots


def test_edits_of_the_widget() -> None:
    base = rows_of(load("strategy_2025q4").lots[:3])
    before = base.copy()
    changes: dict[str, Any] = {
        "edited_rows": {0: {"quantity": 5.0}, 2: {"unit_cost": 7.5, "acquired": "2021-01-02"}},
        "deleted_rows": [1],
        "added_rows": [{"acquired": "2025-01-31", "quantity": 9, "unit_cost": 100_000.25}, {"quantity": None}],
    }
    lots = lots_of(with_edits(base, changes))
    assert [(str(lot.acquired), lot.quantity, lot.unit_cost) for lot in lots] == [
        ("2020-08-11", 5.0, pytest.approx(11652.838631490631)),
        ("2021-01-02", 2574.0, 7.5),
        ("2025-01-31", 9.0, 100_000.25),
    ]
    pd.testing.assert_frame_equal(base, before)


def test_a_wrong_cell_is_named_by_row_and_column() -> None:
    base = rows_of(load("strategy_2025q4").lots[:3])
    changes: dict[str, Any] = {"edited_rows": {1: {"quantity": -5.0}}, "added_rows": [{"quantity": 1}]}
    with pytest.raises(InputError) as told:
        lots_of(with_edits(base, changes))
    text = str(told.value)
    assert "lots:2: quantity: expected a number above 0" in text
    assert "lots:4: acquired" in text
    assert "lots:4: unit_cost" in text
