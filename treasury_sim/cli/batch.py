"""`treasury-sim batch`."""

from __future__ import annotations

import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from treasury_sim.cli.options import (
    EXPECTATION_FAILED,
    AllowPath,
    Printed,
    TextOrJson,
    Workers,
    a_path,
    print_report,
    print_text,
)
from treasury_sim.cli.progress import progress_bar


class Table(StrEnum):
    """File format of the long table."""

    parquet = "parquet"
    csv = "csv"


def batch(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Scenario files, folders of them, or names of shipped scenarios."),
    ],
    *,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="KEY=A,B,C",
            help="Vary a key of every scenario: key=a,b,c or key={from: a, to: b, count: n}. Can be repeated.",
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="FILE",
            help="Compare all with this scenario; by default a sweep is compared with its own.",
        ),
    ] = None,
    price: Annotated[
        list[str] | None,
        typer.Option(
            "--price",
            metavar="PATH",
            help="Lay a price path over every scenario: a file, or a shipped one such as to_60k. Can be repeated.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            parser=a_path,
            help="Folder for the results; by default one under results/.",
        ),
    ] = None,
    table: Annotated[Table, typer.Option("--table", help="File format of the long table.")] = Table.parquet,
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="Also write a workbook: summary, failures, totals, the first 100,000 rows.")
    ] = False,
    workers: Workers = None,
    executor: Annotated[
        str,
        typer.Option("--executor", help="process, inprocess, or a Dask scheduler such as tcp://scheduler:8786."),
    ] = "process",
    output: Printed = TextOrJson.text,
    allow_path: AllowPath = None,
) -> None:
    """Run many scenarios or a sweep, and rank the results.

    Results already stored in the output folder are reused, so an interrupted batch continues where it stopped.
    Exits with code 1 if a scenario could not be run, otherwise with 4 if an expected figure was not met.
    """
    from treasury_sim.batch.order import BatchOrder
    from treasury_sim.batch.run import run_batch
    from treasury_sim.batch.show import batch_json, batch_report
    from treasury_sim.errors import TreasurySimError

    order = BatchOrder(
        paths=tuple(paths),
        vary=tuple(vary or ()),
        base=base,
        out=out,
        table=table.value,
        xlsx=xlsx,
        executor=executor,
        workers=workers,
        allow_paths=tuple(allow_path or ()),
        prices=tuple(price or ()),
    )
    with progress_bar(with_counts=True) as progress:
        report = run_batch(order, progress, resume=shlex.join(["treasury-sim", *sys.argv[1:]]))
    if output is TextOrJson.json:
        print_text(batch_json(report))
    else:
        print_report(batch_report(report))
    if report.summary.failures:
        raise typer.Exit(TreasurySimError.exit_code)
    if report.summary.unmet:
        raise typer.Exit(EXPECTATION_FAILED)
