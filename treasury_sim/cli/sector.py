"""`treasury-sim sector`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from treasury_sim.cli.options import AllowPath, Printed, TextOrJson, Workers, a_path, print_report, print_text
from treasury_sim.cli.progress import progress_bar


def sector(
    folder: Annotated[
        str | None, typer.Argument(metavar="[FOLDER]", help="Folder of holder files; by default the shipped holders.")
    ] = None,
    *,
    price: Annotated[
        list[str],
        typer.Option(
            "--price",
            metavar="PATH",
            help="A price path: a file, or a shipped one such as to_60k. Can be repeated; the first is the base.",
        ),
    ],
    own: Annotated[
        str | None, typer.Option("--own", metavar="FILE", help="Your own company, put among its peers.")
    ] = None,
    anonymise: Annotated[
        bool, typer.Option("--anonymise", help="Leave the name and the amounts of your own company out.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", parser=a_path, help="Folder for the results; by default one under results/."
        ),
    ] = None,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Also write the tables as a workbook.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also write two pages with charts.")] = False,
    workers: Workers = None,
    executor: Annotated[
        str | None,
        typer.Option("--executor", help="process, inprocess, or a Dask scheduler such as tcp://scheduler:8786."),
    ] = None,
    output: Printed = TextOrJson.text,
    allow_path: AllowPath = None,
) -> None:
    """Compare holders under price paths: who must sell, and when.

    Runs a folder of holders as a batch and writes sector.csv and sector.json beside it; see docs/sector.md.
    Example: treasury-sim sector --price crash_2025_2026 --price to_20k --pdf
    """
    from treasury_sim.batch.order import BatchOrder
    from treasury_sim.batch.sector import anonymised, executor_for, run_sector, shipped_holders
    from treasury_sim.report.sector_files import write_sector
    from treasury_sim.report.tables.sector import sector_json, sector_page
    from treasury_sim.scenario import load

    paths = (folder or shipped_holders(), *([own] if own else []))
    order = BatchOrder(
        paths=paths,
        out=out,
        executor=executor or executor_for(paths, price),
        workers=workers,
        allow_paths=tuple(allow_path or ()),
        prices=tuple(price),
    )
    with progress_bar(with_counts=True) as progress:
        compared, report = run_sector(order, progress, resume=shlex.join(["treasury-sim", *sys.argv[1:]]))
    if own and anonymise:
        compared = anonymised(compared, load(own, prices=price[0]).spec.holder.name)
    write_sector(compared, report.folder, xlsx=xlsx, pdf=pdf)
    if output is TextOrJson.json:
        print_text(sector_json(compared))
    else:
        print_report(sector_page(compared))
