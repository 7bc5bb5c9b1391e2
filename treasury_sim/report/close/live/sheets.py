"""Every live table of a close, by the sheet that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from treasury_sim.engine.run_cache import RunCache
from treasury_sim.report.close.checks import Check
from treasury_sim.report.close.live.block import Behind, Block, LiveTable, RunValue
from treasury_sim.report.close.live.lot_sheets import LotSheets
from treasury_sim.report.close.live.overlay import journal_formulas, lot_formulas, roll_forward_formulas
from treasury_sim.report.close.live.statement import Statement
from treasury_sim.report.close.live.workings import Workings
from treasury_sim.report.close.pack import ClosePack
from treasury_sim.scenario import Scenario


@dataclass(frozen=True)
class LiveSheets:
    """What makes a workbook calculate.

    Attributes
    ----------
    first, last
        Separate sheets: the statement and the inputs; the lots, their tests, disposals and totals by asset.
    behind
        Formulas behind the pack's own tables, by their names.
    checks
        Whether each formula that stands for a figure of the run gives it.
    from_run
        The values that are not formulas, and why.
    """

    first: tuple[LiveTable, ...]
    last: tuple[LiveTable, ...]
    behind: Mapping[str, Behind]
    checks: tuple[Check, ...]
    from_run: tuple[RunValue, ...]


def live_sheets(scenario: Scenario, pack: ClosePack, cache: RunCache | None = None) -> LiveSheets:
    """Write the formulas of a close.

    Parameters
    ----------
    scenario
        The scenario that the result of the pack is of.
    cache
        The measurements of its run, to save time; they do not change the formulas.
    """
    close = pack.close
    of = Workings.of(scenario, close, cache)
    sheets = LotSheets.of(close, of)
    statement = Statement(close, of, sheets)
    blocks = (
        *(statement.block, sheets.inputs.block, sheets.lots.block),
        *(sheets.tests.block, sheets.disposals, statement.by_asset.block),
    )
    behind = {
        "roll_forward": roll_forward_formulas(close, statement),
        "lots": lot_formulas(pack.lots, close, statement),
        "journal": journal_formulas(pack.books[pack.quarter], statement),
    }
    parts: tuple[Block | Behind, ...] = (*blocks, *behind.values())
    return LiveSheets(
        first=tuple(map(LiveTable.of, blocks[:2])),
        last=tuple(map(LiveTable.of, blocks[2:])),
        behind=behind,
        checks=tuple(check for part in parts for check in part.checks),
        from_run=tuple(value for part in parts for value in part.from_run),
    )
