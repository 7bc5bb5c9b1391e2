"""Two scenarios side by side, as text and as JSON."""

from __future__ import annotations

import json

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from treasury_sim.analysis.attribution.compare import Comparison, LineChange
from treasury_sim.domain.lines import LINES
from treasury_sim.report import words
from treasury_sim.report.text_table import Column, TextTable
from treasury_sim.report.words import stated


def comparison_report(found: Comparison) -> Group:
    """What `treasury-sim diff` prints: the assumptions that differ, then the lines, quarter by quarter."""
    columns = (Column(name, is_text=True) for name in ("assumption", "key", "first", "second"))
    assumptions = TextTable("Assumptions that differ", tuple(columns))
    for one in found.assumptions:
        values = (stated(value, one.kind) for value in (one.first, one.second))
        assumptions.add(words.sentence(one.words), one.key, *values)
    none = Text("No assumption differs.\n")
    parts: list[RenderableType] = [Padding(assumptions, (0, 0, 1, 0)) if found.assumptions else none]
    for key, label in dict.fromkeys((change.framework, change.quarter) for change in found.lines):
        parts.append(_table(found, key, label))
    if not found.lines:
        parts.append(Text("No line differs in the frameworks and quarters that both have."))
    for title, alone in (("first", found.only_first), ("second", found.only_second)):
        if alone:
            parts.append(Text(f"Only in the {title}: {', '.join(alone)}."))
    return Group(*parts)


def _table(found: Comparison, key: str, label: str) -> RenderableType:
    changes = [change for change in found.lines if (change.framework, change.quarter) == (key, label)]
    scale = words.scale_for(amount for one in changes if LINES[one.line].is_money for amount in (one.first, one.second))
    title = f"{key}, {label} ({scale.label(found.first.currency)})"
    table = TextTable(title, (Column("", is_text=True), *map(Column, ("first", "second", "change"))))
    for one in changes:
        table.add(LINES[one.line].title, *(_text(one, amount, scale) for amount in (one.first, one.second, one.change)))
    return Padding(table, (0, 0, 1, 0))


def _text(change: LineChange, amount: float | None, scale: words.Scale) -> str:
    kind = LINES[change.line].kind
    if kind == "units":
        return words.units(amount)
    return words.money(amount, scale if LINES[change.line].is_money else words.UNITS)


def comparison_json(found: Comparison) -> str:
    """Write a comparison as JSON."""
    content = {
        "schema": 1,
        "first": found.first.title,
        "second": found.second.title,
        "assumptions": [{"key": one.key, "first": one.first, "second": one.second} for one in found.assumptions],
        "lines": [
            {
                "framework": one.framework,
                "quarter": one.quarter,
                "line": one.line,
                "first": one.first,
                "second": one.second,
                "change": one.change,
            }
            for one in found.lines
        ],
        "only_first": found.only_first,
        "only_second": found.only_second,
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False, default=str) + "\n"
