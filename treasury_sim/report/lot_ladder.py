"""The ladder of lots as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from rich.console import Group
from rich.text import Text

from treasury_sim.analysis.lot_ladder import LotLadder, Rung
from treasury_sim.report import words
from treasury_sim.report.finding import spoken
from treasury_sim.report.text_table import Column, TextTable

MOST = 24
"""Rungs of a printed ladder: beyond it, neighbours stand in one row."""


def grouped(rungs: Sequence[Rung], most: int = MOST) -> list[tuple[Rung, ...]]:
    """Neighbouring rungs together, so that no more than `most` rows are left; each holds about as many coins."""
    if len(rungs) <= most:
        return [(rung,) for rung in rungs]
    groups: list[list[Rung]] = [[]]
    share = rungs[-1].units / most
    for rung in rungs:
        if groups[-1] and rung.units > share * len(groups) and len(groups) < most:
            groups.append([])
        groups[-1].append(rung)
    return [tuple(group) for group in groups]


FALL = 0.1
"""The fall that the headline tells."""


def headline(ladder: LotLadder) -> str:
    """The finding in a sentence: what a fall of a tenth costs, and what a dollar costs there."""
    price = ladder.price * (1.0 - FALL)
    charge = float(ladder.charge(np.array([price]))[0])
    each = f"{ladder.each_dollar(price):,.0f} {ladder.currency}"
    return (
        f"A fall of {words.percent(FALL, 0)} to {words.price(price)} costs {spoken(charge, ladder.currency)}; "
        f"there each further dollar costs {each}."
    )


def ladder_report(ladder: LotLadder) -> Group:
    """What `treasury-sim ladder` prints."""
    scale = words.scale_for(rung.charge for rung in ladder.rungs)
    moment = {"closing": "from the end of", "opening": "by the lowest price of"}[ladder.moment]
    title = f"{ladder.title}: ladder {moment} {ladder.quarter}, {ladder.framework} ({scale.label(ladder.currency)})"
    columns = (
        Column("Price", is_text=False),
        Column("lots that trip", is_text=True),
        *map(Column, ("lots tripped", "coins tripped", "gain (loss) by then", "a dollar less costs")),
    )
    table = TextTable(title, columns)
    for group in grouped(ladder.rungs):
        last = group[-1]
        names = list(dict.fromkeys(name for rung in group for name in rung.lots))
        told = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        each = ladder.units if ladder.follows else last.units
        table.add(
            words.price(last.price),
            told,
            str(last.tripped),
            words.units(last.units),
            words.money(-last.charge, scale),
            f"{each:,.0f}",
        )
    note = (
        "Gain (loss): against the carrying amount, a loss in parentheses."
        if ladder.follows
        else "Gain (loss): what is written down if the price falls to this one, in parentheses."
    )
    return Group(Text(headline(ladder), style="bold"), table, Text(note, style="dim"))


def ladder_json(ladder: LotLadder) -> str:
    """Every rung as JSON; between two rungs the charge is a straight line."""
    return (
        json.dumps(
            {
                "title": ladder.title,
                "asset": ladder.asset,
                "currency": ladder.currency,
                "framework": ladder.framework,
                "quarter": ladder.quarter,
                "moment": ladder.moment,
                "price": ladder.price,
                "units": ladder.units,
                "carrying": ladder.carrying,
                "rungs": [
                    {
                        "price": rung.price,
                        "lots": list(rung.lots),
                        "lots_tripped": rung.tripped,
                        "units_tripped": rung.units,
                        "charge": rung.charge,
                        "each_dollar_costs": ladder.units if ladder.follows else rung.units,
                    }
                    for rung in ladder.rungs
                ],
            },
            indent=2,
            ensure_ascii=False,
            allow_nan=False,
        )
        + "\n"
    )
