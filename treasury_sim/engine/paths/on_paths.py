"""An asset whose disposals take different coins on each path of a simulation: both ledgers and every framework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.ledger_lines import LedgerLines
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.one_pass import accounting_policy, applied_to, oversold, reliefs_on_paths
from treasury_sim.engine.prepare import Prepared
from treasury_sim.errors import InputError
from treasury_sim.measure.by_path import MeasurerOnPaths
from treasury_sim.measure.measurer import measurer_on_paths
from treasury_sim.treasury.ledgers import OversoldError
from treasury_sim.treasury.relief_on_paths import ReliefOnPaths

MEMORY = 64 << 20
"""Memory of one thread for the units that each daily part gives to each sale [bytes]."""

MOST_PATHS, FEWEST_PATHS = 4_096, 64
"""Paths measured at once."""

PathArrays = TypeVar("PathArrays", LedgerLines, Measurement)


@dataclass(frozen=True)
class OnPaths:
    """Ledger lines and measurements on the paths of some marks.

    Attributes
    ----------
    lines
        Units, cost and proceeds of the books and of the tax ledger.
    measurements
        Measurements by framework key.
    """

    lines: tuple[LedgerLines, LedgerLines]
    measurements: Mapping[str, Measurement]


@dataclass(frozen=True)
class AssetOnPaths:
    """One asset, ready for any paths: its lot relief and its measurers.

    Attributes
    ----------
    tax
        ``None`` where the tax ledger is that of the books.
    measurers
        Measurers by framework key.
    """

    prepared: Prepared
    timeline: Timeline
    books: ReliefOnPaths
    tax: ReliefOnPaths | None
    measurers: Mapping[str, MeasurerOnPaths]

    @classmethod
    def of(cls, prepared: Prepared, name: str, timeline: Timeline, marks: Marks) -> AssetOnPaths:
        """Prepare the asset `name`; `marks` are any with the part that all paths share."""
        spec = prepared.case.spec
        asset, timing = prepared.assets[name], spec.plan.window_timing
        try:
            books, tax = reliefs_on_paths(prepared, asset, timeline, lambda _: timing, marks.first)
        except OversoldError as error:
            raise InputError([oversold(prepared.case, error)]) from error
        policy = accounting_policy(prepared, len(timeline.quarters))
        measurers = {
            key: measurer_on_paths(
                FRAMEWORKS[applied_to(spec, key, name)], books.ledger, timeline, marks, policy, sales=books.marks
            )
            for key in spec.accounting.frameworks
        }
        return cls(prepared, timeline, books, None if tax.same_as(books) else tax, measurers)

    def on(self, marks: Marks) -> OnPaths:
        """Relieve lots and measure on the paths of `marks`, in blocks.

        Raises
        ------
        InputError
            If an event takes more than is held on a path.
        """
        step = self._paths_at_once()
        blocks = [marks.block(slice(start, start + step)) for start in range(0, marks.paths, step)]
        try:
            measured = [self._on(block) for block in blocks]
        except OversoldError as error:
            raise InputError([oversold(self.prepared.case, error)]) from error
        if len(measured) == 1:
            return measured[0]
        paths = [block.paths for block in blocks]
        books, tax = (_joined([part.lines[which] for part in measured], paths) for which in (0, 1))
        measurements = {key: _joined([part.measurements[key] for part in measured], paths) for key in self.measurers}
        return OnPaths((books, tax), measurements)

    def _on(self, block: Marks) -> OnPaths:
        books = self.books.on(block)
        measurements = {key: measure_on(books) for key, measure_on in self.measurers.items()}
        tax = books.lines if self.tax is None else self.tax.on(block).lines
        return OnPaths((books.lines, tax), measurements)

    def _paths_at_once(self) -> int:
        """Number of paths in a block, a power of two, so that the sales fit `MEMORY`."""
        a_path = 8 * max(len(self.books.marks), 8) * max(self.books.ledger.quantity.size, 1)
        fits = 1 << max((MEMORY // a_path).bit_length() - 1, 0)
        return min(max(fits, FEWEST_PATHS), MOST_PATHS)


def _joined(blocks: Sequence[PathArrays], paths: Sequence[int]) -> PathArrays:
    """Join the lines or measurements of blocks of paths."""
    whole: dict[str, Any] = {}
    for field in fields(blocks[0]):
        arrays: list[Floats | None] = [getattr(block, field.name) for block in blocks]
        whole[field.name] = None if arrays[0] is None else _along_paths(arrays, paths)
    return type(blocks[0])(**whole)


def _along_paths(arrays: Sequence[Any], paths: Sequence[int]) -> Floats:
    """Stack blocks (paths, quarters), repeating single rows; each quarter is contiguous in memory."""
    rows = [np.broadcast_to(array, (count, array.shape[1])) for array, count in zip(arrays, paths, strict=True)]
    return np.concatenate([block.T for block in rows], axis=1).T
