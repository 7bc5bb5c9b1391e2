"""`treasury-sim calibrate`: text, JSON, a block that a scenario accepts, and mistakes."""

from __future__ import annotations

import json
import math
from datetime import date, timedelta
from pathlib import Path

import pytest

from treasury_sim import load
from treasury_sim.cli.main import main

WINDOW = ("--from", "2023-01-01", "--to", "2024-12-31")
HEAD = "schema: 1\ntitle: Fitted\nholder: {name: A Company}\nperiod: {start: 2025-10-01, end: 2025-12-31}\n"


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["treasury-sim", "calibrate", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


@pytest.mark.parametrize("model", ["gbm", "jump_diffusion", "garch", "regime", "bootstrap"])
def test_the_block_is_read_by_a_scenario(
    model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    block = tmp_path / "prices.yaml"
    assert call(monkeypatch, "--model", model, *WINDOW, "--format", "json", "--out", str(block)) == 0
    (fitted,) = json.loads(capsys.readouterr().out)["fits"]
    assert block.read_text(encoding="utf-8") == fitted["prices_block"]
    scenario = tmp_path / "x.yaml"
    scenario.write_text(HEAD + fitted["prices_block"], encoding="utf-8")
    spec = load(scenario).spec.prices["BTC"]
    assert spec.model == model
    for key, parameter in fitted["parameters"].items():
        if key not in {"initial_volatility", "turbulent_first"}:
            value: object = spec
            for name in key.split("."):
                value = getattr(value, name)
            assert value == pytest.approx(parameter["value"], rel=1e-3, abs=1e-6)
    assert fitted["quarterly_falls"]["verdict"]
    lot = "{acquired: 2025-01-02, quantity: 1, unit_cost: 90_000}"
    scenario.write_text(scenario.read_text(encoding="utf-8").replace("Company}", f"Company, lots: [{lot}]}}"))
    monkeypatch.setattr("sys.argv", ["treasury-sim", "check", str(scenario)])
    with pytest.raises(SystemExit) as left:
        main()
    assert (left.value.code, capsys.readouterr().out) == (0, f"{scenario}: fine\n")


def test_what_is_printed_for_people(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for _ in range(2):
        assert call(monkeypatch, "--model", "gbm", "--model", "bootstrap", *WINDOW, "--asset", "ETH") == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    fitted = "ETH, gbm, fitted to 2023-01-01 to 2024-12-31"
    few = "With 8 quarters only gross differences show"
    for words in (fitted, "standard error", "731 daily returns", "Kolmogorov", "Akaike", few, "    model: bootstrap"):
        assert words in outputs[0]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--asset", "SOL"), 1, "expected an asset with embedded prices"),
        (("--file", "none.csv"), 1, "Cannot read the prices in none.csv: No such file"),
        (("--from", "2013-01-01"), 1, "expected a window inside the history of BTC, 2014-01-02 to 2026-08-02"),
        (("--from", "2025-01-01", "--to", "2024-01-01"), 1, "expected a window that ends after its first day"),
        (("--from", "2024-01-01", "--to", "2024-02-01"), 1, "expected a window of at least 250 days"),
        (("--from", "yesterday"), 2, "does not match the format"),
        (("--model", "arima"), 2, "is not one of"),
        (("--out", "block.yaml"), 2, "choose one --model"),
        (("--model", "gbm", *WINDOW, "--out", "/proc/none/block.yaml"), 1, "Cannot write /proc/none/block.yaml"),
    ],
)
def test_mistakes_are_told(
    arguments: tuple[str, ...], code: int, words: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert call(monkeypatch, *arguments) == code
    assert words in " ".join(capsys.readouterr().err.split())


def test_prices_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A price that is 1 % up, then 1 % down: a volatility of the log return of about 1 % a day."""
    days = [date(2023, 1, 1) + timedelta(days=number) for number in range(401)]
    rows = [f"{day},{price},{price}" for day, price in zip(days, [100, 101] * 201, strict=False)]
    file = tmp_path / "sol.csv"
    file.write_text("\n".join(["date,low,close", *rows]) + "\n", encoding="utf-8")
    assert call(monkeypatch, "--asset", "SOL", "--file", str(file), "--model", "gbm", "--format", "json") == 0
    (fitted,) = json.loads(capsys.readouterr().out)["fits"]
    assert fitted["window"] == ["2023-01-02", "2024-02-05"]
    assert fitted["parameters"]["volatility"]["value"] == pytest.approx(math.log(1.01) * math.sqrt(365), rel=1e-3)
    assert fitted["parameters"]["drift"]["value"] == pytest.approx(math.log(1.01) ** 2 / 2 * 365, rel=1e-3)


STILL = [(model, 1_000, 1) for model in ("gbm", "jump_diffusion", "garch", "regime", "bootstrap")]
WEEKLY = [("gbm", 7, 0), ("jump_diffusion", 7, 1), ("garch", 7, 1), ("regime", 7, 1), ("bootstrap", 7, 0)]


@pytest.mark.parametrize(("model", "every", "code"), [*STILL, *WEEKLY])
def test_prices_that_stand_still_are_told(
    *,
    model: str,
    every: int,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On a peg, or prices of one day in the week, the likelihood of most models has no highest point."""
    days = [date(2020, 1, 1) + timedelta(days=number) for number in range(400)]
    prices = [100.0 + 10.0 * math.sin(float(number // every)) for number in range(400)]
    rows = (f"{day},{price},{price}" for day, price in zip(days, prices, strict=True))
    file = tmp_path / "xx.csv"
    file.write_text("\n".join(["date,low,close", *rows]) + "\n", encoding="utf-8")
    assert call(monkeypatch, "--asset", "XX", "--file", str(file), "--model", model) == code
    assert ("prices of XX: expected prices that move" in capsys.readouterr().err) == bool(code)
