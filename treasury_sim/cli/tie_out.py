"""`treasury-sim tie-out`."""

from __future__ import annotations

import time

import typer

from treasury_sim.cli.options import EXPECTATION_FAILED, AllowPath, ScenarioName, print_report, say
from treasury_sim.cli.progress import progress_bar


def tie_out(scenario: ScenarioName = "strategy_history", *, allow_path: AllowPath = None) -> None:
    """Compare reported figures with computed ones.

    For each figure under `expect:`: reported, computed, band, difference, source.
    Exits with code 4 if a figure does not tie.
    """
    started = time.perf_counter()
    from treasury_sim.engine import run as run_scenario
    from treasury_sim.errors import TreasurySimError
    from treasury_sim.report.tables.run import tie_out_report
    from treasury_sim.scenario import load

    with progress_bar() as progress:
        loaded = load(scenario, allow_paths=allow_path or ())
        if not loaded.spec.expect:
            message = f"{scenario} states no figures to tie out. Add the reported figures under `expect:`."
            raise TreasurySimError(message)
        result = run_scenario(loaded, band=True, progress=progress)
    elapsed = time.perf_counter() - started
    print_report(tie_out_report(result))
    say(f"Run in {elapsed:.2f} s.")
    if not result.passed:
        raise typer.Exit(EXPECTATION_FAILED)
