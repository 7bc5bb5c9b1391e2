"""`treasury-sim explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from treasury_sim.cli.options import AllowPath, FrameworkKey, OpenPath, Printed, ScenarioName, TextOrJson, print_answer
from treasury_sim.cli.progress import progress_bar


def explain(
    scenario: ScenarioName,
    *,
    line: Annotated[
        str | None,
        typer.Option(
            "--line",
            metavar="LINE",
            help="Line of the statement, or `impairment`; by default net income, with --lot the remeasurement.",
        ),
    ] = None,
    quarter: Annotated[
        str | None, typer.Option("--quarter", metavar="2025Q4", help="Any computed quarter; by default the last one.")
    ] = None,
    lot: Annotated[
        str | None,
        typer.Option("--lot", metavar="ID", help="Show only this lot, with each day of its purchase."),
    ] = None,
    framework: FrameworkKey = None,
    output: Printed = TextOrJson.text,
    open_path: OpenPath = None,
    allow_path: AllowPath = None,
) -> None:
    """Trace a figure to its lots, prices and paragraphs.

    Takes a line apart into its parts and lots, each with price, day, venue, citation and the numbers in the formula.
    """
    from treasury_sim.analysis.open_path import run_or_open
    from treasury_sim.report.explain import explain as explained
    from treasury_sim.report.explain.text import explanation_json, explanation_report
    from treasury_sim.scenario import load

    with progress_bar() as progress:
        loaded = load(scenario, allow_paths=allow_path or ())
        result = run_or_open(loaded, open_path, progress=progress)
    line_name = line or ("net_income" if lot is None else "remeasurement_pl")
    explanation = explained(result, line_name, quarter=quarter, framework=framework, lot=lot)
    label = quarter or result.timeline.quarters[-1].label
    heading = f"{result.title}, {label}, amounts in {result.currency}"
    print_answer(
        loaded,
        is_json=output is TextOrJson.json,
        as_json=lambda: explanation_json(explanation),
        as_text=lambda: explanation_report(explanation, heading, result.currency),
    )
