"""Small scenarios for tests: a few lots, a price file of one's own, and the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from treasury_sim import Result, Scenario, load, run
from treasury_sim.domain.periods import Period, single


def write_prices(path: Path, first: date, last: date, steps: Mapping[date, Any]) -> None:
    """Write a daily price file: a price, or a pair of low and close, holds until the next; a low for one day only."""
    rows, close = ["date,low,close"], 0.0
    day = first
    while day <= last:
        step = steps.get(day, close)
        low, close = step if isinstance(step, tuple) else (step, step)
        rows.append(f"{day},{low!r},{close!r}")
        day += timedelta(days=1)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def write_scenario(folder: Path, steps: Mapping[date, Any], **sections: Any) -> Path:
    """Write a scenario over the year 2025 with its own BTC prices."""
    write_prices(folder / "prices.csv", date(2025, 1, 1), date(2025, 12, 31), steps)
    spec: dict[str, Any] = {
        "schema": 1,
        "title": "A test",
        "holder": {"name": "Holder", "lots": []},
        "period": {"start": date(2025, 1, 1), "end": date(2025, 12, 31)},
        "prices": {"BTC": {"file": "prices.csv"}},
        "accounting": {"frameworks": ["us_gaap_impairment", "us_gaap_fair_value"]},
    }
    for name, section in sections.items():
        spec[name] = {**spec[name], **section} if isinstance(spec.get(name), dict) else section
    file = folder / "scenario.yaml"
    file.write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    return file


def load_case(folder: Path, steps: Mapping[date, Any], lots: Sequence[Mapping[str, Any]], **sections: Any) -> Scenario:
    """Write and load such a scenario."""
    holder = {"lots": [dict(lot) for lot in lots], **sections.pop("holder", {})}
    return load(write_scenario(folder, steps, holder=holder, **sections))


def run_case(folder: Path, steps: Mapping[date, Any], lots: Sequence[Mapping[str, Any]], **sections: Any) -> Result:
    """Run such a scenario."""
    return run(load_case(folder, steps, lots, **sections))


def value(result: Result, framework: str, label: str, line: str) -> float | None:
    """One figure of a result; `label` is a quarter."""
    index = result.timeline.index_of(label)
    return single(Period(label, (index,)), line, result.statements[framework].lines)
