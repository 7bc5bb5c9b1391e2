"""How the cells of a table look in a workbook."""

from __future__ import annotations

from collections.abc import Mapping

from treasury_sim.report.tables.table import Kind

_MONEY = "#,##0.00_);(#,##0.00);0.00_)"

FORMATS: Mapping[Kind, str] = {
    "money": _MONEY,
    "price": "#,##0.00_);(#,##0.00)",
    "per_share": _MONEY,
    "units": "#,##0.########_);(#,##0.########);0_)",
    "shares": "#,##0_);(#,##0);0_)",
    "count": "#,##0_);(#,##0);0_)",
    "number": "General",
    "share": "0.00%_);(0.00%)",
    "text": "@",
    "quarter": "@",
    "framework": "@",
    "figure": "@",
}
"""Number format of each kind; a negative number stands in parentheses."""

_WIDTHS: Mapping[Kind, int] = {"money": 22, "units": 18, "price": 15, "share": 10}
_WIDEST = 60


def width(kind: Kind, longest: int) -> int:
    """Width of a column [characters], for its kind and its longest text."""
    return min(max(_WIDTHS.get(kind, 12), longest + 2), _WIDEST)
