"""The expected charge by observation policy."""

from __future__ import annotations

from collections.abc import Sequence

from treasury_sim.analysis.observation import Observed
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.report.tables.page import Page
from treasury_sim.report.tables.table import Column, Row, Table


def observation_report(rows: Sequence[Observed], spec: ScenarioSpec) -> Page:
    """What `treasury-sim observe` prints."""
    columns = (
        Column("policy", "impairment_price"),
        Column("words", "Price observed"),
        Column("charge", "Charge", "money", note="expected over the whole period, positive."),
        Column("error", "±", "money"),
        Column("share", "% of carrying", "share", decimals=1),
    )
    shown = tuple(Row((row.policy, row.words, row.charge.value, row.charge.error, row.share)) for row in rows)
    title = f"{spec.title}: expected charge by observation policy"
    return Page((Table("observation", title, columns, shown, currency=spec.holder.currency),))
