"""The page on the crash of 2026 says what its scenarios compute, and has a chart for each mechanism."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from treasury_sim import attribute_mechanisms, load, run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "crash-2026.md").read_text(encoding="utf-8")
PACK = ROOT / "scenarios" / "crash_2026"
ROW = re.compile(r"^\| `(\w+)`[^|]*\| (-[\d,]+) \| (-[\d,]+)? *\| ([\d,]+) \|$", re.MULTILINE)
ROWS = {name: rest for name, *rest in ROW.findall(PAGE)}


def number(text: str) -> float:
    return float(text.replace(",", ""))


def test_every_scenario_of_the_folder_has_a_row() -> None:
    assert set(ROWS) == {path.stem for path in PACK.glob("*.yaml") if not path.stem.startswith("_")}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_what_the_scenario_computes(name: str) -> None:
    fair_value, impairment, coins = ROWS[name]
    result = run(PACK / f"{name}.yaml")
    first = result.reported[0].label

    def loss(framework: str) -> float:
        return float(np.mean(result.line("remeasurement_pl", first, framework=framework))) / 1e6

    assert loss("us_gaap_fair_value") == pytest.approx(number(fair_value), abs=0.51)
    if impairment:
        assert loss("us_gaap_impairment") == pytest.approx(number(impairment), abs=0.51)
    assert float(np.mean(result.line("units"))) == pytest.approx(number(coins), abs=0.51)


@pytest.mark.parametrize(
    ("name", "framework", "part", "near", "far"),
    [
        ("strategy_2025q4", "us_gaap_fair_value", 8.4, 4.2, 50.4),
        ("strategy_2025q4", "us_gaap_impairment", 27.1, 13.5, 163.3),
        ("strategy_2026q1", "us_gaap_fair_value", 7.6, 3.8, 45.9),
        ("strategy_2026q1", "us_gaap_impairment", 92.4, 46.2, 559.1),
        ("crash_2026/mara_replay", "us_gaap_fair_value", 0.8, 0.4, 4.9),
    ],
)
def test_the_sentence_on_forced_sellers(name: str, framework: str, part: float, near: float, far: float) -> None:
    case = load(ROOT / "scenarios" / f"{name}.yaml").what_if(
        {"prices.BTC.overlay": {"flows": {"liquidations": {"open_interest": 700_000}}}}
    )
    share = attribute_mechanisms(case, framework=framework).shares[0]
    figures = [-share.share.value / 1e6, -share.most / 1e6, -share.least / 1e6]
    assert figures == pytest.approx([part, near, far], abs=0.06)


def test_every_chart_is_drawn() -> None:
    shown = re.findall(r"\(crash-2026/(\w+)\.svg\)", PAGE)
    assert set(shown) == {path.stem for path in (ROOT / "docs" / "crash-2026").glob("*.svg")}
    assert len(shown) == 5
