"""The log of answers: appended whole or not at all, private, and never cleaned up behind its owner's back."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from errno import ENOSPC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.analysis.running.record import LEVELS, Forecast, KeptLimit, Record
from treasury_sim.report.running.answer_log import LogError, append, default_log, last_answer, read_log

RECORD = Record(
    answered_at="2026-08-03T09:00:00+00:00",
    scenario="/home/a/holder.yaml",
    holder="Häuser “AG”",
    currency="EUR",
    as_of=date(2026, 8, 2),
    quarter="2026Q3",
    quarter_end=date(2026, 9, 30),
    models={"BTC": "gbm, volatility 0.5"},
    forecasts=(Forecast("price", "BTC", 1.5, None, tuple(map(float, range(len(LEVELS))))),),
    limits=(KeptLimit("a loss", "ifrs_cost", None, {"BTC": (1.0, 2.0, 3.0, 4.0)}),),
    inputs={"holder.yaml": "0" * 64},
    engine_version="1",
)


def test_an_answer_is_read_back_as_it_was_kept(tmp_path: Path) -> None:
    log = tmp_path / "new" / "answers.jsonl"
    later = replace(RECORD, answered_at="2026-08-04T09:00:00+00:00", quarter="2026Q4")
    append(log, RECORD)
    append(log, later)
    assert read_log(log) == ([RECORD, later], [])
    assert last_answer([RECORD, later], replace(RECORD, answered_at="x")) == RECORD
    assert last_answer([RECORD], replace(RECORD, scenario="another")) is None
    assert read_log(tmp_path / "none.jsonl") == ([], [])


@pytest.mark.skipif(os.name == "nt", reason="permissions are those of POSIX")
def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    log = tmp_path / "new" / "answers.jsonl"
    append(log, RECORD)
    assert (log.stat().st_mode & 0o777, log.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line and b"\r" not in line), max_size=5))
def test_lines_that_cannot_be_read_are_reported_and_stay(
    tmp_path_factory: pytest.TempPathFactory, damaged: list[bytes]
) -> None:
    log = tmp_path_factory.mktemp("x") / "answers.jsonl"
    append(log, RECORD)
    before = log.read_bytes() + b"\n".join(damaged)
    log.write_bytes(before)
    append(log, RECORD)
    records, notes = read_log(log)
    assert records == [RECORD, RECORD]
    assert log.read_bytes().startswith(before)
    assert len(notes) == bool([line for line in b"\n".join(damaged).split(b"\n") if line.strip()])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"schema": 1', '"schema": 2'),
        ('"as_of": "2026-08-02"', '"as_of": "yesterday"'),
        ('"answered_at": "2026-08-03T09:00:00+00:00"', '"answered_at": 5'),
        ('"probability": null', '"probability": "high"'),
        ('"stays": null', '"stays": true'),
        ('"quantiles": [0.0, ', '"quantiles": ['),
        ('"levels": [0.025, ', '"levels": ['),
        ('"forecasts": [{', '"forecasts": [5, {'),
    ],
)
def test_a_line_with_a_wrong_value_is_not_used(old: str, new: str, tmp_path: Path) -> None:
    log = tmp_path / "answers.jsonl"
    append(log, RECORD)
    text = log.read_text(encoding="utf-8")
    assert old in text
    log.write_text(text.replace(old, new), encoding="utf-8")
    assert read_log(log) == ([], [f"Cannot read line 1 of {log}: kept as it is, and not used."])


def test_a_full_disk_leaves_the_log_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "answers.jsonl"
    append(log, RECORD)
    before = log.read_bytes()
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, line: write(handle, line[:100]))
    with pytest.raises(LogError, match="No space left"):
        append(log, RECORD)
    assert log.read_bytes() == before

    def full(_handle: int, _line: bytes) -> int:
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(LogError, match="No space left"):
        append(log, RECORD)
    assert log.read_bytes() == before


def test_a_folder_in_its_place_is_an_error(tmp_path: Path) -> None:
    for action in (read_log, lambda path: append(path, RECORD)):
        with pytest.raises(LogError, match="Name another with --log"):
            action(tmp_path)


def test_the_environment_names_the_log_or_turns_it_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert default_log() is None  # as tests run
    monkeypatch.setenv("TREASURY_SIM_ANSWERS", str(tmp_path / "a.jsonl"))
    assert default_log() == tmp_path / "a.jsonl"
    monkeypatch.delenv("TREASURY_SIM_ANSWERS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    log = default_log()
    assert log is not None
    assert log.name == "answers.jsonl"
