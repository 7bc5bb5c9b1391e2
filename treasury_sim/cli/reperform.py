"""`treasury-sim reperform`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from treasury_sim.cli.options import EXPECTATION_FAILED, Workers, say
from treasury_sim.cli.progress import progress_bar


def reperform(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished batch.")],
    *,
    workers: Workers = None,
    executor: Annotated[
        str, typer.Option("--executor", help="process, inprocess, or a Dask scheduler such as tcp://scheduler:8786.")
    ] = "process",
) -> None:
    """Repeat a batch and report whether anything changed.

    Runs the batch again from its inputs as they are now: identical, equal, or different, with the inputs that changed
    and the figures that moved. Exits with code 4 if the result is different. The folder is not changed.
    """
    from treasury_sim.batch.reperform import reperform as repeat_batch
    from treasury_sim.batch.show import reperformance_text

    with progress_bar(with_counts=True) as progress:
        comparison = repeat_batch(folder, executor=executor, workers=workers, progress=progress)
    say(reperformance_text(comparison))
    if comparison.verdict == "different":
        raise typer.Exit(EXPECTATION_FAILED)
