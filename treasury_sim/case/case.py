"""`Case`: a scenario as the engine knows it, typed and frozen, without the file it was written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from treasury_sim.case.key_paths import KeyPath, dotted
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.errors import Problem


class Places(Protocol):
    """The places where the values of a case are written, for messages."""

    def problem(self, path: KeyPath, expected: str, found: str = "", fix: str = "") -> Problem:
        """Make the problem at `path`, with its file and line; `found` defaults to the text written there."""
        ...


class Unwritten:
    """Places of a case that is in no file: a problem has its key only."""

    def problem(self, path: KeyPath, expected: str, found: str = "", fix: str = "") -> Problem:
        """Make the problem at `path`."""
        return Problem("", None, dotted(path), expected, found or "another value", fix)


@dataclass(frozen=True)
class Held:
    """Prices that a case reads from the price store.

    Attributes
    ----------
    prices
        By asset, in the currency of the holder.
    inputs
        sha256 of the rows read, by name.
    """

    prices: Mapping[str, DailyPrices] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """Everything a run depends on.

    Attributes
    ----------
    spec
        The sections, validated; money in currency units.
    lots
        Lots held, each with an id; in the order of the table or list in `holder.lots`.
    price_files
        The user's own prices, by asset.
    inputs
        sha256 of every file read, by name.
    notes
        Facts about the files that a reader of the figures must know, such as rows that are not lots.
    held
        Prices from the price store; they follow from the sections.
    places
        Where its values are written; used for messages only.
    """

    spec: ScenarioSpec
    lots: tuple[Lot, ...] = ()
    price_files: Mapping[str, DailyPrices] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    held: Held = field(default_factory=Held)
    places: Places = field(default_factory=Unwritten, repr=False, compare=False)

    def prices_of(self, asset: str) -> DailyPrices | None:
        """The recorded prices of `asset`: the user's own, else from the price store; ``None`` if there are none."""
        return self.price_files.get(asset) or self.held.prices.get(asset)

    def problem(self, path: KeyPath, expected: str, found: str = "", fix: str = "") -> Problem:
        """Make the problem at `path`, with its file and line if it has one; `found` defaults to the text written."""
        return self.places.problem(path, expected, found, fix)
