"""Named windows of history; ``windows.csv`` describes each and explains its dates."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

WINDOWS = "windows.csv"
_TABLE = Path(__file__).parent / WINDOWS


@dataclass(frozen=True)
class Window:
    """A stretch of history, both days included.

    Attributes
    ----------
    name
        Name of a shipped window; empty for a window given by its days.
    """

    first: date
    last: date
    name: str = ""

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        return f'"{self.name}" ({self.first} to {self.last})' if self.name else f"{self.first} to {self.last}"


@cache
def named_windows() -> Mapping[str, Window]:
    """The shipped windows by name."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return MappingProxyType(
        {
            row["name"]: Window(date.fromisoformat(row["first"]), date.fromisoformat(row["last"]), row["name"])
            for row in rows
        }
    )
