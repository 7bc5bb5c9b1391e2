"""`treasury-sim run`."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from treasury_sim.cli.options import EXPECTATION_FAILED, AllowPath, ScenarioName, print_report


class Format(StrEnum):
    """How a result is printed."""

    text = "text"
    json = "json"


def run(
    scenario: ScenarioName,
    *,
    output: Annotated[Format, typer.Option("--format", help="Text for people, or JSON for programs.")] = Format.text,
    band: Annotated[
        bool,
        typer.Option("--band", help="Show how far figures depend on the unknown days inside purchase windows."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write statements, lots and checks to DIR as CSV and JSON."),
    ] = None,
    allow_path: AllowPath = None,
) -> None:
    """Run a scenario: the income bridge, the position and the lots of each quarter.

    Leaves with code 4 if the scenario expects figures that the run does not give.
    """
    started = time.perf_counter()
    from treasury_sim.engine import run as run_scenario
    from treasury_sim.scenario import load

    result = run_scenario(load(scenario, allow_paths=allow_path or ()), band=band)
    elapsed = time.perf_counter() - started
    if out is not None:
        from treasury_sim.report.files import write_result

        written = write_result(result, out)
    if output is Format.json:
        from treasury_sim.report.json_result import to_json

        print(to_json(result), end="")
    else:
        from treasury_sim.report.text import run_report

        print_report(run_report(result))
        if out is not None:
            print(f"Written to {out}: {', '.join(path.name for path in written)}.")
        print(f"Run in {elapsed:.2f} s.")
    if not result.passed:
        raise typer.Exit(EXPECTATION_FAILED)
