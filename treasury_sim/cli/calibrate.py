"""`treasury-sim calibrate`."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treasury_sim.cli.options import A_DAY, Printed, TextOrJson, a_path, print_report, print_text, say
from treasury_sim.cli.progress import progress_bar

if TYPE_CHECKING:
    from treasury_sim.domain.prices import DailyPrices


class Model(StrEnum):
    """The price models that can be fitted."""

    gbm = "gbm"
    jump_diffusion = "jump_diffusion"
    garch = "garch"
    regime = "regime"
    bootstrap = "bootstrap"
    follows = "follows"


def calibrate(
    *,
    asset: Annotated[
        str,
        typer.Option("--asset", metavar="ASSET", help="BTC and ETH have embedded history; others need --file."),
    ] = "BTC",
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="CSV of daily prices: date, low, close.")
    ] = None,
    model: Annotated[
        list[Model] | None, typer.Option("--model", help="Model to fit; can be repeated; by default all of one asset.")
    ] = None,
    first: Annotated[
        datetime | None,
        typer.Option("--from", help="First day of the window; by default five years of it.", **A_DAY),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", help="Last day of the window; by default that of history.", **A_DAY),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="Seed of the simulated quarters; the same seed gives the same figures.")
    ] = 42,
    leader: Annotated[
        str, typer.Option("--leader", metavar="ASSET", help="With --model follows: the asset that --asset follows.")
    ] = "BTC",
    output: Printed = TextOrJson.text,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", parser=a_path, help="Write the `prices:` block of one model to FILE."),
    ] = None,
) -> None:
    """Fit price models to history and test them against it.

    Prints parameters with standard errors, the log-likelihood, a test of simulated quarterly falls against observed
    ones, and a `prices:` block to paste into a scenario.
    Example: treasury-sim calibrate --asset ETH --model follows --from 2018-01-01 --to 2023-12-31
    """
    chosen = model or [each for each in Model if each != Model.follows]
    if out is not None and len(chosen) != 1:
        raise typer.BadParameter("the file holds the block of one model: choose one --model", param_hint="--out")
    if Model.follows in chosen and len(chosen) != 1:
        raise typer.BadParameter("follows needs two assets: choose it alone", param_hint="--model")
    if Model.follows in chosen:
        _follower(history_of(asset, file), leader, (first and first.date(), last and last.date()), output, out)
        return
    from treasury_sim.analysis.calibrate import calibrated
    from treasury_sim.report.tables.calibration import calibration_json, calibration_report, prices_block

    days = (first and first.date(), last and last.date())
    with progress_bar() as progress:
        fitted = calibrated(history_of(asset, file), [name.value for name in chosen], days, seed, progress)
    if out is not None:
        from treasury_sim.report.files import write_text

        write_text(out, prices_block(fitted[0][0]))
    if output is TextOrJson.json:
        print_text(calibration_json(fitted, seed))
    else:
        print_report(calibration_report(fitted))
        if out is not None:
            say(f"Written to {out}.")


def _follower(
    history: DailyPrices,
    leader: str,
    days: tuple[date | None, date | None],
    output: TextOrJson,
    out: Path | None,
) -> None:
    from treasury_sim.analysis.calibrate import calibrated_follower
    from treasury_sim.report.files import write_text
    from treasury_sim.report.tables.following import following_json, following_report, follows_block

    fitted, test = calibrated_follower(history, history_of(leader, None), days)
    if out is not None:
        write_text(out, follows_block(fitted, leader))
    if output is TextOrJson.json:
        print_text(following_json(fitted, test, leader))
        return
    print_report(following_report(fitted, test, leader))
    if out is not None:
        say(f"Written to {out}.")


def history_of(asset: str, file: Path | None) -> DailyPrices:
    """The prices of a CSV file, else the embedded history of the asset."""
    from treasury_sim.errors import TreasurySimError
    from treasury_sim.market.history import load_history
    from treasury_sim.scenario.importers.prices_csv import read_prices

    if file is None:
        return load_history(asset)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        message = f"Cannot read the prices in {file}: {reason}."
        raise TreasurySimError(message) from error
    return read_prices(text, str(file), asset)
