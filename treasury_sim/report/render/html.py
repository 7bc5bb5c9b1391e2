"""A table as HTML: numbers to the right, a line above a sum; colours are the page's."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from treasury_sim.report.render.printed import Printed

STYLE = """<style>
.sideways {overflow-x: auto;}
.statement {width: 100%; border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums;}
.statement caption {text-align: left; font-weight: 600; padding-bottom: 0.3rem; caption-side: top; color: inherit;}
.statement th, .statement td {padding: 0.25rem 0.4rem; border: none; border-bottom: 1px solid rgba(128,128,128,0.25);}
.statement th {text-align: left; font-weight: 400;}
.statement thead th {font-weight: 600; vertical-align: bottom;}
.statement td, .statement thead th + th {text-align: right;}
.statement td {white-space: nowrap;}
.statement :is(td, th).words {text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 7rem;}
.statement .total th, .statement .total td {font-weight: 600; border-top: 1px solid rgba(128,128,128,0.8);}
.statement .part th {padding-left: 1.4rem;}
</style>"""


def as_html(table: Printed) -> str:
    """Write a table under its title."""
    head = "".join(
        f'<th scope="col"{_words(number, table.texts)}>{escape(cell)}</th>' for number, cell in enumerate(table.header)
    )
    rows = "".join(
        _row(row, table.texts, is_total=is_total) for row, is_total in zip(table.rows, table.totals, strict=True)
    )
    return (
        f'{STYLE}<div class="sideways"><table class="statement"><caption>{escape(table.title)}</caption>'
        f"<thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _words(column: int, texts: frozenset[int]) -> str:
    return ' class="words"' if column and column in texts else ""


def _row(row: Sequence[str], texts: frozenset[int], *, is_total: bool) -> str:
    kind = "total" if is_total else "part" if row[0].startswith("  ") else "item"
    cells = "".join(f"<td{_words(number, texts)}>{escape(cell)}</td>" for number, cell in enumerate(row[1:], start=1))
    return f'<tr class="{kind}"><th scope="row">{escape(row[0].strip())}</th>{cells}</tr>'
