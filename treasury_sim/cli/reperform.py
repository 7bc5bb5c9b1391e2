"""`treasury-sim reperform`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from treasury_sim.cli.options import EXPECTATION_FAILED, Workers, say
from treasury_sim.cli.progress import progress_bar


def reperform(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a finished batch.")],
    *,
    workers: Workers = None,
    executor: Annotated[
        str, typer.Option("--executor", help="process, inprocess, or a Dask scheduler such as tcp://scheduler:8786.")
    ] = "process",
) -> None:
    """Do a batch again from its inputs as they are now: identical, or what changed and what it moved.

    Leaves with code 4 if a figure is different. The folder is not changed.
    """
    from treasury_sim.batch.reperform import reperform as do_again
    from treasury_sim.batch.show import reperformance_text

    with progress_bar(with_counts=True) as progress:
        found = do_again(folder, executor=executor, workers=workers, progress=progress)
    say(reperformance_text(found))
    if found.verdict == "different":
        raise typer.Exit(EXPECTATION_FAILED)
