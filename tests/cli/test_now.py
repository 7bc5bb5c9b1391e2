"""`treasury-sim now` from the door: every format, the log, the scores, and errors in words."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cases import write_prices

from .test_answers import asked

SCENARIO = """
schema: 1
title: A holder
holder:
  name: Holder Inc
  lots: [{acquired: 2025-01-02, quantity: 10, unit_cost: 100}, {acquired: 2025-10-20, quantity: 5, unit_cost: 118}]
period: {start: 2025-01-01, end: 2025-03-31}
prices: {BTC: {file: prices.csv, model: gbm, volatility: 60%}}
simulation: {paths: 1_024}
accounting: {frameworks: [us_gaap_fair_value, us_gaap_impairment]}
tax: {rate: 25%}
limits: [{loss: net_income, above: 200, name: a loss}]
"""
STEPS = {date(2025, 1, 1) + timedelta(days=number): 100.0 + number % 17 + number / 20 for number in range(365)}


@pytest.fixture(autouse=True)
def _case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "holder.yaml").write_text(SCENARIO, encoding="utf-8")
    write_prices(tmp_path / "prices.csv", date(2025, 1, 1), date(2025, 12, 31), STEPS)
    monkeypatch.setenv("TREASURY_SIM_ANSWERS", str(tmp_path / "answers.jsonl"))
    monkeypatch.chdir(tmp_path)


def test_the_formats_agree(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("now", "holder.yaml", "--as-of", "2025-11-15", "--no-log")
    code, text, errors = asked(capsys, *arguments)
    assert (code, errors) == (0, "")
    answer = json.loads(asked(capsys, *arguments, "--format", "json")[1])
    rows = list(csv.DictReader(asked(capsys, *arguments, "--format", "csv")[1].splitlines()))
    page = asked(capsys, *arguments, "--format", "html")[1]
    figure = answer["periods"]["2025Q4"]["us_gaap_fair_value"]["net_income"]
    assert figure["to_date"] + figure["to_come"] == pytest.approx(figure["if_price_stays"])
    cells = {
        row["column"]: float(row["value"])
        for row in rows
        if row["row"] == "Net income"
        if row["table"] == "2025q4_us_gaap_fair_value"
    }
    assert (cells["to_date"], cells["p5"]) == (figure["to_date"], figure["p5"]["value"])
    (shown,) = [line for line in text.splitlines() if line.startswith("Net income  ")][:1]
    amounts = [
        f"{figure[key]:,.2f}" if figure[key] >= 0 else f"({-figure[key]:,.2f})" for key in ("to_date", "to_come")
    ]
    assert all(amount in shown and amount in page for amount in amounts)
    assert "gbm, volatility 60%; as the scenario states it; 1,024 paths, seed 42" in text
    assert "Q4 2025 (2025-10-01 to 2025-12-31), 46 of 92 days still to come; prices to 2025-11-15" in text
    assert "Stale: prices end on 2025-11-15" in text
    assert answer["limits"][0]["breaks_at"]["BTC"]["prices"]
    assert answer["last_answer"] is None
    assert not Path("answers.jsonl").exists()
    assert page.startswith("<!doctype html>")


def test_on_the_page_to_date_and_still_to_come_add_up_as_shown(capsys: pytest.CaptureFixture[str]) -> None:
    text = asked(capsys, "now", "holder.yaml", "--as-of", "2025-11-15", "--no-log")[1]
    table = text.partition("Q4 2025, US GAAP, fair value ($)")[2].split("\n\n")[0].splitlines()[2:]
    assert len(table) > 10
    for row in table:
        cells = [cell.strip() for cell in row.split("  ") if cell.strip()]
        to_date, to_come, stays = (amount(cell) for cell in cells[1:4])
        assert round(to_date + to_come - stays, 8) == 0.0, row


def amount(cell: str) -> float:
    number = float(cell.strip("()").replace(",", ""))
    return -number if cell.startswith("(") else number


def test_the_second_answer_says_what_changed(capsys: pytest.CaptureFixture[str]) -> None:
    _, first, _ = asked(capsys, "now", "holder.yaml", "--as-of", "2025-11-15")
    assert "No earlier answer of this quarter is kept." in first
    assert "Kept in " in first
    _, same, _ = asked(capsys, "now", "holder.yaml", "--as-of", "2025-11-15")
    assert "No figure has changed." in same
    assert "Kept in " not in same
    Path("holder.yaml").write_text(SCENARIO.replace("60%", "70%"), encoding="utf-8")
    _, later, _ = asked(capsys, "now", "holder.yaml", "--as-of", "2025-11-20")
    assert "Changed since the last answer" in later
    assert "Changed besides prices: the model or its parameters, the files of the scenario." in later
    answer = json.loads(asked(capsys, "now", "holder.yaml", "--as-of", "2025-11-25", "--format", "json")[1])
    (price,) = [row for row in answer["last_answer"]["changes"] if (row["of"], row["what"]) == ("price", "now")]
    assert (price["before"], price["now"]) == (STEPS[date(2025, 11, 20)], STEPS[date(2025, 11, 25)])
    assert answer["last_answer"]["as_of"] == "2025-11-20"
    assert len(Path("answers.jsonl").read_text(encoding="utf-8").splitlines()) == 3


def test_forecasts_are_scored_when_their_quarter_has_ended(capsys: pytest.CaptureFixture[str]) -> None:
    for day in ("2025-10-20", "2025-11-15", "2025-12-15"):
        asked(capsys, "now", "holder.yaml", "--as-of", day)
    early = asked(capsys, "now", "holder.yaml", "--scores", "--as-of", "2025-12-30")[1]
    assert "No forecast that is kept is of a quarter that has ended." in early
    text = asked(capsys, "now", "holder.yaml", "--scores")[1]
    assert "Forecasts, and what came" in text
    found = json.loads(asked(capsys, "now", "holder.yaml", "--scores", "--format", "json")[1])
    price = [row for row in found["forecasts"] if row["of"] == "price"]
    assert [row["days_ahead"] for row in price] == [72, 46, 16]
    assert {row["came"] for row in price} == {STEPS[date(2025, 12, 31)]}
    (score,) = [row for row in found["scores"] if row["of"] == "price"]
    assert score["count"] == 3
    assert score["crps"] == pytest.approx(sum(row["crps"] for row in price) / 3)
    # Another scenario has no forecasts.
    Path("other.yaml").write_text(SCENARIO, encoding="utf-8")
    assert json.loads(asked(capsys, "now", "other.yaml", "--scores", "--format", "json")[1])["forecasts"] == []


def test_a_damaged_line_is_reported_and_kept(capsys: pytest.CaptureFixture[str]) -> None:
    Path("answers.jsonl").write_text("not json\n", encoding="utf-8")
    code, _, errors = asked(capsys, "now", "holder.yaml", "--as-of", "2025-11-15")
    assert code == 0
    assert "Cannot read line 1 of" in errors
    assert Path("answers.jsonl").read_text(encoding="utf-8").startswith("not json\n{")


def test_a_holder_that_bought_in_october_runs_on_prices_to_29_november(capsys: pytest.CaptureFixture[str]) -> None:
    single = "{acquired: 2026-10-12, quantity: 25, unit_cost: 71_000}"
    bought = f"[{single}, {{acquired: [2026-10-19, 2026-10-23], quantity: 40, unit_cost: 66_500}}]"
    text = f"""
schema: 1
title: Bought in October
holder: {{name: Holder Inc, lots: {bought}}}
period: {{start: 2026-10-01, end: 2026-12-31}}
prices: {{BTC: {{file: late.csv}}}}
accounting: {{frameworks: [us_gaap_fair_value, us_gaap_impairment]}}
"""
    steps = {date(2026, 1, 1) + timedelta(days=n): 70_000.0 + 900.0 * (n % 11) - 500.0 * (n % 7) for n in range(333)}
    write_prices(Path("late.csv"), date(2026, 1, 1), date(2026, 11, 29), steps)
    Path("october.yaml").write_text(text, encoding="utf-8")
    code, out, errors = asked(capsys, "now", "october.yaml", "--no-log", "--format", "json")
    assert (code, errors) == (0, "")
    answer = json.loads(out)
    assert (answer["as_of"], answer["quarter"], answer["days_still_to_come"]) == ("2026-11-29", "2026Q4", 32)
    line = answer["periods"]["2026Q4"]["us_gaap_fair_value"]["remeasurement_pl"]
    close = steps[date(2026, 11, 29)]
    assert line["to_date"] == pytest.approx(25 * (close - 71_000) + 40 * (close - 66_500))
    assert answer["assets"]["BTC"]["model_window"][1] == "2026-11-29"
    # An ordinary run of the quarter says what is missing, and the command that helps.
    code, _, errors = asked(capsys, "run", "october.yaml")
    assert code == 1
    assert "when BTC prices end" in errors
    assert "treasury-sim now" in errors


def test_a_log_that_cannot_be_kept_does_not_cost_the_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for log, words in (("prices.csv/log", "The answer is not kept."), (".", "Cannot read the log of answers")):
        monkeypatch.setenv("TREASURY_SIM_ANSWERS", log)
        code, out, errors = asked(capsys, "now", "holder.yaml", "--as-of", "2025-11-15")
        assert code == 0
        assert "Net income of Q4 2025" in out
        assert words in errors


def test_files_are_written_together(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked(capsys, "now", "holder.yaml", "--out", "files", "--no-log")
    assert code == 0
    assert sorted(path.name for path in Path("files").iterdir()) == ["now.csv", "now.html", "now.json"]
    assert "Written to files: now.csv, now.json, now.html." in out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--quarter", "2030Q1"), 1, "one of the 8 after it"),
        (("--as-of", "2026-01-05"), 1, "expected a day with a BTC price, 2025-01-02 to 2025-12-31"),
        (("--as-of", "soon"), 2, "--as-of"),
        (("--model", "magic"), 2, "--model"),
        (("--scores", "--no-log"), 2, "answers are not kept"),
        (("--log", "."), 1, "Name another with --log"),
    ],
)
def test_wrong_questions(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, words: str) -> None:
    result, _, errors = asked(capsys, "now", "holder.yaml", *arguments)
    assert result == code
    assert words in errors
