"""Lots in an editable grid: its first rows stay as they are; edits are kept apart and read by the rules of CSV.

A wrong edit stays in the grid, is listed cell by cell, and changes nothing until it is corrected.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import pandas as pd
import streamlit as st

from treasury_sim.app import edits, parts, state
from treasury_sim.domain.holding import Lot, Opening
from treasury_sim.errors import InputError
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.importers.lots_table import read_lots
from treasury_sim.scenario.importers.table import Record
from treasury_sim.scenario.typed_days import written_day

DATES = ("acquired", "acquired_to", "opening_date")
NUMBERS = ("quantity", "unit_cost", "fee", "tax_basis", "opening_carrying", "opening_surplus")
COLUMNS = ("acquired", "acquired_to", "asset", "quantity", "unit_cost", "fee", "wallet", "tax_basis", "id", "source")
_OPENING = tuple(f"opening_{field.name}" for field in fields(Opening))
_STATE = "lots_grid"
WHERE = "lots"


@dataclass(frozen=True)
class Grid:
    """The grid of a session.

    Attributes
    ----------
    base
        The rows at the start; never changed.
    made_for
        The scenario whose lots it shows, with the edits.
    version
        Names the widget: a new base is a new widget.
    """

    base: pd.DataFrame
    made_for: Scenario
    version: int

    @property
    def key(self) -> str:
        """Key of the widget."""
        return f"{_STATE}_{self.version}"


def rows_of(lots: Sequence[Lot]) -> pd.DataFrame:
    """Lots as rows, numbered from 1; a column of typed openings only where there are any."""
    opened = any(lot.opening is not None for lot in lots)
    rows = [
        {
            **{name: getattr(lot, name) for name in COLUMNS},
            **{name: getattr(lot.opening, name.removeprefix("opening_"), None) for name in _OPENING if opened},
        }
        for lot in lots
    ]
    frame = pd.DataFrame(rows, columns=[*COLUMNS, *(_OPENING if opened else ())], index=range(1, len(rows) + 1))
    for name in frame.columns:
        frame[name] = pd.to_numeric(frame[name]) if name in NUMBERS else frame[name].astype("string")
    return frame


def with_edits(base: pd.DataFrame, changes: Mapping[str, Any]) -> pd.DataFrame:
    """Apply the edits of a widget to its base: changed cells, deleted rows, added rows."""
    rows: list[dict[str, Any]] = base.to_dict("records")  # type: ignore[assignment]
    for position, cells in changes.get("edited_rows", {}).items():
        rows[int(position)].update(cells)
    deleted = set(changes.get("deleted_rows", ()))
    kept = [row for position, row in enumerate(rows) if position not in deleted]
    added = [row for row in changes.get("added_rows", ()) if any(value is not None for value in row.values())]
    frame = pd.DataFrame([*kept, *added], columns=base.columns)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return frame


def lots_of(frame: pd.DataFrame) -> tuple[Lot, ...]:
    """Read rows as lots, under the rules of a table in a file.

    Raises
    ------
    InputError
        With every wrong cell by row and column.
    """
    names = list(frame.columns)
    records = [Record(0, names)]
    for number, row in enumerate(frame.to_dict("records"), start=1):
        records.append(Record(number, [_text(row[name], is_day=name in DATES) for name in names]))
    return read_lots(records, WHERE).lots


def _text(value: object, *, is_day: bool) -> str:
    """The text of a cell: a number with all its digits, a day as tables write it if it is unambiguous."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        return repr(float(value))
    return written_day(str(value)) if is_day else str(value)


def show() -> None:
    """Show the lots of the scenario that is open."""
    grid = _grid()
    st.data_editor(
        grid.base,
        key=grid.key,
        num_rows="dynamic",
        width="stretch",
        height=420,
        placeholder="",
        column_config=_columns(state.scenario()),
        on_change=_changed,
        args=(grid,),
        alt="Lots: one row for each purchase",
    )
    frame = with_edits(grid.base, st.session_state[grid.key])
    try:
        lots = lots_of(frame)
    except InputError as error:
        parts.problems(f"The last edits are not used yet. Correct these cells:\n{error}")
        return
    if lots != state.scenario().lots:
        parts.problems("The last edits are not used, as the scenario cannot be run with them.")
        return
    units = {asset: sum(lot.quantity for lot in lots if lot.asset == asset) for asset in {lot.asset for lot in lots}}
    held = ", ".join(f"{quantity:,.8g} {asset}" for asset, quantity in sorted(units.items()))
    st.caption(parts.plain(f"{len(lots)} lots bought: {held or 'nothing'}."))


def _grid() -> Grid:
    """The grid of the session; new where the lots were changed elsewhere, or after the page was left."""
    grid: Grid | None = st.session_state.get(_STATE)
    if grid is None or grid.made_for is not state.scenario():
        grid = Grid(rows_of(state.scenario().lots), state.scenario(), 1 if grid is None else grid.version + 1)
    elif grid.key not in st.session_state and f"{_STATE}_edits" in st.session_state:
        base = with_edits(grid.base, st.session_state[f"{_STATE}_edits"])  # wrong ones, too
        grid = replace(grid, base=base, version=grid.version + 1)
    else:
        return grid
    st.session_state[_STATE] = grid
    st.session_state.pop(f"{_STATE}_edits", None)
    return grid


def _changed(grid: Grid) -> None:
    changes = st.session_state[grid.key]
    st.session_state[f"{_STATE}_edits"] = {name: changes[name] for name in changes}
    try:
        lots = lots_of(with_edits(grid.base, changes))
    except InputError:
        return  # listed below the grid
    state.edit(
        lambda scenario, original: edits.set_lots(scenario, original, lots),
        then=lambda scenario: st.session_state.update({_STATE: replace(grid, made_for=scenario)}),
    )


def _columns(scenario: Scenario) -> dict[str, Any]:
    currency = scenario.spec.holder.currency
    names = {
        "acquired": "Acquired",
        "acquired_to": "to (window)",
        "asset": "Asset",
        "quantity": "Units",
        "unit_cost": f"Unit cost, {currency}",
        "fee": f"Fee, {currency}",
        "wallet": "Wallet",
        "tax_basis": f"Tax basis a unit, {currency}",
        "id": "Lot",
        "source": "Source",
    }
    config: dict[str, Any] = {}
    for name in (*COLUMNS, *_OPENING):
        label = names.get(name, name.replace("_", " "))
        if name in DATES:
            config[name] = st.column_config.TextColumn(label, help="Year-month-day, such as 2025-10-06.")
        elif name in NUMBERS:
            shown = "localized" if name == "quantity" else "accounting"
            config[name] = st.column_config.NumberColumn(label, format=shown, step=None)
        else:
            config[name] = st.column_config.TextColumn(label)
    return config
