"""`treasury-sim close`: what it prints, and the files that it writes."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from treasury_sim.cli.main import cli

Close = Callable[..., Result]


def process(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a separate process, with its error messages."""
    command = [sys.executable, "-m", "treasury_sim", "close", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def close(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Close:
    """The command in this process, which need not start."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli, ["close", *arguments])


def test_it_prints_flash_roll_forward_and_journal(tmp_path: Path, close: Close) -> None:
    done = close("strategy_2025q4", "--framework", "us_gaap_fair_value")

    assert (done.exit_code, done.stderr) == (0, "")
    shown = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "BTC: unrealised loss on digital assets (17,436.1) (5,403.9)" in shown
    assert "Deferred tax benefit (expense) on the holdings 5,009.4 1,552.5" in shown
    assert "Digital assets:BTC" in done.stdout
    assert "18 of 18 checks tie; 17 more have nothing to compare (0 against 0)" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_json_says_the_same(tmp_path: Path, close: Close) -> None:
    printed = json.loads(close("strategy_2025q4", "--format", "json").stdout)

    assert [(pack["framework"], pack["quarter"], pack["ties"]) for pack in printed["close"]] == [
        ("us_gaap_fair_value", "2025Q4", True),
        ("us_gaap_impairment", "2025Q4", True),
    ]
    journal = printed["close"][0]["tables"]["journal"]
    assert sum(row["debit"] or 0 for row in journal[:-1]) == pytest.approx(
        sum(row["credit"] or 0 for row in journal[:-1])
    )


@pytest.mark.parametrize("output", ["csv", "xlsx", "beancount", "hledger", "json"])
def test_it_writes_whole_files(tmp_path: Path, output: str, close: Close) -> None:
    done = close("strategy_2025q4", "--format", output, "--out", "books")

    assert (done.exit_code, done.stderr) == (0, "")
    names = sorted(path.name for path in (tmp_path / "books").iterdir())
    assert all(name.startswith("close_2025Q4_us_gaap_") for name in names)
    assert ", ".join(names[:1]) in done.stdout


def test_csv_and_json_agree(tmp_path: Path, close: Close) -> None:
    arguments = ("strategy_2025q4", "--framework", "us_gaap_impairment", "--out", "books")
    close(*arguments, "--format", "csv")
    close(*arguments, "--format", "json")
    (pack,) = json.loads((tmp_path / "books/close_2025Q4_us_gaap_impairment.json").read_text(encoding="utf-8"))["close"]
    for name, rows in pack["tables"].items():
        with (tmp_path / f"books/close_2025Q4_us_gaap_impairment_{name}.csv").open(
            encoding="utf-8", newline=""
        ) as file:
            read = list(csv.DictReader(file))
        assert [list(row.values()) for row in read] == [
            ["" if cell is None else str(cell) for cell in row.values()] for row in rows
        ]


def test_own_account_names(tmp_path: Path, close: Close) -> None:
    printed = close("--print-accounts").stdout
    assert 'digital_assets: "Digital assets"' in printed
    (tmp_path / "map.yaml").write_text(printed.replace('"Digital assets"', '"1500 Coins"'), encoding="utf-8")

    done = close("strategy_2025q4", "--accounts", "map.yaml")
    assert "1500 Coins:BTC" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["strategy_2025q4", "--quarter", "2025Q3"], 1, "The scenario's period has no quarter '2025Q3'"),
        (["strategy_2025q4", "--framework", "ifrs_cost"], 1, "does not run 'ifrs_cost'"),
        (["strategy_2025q4", "--format", "xlsx"], 2, "name a folder"),
        (["strategy_2025q4", "--accounts", "none.yaml"], 1, "Cannot read the account map none.yaml"),
        ([], 2, "name a scenario"),
    ],
)
def test_mistakes_are_reported_without_a_traceback(
    tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    done = process(tmp_path, *arguments)

    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
