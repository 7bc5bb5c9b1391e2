"""Old names of commands: they work for one more version, are not listed, and name the command that replaces them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from treasury_sim.cli.attribute import attribute
from treasury_sim.cli.options import AllowPath, Printed, QuarterLabel, ScenarioName, TextOrJson, say
from treasury_sim.cli.run import run
from treasury_sim.cli.sensitivity import sensitivity


def diff(
    first: ScenarioName, second: ScenarioName, *, output: Printed = TextOrJson.text, allow_path: AllowPath = None
) -> None:
    """Compare two scenarios: now `attribute FIRST SECOND --every-line`."""
    _now(f"attribute {first} {second} --every-line")
    attribute(first, second, every_line=True, output=output, allow_path=allow_path)


def bridge(
    scenario: ScenarioName,
    first: Annotated[str, typer.Argument(metavar="FIRST")],
    second: Annotated[str, typer.Argument(metavar="SECOND")],
    *,
    quarter: QuarterLabel = None,
    allow_path: AllowPath = None,
) -> None:
    """Explain why two frameworks differ: now `attribute SCENARIO --framework FIRST --to-framework SECOND`."""
    _now(f"attribute {scenario} --framework {first} --to-framework {second}")
    attribute(
        scenario,
        quarter=quarter,
        line="remeasurement_pl",
        framework=first,
        to_framework=second,
        allow_path=allow_path,
    )


def observe(
    scenario: ScenarioName,
    *,
    chart: Annotated[Path | None, typer.Option("--chart", metavar="FILE")] = None,
    allow_path: AllowPath = None,
) -> None:
    """Show the expected impairment by prices observed: now `sensitivity SCENARIO --observation`."""
    _now(f"sensitivity {scenario} --observation")
    sensitivity(scenario, observation=True, chart=chart, allow_path=allow_path)


def tie_out(scenario: ScenarioName = "strategy_history", *, allow_path: AllowPath = None) -> None:
    """Compare reported figures with computed ones: now `run SCENARIO --expect`."""
    _now(f"run {scenario} --expect")
    run(scenario, expect=True, allow_path=allow_path)


def _now(command: str) -> None:
    say(f"This command is now `treasury-sim {command}`; the old name works in this version only.", is_error=True)


OLD_NAMES: dict[str, Callable[..., None]] = {"diff": diff, "bridge": bridge, "observe": observe, "tie-out": tie_out}
"""Old name -> the command, kept for one version."""
