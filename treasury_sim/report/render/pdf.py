"""A table as what reportlab lays out on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from treasury_sim.domain.text_out import visible
from treasury_sim.report.render.printed import Printed

_REPLACED: Mapping[str, str] = {"−": "-", "≥": ">=", "≤": "<=", "→": "to", "\u202f": " "}
"""Signs that the standard fonts of a PDF do not have."""


@dataclass(frozen=True)
class Look:
    """Styles of a page.

    Attributes
    ----------
    size
        Of the letters [pt].
    padding
        Above and below a cell [pt].
    """

    size: float
    padding: tuple[float, float]

    def style(self, name: str, **changes: Any) -> Any:
        """Make a paragraph style: ``body``, ``bold`` or ``muted``, with `changes`."""
        from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]  # noqa: PLC0415
        from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]  # noqa: PLC0415

        plain: dict[str, Any] = {
            "fontName": "Helvetica-Bold" if name == "bold" else "Helvetica",
            "fontSize": self.size,
            "leading": self.size * 1.35,
            "textColor": HexColor("#5B6270" if name == "muted" else "#1F2430"),
        }
        return ParagraphStyle(name, **{**plain, **changes})


def paragraph(text: str, style: Any) -> Any:
    """Lay out a text; blanks at the beginning, which say that a row is part of the one above, are kept."""
    from reportlab.platypus import Paragraph  # type: ignore[import-untyped]  # noqa: PLC0415

    words = text.lstrip(" ")
    return Paragraph("&nbsp;" * (len(text) - len(words)) + escape(_in_font(words)), style)


def _in_font(text: str) -> str:
    text = visible(text)
    for sign, replacement in _REPLACED.items():
        text = text.replace(sign, replacement)
    return text.encode("cp1252", "replace").decode("cp1252")


def laid_out(table: Printed, look: Look, room: float) -> list[Any]:
    """Lay out a table under its title.

    Parameters
    ----------
    room
        Width of the page [pt].
    """
    from reportlab.lib.colors import HexColor  # noqa: PLC0415
    from reportlab.platypus import Spacer, Table  # noqa: PLC0415

    sides = [{} if number in table.texts else {"alignment": 2} for number in range(len(table.header))]
    styles = {bold: [look.style("bold" if bold else "body", **side) for side in sides] for bold in (False, True)}
    rows = [[paragraph(cell, style) for cell, style in zip(table.header, styles[True], strict=True)]]
    for row, is_total in zip(table.rows, table.totals, strict=True):
        rows.append([paragraph(cell, style) for cell, style in zip(row, styles[is_total], strict=True)])
    lines = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor("#DDE0E6")),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor("#1F2430")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), look.padding[0]),
        ("BOTTOMPADDING", (0, 0), (-1, -1), look.padding[1]),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
    muted = look.style("muted")
    laid = Table(rows, colWidths=_widths(table, look.size, room), style=lines, repeatRows=1)
    notes = [paragraph(note, muted) for note in table.notes]
    return [paragraph(table.title, muted), laid, *notes, Spacer(1, 4)]


def _widths(table: Printed, size: float, room: float) -> list[float]:
    """Columns by their longest cell; words take what is left."""
    letter = size * 0.56
    longest = [
        max([max(map(len, head.split() or [""])), *(len(row[number]) for row in table.rows)])
        for number, head in enumerate(table.header)
    ]
    wanted = [min(letters, 60) * letter + 8 for letters in longest]
    of_texts = sum(width for number, width in enumerate(wanted) if number in table.texts)
    of_numbers = sum(wanted) - of_texts
    share = max(room - of_numbers, room * 0.3) / (of_texts or 1.0)
    wide = [width * share if number in table.texts else width for number, width in enumerate(wanted)]
    return [width * room / sum(wide) for width in wide]
