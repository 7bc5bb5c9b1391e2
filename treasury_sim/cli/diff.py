"""`treasury-sim diff`."""

from __future__ import annotations

from treasury_sim.cli.options import AllowPath, Printed, ScenarioName, TextOrJson, print_answer
from treasury_sim.cli.progress import progress_bar


def diff(
    first: ScenarioName,
    second: ScenarioName,
    *,
    output: Printed = TextOrJson.text,
    allow_path: AllowPath = None,
) -> None:
    """Compare the inputs and the results of two scenarios.

    Lists the assumptions that differ, by key, and the lines of the result that differ.
    """
    from treasury_sim.analysis.attribution.compare import compare
    from treasury_sim.report.tables.comparison import comparison_json, comparison_report
    from treasury_sim.scenario import load

    with progress_bar() as progress:
        loaded = [load(name, allow_paths=allow_path or ()) for name in (first, second)]
        comparison = compare(*loaded, progress=progress)
    print_answer(
        *loaded,
        is_json=output is TextOrJson.json,
        as_json=lambda: comparison_json(comparison),
        as_text=lambda: comparison_report(comparison),
    )
