"""`treasury-sim mining`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from treasury_sim.cli.options import A_DAY, Printed, TextOrJson, print_report, print_text


def mining(
    *,
    day: Annotated[
        datetime | None,
        typer.Option(
            "--date",
            help="Day whose closing price and difficulty are used, where --price and --difficulty do not state them.",
            **A_DAY,
        ),
    ] = None,
    price: Annotated[str | None, typer.Option("--price", metavar="USD", help="Price of a coin, such as 60k.")] = None,
    difficulty: Annotated[
        str | None, typer.Option("--difficulty", metavar="D", help="Network difficulty, such as 141.67T.")
    ] = None,
    power_price: Annotated[
        str,
        typer.Option("--power-price", metavar="USD,...", help="Prices of a kWh, separated by commas, lowest first."),
    ] = "0.05,0.08",
    fees: Annotated[str, typer.Option("--fees", metavar="SHARE", help="Transaction fees over the subsidy.")] = "0.6%",
    pool_fee: Annotated[str, typer.Option("--pool-fee", metavar="SHARE", help="Share kept by the pool.")] = "1.5%",
    output: Printed = TextOrJson.text,
) -> None:
    """Show the cost of mining a coin and shutdown prices.

    Hashprice, the shutdown price of each machine by price of power, and the margin on each named cost basis.
    Example: treasury-sim mining --date 2026-02-05
    """
    from treasury_sim.analysis.mining import mining_economics, read_inputs
    from treasury_sim.mining.data import cost_bases, machines
    from treasury_sim.report.tables.mining import mining_json, mining_page

    inputs = read_inputs(
        day.date() if day else None,
        price=price,
        difficulty=difficulty,
        fees=fees,
        pool_fee=pool_fee,
        power_prices=power_price,
    )
    economics = mining_economics(
        inputs.price,
        inputs.network,
        machines=tuple(machines().values()),
        bases=cost_bases(),
        power_prices=inputs.power_prices,
        pool_fee=inputs.pool_fee,
    )
    if output is TextOrJson.json:
        print_text(mining_json(economics))
    else:
        print_report(mining_page(economics))
