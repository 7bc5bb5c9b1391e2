"""`treasury-sim backtest` and `treasury-sim models`: the same figures in every form, and mistakes with a fix."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from treasury_sim.cli.main import main

ONE_QUARTER = ("--quick", "--workers", "1", "--from", "2022-04-01", "--to", "2022-06-30")


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["treasury-sim", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_a_backtest_is_the_same_as_text_csv_and_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "backtest", *ONE_QUARTER, "--format", "json", "--out", str(tmp_path)) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["quarters"] == ["2022Q2"]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "backtest.csv").read_text(encoding="utf-8"))))
    assert [float(row["crps"]) for row in rows] == [each["crps"]["value"] for each in answer["summaries"]]
    assert sum(each["weight"] for each in answer["weights"]) == pytest.approx(1.0)
    forecasts = (tmp_path / "forecasts.csv").read_text(encoding="utf-8").splitlines()
    assert len(forecasts) == 1 + 10 * 4 * 4
    header = (tmp_path / "forecast_scores.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.startswith('quarter_end,"gbm, expected price stays, volatility x 0.75"')


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("backtest", "--from", "2027-01-01"), "a quarter that has ended"),
        (("backtest", "--asset", "SOL"), "an asset with embedded prices (BTC, ETH), or a file"),
        (("models", "strategy_2026q1", "--quarter", "2035Q1"), "the running quarter, or one of the 8 after it"),
    ],
)
def test_mistakes_have_a_message_and_no_traceback(
    arguments: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, *arguments) == 1
    printed = " ".join(capsys.readouterr().err.split())
    assert words in printed
    assert "Traceback" not in printed


def test_models_show_the_band_and_the_places_of_stated_prices(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The band holds every model; a stated price has a share in each model and in history."""
    assert call(monkeypatch, "models", "strategy_2026_targets", "--quarter", "2026Q1", "--format", "json") == 0
    answer = json.loads(capsys.readouterr().out)
    rows = answer["tables"]["us_gaap_fair_value_remeasurement_pl"]
    named = {row["model"]: row for row in rows}
    models = [named[name] for name in answer["models"]]
    for column in ("p5", "p50", "p95"):
        figures = [row[column] for row in models]
        assert named["lowest of the models"][column] == min(figures)
        assert named["highest of the models"][column] == max(figures)
    places = answer["tables"]["places"]
    assert {row["source"] for row in places} == {*answer["models"], "history to that day"}
    assert all(0.0 <= row["share"] <= 1.0 for row in places)
