"""`treasury-sim block`."""

from __future__ import annotations

from typing import Annotated

import typer

from treasury_sim.cli.options import AllowPath, QuarterLabel, ScenarioName, TextOrJson, print_answer
from treasury_sim.cli.progress import progress_bar


def block(
    scenario: ScenarioName,
    *,
    days: Annotated[float, typer.Option("--days", min=0.01, max=10_000.0, help="Days of the sale.")] = 1.0,
    share: Annotated[
        list[str] | None,
        typer.Option("--share", metavar="SHARE", help="Share sold, such as 10%; can be repeated; by default six."),
    ] = None,
    quarter: QuarterLabel = None,
    asset: Annotated[str | None, typer.Option("--asset", metavar="BTC", help="By default the first asset.")] = None,
    coefficient: Annotated[
        float, typer.Option("--coefficient", min=0.01, max=100.0, help="Coefficient of the square-root law of impact.")
    ] = 1.0,
    volume: Annotated[str, typer.Option("--volume", metavar="AMOUNT", help="Volume of a day, all venues.")] = "80bn",
    output: Annotated[TextOrJson, typer.Option("--format", help="Text or JSON.")] = TextOrJson.text,
    allow_path: AllowPath = None,
) -> None:
    """Show what a sale of the coins would fetch, beside fair value.

    The books stay at units times price; the range is that of the published coefficients of impact.
    Example: treasury-sim block strategy_2025q4 --share 10% --days 5
    """
    from treasury_sim.analysis.block import SHARES
    from treasury_sim.analysis.block import block as sold
    from treasury_sim.market.flows.impact import SquareRootImpact
    from treasury_sim.report.tables.block import block_json, block_report
    from treasury_sim.scenario import load
    from treasury_sim.scenario.amounts import read_amount, read_share

    with progress_bar():
        loaded = load(scenario, allow_paths=allow_path or ())
        currency = loaded.spec.holder.currency
        answer = sold(
            loaded,
            days=days,
            shares=[read_share(each, "--share") for each in share] if share else SHARES,
            quarter=quarter,
            asset=asset,
            impact=SquareRootImpact(coefficient, read_amount(volume, "--volume", currency=currency, smallest=1.0)),
        )
    print_answer(
        loaded,
        is_json=output is TextOrJson.json,
        as_json=lambda: block_json(answer),
        as_text=lambda: block_report(answer),
    )
