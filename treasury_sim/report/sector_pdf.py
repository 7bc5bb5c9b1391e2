"""The sector on two pages: totals and who breaks where; the heat map and the holders."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from treasury_sim.domain.outcome import Sector
from treasury_sim.report.charts.draw import drawn
from treasury_sim.report.charts.sector import breaks_chart, heat_map, joint_chart, ranking_chart
from treasury_sim.report.charts.theme import LOOKS, Chart, spec_of
from treasury_sim.report.render.pdf import Look, laid_out, paragraph
from treasury_sim.report.render.printed import printed
from treasury_sim.report.tables.sector import finding, first_rows, holders_table, totals_table
from treasury_sim.report.tables.table import Table
from treasury_sim.version import VERSION

COLUMNS = (
    "holder",
    "units",
    "value",
    "result",
    "loan_to_value",
    "coverage",
    "to_sell",
    "first_sale",
    "breach",
    "as_of",
    "confidence",
)
"""Columns of the holders that fit a page."""


def sector_pdf(sector: Sector) -> bytes:
    """Write the pages; the same sector gives the same bytes. The last path is the one that is shown in full."""
    from reportlab.lib.pagesizes import A4, landscape  # type: ignore[import-untyped]  # noqa: PLC0415
    from reportlab.lib.units import mm  # type: ignore[import-untyped]  # noqa: PLC0415
    from reportlab.platypus import SimpleDocTemplate  # type: ignore[import-untyped]  # noqa: PLC0415

    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=landscape(A4),
        leftMargin=12 * mm,
        rightMargin=12 * mm,
        topMargin=10 * mm,
        bottomMargin=11 * mm,
        title="The sector",
        author="treasury_sim",
        invariant=1,
    )
    document.build(list(_story(sector, document.width)), onFirstPage=_foot, onLaterPages=_foot)
    return buffer.getvalue()


def _story(sector: Sector, width: float) -> Iterator[Any]:
    from reportlab.platypus import KeepInFrame, PageBreak, Spacer  # noqa: PLC0415
    from reportlab.platypus import Table as Layout  # noqa: PLC0415

    look, path = Look(6.3, (0.6, 0.8)), sector.paths[-1]
    large = Look(9.0, (1.0, 1.5))
    second = joint_chart(sector, path) if sector.is_sample(path) else breaks_chart(sector, path)
    half = width / 2 - 6
    left, right, map_ = _pictures([(ranking_chart(sector, path), 330), (second, 330), (heat_map(sector), 300)])
    yield paragraph("The sector under one path", large.style("muted"))
    yield paragraph(finding(sector, path), large.style("bold", fontSize=13, leading=17, spaceAfter=4))
    if len(sector.paths) > 1:
        yield paragraph(f"Base: {finding(sector, sector.paths[0])}.", large.style("body"))
    yield Spacer(1, 4)
    yield from laid_out(printed(totals_table(sector)), look, width)
    yield Layout([[_image(left, half, 330), _image(right, half, 330)]], colWidths=[width / 2] * 2, style=_TOP)
    yield PageBreak()
    table = laid_out(printed(_shown(first_rows(holders_table(sector, path)))), Look(5.6, (0.4, 0.6)), width * 0.67)
    room = KeepInFrame(width * 0.68, 510, table, mode="shrink")
    yield Layout([[_image(map_, width * 0.31, 500), room]], colWidths=[width * 0.32, width * 0.68], style=_TOP)


_TOP = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]


def _shown(table: Table) -> Table:
    """The table with the columns that fit, and without the notes of each failure in full."""
    at = [number for number, column in enumerate(table.columns) if column.name in COLUMNS]
    rows = tuple(replace(row, cells=tuple(row.cells[number] for number in at)) for row in table.rows)
    notes = tuple(note.partition(": expected")[0] for note in table.notes)
    return replace(table, columns=tuple(table.columns[number] for number in at), rows=rows, notes=notes)


def _pictures(charts: list[tuple[Chart, int]]) -> list[bytes]:
    return drawn([{**spec_of(chart, LOOKS["light"]), "width": wide} for chart, wide in charts], "png")


def _image(data: bytes, width: float, height: float) -> Any:
    from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]  # noqa: PLC0415
    from reportlab.platypus import Image  # noqa: PLC0415

    wide, high = ImageReader(io.BytesIO(data)).getSize()
    scale = min(width / wide, height / high)
    return Image(io.BytesIO(data), width=wide * scale, height=high * scale)


def _foot(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont("Helvetica", 7)
    words = f"treasury_sim {VERSION}. Positions as last reported. A model, not audit, tax or investment advice."
    canvas.drawString(document.leftMargin, 18, words)
    canvas.drawRightString(document.leftMargin + document.width, 18, f"Page {document.page}")
    canvas.restoreState()
