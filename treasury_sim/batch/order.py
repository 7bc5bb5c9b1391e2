"""The order of a batch: its inputs and options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from treasury_sim.batch.table import Format


@dataclass(frozen=True)
class BatchOrder:
    """Inputs and options of a batch; see the options of `treasury-sim batch`."""

    paths: tuple[str, ...]
    vary: tuple[str, ...] = ()
    base: str | None = None
    out: Path | None = None
    table: Format = "parquet"
    xlsx: bool = False
    executor: str = "process"
    workers: int | None = None
    allow_paths: tuple[Path, ...] = ()

    @property
    def folder(self) -> Path:
        """The output folder: as given, else under `results/` with a name built from the inputs and the keys varied."""
        if self.out is not None:
            return self.out
        first = Path(self.paths[0]).resolve()
        name = (first.name if first.is_dir() else Path(self.paths[0]).stem) or "batch"
        more = f"-and-{len(self.paths) - 1}-more" if len(self.paths) > 1 else ""
        varied = "".join(f"-{text.partition('=')[0]}" for text in self.vary)
        return Path("results") / f"{name}{more}{varied}"
