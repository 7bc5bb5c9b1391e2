"""A scenario while it is checked: its sections typed, without the keys and rows that are wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from treasury_sim.case.key_paths import KeyPath
from treasury_sim.case.schema import ScenarioSpec, calendar_of
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.timeline import FiscalCalendar


class Breach(NamedTuple):
    """A rule that is broken at a key path; the place in a file is added where the file is known.

    Attributes
    ----------
    path
        Where.
    expected, found, fix
        As in `Problem`; an empty `found` stands for the text written at the path. A fix that takes long to find is a
        function: only the first problems are put into words.
    """

    path: KeyPath
    expected: str
    found: str = ""
    fix: str | Callable[[], str] = ""

    @property
    def fix_in_words(self) -> str:
        """The fix as text."""
        return self.fix if isinstance(self.fix, str) else self.fix()


@dataclass(frozen=True)
class DraftCase:
    """The sections of a scenario, as far as they are valid.

    Attributes
    ----------
    spec
        The sections; a key that is wrong has its default, a row that is wrong is left out.
    lots
        Lots held, from the scenario or its table.
    wrong
        Paths of the keys and rows left out.
    numbers
        For each list with rows left out, by path: the positions of the others.
    states
        Whether the scenario states the key at a path.
    shares_prices
        Whether the prices are those of a price path, which serves several holders: it may state further assets.
    """

    spec: ScenarioSpec
    lots: tuple[Lot, ...] = ()
    wrong: frozenset[KeyPath] = frozenset()
    numbers: Mapping[KeyPath, Sequence[int]] = field(default_factory=dict)
    states: Callable[[KeyPath], bool] = lambda _: True
    shares_prices: bool = False

    def with_lots(self, lots: tuple[Lot, ...] | None) -> DraftCase:
        """The draft with its lots; ``None`` if their table has errors."""
        return replace(self, lots=lots) if lots is not None else replace(self, wrong=self.wrong | {("holder", "lots")})

    def rows(self, *path: str) -> Iterator[tuple[int, Any]]:
        """The valid rows of a list with their positions in the scenario."""
        rows: Any = getattr(self.spec, path[0])
        for key in path[1:]:
            rows = getattr(rows, key)
        return zip(self.numbers.get(path, range(len(rows))), rows, strict=True)

    @cached_property
    def calendar(self) -> FiscalCalendar:
        """The fiscal calendar of the holder, in whole quarters."""
        return calendar_of(self.spec.holder.fiscal_year_end)

    @cached_property
    def _partly_wrong(self) -> frozenset[KeyPath]:
        return frozenset(path[:length] for path in self.wrong for length in range(1, len(path)))

    @cached_property
    def _below_entries(self) -> frozenset[KeyPath]:
        """Paths with something wrong inside one of their entries."""
        return frozenset(path[:length] for path in self.wrong for length in range(1, len(path) - 1))

    def is_valid(self, read: str) -> bool:
        """Whether the key at `read` is valid: ``tax.rate``; ``plan.sales[]`` allows for entries that are left out."""
        path = tuple(read.removesuffix("[]").split("."))
        if any(path[:length] in self.wrong for length in range(1, len(path) + 1)):
            return False
        return path not in (self._below_entries if read.endswith("[]") else self._partly_wrong)


class CrossCheck(NamedTuple):
    """A rule, which runs where every key that it reads is valid.

    Attributes
    ----------
    reads
        The keys, as in `DraftCase.is_valid`.
    check
        Yields its breaches.
    """

    reads: tuple[str, ...]
    check: Callable[[DraftCase], Iterator[Breach]]

    def concerns(self, sections: Collection[str]) -> bool:
        """Whether it reads one of these sections."""
        return any(read.removesuffix("[]").partition(".")[0] in sections for read in self.reads)
