"""`treasury-sim now`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treasury_sim.cli.options import A_DAY, AllowPath, ScenarioName, a_path, print_report, print_text, say
from treasury_sim.cli.progress import progress_bar

if TYPE_CHECKING:
    from treasury_sim.analysis.running.record import Record
    from treasury_sim.scenario import Scenario


class Fitted(StrEnum):
    """The price models that can be fitted to the prices up to `as_of`."""

    ensemble = "ensemble"
    gbm = "gbm"
    jump_diffusion = "jump_diffusion"
    garch = "garch"
    regime = "regime"
    bootstrap = "bootstrap"


class Format(StrEnum):
    """How an answer is printed."""

    text = "text"
    csv = "csv"
    json = "json"
    html = "html"


def now(
    scenario: ScenarioName,
    *,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            help="Last day of history; by default `as_of` of the scenario, else the last day with a price.",
            **A_DAY,
        ),
    ] = None,
    quarter: Annotated[
        str | None,
        typer.Option("--quarter", metavar="2026Q4", help="The running quarter (default) or one of the next eight."),
    ] = None,
    model: Annotated[
        Fitted | None,
        typer.Option(
            "--model", help="Price model to fit; by default the scenario's where it is simulated, else the ensemble."
        ),
    ] = None,
    parameter_error: Annotated[
        bool,
        typer.Option(
            "--parameter-error/--no-parameter-error", help="Whether the range includes the error of fitted parameters."
        ),
    ] = True,
    output: Annotated[
        Format, typer.Option("--format", help="Text for people, CSV and JSON for programs, or one HTML page.")
    ] = Format.text,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", parser=a_path, help="Write now.csv, now.json and now.html to DIR."),
    ] = None,
    scores: Annotated[
        bool,
        typer.Option("--scores", help="Show the forecasts that were kept and what came, with their score, and exit."),
    ] = False,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log",
            metavar="FILE",
            parser=a_path,
            help="File of earlier answers; by default in your data folder (TREASURY_SIM_ANSWERS names another).",
        ),
    ] = None,
    no_log: Annotated[bool, typer.Option("--no-log", help="Neither read nor keep answers.")] = False,
    allow_path: AllowPath = None,
) -> None:
    """Report the running quarter, to date and forecast.

    Shows each line to date, still to come, and of the quarter if the price stays, with its range; the price at which
    each limit breaks and how likely that is; what changed since the last answer; and what a further fall costs.
    """
    from treasury_sim.scenario import load

    loaded = load(scenario, allow_paths=allow_path or ())
    path, records = (None, []) if no_log else _earlier(log, is_needed=scores)
    day = None if as_of is None else as_of.date()
    if scores:
        if path is None:
            raise typer.BadParameter("answers are not kept, so none can be scored", param_hint="--scores")
        own = [record for record in records if record.scenario == _name(scenario)]
        _print_scores(loaded, own, day, is_json=output is Format.json)
        return
    from treasury_sim.analysis.running.now import now as answered
    from treasury_sim.analysis.running.record import record_of
    from treasury_sim.report.running import now_formats as formats
    from treasury_sim.report.running.answer_log import last_answer

    with progress_bar() as progress:
        fitted = None if model is None else model.value
        answer = answered(
            loaded, as_of=day, quarter=quarter, model=fitted, parameter_error=parameter_error, progress=progress
        )
    moment = datetime.now(UTC)
    record = record_of(answer, _name(scenario), moment.isoformat(timespec="seconds"))
    last = last_answer(records, record)
    written = [] if out is None else formats.write_now(answer, last, record, out)
    if output is Format.text:
        print_report(formats.now_report(answer, last, record))
        _say_age(answer.as_of, moment.date())
        if out is not None:
            say(f"Written to {out}: {', '.join(each.name for each in written)}.")
    else:
        as_text = {Format.csv: formats.now_csv, Format.json: formats.now_json, Format.html: formats.now_html}
        print_text(as_text[output](answer, last, record))
    if path is not None and (last is None or last.content != record.content):
        _keep(path, record, is_stated=log is not None, is_text=output is Format.text)


def _earlier(log: Path | None, *, is_needed: bool) -> tuple[Path | None, list[Record]]:
    """Return the log and its answers. An answer does not depend on them, so a default log may be unreadable."""
    from treasury_sim.report.running.answer_log import LogError, default_log, read_log

    path = log or default_log()
    if path is None:
        return None, []
    try:
        records, notes = read_log(path)
    except LogError as error:
        if log is not None or is_needed:
            raise
        path, records, notes = None, [], [str(error)]
    for note in notes:
        say(note, is_error=True)
    return path, records


def _keep(path: Path, record: Record, *, is_stated: bool, is_text: bool) -> None:
    """Add the answer to the log; where the user does not name the log, a full disk does not make the command fail."""
    from treasury_sim.report.running.answer_log import LogError, append

    try:
        append(path, record)
    except LogError as error:
        if is_stated:
            raise
        say(f"The answer is not kept. {error}", is_error=True)
        return
    if is_text:
        say(f"Kept in {path}, readable by you only; --no-log keeps nothing.")


def _say_age(as_of: date, today: date) -> None:
    """Say that prices are stale; the running day never has a price."""
    days = (today - as_of).days
    if days > 1:
        say(f"Stale: prices end on {as_of}, {days} days before today. Give newer ones as prices.BTC.file (CSV).")


def _name(scenario: str) -> str:
    """Identify a scenario in the log: the full path of a file, or the name of a shipped one."""
    path = Path(scenario)
    return str(path.resolve()) if path.exists() else scenario.removesuffix(".yaml")


def _print_scores(scenario: Scenario, records: list[Record], day: date | None, *, is_json: bool) -> None:
    from treasury_sim.analysis.running.now import what_came
    from treasury_sim.analysis.running.scores import scored
    from treasury_sim.report.running.now_formats import scores_json, scores_report

    rows = scored(records, what_came(scenario, day, records))
    if is_json:
        print_text(scores_json(rows))
    else:
        is_calendar = all(row.record.quarter_end.month == 3 * int(row.record.quarter[-1]) for row in rows)
        print_report(scores_report(rows, scenario.spec.holder.currency, is_calendar=is_calendar))
