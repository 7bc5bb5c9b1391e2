"""`treasury-sim run`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treasury_sim.cli.options import (
    EXPECTATION_FAILED,
    AllowPath,
    OpenPath,
    Printed,
    ScenarioName,
    Strict,
    TextOrJson,
    a_path,
    print_answer,
    print_report,
    print_text,
    say,
)
from treasury_sim.cli.progress import progress_bar

if TYPE_CHECKING:
    from treasury_sim.scenario import Scenario


def run(
    scenario: ScenarioName,
    *,
    output: Printed = TextOrJson.text,
    band: Annotated[
        bool,
        typer.Option("--band", help="Show how far figures depend on the unknown days within windows."),
    ] = False,
    closed_form: Annotated[
        bool,
        typer.Option(
            "--closed-form",
            help="For simulations: expected remeasurement and quantiles by formula, without sampling error. Needs lots "
            "held throughout and a geometric Brownian motion.",
        ),
    ] = False,
    expect: Annotated[
        bool,
        typer.Option(
            "--expect",
            help="Compare the figures under `expect:` with the computed ones: reported, computed, band, difference, "
            "source.",
        ),
    ] = False,
    open_path: OpenPath = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            parser=a_path,
            help="Write statements, lots and expected figures to DIR as CSV and JSON.",
        ),
    ] = None,
    strict: Strict = False,
    allow_path: AllowPath = None,
) -> None:
    """Run a scenario: income bridge, position and lots by quarter.

    Exits with code 4 if an expected figure was not met.
    """
    started = time.perf_counter()
    from treasury_sim.analysis.open_path import run_or_open
    from treasury_sim.scenario import load

    with progress_bar() as progress:
        loaded = load(scenario, allow_paths=allow_path or ())
        if strict:
            from treasury_sim.engine.run import check

            check(loaded, strict=True)
        if expect:
            _need_figures(loaded, scenario)
        if not closed_form:
            result = run_or_open(loaded, open_path, band=band or expect, progress=progress)
            elapsed = time.perf_counter() - started
            if out is not None:
                from treasury_sim.report.files import write_result

                written = write_result(result, out)
    if closed_form:
        _print_closed_form(loaded, output)
        return
    if output is TextOrJson.json:
        from treasury_sim.report.json_result import to_json

        print_text(to_json(result))
    else:
        from treasury_sim.report.tables.run import run_report, tie_out_report

        print_report(tie_out_report(result) if expect else run_report(result))
        if out is not None:
            say(f"Written to {out}: {', '.join(path.name for path in written)}.")
        say(f"Run in {elapsed:.2f} s.")
    if not result.passed:
        raise typer.Exit(EXPECTATION_FAILED)


def _need_figures(scenario: Scenario, name: str) -> None:
    from treasury_sim.errors import TreasurySimError

    if not scenario.spec.expect:
        message = f"{name} states no figures to tie out. Add the reported figures under `expect:`."
        raise TreasurySimError(message)


def _print_closed_form(scenario: Scenario, output: TextOrJson) -> None:
    from treasury_sim.analysis.solve.exact import exact
    from treasury_sim.report.tables.closed_form import exact_json, exact_report

    expected = exact(scenario)
    print_answer(
        scenario,
        is_json=output is TextOrJson.json,
        as_json=lambda: exact_json(expected, scenario.spec),
        as_text=lambda: exact_report(expected, scenario.spec),
    )
