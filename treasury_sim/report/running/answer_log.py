"""The log of answers: a line of JSON for each, in a file that only its owner can read.

Lines are only ever appended. A line that cannot be read is reported and stays in the file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from errno import ENOSPC
from math import isfinite
from pathlib import Path
from typing import Any

from treasury_sim.analysis.running.record import LEVELS, Forecast, KeptLimit, Record
from treasury_sim.errors import TreasurySimError

SCHEMA = 1
"""Version of a line of the log."""
ENVIRONMENT = "TREASURY_SIM_ANSWERS"
"""Environment variable: a file for the log, or `off`."""
OFF = "off"


class LogError(TreasurySimError):
    """The log of answers cannot be read or written."""


def default_log() -> Path | None:
    """The log of this user: named by the environment, else in the user's data folder; ``None`` if it is off."""
    stated = os.environ.get(ENVIRONMENT)
    if stated:
        return None if stated == OFF else Path(stated)
    from platformdirs import user_data_path  # noqa: PLC0415 - only where a log is kept

    return user_data_path("treasury-sim", appauthor=False) / "answers.jsonl"


def read_log(path: Path) -> tuple[list[Record], list[str]]:
    """Read the log, the oldest answer first.

    Returns
    -------
    tuple
        The answers, and a sentence on lines that cannot be read.

    Raises
    ------
    LogError
        If the file cannot be read.
    """
    try:
        content = path.read_bytes() if path.exists() else b""
    except OSError as error:
        message = f"Cannot read the log of answers {path}: {error.strerror or error}. Name another with --log."
        raise LogError(message) from error
    records, unread = [], []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            records.append(_record(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError):
            unread.append(number)
    return records, [_unread(path, unread)] if unread else []


def _unread(path: Path, lines: list[int]) -> str:
    which = ", ".join(map(str, lines[:10])) + (", ..." if len(lines) > 10 else "")
    kept = f"kept as {'it is' if len(lines) == 1 else 'they are'}, and not used"
    return f"Cannot read line{'s' * (len(lines) > 1)} {which} of {path}: {kept}."


def last_answer(records: list[Record], record: Record) -> Record | None:
    """The last answer about the same quarter of the same scenario."""
    same = [each for each in records if (each.scenario, each.quarter) == (record.scenario, record.quarter)]
    return same[-1] if same else None


def append(path: Path, record: Record) -> None:
    """Add an answer to the log: the whole line or, without room for it, none.

    Raises
    ------
    LogError
        If the file cannot be written to.
    """
    line = json.dumps(_as_json(record), ensure_ascii=False, allow_nan=False).encode() + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            _append(handle, line)
        finally:
            os.close(handle)
    except OSError as error:
        message = f"Cannot write to the log of answers {path}: {error.strerror or error}. Name another with --log."
        raise LogError(message) from error


def _append(handle: int, line: bytes) -> None:
    size = os.fstat(handle).st_size
    # A line that was cut off, by a machine that stopped, must not swallow this one.
    if size and os.pread(handle, 1, size - 1) != b"\n":
        line = b"\n" + line
    try:
        is_whole = os.write(handle, line) == len(line)
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise
    if not is_whole:
        os.ftruncate(handle, size)
        raise OSError(ENOSPC, os.strerror(ENOSPC))


def _as_json(record: Record) -> dict[str, object]:
    content = asdict(record)
    return {
        "schema": SCHEMA,
        **content,
        "as_of": record.as_of.isoformat(),
        "quarter_end": record.quarter_end.isoformat(),
        "levels": list(LEVELS),
    }


def _record(content: Any) -> Record:
    if content["schema"] != SCHEMA or tuple(content["levels"]) != LEVELS:
        raise ValueError("a line of another version")
    return Record(
        answered_at=_text(content["answered_at"]),
        scenario=_text(content["scenario"]),
        holder=_text(content["holder"]),
        currency=_text(content["currency"]),
        as_of=date.fromisoformat(content["as_of"]),
        quarter=_text(content["quarter"]),
        quarter_end=date.fromisoformat(content["quarter_end"]),
        models=_texts(content["models"]),
        forecasts=tuple(
            Forecast(
                _text(each["of"]),
                _text(each["under"]),
                _number(each["to_date"]),
                _number(each["stays"]),
                _quantiles(each["quantiles"]),
            )
            for each in content["forecasts"]
        ),
        limits=tuple(
            KeptLimit(
                _text(each["name"]),
                _text(each["framework"]),
                _number(each["probability"]),
                {_text(asset): _numbers(prices) for asset, prices in each["breaks_at"].items()},
            )
            for each in content["limits"]
        ),
        inputs=_texts(content["inputs"]),
        engine_version=_text(content["engine_version"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: Mapping[object, object]) -> dict[str, str]:
    return {_text(key): _text(entry) for key, entry in value.items()}


def _quantiles(values: list[object]) -> tuple[float, ...]:
    quantiles = _numbers(values)
    if len(quantiles) not in {0, len(LEVELS)} or list(quantiles) != sorted(quantiles):
        raise ValueError
    return quantiles


def _number(value: object) -> float | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise TypeError
    number = None if value is None else float(value)
    if number is not None and not isfinite(number):
        raise ValueError
    return number


def _numbers(values: list[object]) -> tuple[float, ...]:
    return tuple(number for value in values if (number := _number(value)) is not None)
