"""A close is built once and asked: its ledger is added up once, its periods are found once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.report.close.holders import busy_scenario
from treasury_sim import run
from treasury_sim.report.close import close
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.live.sheets import live_sheets
from treasury_sim.report.close.pack import close_pack
from treasury_sim.report.close.write import write_close


def counted(monkeypatch: pytest.MonkeyPatch, *names: str) -> Counter[str]:
    """Count the calls of functions that a close computes with."""
    calls: Counter[str] = Counter()

    def counting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            calls[name] += 1
            return function(*args)

        return call

    for name in names:
        monkeypatch.setattr(close, name, counting(name, getattr(close, name)))
    return calls


def test_a_close_and_its_workbook_add_each_ledger_up_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = busy_scenario(tmp_path, ["ifrs_revaluation"])
    result = run(scenario)
    calls = counted(monkeypatch, "movements", "close_periods")
    pack = close_pack(result, "ifrs_revaluation", "2025Q4", STANDARD)
    live_sheets(scenario, pack)
    assert calls == {"movements": len(result.holdings), "close_periods": 1}


def test_a_second_close_is_computed_from_its_own_result(tmp_path: Path) -> None:
    """Nothing is remembered between results: two runs of different lots have different closes."""
    first, second = (run(busy_scenario(tmp_path, [key])) for key in ("ifrs_cost", "us_gaap_fair_value"))
    carried = [
        close_pack(result, next(iter(result.statements)), "2025Q4", STANDARD).lots.rows[-1].cells
        for result in (first, second)
    ]
    assert carried[0] != carried[1]


def test_progress_of_a_workbook_moves_with_its_sheets_and_ends_at_the_whole(tmp_path: Path) -> None:
    scenario = busy_scenario(tmp_path, ["ifrs_revaluation"])
    pack = close_pack(run(scenario), "ifrs_revaluation", "2025Q4", STANDARD)
    shares: list[float] = []
    write_close(
        [pack],
        STANDARD,
        "xlsx",
        tmp_path / "books",
        partial(live_sheets, scenario),
        progress=lambda done, total: shares.append(done / total),
    )
    assert len(set(shares)) > 10
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
