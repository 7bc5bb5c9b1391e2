"""`treasury-sim ladder`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from treasury_sim.cli.options import AllowPath, QuarterLabel, ScenarioName, TextOrJson, print_answer
from treasury_sim.cli.progress import progress_bar


class Moment(StrEnum):
    """The balance that the ladder starts from: that at the start or at the end of the quarter."""

    opening = "opening"
    closing = "closing"


def ladder(
    scenario: ScenarioName,
    *,
    framework: Annotated[
        str | None,
        typer.Option("--framework", metavar="KEY", help="By default the first framework at cost."),
    ] = None,
    quarter: QuarterLabel = None,
    asset: Annotated[str | None, typer.Option("--asset", metavar="BTC", help="By default the first asset.")] = None,
    moment: Annotated[
        Moment,
        typer.Option(
            "--moment",
            help="`closing`: charge of a further fall; `opening`: charge of the quarter by its low.",
        ),
    ] = Moment.closing,
    output: Annotated[
        TextOrJson, typer.Option("--format", help="Text, or JSON with every lot's price.")
    ] = TextOrJson.text,
    allow_path: AllowPath = None,
) -> None:
    """Show at which price each lot is written down.

    At each price: the lots that trip, the charge so far, and the cost of a further dollar.
    """
    from treasury_sim.analysis.lot_ladder import lot_ladder
    from treasury_sim.report.tables.ladder import ladder_json, ladder_report
    from treasury_sim.scenario import load

    with progress_bar():
        loaded = load(scenario, allow_paths=allow_path or ())
        rungs = lot_ladder(loaded, framework=framework, quarter=quarter, asset=asset, moment=moment.value)
    print_answer(
        loaded,
        is_json=output is TextOrJson.json,
        as_json=lambda: ladder_json(rungs),
        as_text=lambda: ladder_report(rungs),
    )
