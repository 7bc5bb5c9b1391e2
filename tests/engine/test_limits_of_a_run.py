"""A run judges limits in the quarters of its period, under the frameworks they are for."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from tests.cases import run_case
from treasury_sim import to_json
from treasury_sim.domain.result import Result
from treasury_sim.report.tables.run import run_report
from treasury_sim.report.words import in_print, in_titles


def fallen(folder: Path) -> Result:
    """One coin bought at 100 in 2025Q3 when it was worth 100; 60 at the end of the year: a loss of 40."""
    return run_case(
        folder,
        {date(2025, 1, 1): 100.0, date(2025, 11, 1): 60.0},
        [{"acquired": date(2025, 7, 1), "quantity": 1, "unit_cost": 100}],
        period={"start": date(2025, 7, 1), "end": date(2025, 12, 31)},
        accounting={"frameworks": ["us_gaap_fair_value", "ifrs_revaluation"]},
        limits=[
            {"charge": "remeasurement_pl", "above": 30, "severity": "warning", "reason": "A covenant."},
            {"line": "carrying", "below": "cost_basis", "framework": "ifrs_revaluation"},
            {"line": "equity", "below": 0},
        ],
    )


def test_every_limit_under_every_framework_it_is_for(tmp_path: Path) -> None:
    outcomes = fallen(tmp_path).limits
    assert [(o.framework, o.limit.line, o.failed, o.period, o.figure) for o in outcomes] == [
        ("us_gaap_fair_value", "remeasurement_pl", True, "2025Q4", 40.0),
        ("ifrs_revaluation", "remeasurement_pl", True, "2025Q4", 40.0),
        ("ifrs_revaluation", "carrying", True, "2025Q4", 60.0),
        ("us_gaap_fair_value", "equity", None, "", None),
        ("ifrs_revaluation", "equity", None, "", None),
    ]
    assert "Charge (remeasurement in profit or loss) of 40 in 2025Q4 is above 30" in outcomes[0].sentence
    assert outcomes[0].sentence.endswith("A covenant.")


def test_screen_and_json_tell_the_same(tmp_path: Path) -> None:
    from rich.console import Console

    result = fallen(tmp_path)
    told = json.loads(to_json(result))["limits"]
    assert [entry["failed"] for entry in told] == [True, True, True, None, None]
    assert told[0]["sentence"] == result.limits[0].sentence
    console = Console(width=200)
    with console.capture() as captured:
        console.print(run_report(result))
    text = captured.get()
    assert "3 of 5 limits failed, 2 cannot be judged" in text
    assert in_print(in_titles(told[0]["sentence"]), is_calendar=True) in text
    assert "A loss or a charge is a positive number" in text
