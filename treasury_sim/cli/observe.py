"""`treasury-sim observe`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from treasury_sim.cli.options import AllowPath, ScenarioName, print_report, say
from treasury_sim.cli.progress import progress_bar


def observe(
    scenario: ScenarioName,
    *,
    chart: Annotated[
        Path | None,
        typer.Option("--chart", metavar="FILE", help="Write a chart, .svg or .png (needs the report extra)."),
    ] = None,
    allow_path: AllowPath = None,
) -> None:
    """Show the expected impairment by how often prices are observed.

    Measures the same simulated paths under each `accounting.impairment_price`, by the scenario's framework that uses
    the lowest price.
    """
    from treasury_sim.analysis.observation import by_policy
    from treasury_sim.report.tables.observation import observation_report
    from treasury_sim.report.tables.page import notes_of
    from treasury_sim.scenario import load

    with progress_bar() as progress:
        loaded = load(scenario, allow_paths=allow_path or ())
        rows = by_policy(loaded, progress)
    print_report(observation_report(rows, loaded.spec).with_notes(notes_of([loaded])))
    if chart is not None:
        from treasury_sim.report.charts.sample import policy_chart
        from treasury_sim.report.charts.theme import LOOKS, picture, spec_of
        from treasury_sim.report.files import write_text

        spec = spec_of(policy_chart(rows, currency=loaded.spec.holder.currency), LOOKS["light"])
        write_text(chart, picture(spec, "png" if chart.suffix == ".png" else "svg"))
        say(f"Written to {chart}.")
