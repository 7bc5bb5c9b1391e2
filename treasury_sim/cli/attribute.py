"""`treasury-sim attribute`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from treasury_sim.cli.options import AllowPath, FrameworkKey, QuarterLabel, ScenarioName, TextOrJson, print_answer
from treasury_sim.cli.progress import progress_bar

if TYPE_CHECKING:
    from treasury_sim.analysis.attribution.steps import Attribution


def attribute(
    scenario: ScenarioName,
    other: Annotated[
        str | None, typer.Argument(metavar="[OTHER]", help="Second scenario: explain why its amount differs.")
    ] = None,
    *,
    quarter: QuarterLabel = None,
    line: Annotated[
        str | None,
        typer.Option("--line", metavar="LINE", help="Line of the statement; by default net income, if computed."),
    ] = None,
    framework: FrameworkKey = None,
    to_framework: Annotated[
        str | None,
        typer.Option("--to-framework", metavar="KEY", help="Explain why this framework's amount differs."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="QUARTER", help="Attribute all quarters from this one, or from `inception`."),
    ] = None,
    against: Annotated[
        str | None, typer.Option("--against", metavar="QUARTER", help="Explain the change from this quarter.")
    ] = None,
    output: Annotated[
        TextOrJson, typer.Option("--format", help="Text, or JSON with the bars of a waterfall.")
    ] = TextOrJson.text,
    allow_path: AllowPath = None,
) -> None:
    """Attribute a figure to its causes; the steps add up exactly.

    For one quarter, or since an earlier one: price on opening coins, coins bought and sold, fees, income, tax, capital.
    Between two quarters, frameworks or scenarios: one change at a time.
    """
    from treasury_sim.analysis.attribution.attribute import attribute as attribute_figure
    from treasury_sim.report.tables.attribution import attribution_json, attribution_report
    from treasury_sim.scenario import load

    allowed = allow_path or ()
    with progress_bar() as progress:
        loaded = [load(name, allow_paths=allowed) for name in (scenario, other) if name]
        attribution: Attribution = attribute_figure(
            *loaded,
            quarter=quarter,
            line=line,
            framework=framework,
            to_framework=to_framework,
            since=since,
            against=against,
            progress=progress,
        )
    print_answer(
        *loaded,
        is_json=output is TextOrJson.json,
        as_json=lambda: attribution_json(attribution),
        as_text=lambda: attribution_report(attribution),
    )
