"""`treasury-sim attribute`."""

from __future__ import annotations

from pathlib import Path
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
    every_line: Annotated[
        bool,
        typer.Option("--every-line", help="With OTHER: list the inputs and every line that differ."),
    ] = False,
    mechanisms: Annotated[
        bool, typer.Option("--mechanisms", help="Attribute to the mechanisms of the overlay, such as liquidations.")
    ] = False,
    output: Annotated[
        TextOrJson, typer.Option("--format", help="Text, or JSON with the bars of a waterfall.")
    ] = TextOrJson.text,
    allow_path: AllowPath = None,
) -> None:
    """Attribute a figure to its causes; the steps add up exactly.

    For one quarter, or since an earlier one: price on opening coins, coins bought and sold, fees, income, tax, capital.
    Between two quarters, frameworks or scenarios: one change at a time. For two frameworks the steps of their rules
    follow, for two scenarios the inputs that differ.
    With --mechanisms: how much forced sellers and deeper lows make, with the range over the published coefficients.
    """
    if mechanisms:
        _refuse({"OTHER": other, "--to-framework": to_framework, "--since": since, "--against": against})
        _by_mechanism(scenario, quarter=quarter, line=line, framework=framework, output=output, allow_path=allow_path)
        return
    if every_line:
        _print_every_line(scenario, other, output, allow_path)
        return
    from treasury_sim.analysis.attribution.attribute import attribute as attribute_figure
    from treasury_sim.analysis.attribution.between_frameworks import framework_bridge
    from treasury_sim.engine.run_cache import RunCache
    from treasury_sim.report.tables.attribution import attribution_json, attribution_report
    from treasury_sim.scenario import load
    from treasury_sim.scenario.differences import differences

    allowed, cache, inputs, rules = allow_path or (), RunCache(), None, None
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
            cache=cache,
            progress=progress,
        )
        if len(loaded) > 1:
            inputs = differences(*loaded)
        elif to_framework is not None:
            first = framework or loaded[0].spec.accounting.frameworks[0]
            rules = framework_bridge(loaded[0], first, to_framework, quarter, cache=cache)
    print_answer(
        *loaded,
        is_json=output is TextOrJson.json,
        as_json=lambda: attribution_json(attribution, inputs, rules),
        as_text=lambda: attribution_report(attribution, inputs, rules),
    )


def _print_every_line(scenario: str, other: str | None, output: TextOrJson, allow_path: list[Path] | None) -> None:
    from treasury_sim.analysis.attribution.compare import compare
    from treasury_sim.report.tables.comparison import comparison_json, comparison_report
    from treasury_sim.scenario import load

    if other is None:
        raise typer.BadParameter("name two scenarios", param_hint="--every-line")
    with progress_bar() as progress:
        loaded = [load(name, allow_paths=allow_path or ()) for name in (scenario, other)]
        comparison = compare(*loaded, progress=progress)
    print_answer(
        *loaded,
        is_json=output is TextOrJson.json,
        as_json=lambda: comparison_json(comparison),
        as_text=lambda: comparison_report(comparison),
    )


def _refuse(options: dict[str, str | None]) -> None:
    """Refuse what does not go with --mechanisms."""
    given = [name for name, value in options.items() if value is not None]
    if given:
        from treasury_sim.errors import InputError, Problem

        raise InputError([Problem("", None, "--mechanisms", "nothing beside it", ", ".join(given), "Run them apart.")])


def _by_mechanism(
    scenario: str,
    *,
    quarter: str | None,
    line: str | None,
    framework: str | None,
    output: TextOrJson,
    allow_path: list[Path] | None,
) -> None:
    from treasury_sim.analysis.attribution.mechanisms import attribute_mechanisms
    from treasury_sim.report.tables.mechanisms import mechanisms_json, mechanisms_report
    from treasury_sim.scenario import load

    with progress_bar() as progress:
        loaded = load(scenario, allow_paths=allow_path or ())
        answer = attribute_mechanisms(loaded, quarter=quarter, line=line, framework=framework, progress=progress)
    print_answer(
        loaded,
        is_json=output is TextOrJson.json,
        as_json=lambda: mechanisms_json(answer),
        as_text=lambda: mechanisms_report(answer),
    )
