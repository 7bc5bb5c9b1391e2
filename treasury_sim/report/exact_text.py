"""Closed forms of a scenario, as text for a terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from treasury_sim.analysis.solve.exact import Exact
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.report import words
from treasury_sim.report.text_table import Column, TextTable


def exact_report(found: Sequence[Exact], spec: ScenarioSpec) -> Group:
    """What `treasury-sim run --closed-form` prints."""
    about = "Remeasurement in profit or loss by closed form: no sampling, no error"
    return Group(Text(f"{spec.title}\n", style="bold"), Text(f"{about}\n"), *(_table(one, spec) for one in found))


def _table(found: Exact, spec: ScenarioSpec) -> RenderableType:
    shares = list(found.quantiles or {})
    scale = words.scale_for([*found.mean, *found.cumulative])
    names = ["expected", "since the start: expected", *(f"p{share * 100:.0f}" for share in shares)]
    title = f"{found.framework} ({scale.label(spec.holder.currency)})"
    table = TextTable(title, (Column("", is_text=True), *map(Column, names)))
    for number, label in enumerate(found.labels):
        quantiles = [(found.quantiles or {})[share][number] for share in shares]
        amounts = [found.mean[number], found.cumulative[number], *quantiles]
        table.add(label, *(words.money(amount, scale) for amount in amounts))
    return Padding(table, (0, 0, 1, 0))


def exact_json(found: Sequence[Exact], spec: ScenarioSpec) -> str:
    """The same as JSON."""
    frameworks = {
        one.framework: {
            "line": "remeasurement_pl",
            "quarters": [
                {
                    "label": label,
                    "mean": one.mean[number],
                    "cumulative": {
                        "mean": one.cumulative[number],
                        **{f"p{share * 100:.0f}": values[number] for share, values in (one.quantiles or {}).items()},
                    },
                }
                for number, label in enumerate(one.labels)
            ],
        }
        for one in found
    }
    head = {"schema": 1, "title": spec.title, "currency": spec.holder.currency, "basis": "closed form"}
    return json.dumps({**head, "frameworks": frameworks}, indent=1, ensure_ascii=False) + "\n"
