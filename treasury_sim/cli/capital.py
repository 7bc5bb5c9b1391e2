"""`treasury-sim capital`."""

from __future__ import annotations

from typing import Annotated

import typer

from treasury_sim.cli.options import AllowPath, Printed, ScenarioName, TextOrJson, print_report, print_text
from treasury_sim.cli.progress import progress_bar


def capital(
    scenario: ScenarioName,
    *,
    output: Printed = TextOrJson.text,
    months: Annotated[bool, typer.Option("--months", help="Show the runway month by month.")] = False,
    allow_path: AllowPath = None,
) -> None:
    """Show whether, when and why the holder must sell coins.

    Prints instruments, runway, the events of distress with their dates, break-even prices and key figures. The scenario
    states its funding under `capital` (see docs/capital.md).
    """
    from treasury_sim.engine import run
    from treasury_sim.errors import InputError
    from treasury_sim.report.tables.capital import capital_json, capital_report
    from treasury_sim.report.tables.runway import NOT_STATED
    from treasury_sim.scenario import load

    with progress_bar() as progress:
        loaded = load(scenario, allow_paths=allow_path or ())
        if loaded.spec.capital.opening is None:
            raise InputError([loaded.problem(("capital", "opening"), *NOT_STATED)])
        result = run(loaded, progress=progress)
    if output is TextOrJson.json:
        print_text(capital_json(result))
    else:
        print_report(capital_report(result, by_month=months))
