"""The board's file as a PDF: the same content, on A4 pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from html import escape
from typing import Any

from treasury_sim.domain.text_out import visible
from treasury_sim.report.board.content import Board
from treasury_sim.report.board.html import is_text
from treasury_sim.report.board.pictures import pictures
from treasury_sim.report.board.section import Section
from treasury_sim.report.screen import ScreenTable

_PLAIN = {"−": "-", "≥": ">=", "≤": "<=", "→": "to", "\u202f": " "}
"""Signs that the standard fonts of a PDF do not have."""


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
        from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]  # noqa: PLC0415
        from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]  # noqa: PLC0415

        self._board, self._width, self._is_flash = board, width, is_flash
        small = 7.5 if is_flash else 9.0
        ink, muted = HexColor("#1F2430"), HexColor("#5B6270")
        self._line, self._ink = HexColor("#DDE0E6"), ink
        body = ParagraphStyle("body", fontName="Helvetica", fontSize=small, leading=small * 1.35, textColor=ink)
        self._body = body
        self._muted = ParagraphStyle("muted", parent=body, textColor=muted)
        self._right = ParagraphStyle("right", parent=body, alignment=2)
        self._bold = ParagraphStyle("bold", parent=body, fontName="Helvetica-Bold")
        self._right_bold = ParagraphStyle("right_bold", parent=self._right, fontName="Helvetica-Bold")
        self._heading = ParagraphStyle(
            "heading", parent=self._bold, fontSize=small + 2.5, leading=(small + 2.5) * 1.3, spaceBefore=8, spaceAfter=3
        )
        self._finding = ParagraphStyle("finding", parent=self._bold, fontSize=15, leading=19, spaceAfter=4)

    def story(self) -> Iterator[Any]:
        from reportlab.platypus import Spacer  # noqa: PLC0415

        board = self._board
        yield self._words(board.title, self._muted)
        yield self._words(board.finding, self._finding)
        yield self._words(
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

        heading = self._words(section.title, self._heading)
        first: list[Any] = [heading, *(self._words(words, self._body) for words in section.words)]
        if section.chart in drawn:
            first.append(self._picture(drawn[section.chart]))
        blocks = [self._table(caption, table) for caption, table in section.tables]
        items = [self._words(f"- {item}", self._body) for item in section.items]
        # A heading never stands alone at the foot of a page.
        rest = [*blocks, *items]
        if section.chart not in drawn and rest:
            first += rest[:1] if isinstance(rest[0], list) is False else rest[0]
            rest = rest[1:]
        yield KeepTogether(list(_flat(first)))
        yield from _flat(rest)

    def _words(self, words: str, style: Any) -> Any:
        from reportlab.platypus import Paragraph  # noqa: PLC0415

        text = words.lstrip(" ")
        # Blanks at the beginning, which say that a row is part of the one above, would be dropped.
        return Paragraph("&nbsp;" * (len(words) - len(text)) + escape(_plain(text)), style)

    def _figures(self) -> Any:
        """Key figures, a row for each framework."""
        from reportlab.platypus import Table  # noqa: PLC0415

        rows = []
        most = max((len(figures) for figures in self._board.figures.values()), default=0)
        for framework, figures in self._board.figures.items():
            cells = [
                [self._words(figure.title, self._muted), self._words(figure.text, self._bold)] for figure in figures
            ]
            rows.append([self._words(framework, self._bold), *cells, *[""] * (most - len(cells))])
        return Table(
            rows, colWidths=[self._width / (most + 1)] * (most + 1), style=[("VALIGN", (0, 0), (-1, -1), "TOP")]
        )

    def _table(self, caption: str, table: ScreenTable) -> list[Any]:
        from reportlab.platypus import Spacer, Table  # noqa: PLC0415

        texts = [any(is_text(row[n]) for row in table.rows if n < len(row)) for n in range(len(table.header))]
        header = [
            self._words(cell, self._bold if texts[n] else self._right_bold) for n, cell in enumerate(table.header)
        ]
        rows = [header]
        for row, is_total in zip(table.rows, table.totals, strict=True):
            rows.append([self._cell(cell, texts[n], is_total=is_total) for n, cell in enumerate(row)])
        style = [
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, self._line),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, self._ink),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 0.5 if self._is_flash else 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.0 if self._is_flash else 2.0),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ]
        named = caption if not table.unit or table.unit in table.header else f"{caption} ({table.unit})"
        laid = Table(rows, colWidths=self._widths(table, texts), style=style, repeatRows=1)
        return [self._words(named, self._muted), laid, Spacer(1, 4)]

    def _cell(self, cell: str, text: bool, *, is_total: bool) -> Any:
        style = (self._bold if text else self._right_bold) if is_total else (self._body if text else self._right)
        return self._words(cell, style)

    def _widths(self, table: ScreenTable, texts: list[bool]) -> list[float]:
        """Columns by their longest cell; words take what is left."""
        longest = [
            max([max(map(len, table.header[n].split() or [""])), *(len(row[n]) for row in table.rows if n < len(row))])
            for n in range(len(table.header))
        ]
        letter = self._body.fontSize * 0.56
        want = [min(size, 60) * letter + 8 for size in longest]
        numbers = sum(width for width, is_words in zip(want, texts, strict=True) if not is_words)
        words = sum(width for width, is_words in zip(want, texts, strict=True) if is_words)
        share = max(self._width - numbers, self._width * 0.3) / (words or 1.0)
        wide = [width * share if is_words else width for width, is_words in zip(want, texts, strict=True)]
        return [width * self._width / sum(wide) for width in wide]

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


def _plain(words: str) -> str:
    words = visible(words)
    for sign, plain in _PLAIN.items():
        words = words.replace(sign, plain)
    return words.encode("cp1252", "replace").decode("cp1252")
