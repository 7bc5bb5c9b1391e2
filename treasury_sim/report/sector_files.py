"""The sector as files: CSV, JSON, a workbook, and two pages."""

from __future__ import annotations

from pathlib import Path

from treasury_sim.domain.outcome import Sector
from treasury_sim.report.files import OutputError, write_atomically
from treasury_sim.report.render.csv import table_csv
from treasury_sim.report.render.workbook import tables_workbook
from treasury_sim.report.tables.sector import sector_json, tables


def write_sector(sector: Sector, folder: Path, *, xlsx: bool = False, pdf: bool = False) -> list[Path]:
    """Write every table as CSV, all of them as JSON, and if asked a workbook and two pages.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    OutputError
        If one cannot be written.
    """
    contents: dict[str, str | bytes] = {f"sector_{table.name}.csv": table_csv(table) for table in tables(sector)}
    contents["sector.json"] = sector_json(sector)
    if xlsx:
        contents["sector.xlsx"] = tables_workbook(tables(sector), "The sector")
    if pdf:
        from treasury_sim.report.sector_pdf import sector_pdf  # noqa: PLC0415 - heavy, and only for PDF

        contents["sector.pdf"] = sector_pdf(sector)
    for name, content in contents.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_atomically(folder / name, content)
        except OSError as error:
            message = f"Cannot write {folder / name}: {error.strerror or error}."
            raise OutputError(message) from error
    return [folder / name for name in contents]
