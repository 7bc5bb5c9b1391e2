"""The sector: a folder of holders under price paths, run as a batch and read from its parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from treasury_sim.batch.executors import IN_PROCESS, PROCESS
from treasury_sim.batch.folder import Folder
from treasury_sim.batch.order import BatchOrder
from treasury_sim.batch.run import Report, run_batch
from treasury_sim.domain.outcome import HolderOutcome, Sector
from treasury_sim.domain.progress import Progress
from treasury_sim.errors import TreasurySimError
from treasury_sim.scenario.library import files_of, library_dir
from treasury_sim.scenario.loader import is_simulated_path, path_title

HOLDERS = "holders"
"""Folder of the shipped holders."""

FEW = 100
"""Runs of one path that are not worth starting processes for."""


def shipped_holders() -> str:
    """The folder of the shipped holders."""
    return str(library_dir() / HOLDERS)


def run_sector(order: BatchOrder, progress: Progress | None = None, resume: str = "") -> tuple[Sector, Report]:
    """Run every holder of an order under every price path, and read the outcomes.

    Parameters
    ----------
    order
        With at least one price path; the first is the base.

    Raises
    ------
    TreasurySimError
        If the order has no price path, or as `run_batch` does.
    """
    if not order.prices:
        message = "A sector needs a price path: --price crash_2025_2026, or a file."
        raise TreasurySimError(message)
    report = run_batch(order, progress, resume)
    return sector_of(order, report), report


def sector_of(order: BatchOrder, report: Report) -> Sector:
    """Read the outcomes of a finished batch."""
    folder = Folder(report.folder, order.table)
    outcomes = [outcome for part in folder.summaries(report.keys) for outcome in part.outcomes]
    failures = [(failure.scenario, failure.reason) for failure in report.summary.failures]
    names = [Path(path).stem for path in order.prices]
    titles = {name: path_title(path) for name, path in zip(names, order.prices, strict=True)}
    return Sector(tuple(outcomes), tuple(failures), tuple(dict.fromkeys(names)), titles)


def anonymised(sector: Sector, own: str, name: str = "Own company") -> Sector:
    """The sector with the holder named `own` under another name, without figures that identify it."""
    return replace(sector, outcomes=tuple(_renamed(sector.outcomes, own, name)))


def _renamed(outcomes: Sequence[HolderOutcome], own: str, name: str) -> Iterable[HolderOutcome]:
    return [outcome.without_name(name) if outcome.holder == own else outcome for outcome in outcomes]


def executor_for(paths: Sequence[str], prices: Sequence[str]) -> str:
    """In this process if there are few runs of one path, else in several processes."""
    files = [file for path in paths for file in files_of(path)]
    return IN_PROCESS if len(files) * len(prices) <= FEW and not any(map(is_simulated_path, prices)) else PROCESS
