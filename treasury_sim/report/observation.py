"""The expected charge by observation policy, as text."""

from __future__ import annotations

from collections.abc import Sequence

from treasury_sim.analysis.observation import Observed
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.report import words
from treasury_sim.report.text_table import Column, TextTable


def observation_table(rows: Sequence[Observed], spec: ScenarioSpec) -> TextTable:
    """What `treasury-sim observe` prints."""
    scale = words.scale_for(row.charge.value for row in rows)
    title = f"{spec.title}: expected charge, positive, by observation policy ({scale.label(spec.holder.currency)})"
    columns = (Column("impairment_price", is_text=True), Column("the price is seen", is_text=True))
    table = TextTable(title, (*columns, Column("charge"), Column("±"), Column("% of carrying")))
    for row in rows:
        charge = (words.money(row.charge.value, scale), words.money(row.charge.error, scale))
        table.add(row.policy, row.words, *charge, words.percent(row.share, 1))
    return table
