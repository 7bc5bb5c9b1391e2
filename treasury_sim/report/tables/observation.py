"""The expected charge by observation policy."""

from __future__ import annotations

from collections.abc import Sequence

from treasury_sim.analysis.observation import Observed
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.report.render.json import json_text, records
from treasury_sim.report.tables.page import Page
from treasury_sim.report.tables.table import Column, Row, Table


def observation_table(rows: Sequence[Observed], spec: ScenarioSpec) -> Table:
    """A row for each observation policy, from the fewest prices observed to all of them."""
    columns = (
        Column("policy", "impairment_price"),
        Column("words", "Price observed"),
        Column("charge", "Charge", "money", note="expected over the whole period, positive."),
        Column("error", "±", "money"),
        Column("share", "% of carrying", "share", decimals=1),
    )
    shown = tuple(Row((row.policy, row.words, row.charge.value, row.charge.error, row.share)) for row in rows)
    title = f"{spec.title}: expected charge by observation policy"
    return Table("observation", title, columns, shown, currency=spec.holder.currency)


def observation_report(rows: Sequence[Observed], spec: ScenarioSpec) -> Page:
    """The page of `treasury-sim sensitivity --observation`."""
    return Page((observation_table(rows, spec),))


def observation_json(rows: Sequence[Observed], spec: ScenarioSpec) -> str:
    """The same as JSON; the charge is positive, in whole currency units."""
    table = observation_table(rows, spec)
    return json_text({"schema": 1, "title": table.title, "currency": spec.holder.currency, "policies": records(table)})
