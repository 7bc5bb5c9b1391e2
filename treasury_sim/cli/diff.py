"""`treasury-sim diff`."""

from __future__ import annotations

from typing import Annotated

import typer

from treasury_sim.cli.options import AllowPath, ScenarioName, print_report
from treasury_sim.cli.run import Format


def diff(
    first: ScenarioName,
    second: ScenarioName,
    *,
    output: Annotated[Format, typer.Option("--format", help="Text for people, or JSON for programs.")] = Format.text,
    allow_path: AllowPath = None,
) -> None:
    """Compare two scenarios: the assumptions that differ, by key, and what they do to the result, by line."""
    from treasury_sim.analysis.compare import compare
    from treasury_sim.report.comparison import comparison_json, comparison_report
    from treasury_sim.scenario import load

    found = compare(*(load(name, allow_paths=allow_path or ()) for name in (first, second)))
    if output is Format.json:
        print(comparison_json(found), end="")
    else:
        print_report(comparison_report(found))
