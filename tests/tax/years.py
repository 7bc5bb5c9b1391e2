"""Scenarios over several years at few prices, for what happens to tax at the end of a year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tests.cases import write_prices
from treasury_sim import Result, load, run
from treasury_sim.domain.result import Result as Found
from treasury_sim.domain.timeline import Quarter

FAIR = "us_gaap_fair_value"


def run_years(
    folder: Path,
    steps: Mapping[date, Any],
    lots: list[dict[str, Any]],
    period: tuple[date, date] = (date(2025, 1, 1), date(2025, 12, 31)),
    frameworks: tuple[str, ...] = (FAIR,),
    **sections: Any,
) -> Result:
    """Run a scenario whose prices begin with the first step and hold until the next."""
    write_prices(folder / "prices.csv", min(steps), period[1], steps)
    spec = {
        "schema": 1,
        "title": "A test over years",
        "holder": {"name": "Holder", "lots": lots},
        "period": {"start": period[0], "end": period[1]},
        "prices": {"BTC": {"file": "prices.csv"}},
        "accounting": {"frameworks": list(frameworks)},
        **sections,
    }
    file = folder / "years.yaml"
    file.write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    return run(load(file))


def reported(result: Found, line: str, framework: str = FAIR) -> list[float]:
    """A line in the quarters of the period."""
    values = result.statements[framework].lines[line]
    assert values is not None
    quarters: tuple[Quarter, ...] = result.reported
    return [float(amount) for amount in values[0, -len(quarters) :]]
