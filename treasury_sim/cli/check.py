"""`treasury-sim check`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from treasury_sim.cli.options import AllowPath, Strict, say
from treasury_sim.cli.progress import progress_bar


def check(
    scenarios: Annotated[
        list[str],
        typer.Argument(metavar="SCENARIO...", help="YAML files, folders of them, or names of shipped scenarios."),
    ],
    *,
    strict: Strict = False,
    allow_path: AllowPath = None,
) -> None:
    """Check scenario files and list every problem at once.

    Below each file's name: figures that are not plausible, inputs that the run does not use, and rows of tables that
    were left out. Exits with code 1 if a scenario cannot be run.
    """
    from treasury_sim.errors import TreasurySimError
    from treasury_sim.scenario.library import NO_SCENARIO, files_of, passed_over

    names = [name for given in scenarios for name in files_of(given)]
    skipped = ", ".join(name for given in scenarios for name in passed_over(given))
    broken = 0
    for name in names:
        try:
            with progress_bar():
                notes = _check(name, allow_path or (), strict=strict)
        except TreasurySimError as error:
            broken += 1
            say(str(error), is_error=True)
        else:
            say(f"{name}: fine")
            for note in notes:
                say(f"  {note}")
    if skipped:
        say(f"Skipped ({NO_SCENARIO}): {skipped}.")
    if broken:
        say(f"{broken} of {len(names)} scenarios cannot be run.", is_error=True)
        raise typer.Exit(TreasurySimError.exit_code)


def _check(name: str, allow_paths: Sequence[Path], *, strict: bool) -> tuple[str, ...]:
    from treasury_sim.engine.run import check as check_scenario
    from treasury_sim.scenario import load
    from treasury_sim.scenario.sweep import sweep_of

    scenario = load(name, allow_paths=allow_paths)
    sweep_of(scenario)
    return (*scenario.notes, *check_scenario(scenario, strict=strict))
