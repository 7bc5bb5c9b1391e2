"""The folder of the price store: its tables, listed and written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from treasury_sim.errors import TreasurySimError
from treasury_sim.market.held.tables import AtCutoff, Bar, Series, read_bars, read_cutoffs, write_rows
from treasury_sim.report.files import write_atomically
from treasury_sim.scenario.price_store import VARIABLE, prices_folder, read_text

_NAME = re.compile(r"([A-Za-z0-9]{1,20})-([A-Z]{3,5})\.daily\.csv")


def folder_of(given: Path | None = None) -> Path:
    """The folder of the price store; see `prices_folder`.

    Raises
    ------
    TreasurySimError
        If the environment says that there is none.
    """
    folder = prices_folder(given)
    if folder is None:
        message = f"{VARIABLE} is none, so no price store is used. Give a folder with --prices-folder."
        raise TreasurySimError(message)
    return folder


def series_in(folder: Path) -> list[Series]:
    """The series that the store holds, by venue and asset."""
    tables = sorted(folder.glob("*/*.daily.csv"))
    names = ((path.parent.name, _NAME.fullmatch(path.name)) for path in tables)
    return [Series(venue, name[1], name[2]) for venue, name in names if name is not None]


@dataclass(frozen=True)
class Table:
    """The tables of a series.

    Attributes
    ----------
    bars
        Consecutive days.
    cutoffs
        By day, then time of day.
    """

    bars: tuple[Bar, ...] = ()
    cutoffs: tuple[AtCutoff, ...] = ()


def read_table(folder: Path, series: Series) -> Table:
    """Read the tables of a series; empty where the store does not have them.

    Raises
    ------
    InputError
        If one of them cannot be read or contradicts itself.
    """
    daily, cutoffs = folder / series.daily, folder / series.cutoffs
    bars_text, cutoffs_text = read_text(daily), read_text(cutoffs)
    return Table(
        tuple(read_bars(bars_text, str(daily))) if bars_text else (),
        tuple(read_cutoffs(cutoffs_text, str(cutoffs))) if cutoffs_text else (),
    )


def write_table(folder: Path, series: Series, table: Table) -> None:
    """Write the tables of a series; raises as `write_files` does."""
    cutoffs: Sequence[AtCutoff] = sorted(table.cutoffs, key=lambda row: (row.date, row.cutoff))
    files = {folder / series.daily: write_rows(table.bars, Bar)}
    if cutoffs:
        files = {folder / series.cutoffs: write_rows(cutoffs, AtCutoff), **files}
    write_files(files)


def write_files(files: Mapping[Path, str]) -> None:
    """Write each file whole or not at all.

    Raises
    ------
    TreasurySimError
        If one cannot be written; it is then as it was before.
    """
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, text)
        except OSError as error:
            message = (
                f"Cannot write {path}: {error.strerror or error}. The prices held before are unchanged. Make room, or "
                "give another folder with --prices-folder."
            )
            raise TreasurySimError(message) from error
