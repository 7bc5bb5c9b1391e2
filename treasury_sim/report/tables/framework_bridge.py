"""The bridge from one accounting framework to another, one answer of the rule at a time."""

from __future__ import annotations

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.attribution.between_frameworks import Bridge
from treasury_sim.report.tables.table import Column, Row, Table


def bridge_table(bridge: Bridge, first: str, second: str, currency: str) -> Table:
    """What changes from framework `first` to `second`: in income, OCI and carrying amount."""
    columns = (
        Column("words", ""),
        Column("income", "Profit or loss", "money", note="remeasurement and results of disposals, before tax."),
        Column("oci", "OCI", "money"),
        Column("carrying", "Carrying amount", "money"),
    )
    steps = [
        (FRAMEWORKS[first].title, bridge.first),
        *((f"  {step.words}", step) for step in bridge.steps),
        (FRAMEWORKS[second].title, bridge.second),
    ]
    rows = tuple(
        Row((title, step.income, step.oci, step.carrying), is_total=step in (bridge.first, bridge.second))
        for title, step in steps
    )
    return Table("bridge", f"Bridge, {bridge.label}", columns, rows, currency=currency)
