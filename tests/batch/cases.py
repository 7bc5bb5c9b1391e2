"""A small holder for batches: a few lots over a year, two frameworks, prices of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tests.cases import write_scenario
from treasury_sim.batch.order import BatchOrder
from treasury_sim.batch.run import Report, run_batch

STEPS = {
    date(2025, 1, 1): 100.0,
    date(2025, 5, 1): (70.0, 90.0),
    date(2025, 8, 1): 120.0,
    date(2025, 11, 1): (55.0, 60.0),
}
LOTS = [
    {"id": "a", "acquired": date(2025, 1, 2), "quantity": 10, "unit_cost": 100},
    {"id": "b", "acquired": [date(2025, 7, 1), date(2025, 7, 10)], "quantity": 5, "unit_cost": 95},
]
SWEEP = {
    "grid": {
        "plan.lot_relief": ["fifo", "hifo"],
        "accounting.impairment_price": ["intraday_low", "period_end"],
        "tax.rate": {"from": 0.2, "to": 0.3, "count": 10},
    }
}


def write_holder(folder: Path, **sections: Any) -> Path:
    """Write such a scenario."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = {"sales": [{"date": date(2025, 9, 1), "quantity": 4}]}
    sections = {"holder": {"lots": LOTS}, "plan": plan, "tax": {"rate": 0.25}, **sections}
    return write_scenario(folder, STEPS, **sections)


def batch(*paths: Path | str, out: Path, executor: str = "inprocess", **options: Any) -> Report:
    """Run a batch in this process."""
    return run_batch(BatchOrder(tuple(map(str, paths)), out=out, executor=executor, **options))


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
