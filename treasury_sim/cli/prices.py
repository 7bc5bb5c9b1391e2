"""`treasury-sim prices`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treasury_sim.cli.options import A_DAY, Printed, TextOrJson, a_path, print_report, print_text, say

if TYPE_CHECKING:
    from treasury_sim.market.held.tables import Series
    from treasury_sim.store.update import Options


class Action(StrEnum):
    """Uses of the price store."""

    update = "update"
    status = "status"


def prices(
    action: Annotated[Action, typer.Argument(help="Download later prices, or list those that are held.")],
    *,
    asset: Annotated[list[str] | None, typer.Option("--asset", help="By default BTC; can be repeated.")] = None,
    venue: Annotated[str, typer.Option("--venue", help="Such as coinbase, kraken or bitstamp.")] = "coinbase",
    currency: Annotated[str, typer.Option("--currency", help="Currency in which the asset is quoted.")] = "USD",
    cutoff: Annotated[
        list[str] | None,
        typer.Option(
            "--cutoff",
            metavar="TIME",
            help='A time of day whose price at month ends is stored, such as "15:00 Asia/Tokyo"; can be repeated. '
            "By default 16:00 America/New_York.",
        ),
    ] = None,
    again_from: Annotated[
        datetime | None,
        typer.Option("--again-from", help="Day from which prices held are downloaded again.", **A_DAY),
    ] = None,
    rates: Annotated[bool, typer.Option("--rates", help="Update the ECB's reference rates instead.")] = False,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--prices-folder",
            metavar="DIR",
            parser=a_path,
            help="By default TREASURY_SIM_PRICES, or user data.",
        ),
    ] = None,
    output: Printed = TextOrJson.text,
) -> None:
    """Download later prices, or list the prices held.

    The only command that uses the network, and only to update. Embedded prices never change. See docs/prices.md.
    Example: treasury-sim prices update --asset BTC --asset ETH
    """
    from treasury_sim.store.folder import folder_of

    place = folder_of(folder)
    if action is Action.status:
        from treasury_sim.store.page import status_json, status_page
        from treasury_sim.store.status import status

        rows = status(place)
        if output is TextOrJson.json:
            print_text(status_json(rows, str(place)))
        else:
            print_report(status_page(rows, str(place)))
        return
    if rates:
        from treasury_sim.store.rates import update_rates

        brought = update_rates(place)
        say(f"ECB reference rates: {brought.days} new days; as of {brought.last}.")
        return
    from treasury_sim.market.held.tables import Series
    from treasury_sim.store.cutoffs import DEFAULT_CUTOFFS
    from treasury_sim.store.update import Options

    since = None if again_from is None else again_from.date()
    options = Options(tuple(cutoff or DEFAULT_CUTOFFS), again_from=since)
    for name in asset or ["BTC"]:
        _update(Series(venue, name, currency), place, options)


def _update(series: Series, folder: Path, options: Options) -> None:
    import time
    from datetime import UTC

    from treasury_sim.cli.progress import progress_bar
    from treasury_sim.store.page import sentences
    from treasury_sim.store.update import Outside, update

    outside = Outside(lambda: datetime.now(UTC), time.sleep)
    with progress_bar() as progress:
        updated = update(series, folder, outside, options, progress)
    for sentence in sentences(updated):
        say(sentence)
