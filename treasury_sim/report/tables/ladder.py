"""The ladder of lots: at which price which lots are written down, and what a dollar less costs there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.lot_ladder import LotLadder, Rung
from treasury_sim.report import words
from treasury_sim.report.render.json import json_text
from treasury_sim.report.tables.page import Page, Words
from treasury_sim.report.tables.table import Column, Row, Table
from treasury_sim.report.words import spoken

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
"""The fall in the headline, as a share of the price."""


def headline(ladder: LotLadder) -> str:
    """The finding in a sentence: what a fall of a tenth costs, and what a dollar costs there."""
    price = ladder.price * (1.0 - FALL)
    charge = float(ladder.charge(np.array([price]))[0])
    each = f"{ladder.each_dollar(price):,.0f} {ladder.currency}"
    return (
        f"A fall of {words.percent(FALL, 0)} to {words.price(price)} costs {spoken(charge, ladder.currency)}; "
        f"there each further dollar costs {each}."
    )


MOST_NAMES = 3
"""Lots of a rung that are named."""


def ladder_table(ladder: LotLadder, most: int = MOST) -> Table:
    """The rungs from the highest price down, neighbours together."""
    columns = (
        Column("price", "Price falls to", "price"),
        Column("lots", "Lots tripped there"),
        Column("lots_tripped", "Lots tripped", "count"),
        Column("units_tripped", "Coins tripped", "units"),
        Column("charge", "Gain (loss) by then", "money", note=_note(ladder)),
        Column("each_dollar_costs", "A dollar less costs", "price", decimals=0),
    )
    rows = []
    for group in grouped(ladder.rungs, most):
        last = group[-1]
        names = list(dict.fromkeys(name for rung in group for name in rung.lots))
        named = ", ".join(names[:MOST_NAMES])
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        cells = (last.price, f"{named}{more}", last.tripped, round(last.units, 4), -last.charge, _each(ladder, last))
        rows.append(Row(cells))
    moment = {"closing": "from the end of", "opening": "by the lowest price of"}[ladder.moment]
    title = f"Ladder of {ladder.asset} {moment} {ladder.quarter}, {FRAMEWORKS[ladder.framework].title}"
    return Table("ladder", title, columns, tuple(rows), currency=ladder.currency)


def _each(ladder: LotLadder, rung: Rung) -> float:
    """Charge of the next dollar below a rung [currency]."""
    return ladder.units if ladder.follows else rung.units


def _note(ladder: LotLadder) -> str:
    if ladder.follows:
        return "fair value less the carrying amount."
    return "the write-down if the price falls to this one."


def ladder_report(ladder: LotLadder) -> Page:
    """What `treasury-sim ladder` prints."""
    return Page((Words(ladder.title, "note"), Words(headline(ladder), "title"), ladder_table(ladder)))


def ladder_json(ladder: LotLadder) -> str:
    """Every rung as JSON; between two rungs the charge is a straight line."""
    names = ("title", "asset", "currency", "framework", "quarter", "moment", "price", "units", "carrying")
    rungs = [
        {
            "price": rung.price,
            "lots": list(rung.lots),
            "lots_tripped": rung.tripped,
            "units_tripped": rung.units,
            "charge": rung.charge,
            "each_dollar_costs": _each(ladder, rung),
        }
        for rung in ladder.rungs
    ]
    return json_text({**{name: getattr(ladder, name) for name in names}, "rungs": rungs})
