"""Answers about pressure as tables and sentences for a screen."""

from __future__ import annotations

from treasury_sim.analysis.lot_ladder import LotLadder
from treasury_sim.analysis.sensitivity.tornado import Tornado
from treasury_sim.domain.lines import LINES
from treasury_sim.report import words
from treasury_sim.report.lot_ladder import grouped
from treasury_sim.report.screen import ScreenTable
from treasury_sim.report.sensitivity import amounts_scale, driver_rows


def drivers_table(found: Tornado) -> ScreenTable:
    """Every driver, moved down and up, with what the line is then and by how much it changed."""
    scale = amounts_scale(found)
    unit = scale.label(found.currency) if LINES[found.line].is_money else ""
    rows = driver_rows(found, scale)
    header = (f"Driver; line in {unit}" if unit else "Driver", "at", "Line", "Change", "or at", "Line", "Change")
    return ScreenTable(unit, header, tuple(rows), (False,) * len(rows), frozenset({1, 4}))


def ladder_table(ladder: LotLadder) -> ScreenTable:
    """The rungs, neighbours together: price, lots, coins tripped, gain or loss by then, what a dollar less costs."""
    scale = words.scale_for(rung.charge for rung in ladder.rungs)
    rows = []
    for group in grouped(ladder.rungs):
        last = group[-1]
        names = list(dict.fromkeys(name for rung in group for name in rung.lots))
        told = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        rows.append(
            (
                words.price(last.price),
                told,
                f"{last.tripped:,}",
                f"{last.units:,.2f}",
                words.money(-last.charge, scale),
                f"{ladder.units if ladder.follows else last.units:,.0f}",
            )
        )
    unit = scale.label(ladder.currency)
    header = (
        f"Price, {ladder.currency}",
        "Lots that trip",
        "Lots tripped",
        "Coins tripped",
        f"Gain (loss) by then, {unit}",
        f"A dollar less costs, {ladder.currency}",
    )
    return ScreenTable(unit, header, tuple(rows), (False,) * len(rows), frozenset({1}))
