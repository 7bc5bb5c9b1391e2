"""`treasury-sim solve`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from treasury_sim.cli.options import (
    AllowPath,
    FrameworkKey,
    LineName,
    Printed,
    QuarterLabel,
    ScenarioName,
    TextOrJson,
    print_answer,
)
from treasury_sim.cli.progress import progress_bar

if TYPE_CHECKING:
    from treasury_sim.domain.limit import Limit
    from treasury_sim.scenario import Scenario


def solve(
    scenario: ScenarioName,
    *,
    key: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="KEY",
            help="Input to vary: `price` or `low` of the quarter, or any key with a number or a day, such as tax.rate.",
        ),
    ] = "price",
    line: LineName = "net_income",
    value: Annotated[
        str | None,
        typer.Option("--value", metavar="AMOUNT", help="Target of the line: -10bn, 0, or another line."),
    ] = None,
    loss: Annotated[
        str | None, typer.Option("--loss", metavar="AMOUNT", help="Target of the loss (minus the line), such as 10bn.")
    ] = None,
    limit: Annotated[
        str | None, typer.Option("--limit", metavar="NAME", help="Target: a limit of the scenario, by name or line.")
    ] = None,
    probability: Annotated[
        str | None,
        typer.Option("--probability", metavar="5%", help="For simulations: how likely the loss or breach is to be."),
    ] = None,
    quarter: QuarterLabel = None,
    framework: FrameworkKey = None,
    low: Annotated[float | None, typer.Option("--from", help="Lowest value of the key to search.")] = None,
    high: Annotated[float | None, typer.Option("--to", help="Highest value of the key to search.")] = None,
    output: Printed = TextOrJson.text,
    allow_path: AllowPath = None,
) -> None:
    """Find the price (or other input) that produces an amount.

    Reports every solution, re-runs the scenario at each, and explains when there is none.
    """
    from treasury_sim.analysis.solve.solve import solve as solved
    from treasury_sim.report.tables.solution import solution_json, solution_report
    from treasury_sim.scenario import load
    from treasury_sim.scenario.amounts import read_share

    if (low is None) != (high is None):
        raise typer.BadParameter("give both ends of the search range", param_hint="--from and --to")
    share = None if probability is None else read_share(probability, "--probability")
    between = None if low is None or high is None else (low, high)
    with progress_bar() as progress:
        loaded = load(scenario, allow_paths=allow_path or ())
        solution = solved(
            loaded,
            _target(loaded, line, value, loss, limit),
            key,
            quarter=quarter,
            framework=framework,
            between=between,
            probability=share,
            progress=progress,
        )
    print_answer(
        loaded,
        is_json=output is TextOrJson.json,
        as_json=lambda: solution_json(solution),
        as_text=lambda: solution_report(solution),
    )


def _target(scenario: Scenario, line: str, value: str | None, loss: str | None, limit: str | None) -> Limit:
    """Return the target that the options name: one of `--value`, `--loss` and `--limit`."""
    from treasury_sim.domain.limit import Limit
    from treasury_sim.domain.lines import LINES
    from treasury_sim.scenario.amounts import read_amount

    if (value is not None) + (loss is not None) + (limit is not None) != 1:
        raise typer.BadParameter("give one of --value, --loss and --limit", param_hint="--value")
    if limit is not None:
        known = [stated.limit for stated in scenario.spec.limits]
        for candidate in known:
            if limit in {candidate.name, candidate.line}:
                return candidate
        names = ", ".join(candidate.name or candidate.line for candidate in known) or "none"
        raise typer.BadParameter(f"the scenario has no limit {limit!r}; it has {names}", param_hint="--limit")
    text = value if value is not None else loss or ""
    if text in LINES:
        return Limit(line, "above", text, measured_as="line" if loss is None else "loss")
    amount = read_amount(text, "--value" if loss is None else "--loss")
    return Limit(line, "above", amount, measured_as="line" if loss is None else "loss")
