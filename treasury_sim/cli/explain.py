"""`treasury-sim explain`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from treasury_sim.cli.options import AllowPath, FrameworkKey, OpenPath, ScenarioName, print_answer
from treasury_sim.cli.progress import progress_bar


class Format(StrEnum):
    """How an explanation is printed."""

    text = "text"
    json = "json"


def explain(
    scenario: ScenarioName,
    *,
    line: Annotated[
        str | None,
        typer.Option(
            "--line",
            metavar="LINE",
            help="A line of the statement, or `impairment`; net income by default, with --lot the remeasurement.",
        ),
    ] = None,
    quarter: Annotated[
        str | None, typer.Option("--quarter", metavar="2025Q4", help="A computed quarter; the last one by default.")
    ] = None,
    lot: Annotated[
        str | None, typer.Option("--lot", metavar="ID", help="Only this lot, with each of its days.")
    ] = None,
    framework: FrameworkKey = None,
    output: Annotated[Format, typer.Option("--format", help="Text for people, or JSON for programs.")] = Format.text,
    open_path: OpenPath = None,
    allow_path: AllowPath = None,
) -> None:
    """Explain a figure: from the line to its parts and lots, with prices, paragraphs and the numbers in the formula."""
    from treasury_sim.analysis.open_path import run_or_open
    from treasury_sim.report.explain import explain as explained
    from treasury_sim.report.explain.text import explanation_json, explanation_report
    from treasury_sim.scenario import load

    with progress_bar() as progress:
        loaded = load(scenario, allow_paths=allow_path or ())
        result = run_or_open(loaded, open_path, progress=progress)
    asked = line or ("net_income" if lot is None else "remeasurement_pl")
    found = explained(result, asked, quarter=quarter, framework=framework, lot=lot)
    label = quarter or result.timeline.quarters[-1].label
    heading = f"{result.title}, {label}, amounts in {result.currency}"
    print_answer(
        loaded,
        is_json=output is Format.json,
        as_json=lambda: explanation_json(found),
        as_text=lambda: explanation_report(found, heading),
    )
