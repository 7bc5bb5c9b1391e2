"""`treasury-sim bridge`."""

from __future__ import annotations

from typing import Annotated

import typer

from treasury_sim.cli.options import AllowPath, QuarterLabel, ScenarioName, print_report
from treasury_sim.cli.progress import progress_bar


def bridge(
    scenario: ScenarioName,
    first: Annotated[str, typer.Argument(metavar="FIRST", help="Framework to start from (see treasury-sim list).")],
    second: Annotated[str, typer.Argument(metavar="SECOND", help="Framework to end with.")],
    *,
    quarter: QuarterLabel = None,
    allow_path: AllowPath = None,
) -> None:
    """Explain step by step why two accounting frameworks differ.

    The coins and prices are the same: each step replaces one answer of the first framework's rule by the second's.
    """
    from treasury_sim.analysis.attribution.between_frameworks import framework_bridge
    from treasury_sim.report.tables.framework_bridge import bridge_report
    from treasury_sim.report.tables.page import notes_of
    from treasury_sim.scenario import load

    with progress_bar():
        loaded = load(scenario, allow_paths=allow_path or ())
        steps = framework_bridge(loaded, first, second, quarter)
    print_report(bridge_report(steps, first, second, loaded.spec).with_notes(notes_of([loaded])))
