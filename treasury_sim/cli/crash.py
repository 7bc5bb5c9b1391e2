"""`treasury-sim crash`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from treasury_sim.cli.options import A_DAY, Printed, TextOrJson, print_report, print_text


def crash(
    *,
    first: Annotated[datetime, typer.Option("--from", help="First day shown.", **A_DAY)],
    last: Annotated[datetime, typer.Option("--to", help="Last day shown.", **A_DAY)],
    open_interest: Annotated[
        str,
        typer.Option("--open-interest", metavar="COINS", help="Open futures positions of all venues, such as 700k."),
    ],
    coefficient: Annotated[
        float, typer.Option("--coefficient", min=0.01, max=100.0, help="Coefficient of the square-root law of impact.")
    ] = 1.0,
    volume: Annotated[str, typer.Option("--volume", metavar="USD", help="Volume of a day, all venues.")] = "80bn",
    output: Printed = TextOrJson.text,
) -> None:
    """Show how much of a fall forced sellers explain.

    For each day: long positions liquidated, the part of the fall that they explain with its range, and the low without
    forced sellers and at twice the leverage.
    Example: treasury-sim crash --from 2026-02-01 --to 2026-02-06 --open-interest 700k
    """
    from treasury_sim.analysis.crash import crash as take_apart
    from treasury_sim.market.flows.impact import SquareRootImpact
    from treasury_sim.market.history import load_history
    from treasury_sim.report.tables.crash import crash_json, crash_page
    from treasury_sim.scenario.amounts import read_amount

    answer = take_apart(
        load_history("BTC"),
        first.date(),
        last.date(),
        open_interest=read_amount(open_interest, "--open-interest"),
        impact=SquareRootImpact(coefficient, read_amount(volume, "--volume", currency="USD", smallest=1.0)),
    )
    if output is TextOrJson.json:
        print_text(crash_json(answer))
    else:
        print_report(crash_page(answer))
