"""Embedded facts of mining, each with its source: machines, difficulty by day, published costs of one coin."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from treasury_sim.errors import InputError, Problem

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Machine:
    """A mining machine: its name and its energy a terahash [J/TH]."""

    key: str
    title: str
    efficiency: float
    source: str


@dataclass(frozen=True)
class CostBasis:
    """What one coin costs, on one named basis.

    Attributes
    ----------
    cost
        [USD/coin]
    as_of
        End of the period that it describes.
    """

    key: str
    title: str
    cost: float
    as_of: date
    source: str


@cache
def machines() -> Mapping[str, Machine]:
    """Machines by key."""
    return {
        row["key"]: Machine(row["key"], row["title"], float(row["joules_per_terahash"]), row["source"])
        for row in _rows("machines.csv")
    }


@cache
def cost_bases() -> tuple[CostBasis, ...]:
    """Published costs of one coin, highest cost last."""
    bases = (
        CostBasis(row["key"], row["title"], float(row["usd_per_coin"]), date.fromisoformat(row["as_of"]), row["source"])
        for row in _rows("cost_bases.csv")
    )
    return tuple(sorted(bases, key=lambda basis: basis.cost))


def difficulty_on(day: date) -> float:
    """Difficulty in force on `day`.

    Raises
    ------
    InputError
        If no difficulty of that day is embedded.
    """
    rows = [(date.fromisoformat(row["first_day"]), row["difficulty"]) for row in _rows("difficulty.csv")]
    in_force = next((difficulty for first, difficulty in reversed(rows) if day >= first), "")
    if not in_force:
        first, end = rows[0][0], rows[-1][0]
        fix = "Give the difficulty of that day: --difficulty 141.67T."
        raise InputError([Problem("", None, "--date", f"a day from {first} to before {end}", str(day), fix)])
    return float(in_force)


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
