"""Scenarios that draw their prices are scored by their bad paths, and are the same whoever runs them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.batch.cases import batch, content, write_holder
from tests.batch.test_batch import table
from treasury_sim import load, run
from treasury_sim.batch.reperform import reperform

KEY = "us_gaap_fair_value"


def write_sample(folder: Path) -> Path:
    """Prices that are drawn from October on, at two volatilities."""
    return write_holder(
        folder,
        plan={"sales": []},
        period={"start": date(2025, 10, 1)},
        prices={"BTC": {"file": "prices.csv", "model": "gbm", "from": date(2025, 10, 1), "volatility": 0.5}},
        simulation={"paths": 2_048, "seed": 7},
        tax={"rate": None},
        limits=[{"loss": "pre_tax_income", "above": 200}, {"loss": "pre_tax_income", "above": 5_000}],
        sweep={"grid": {"prices.BTC.volatility": [0.3, 0.5]}},
    )


def test_a_sampled_scenario_is_scored_by_its_bad_paths(tmp_path: Path) -> None:
    file = write_sample(tmp_path / "in")
    report = batch(file, out=tmp_path / "out")
    own = run(load(file).with_values({("sweep",): None}))
    line = own.statements[KEY].lines["pre_tax_income"]
    assert line is not None
    base, value, _ = table(tmp_path / "out")["scenario: prices.BTC.volatility=0.5", KEY, "2025Q4", "pre_tax_income"]
    assert base == value == pytest.approx(line[:, -1].mean(), rel=1e-12)
    worst = report.summary.ranked[0]
    assert worst.scenario.endswith("0.5")
    assert worst.result == pytest.approx(np.quantile(line[:, -1], 0.05))
    assert worst.against == "cost at the 5 % quantile of the paths"
    chance = (line[:, -1] < -200).mean()
    assert [words for _, words, _ in worst.failed] == [
        f"loss (income before tax) above 200 on {chance:.1%} of the paths"
    ]


def test_processes_draw_the_same_and_a_changed_seed_is_named(tmp_path: Path) -> None:
    file = write_sample(tmp_path / "in")
    batch(file, out=tmp_path / "one")
    batch(file, out=tmp_path / "two", executor="process", workers=2)
    assert content(tmp_path / "one") == content(tmp_path / "two")
    file.write_text(file.read_text().replace("seed: 7", "seed: 8"))
    found = reperform(tmp_path / "one", executor="inprocess")
    assert found.verdict == "different"
    assert found.changes[0].endswith("simulation.seed was 7, is now 8")
    assert found.changes[1] == "The seed of scenario was 7, is now 8."
