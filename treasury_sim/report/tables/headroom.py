"""Limits with the price at which each breaks."""

from __future__ import annotations

from collections.abc import Sequence

from treasury_sim.analysis.solve.headroom import Headroom
from treasury_sim.domain.limit import amount_in_words
from treasury_sim.report import words
from treasury_sim.report.tables.table import Column, Row, Table

STATES = {True: "broken", False: "kept", None: "not judged"}


def headroom_table(rows: Sequence[Headroom], currency: str) -> Table:
    """Each limit: where it stands, the price at which it breaks, and how far the price is from there."""
    asset = rows[0].asset if rows else ""
    price = rows[0].price if rows else 0.0
    return Table(
        name="headroom",
        title=f"Limits, with {asset} at {words.price(price)} {currency}",
        columns=(
            Column("limit", "Limit"),
            Column("framework", "Framework", "framework"),
            Column("state", "State"),
            Column("figure", "Figure", "figure"),
            Column("breaks_at", f"Price at the limit, {currency}", "price", missing="none"),
            Column("move", "Change of price to it", "share", decimals=1, missing="none"),
        ),
        rows=tuple(
            Row(
                (
                    each.outcome.limit.words,
                    each.outcome.framework,
                    STATES[each.outcome.failed],
                    None if each.outcome.figure is None else amount_in_words(each.outcome.figure),
                    each.breaks_at[0] if each.breaks_at else None,
                    each.move,
                )
            )
            for each in rows
        ),
        currency=currency,
    )
