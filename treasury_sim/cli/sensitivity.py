"""`treasury-sim sensitivity`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treasury_sim.cli.options import (
    AllowPath,
    FrameworkKey,
    LineName,
    Printed,
    QuarterLabel,
    ScenarioName,
    TextOrJson,
    print_answer,
    say,
)
from treasury_sim.cli.progress import progress_bar

if TYPE_CHECKING:
    from treasury_sim.scenario import Scenario


def sensitivity(
    scenario: ScenarioName,
    *,
    line: LineName = "net_income",
    by: Annotated[str, typer.Option("--by", metavar="10%", help="How far each number is moved down and up.")] = "10%",
    keys: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="KEY", help="Move only this key (or `price`, `low`); can be repeated."),
    ] = None,
    grid: Annotated[
        list[str] | None,
        typer.Option("--grid", metavar="KEY=FROM:TO:COUNT", help="Move two keys at once; give this option twice."),
    ] = None,
    greeks: Annotated[
        bool, typer.Option("--greeks", help="For simulations: derivatives of the expected line, with standard errors.")
    ] = False,
    observation: Annotated[
        bool,
        typer.Option(
            "--observation",
            help="For simulations: the expected charge of the period under each `accounting.impairment_price`, on the "
            "same paths, by the framework that uses the lowest price.",
        ),
    ] = False,
    chart: Annotated[
        Path | None,
        typer.Option(
            "--chart", metavar="FILE", help="With --observation: write a chart, .svg or .png (needs the report extra)."
        ),
    ] = None,
    quarter: QuarterLabel = None,
    framework: FrameworkKey = None,
    output: Printed = TextOrJson.text,
    allow_path: AllowPath = None,
) -> None:
    """Show which inputs move a line most.

    One input at a time (tornado), two at once (--grid), the derivatives of a simulation (--greeks), or its expected
    charge by how often prices are observed (--observation).
    """
    from treasury_sim.analysis.sensitivity.grid import grid as over_two
    from treasury_sim.analysis.sensitivity.tornado import tornado
    from treasury_sim.report.tables import sensitivity as shown
    from treasury_sim.scenario import load
    from treasury_sim.scenario.amounts import read_share

    with progress_bar():
        loaded = load(scenario, allow_paths=allow_path or ())
    is_json = output is TextOrJson.json
    if grid:
        if len(grid) != 2:
            raise typer.BadParameter("give two keys, each as KEY=FROM:TO:COUNT", param_hint="--grid")
        first, second = (_axis(text) for text in grid)
        with progress_bar() as progress:
            table = over_two(loaded, first, second, line=line, framework=framework, quarter=quarter, progress=progress)
        print_answer(
            loaded,
            is_json=is_json,
            as_json=lambda: shown.grid_json(table),
            as_text=lambda: shown.grid_report(table),
        )
        return
    if greeks:
        from treasury_sim.analysis.sensitivity.greeks import greeks as derivatives

        with progress_bar() as progress:
            slopes = derivatives(
                loaded, keys=keys or (), line=line, framework=framework, quarter=quarter, progress=progress
            )
        print_answer(
            loaded,
            is_json=is_json,
            as_json=lambda: shown.greeks_json(slopes),
            as_text=lambda: shown.greeks_report(slopes),
        )
        return
    if observation:
        _print_observation(loaded, chart, is_json=is_json)
        return
    share = read_share(by, "--by")
    with progress_bar() as progress:
        bars = tornado(
            loaded, by=share, keys=keys or (), line=line, framework=framework, quarter=quarter, progress=progress
        )
    print_answer(
        loaded, is_json=is_json, as_json=lambda: shown.tornado_json(bars), as_text=lambda: shown.tornado_report(bars)
    )


def _print_observation(scenario: Scenario, chart: Path | None, *, is_json: bool) -> None:
    from treasury_sim.analysis.observation import by_policy
    from treasury_sim.report.tables.observation import observation_json, observation_report

    with progress_bar() as progress:
        rows = by_policy(scenario, progress)
    print_answer(
        scenario,
        is_json=is_json,
        as_json=lambda: observation_json(rows, scenario.spec),
        as_text=lambda: observation_report(rows, scenario.spec),
    )
    if chart is not None:
        from treasury_sim.report.charts.sample import policy_chart
        from treasury_sim.report.charts.theme import LOOKS, picture, spec_of
        from treasury_sim.report.files import write_text

        spec = spec_of(policy_chart(rows, currency=scenario.spec.holder.currency), LOOKS["light"])
        write_text(chart, picture(spec, "png" if chart.suffix == ".png" else "svg"))
        say(f"Written to {chart}.")


def _axis(text: str) -> tuple[str, list[float]]:
    """Read `KEY=FROM:TO:COUNT`."""
    from treasury_sim.analysis.sensitivity.grid import MOST_VALUES

    key, _, span = text.partition("=")
    parts = span.split(":")
    try:
        first, last, count = float(parts[0]), float(parts[1]), int(parts[2])
    except (IndexError, ValueError):
        count = 0
    if len(parts) != 3 or not 2 <= count <= MOST_VALUES:
        raise typer.BadParameter(
            f"{text!r}: write KEY=FROM:TO:COUNT, such as price=60000:120000:7, with 2 to {MOST_VALUES} values",
            param_hint="--grid",
        )
    return key, [first + (last - first) * number / (count - 1) for number in range(count)]
