"""Closed forms of a scenario: a table for each framework, and JSON."""

from __future__ import annotations

from collections.abc import Sequence

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.solve.exact import Exact
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.report.render.json import json_text
from treasury_sim.report.tables.page import Page, Words
from treasury_sim.report.tables.table import Column, Row, Table


def exact_report(every: Sequence[Exact], spec: ScenarioSpec) -> Page:
    """What `treasury-sim run --closed-form` prints."""
    about = "Remeasurement in profit or loss by closed form: no sampling, no error\n"
    tables = (_table(exact, spec) for exact in every)
    is_calendar = all(quarter.is_of_calendar for quarter in spec.quarters)
    return Page((Words(spec.title, "title"), Words(about), *tables), is_calendar)


def _table(exact: Exact, spec: ScenarioSpec) -> Table:
    quantiles = exact.quantiles or {}
    columns = (
        Column("quarter", "", "quarter"),
        Column("mean", "Expected", "money"),
        Column("cumulative", "Since the start: expected", "money"),
        *(Column(f"p{share * 100:.0f}", f"p{share * 100:.0f}", "money") for share in quantiles),
    )
    figures = (exact.mean, exact.cumulative, *quantiles.values())
    rows = tuple(
        Row((label, *(float(values[number]) for values in figures))) for number, label in enumerate(exact.labels)
    )
    return Table(exact.framework, FRAMEWORKS[exact.framework].title, columns, rows, currency=spec.holder.currency)


def exact_json(every: Sequence[Exact], spec: ScenarioSpec) -> str:
    """Write the closed forms as JSON."""
    frameworks = {exact.framework: {"line": "remeasurement_pl", "quarters": _quarters(exact)} for exact in every}
    head = {"schema": 1, "title": spec.title, "currency": spec.holder.currency, "basis": "closed form"}
    return json_text({**head, "frameworks": frameworks})


def _quarters(exact: Exact) -> list[dict[str, object]]:
    quantiles = {f"p{share * 100:.0f}": values for share, values in (exact.quantiles or {}).items()}
    return [
        {
            "label": label,
            "mean": exact.mean[number],
            "cumulative": {
                "mean": exact.cumulative[number],
                **{name: values[number] for name, values in quantiles.items()},
            },
        }
        for number, label in enumerate(exact.labels)
    ]
