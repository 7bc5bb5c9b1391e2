"""The order of a batch: its inputs and options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from treasury_sim.batch.table import Format
from treasury_sim.errors import InputError, Problem


@dataclass(frozen=True)
class BatchOrder:
    """Inputs and options of a batch; see the options of `treasury-sim batch`.

    Attributes
    ----------
    paths
        Scenario files, folders of them, or names of shipped scenarios.
    vary
        Keys to vary, such as ``tax.rate=20%,25%``; every combination is run.
    base
        The scenario with which all are compared; by default a sweep is compared with its own.
    out
        Folder for the results; by default one under ``results/``.
    table
        File format of the long table, ``parquet`` or ``csv``.
    xlsx
        Whether to write a workbook, too.
    executor
        ``process``, ``inprocess``, or the address of a Dask scheduler.
    workers
        Number of processes; by default one per core.
    allow_paths
        Folders that scenarios may read from, besides their own and the library.

    Examples
    --------
    >>> from treasury_sim import BatchOrder
    >>> BatchOrder(("strategy_2025q4",), vary=("tax.rate=20%,25%",)).folder.name
    'strategy_2025q4-tax.rate'
    """

    paths: tuple[str, ...]
    vary: tuple[str, ...] = ()
    base: str | None = None
    out: Path | None = None
    table: Format = "parquet"
    xlsx: bool = False
    executor: str = "process"
    workers: int | None = None
    allow_paths: tuple[Path, ...] = ()
    prices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a text where a tuple of texts belongs: its letters would be taken for names.

        Raises
        ------
        InputError
            If it is one.
        """
        single = [name for name in ("paths", "vary", "allow_paths") if isinstance(getattr(self, name), str)]
        if single:
            fix = "Write a comma behind it: (name,)."
            raise InputError(
                [Problem("BatchOrder()", None, name, "a tuple of texts", "a text", fix) for name in single]
            )

    @property
    def folder(self) -> Path:
        """The output folder: as given, else under `results/` with a name built from the inputs and the keys varied."""
        if self.out is not None:
            return self.out
        first = Path(self.paths[0]).resolve()
        name = (first.name if first.is_dir() else Path(self.paths[0]).stem) or "batch"
        more = f"-and-{len(self.paths) - 1}-more" if len(self.paths) > 1 else ""
        varied = "".join(f"-{text.partition('=')[0]}" for text in self.vary)
        under = "".join(f"-{Path(path).stem}" for path in self.prices)
        return Path("results") / f"{name}{more}{varied}{under}"
