"""Rows of an export that are not lots, counted by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches

from treasury_sim.case.scalars import control_character
from treasury_sim.errors import Problem
from treasury_sim.scenario.importers.mapping import ExportMapping
from treasury_sim.scenario.importers.table import Table

_NO_KIND = "without a kind"
_MOST_KINDS = 12
"""Kinds named in the note; the rest are added up."""
_LONGEST = 60


class LeftOut:
    """Counts of skipped rows by kind."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.cells: dict[str, Counter[str]] = {}
        self._meant: dict[str, str] = {}

    def count(self, kind: str) -> None:
        """Count a row skipped for a reason other than its kind."""
        self.kinds[kind] += 1

    def count_kind(self, cells: Mapping[str, str], take: Mapping[str, Sequence[str]], of: str = "") -> None:
        """Count a row by the cells that state its kind."""
        for column, cell in cells.items():
            self.cells.setdefault(column, Counter())[cell] += 1
        kind = " ".join(filter(None, map(_readable, cells.values()))) or _NO_KIND
        self.kinds[f"{kind}{of}"] += 1
        for column, cell in cells.items():
            if meant := _but_for_case(cell, take[column]):
                self._meant[f"{kind}{of}"] = meant

    def words(self) -> str:
        """Each kind with its number: ``2 Sell, 1 Staking Income``."""
        ordered = sorted(self.kinds.items())
        if len(ordered) > _MOST_KINDS:
            ordered = sorted(self.kinds.most_common(_MOST_KINDS))
            rest = sum(self.kinds.values()) - sum(count for _, count in ordered)
            return f"{', '.join(f'{count} {kind}' for kind, count in ordered)}, {rest} of other kinds"
        return ", ".join(f"{count} {kind}" for kind, count in ordered)

    def note(self, where: str, lots: int) -> str:
        """A note for readers of the figures; empty if every row is a lot."""
        count = sum(self.kinds.values())
        if not count:
            return ""
        are = "row is a lot" if lots == 1 else "rows are lots"
        were = "is not and was" if count == 1 else "are not and were"
        note = f"{where}: {lots} {are}, {count} {were} left out: {self.words()}."
        same = [f"{kind} is not {meant}, which the mapping takes." for kind, meant in self._meant.items()]
        return " ".join(" ".join([note, *same, "State sales and other events in the plan."]).split())


def _readable(cell: str) -> str:
    cell = "".join("?" if control_character(sign) else sign for sign in cell)
    return cell if len(cell) <= _LONGEST else f"{cell[: _LONGEST - 3]}..."


def _but_for_case(cell: str, values: Sequence[str]) -> str:
    return next((value for value in values if cell != value and cell and cell.casefold() == value.casefold()), "")


def nothing_taken(table: Table, mapping: ExportMapping, assets: Collection[str], left: LeftOut) -> Problem:
    """Report that no row is a purchase, which kinds there are, and the likely match."""
    take = mapping.take
    kinds = " and ".join(
        f"{column}: {' or '.join(value or 'a blank cell' for value in values)}" for column, values in take.items()
    )
    expected = f"a row with {kinds}" + (f" of {' or '.join(assets)}" if assets else "")
    fixes = []
    for column, values in take.items():
        seen = [cell for cell in left.cells.get(column, Counter()) if cell]
        if not set(values) & set(left.cells.get(column, ())):
            folded = {cell.casefold(): cell for cell in seen}
            near = [cell for value in values for cell in get_close_matches(value.casefold(), folded, n=1)]
            fixes += [f"Did you mean {_readable(folded[near[0]])}?"] if near else []
    kinds_in_file = " ".join(left.words().split()) or "no rows"
    return Problem(table.where, table.line, next(iter(take)), expected, kinds_in_file, " ".join(fixes))
