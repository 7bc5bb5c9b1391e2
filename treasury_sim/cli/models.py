"""`treasury-sim models`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from treasury_sim.cli.options import A_DAY, AllowPath, ScenarioName, print_report, print_text
from treasury_sim.cli.progress import progress_bar


class Format(StrEnum):
    """How the answer is printed."""

    text = "text"
    csv = "csv"
    json = "json"


def models(
    scenario: ScenarioName,
    *,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of", help="Last day of history; by default the day before the scenario's model begins.", **A_DAY
        ),
    ] = None,
    quarter: Annotated[
        str | None,
        typer.Option("--quarter", metavar="2026Q4", help="The running quarter (default) or one of the next eight."),
    ] = None,
    parameter_error: Annotated[
        bool,
        typer.Option(
            "--parameter-error/--no-parameter-error", help="Whether ranges include the error of fitted parameters."
        ),
    ] = True,
    output: Annotated[
        Format, typer.Option("--format", help="Text for people, CSV or JSON for programs.")
    ] = Format.text,
    allow_path: AllowPath = None,
) -> None:
    """Show a quarter under every price model.

    Fits every model to the prices before the quarter and shows each range, with the band over the models. Where the
    scenario states prices, by a shock, a replay or a target, shows how rare they are in each model and in history.
    """
    from treasury_sim.analysis.running.under_models import under_models
    from treasury_sim.report.tables import under_models as tables
    from treasury_sim.report.tables.page import notes_of
    from treasury_sim.scenario import load

    with progress_bar() as progress:
        loaded = load(scenario, allow_paths=allow_path or ())
        answer = under_models(
            loaded,
            as_of=None if as_of is None else as_of.date(),
            quarter=quarter,
            parameter_error=parameter_error,
            progress=progress,
        )
    if output is Format.text:
        print_report(tables.under_models_page(answer).with_notes(notes_of([loaded])))
    else:
        print_text((tables.under_models_csv if output is Format.csv else tables.under_models_json)(answer))
