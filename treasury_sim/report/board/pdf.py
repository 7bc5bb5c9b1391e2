"""The board report as a PDF: the same content, on A4 pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from treasury_sim.domain.text_out import visible
from treasury_sim.report.board.content import Board
from treasury_sim.report.board.pictures import pictures
from treasury_sim.report.board.section import Section
from treasury_sim.report.render.pdf import Look, laid_out, paragraph
from treasury_sim.report.render.printed import printed
from treasury_sim.report.tables.page import is_calendar


def pdf(board: Board, *, is_flash: bool = False) -> bytes:
    """Write the pages; the same board gives the same bytes."""
    # reportlab is heavy, and only for PDF.
    from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]  # noqa: PLC0415
    from reportlab.lib.units import mm  # type: ignore[import-untyped]  # noqa: PLC0415
    from reportlab.platypus import SimpleDocTemplate  # type: ignore[import-untyped]  # noqa: PLC0415

    buffer = io.BytesIO()
    margin = (10 if is_flash else 16) * mm
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin,
        bottomMargin=14 * mm,
        title=visible(board.title),
        author=visible(board.holder),
        invariant=1,
    )
    writer = _Pages(board, document.width, is_flash=is_flash)
    document.build(list(writer.story()), onFirstPage=writer.foot, onLaterPages=writer.foot)
    return buffer.getvalue()


class _Pages:
    """Turns a board into what reportlab lays out."""

    def __init__(self, board: Board, width: float, *, is_flash: bool) -> None:
        self._board, self._width, self._is_flash = board, width, is_flash
        self._is_calendar = is_calendar(board.result)
        small = 7.5 if is_flash else 9.0
        self._look = Look(small, (0.5, 1.0) if is_flash else (1.5, 2.0))
        self._body, self._muted, self._bold = (self._look.style(name) for name in ("body", "muted", "bold"))
        large = small + 2.5
        self._heading = self._look.style("bold", fontSize=large, leading=large * 1.3, spaceBefore=8, spaceAfter=3)
        self._finding = self._look.style("bold", fontSize=15, leading=19, spaceAfter=4)

    def story(self) -> Iterator[Any]:
        from reportlab.platypus import Spacer  # noqa: PLC0415

        board = self._board
        yield paragraph(board.title, self._muted)
        yield paragraph(board.finding, self._finding)
        yield paragraph(
            f"{board.holder}, {board.period}. Amounts in {board.result.currency}; a loss stands in parentheses.",
            self._muted,
        )
        yield Spacer(1, 6)
        yield self._figures()
        drawn = {} if self._is_flash else pictures(board, "png")
        for section in board.sections:
            yield from self._section(section, drawn)

    def _section(self, section: Section, drawn: Any) -> Iterator[Any]:
        from reportlab.platypus import KeepTogether  # noqa: PLC0415

        heading = paragraph(section.title, self._heading)
        first: list[Any] = [heading, *(paragraph(words, self._body) for words in section.words)]
        if section.chart in drawn:
            first.append(self._picture(drawn[section.chart]))
        tables = (printed(table, is_calendar=self._is_calendar) for table in section.tables)
        blocks = [laid_out(table, self._look, self._width) for table in tables]
        items = [paragraph(f"- {item}", self._body) for item in section.items]
        # A heading never stands alone at the foot of a page.
        rest = [*blocks, *items]
        if section.chart not in drawn and rest:
            first += rest[:1] if isinstance(rest[0], list) is False else rest[0]
            rest = rest[1:]
        yield KeepTogether(list(_flat(first)))
        yield from _flat(rest)

    def _figures(self) -> Any:
        """Key figures, a row for each framework."""
        from reportlab.platypus import Table  # noqa: PLC0415

        rows = []
        most = max((len(figures) for figures in self._board.figures.values()), default=0)
        for framework, figures in self._board.figures.items():
            cells = [[paragraph(figure.title, self._muted), paragraph(figure.text, self._bold)] for figure in figures]
            rows.append([paragraph(framework, self._bold), *cells, *[""] * (most - len(cells))])
        return Table(
            rows, colWidths=[self._width / (most + 1)] * (most + 1), style=[("VALIGN", (0, 0), (-1, -1), "TOP")]
        )

    def _picture(self, data: bytes) -> Any:
        from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]  # noqa: PLC0415
        from reportlab.platypus import Image  # noqa: PLC0415

        width, height = ImageReader(io.BytesIO(data)).getSize()
        shown = min(self._width, 470.0)
        return Image(io.BytesIO(data), width=shown, height=shown * height / width)

    def foot(self, canvas: Any, document: Any) -> None:
        """Write the foot of a page."""
        canvas.saveState()
        canvas.setFont("Helvetica", 7)
        words = f"treasury_sim {self._board.result.engine_version}. A model, not audit, tax or investment advice."
        canvas.drawString(document.leftMargin, 22, words)
        canvas.drawRightString(document.leftMargin + document.width, 22, f"Page {document.page}")
        canvas.restoreState()


def _flat(parts: list[Any]) -> Iterator[Any]:
    for part in parts:
        if isinstance(part, list):
            yield from part
        else:
            yield part
