"""Rows that an export left out are reported wherever a figure made of the others is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
import typer.main

from treasury_sim.cli.main import cli
from treasury_sim.cli.old_names import OLD_NAMES

from .test_answers import asked

CASE = Path(__file__).parents[1] / "scenario" / "public_reports" / "48-note-lost-in-other-doors"
NOTE = "1 row is a lot, 2 are not and were left out: 1 Sell, 1 Staking Income."
MORE = """
accounting: {frameworks: [us_gaap_fair_value, us_gaap_impairment]}
tax: {rate: 25%}
expect: {us_gaap_fair_value: {2025Q4: {carrying: {value: 262_545.00, tolerance: 1, source: by hand}}}}
capital: {opening: {cash: 1_000_000, shares: 1_000}}
"""
SIMULATED = """
prices: {BTC: {model: gbm, volatility: 55%, from: 2025-12-31}}
simulation: {paths: 4_096}
"""
NO_FIGURE = {
    *("backtest", "calibrate", "crash", "mining", "new", "schema", "list", "app", "reperform", "prices", "holders"),
}
"""Commands that show no figure made of lots; `reperform` shows whether the figures of a batch are the same."""
WITHOUT_NOTES = {"sector"}
"""Compares many holders, and leaves the notes on their exports to `run` of each."""


def commands() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each command with the options that make it show a figure, in each of its formats."""
    yield from (("run", ("a.yaml",)), ("run", ("a.yaml", "--format", "json")))
    yield from (("check", ("a.yaml",)), ("run", ("a.yaml", "--expect")))
    yield from (("now", ("a.yaml",)), ("now", ("a.yaml", "--format", "json")), ("now", ("a.yaml", "--format", "html")))
    yield "run", ("c.yaml", "--closed-form")
    yield "run", ("c.yaml", "--closed-form", "--format", "json")
    for form in ("text", "json"):
        shown = ("--format", form)
        yield "attribute", ("a.yaml", "--framework", "us_gaap_fair_value", *shown)
        yield "attribute", ("a.yaml", "b.yaml", *shown)
        yield "explain", ("a.yaml", "--line", "carrying", *shown)
        yield "capital", ("a.yaml", *shown)
        yield "ladder", ("a.yaml", *shown)
        yield "block", ("a.yaml", *shown)
        yield "solve", ("a.yaml", "--line", "carrying", "--value", "300000", *shown)
        yield "sensitivity", ("a.yaml", "--key", "price", *shown)
        yield "sensitivity", ("a.yaml", "--grid", "price=80000:90000:2", "--grid", "tax.rate=0.2:0.3:2", *shown)
        yield "sensitivity", ("s.yaml", "--greeks", "--line", "remeasurement_pl", *shown)
        yield "attribute", ("a.yaml", "b.yaml", "--every-line", *shown)
        yield "attribute", ("a.yaml", "--to-framework", "us_gaap_impairment", *shown)
        yield "sensitivity", ("o.yaml", "--observation", *shown)
        yield "close", ("a.yaml", *shown)
        yield "models", ("s.yaml", *shown)
        yield "batch", ("a.yaml", "--out", f"batch_{form}", *shown)


def written() -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Each command that writes files, and the files that must have the note."""
    yield "run", ("a.yaml", "--out", "out"), ("result.json",)
    yield "now", ("a.yaml", "--out", "out"), ("now.json", "now.html")
    yield "batch", ("a.yaml", "--out", "out", "--table", "csv", "--xlsx"), ("notes.csv", "batch.xlsx")
    yield "report", ("a.yaml", "--out", "out", "--format", "html"), ("*.html",)
    yield "report", ("a.yaml", "--out", "out", "--format", "html", "--flash"), ("*.html",)
    closes = {
        "csv": "*policies.csv",
        "json": "*.json",
        "xlsx": "*.xlsx",
        "beancount": "*.beancount",
        "hledger": "*.journal",
    }
    for form, pattern in closes.items():
        yield "close", ("a.yaml", "--out", "out", "--format", form), (pattern,)


@pytest.fixture(autouse=True)
def _case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (CASE / "a.yaml").read_text(encoding="utf-8").partition("accounting:")[0]
    (tmp_path / "export.csv").write_bytes((CASE / "export.csv").read_bytes())
    (tmp_path / "a.yaml").write_text(text + MORE, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(text + MORE.replace("25%", "30%"), encoding="utf-8")
    later = text.replace("2025-12-31", "2026-03-31")
    (tmp_path / "s.yaml").write_text(later + SIMULATED, encoding="utf-8")
    (tmp_path / "o.yaml").write_text(
        f"{later}accounting: {{frameworks: [us_gaap_impairment]}}{SIMULATED}", encoding="utf-8"
    )
    held = later.replace("start: 2025-10-01", "start: 2026-01-01")
    (tmp_path / "c.yaml").write_text(held + SIMULATED.replace("2025-12-31", "2026-01-01"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def test_every_command_is_here() -> None:
    known = {name for name, _ in commands()} | {name for name, _, _ in written()} | NO_FIGURE | WITHOUT_NOTES

    assert known == set(typer.main.get_command(cli).commands) - set(OLD_NAMES)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("command", "options"), list(commands()))
def test_what_is_printed_says_what_was_left_out(
    capsys: pytest.CaptureFixture[str], command: str, options: tuple[str, ...]
) -> None:
    code, out, errors = asked(capsys, command, *options)

    assert (code, errors) == (0, "")
    if options[-1] == "json":
        assert NOTE in json.dumps(json.loads(out))
    assert NOTE in " ".join(out.split())


@pytest.mark.parametrize(("command", "options", "patterns"), list(written()))
def test_what_is_written_says_what_was_left_out(
    capsys: pytest.CaptureFixture[str], command: str, options: tuple[str, ...], patterns: tuple[str, ...]
) -> None:
    code, _, errors = asked(capsys, command, *options)

    assert (code, errors) == (0, "")
    for pattern in patterns:
        files = list(Path("out").glob(pattern))
        assert files
        for file in files:
            assert NOTE in text_of(file)


def text_of(file: Path) -> str:
    if file.suffix != ".xlsx":
        return file.read_text(encoding="utf-8")
    with ZipFile(file) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
