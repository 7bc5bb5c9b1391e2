"""`treasury-sim backtest`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from treasury_sim.cli.calibrate import history_of
from treasury_sim.cli.options import A_DAY, Workers, a_path, print_report, print_text, say
from treasury_sim.cli.progress import progress_bar


class Format(StrEnum):
    """How a backtest is printed."""

    text = "text"
    csv = "csv"
    json = "json"


def backtest(
    *,
    asset: Annotated[
        str, typer.Option("--asset", metavar="ASSET", help="BTC and ETH have embedded history; others need --file.")
    ] = "BTC",
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="CSV of daily prices: date, low, close.")
    ] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", help="First day of the first quarter; by default 2016-01-01.", **A_DAY)
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", help="Last day; by default the last quarter that has ended.", **A_DAY),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Forecast from the end of the quarter before only, not from inside it.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the simulated paths.")] = 42,
    workers: Workers = None,
    output: Annotated[
        Format, typer.Option("--format", help="Text for people, CSV or JSON for programs.")
    ] = Format.text,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            parser=a_path,
            help="Write backtest.csv, backtest.json, forecasts.csv, forecast_scores.csv.",
        ),
    ] = None,
) -> None:
    """Show how well each price model has forecast past quarters.

    Every quarter since 2016 is forecast by every model and by their ensemble, fitted to what was known on the day, one
    to four quarters ahead and from inside the quarter. Shows how often ranges held, and scores with errors.
    """
    from treasury_sim.analysis.backtest.backtest import FIRST
    from treasury_sim.analysis.backtest.backtest import backtest as tested
    from treasury_sim.analysis.backtest.one_quarter import INSIDE
    from treasury_sim.analysis.backtest.weights import shipped_scores
    from treasury_sim.batch.executors import IN_PROCESS, PROCESS, executor_of
    from treasury_sim.report.tables import backtest as tables

    name = IN_PROCESS if workers == 1 else PROCESS
    with executor_of(name, workers) as (executor, _), progress_bar(with_counts=True) as progress:
        answer = tested(
            history_of(asset, file),
            executor,
            first=FIRST if first is None else first.date(),
            last=None if last is None else last.date(),
            inside=() if quick else INSIDE,
            past=shipped_scores() if asset == "BTC" and file is None else None,
            seed=seed,
            progress=progress,
        )
    if output is Format.text:
        print_report(tables.backtest_page(answer))
    else:
        print_text((tables.backtest_csv if output is Format.csv else tables.backtest_json)(answer))
    if out is not None:
        from treasury_sim.report.files import write_text

        as_text = {
            "backtest.csv": tables.backtest_csv,
            "backtest.json": tables.backtest_json,
            "forecasts.csv": tables.forecasts_csv,
            "forecast_scores.csv": tables.scores_csv,
        }
        for each, write in as_text.items():
            write_text(out / each, write(answer))
        if output is Format.text:
            say(f"Written to {out}: {', '.join(as_text)}.")
