"""`treasury-sim ladder`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from treasury_sim.cli.options import AllowPath, QuarterLabel, ScenarioName, print_answer
from treasury_sim.cli.progress import progress_bar


class Format(StrEnum):
    """How a ladder is printed."""

    text = "text"
    json = "json"


class Moment(StrEnum):
    """From when on the ladder is looked down."""

    opening = "opening"
    closing = "closing"


def ladder(
    scenario: ScenarioName,
    *,
    framework: Annotated[
        str | None, typer.Option("--framework", metavar="KEY", help="The scenario's first at cost by default.")
    ] = None,
    quarter: QuarterLabel = None,
    asset: Annotated[str | None, typer.Option("--asset", metavar="BTC", help="The first one by default.")] = None,
    moment: Annotated[
        Moment,
        typer.Option(
            "--moment", help="`closing`: what a further fall costs; `opening`: what the quarter costs by its low."
        ),
    ] = Moment.closing,
    output: Annotated[Format, typer.Option("--format", help="Text, or JSON with every rung.")] = Format.text,
    allow_path: AllowPath = None,
) -> None:
    """Show the ladder of lots: at which price which lots trip, the charge by then, what a further dollar costs."""
    from treasury_sim.analysis.lot_ladder import lot_ladder
    from treasury_sim.report.lot_ladder import ladder_json, ladder_report
    from treasury_sim.scenario import load

    with progress_bar():
        loaded = load(scenario, allow_paths=allow_path or ())
        found = lot_ladder(loaded, framework=framework, quarter=quarter, asset=asset, moment=moment.value)
    print_answer(
        loaded,
        is_json=output is Format.json,
        as_json=lambda: ladder_json(found),
        as_text=lambda: ladder_report(found),
    )
