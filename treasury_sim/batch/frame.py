"""The long table of a finished batch as a data frame."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from treasury_sim.batch.folder import Folder
from treasury_sim.batch.manifest import Manifest
from treasury_sim.batch.table import COLUMNS, arrow


def frame_of(path: Path) -> pd.DataFrame:
    """Read the parts of a batch in the order of its scenarios.

    Raises
    ------
    TreasurySimError
        If the folder holds no finished batch, or Parquet cannot be read.
    """
    manifest = Manifest.read(path)
    folder = Folder(path, manifest.order.table)
    files = [folder.rows_file(key) for key, *_ in manifest.parts]
    if folder.table == "csv":
        frames = [pd.read_csv(file, names=COLUMNS) for file in files]
    else:
        _, parquet = arrow()
        frames = [parquet.read_table(file).to_pandas() for file in files]
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))
    return frame.astype(dict.fromkeys(COLUMNS[:4], "str"))
