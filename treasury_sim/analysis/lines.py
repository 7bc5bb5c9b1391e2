"""The lines of a statement that can be analysed, and the error for a line that is not computed."""

from __future__ import annotations

from treasury_sim.domain.lines import LINES
from treasury_sim.domain.lookup import check_name
from treasury_sim.errors import InputError, Problem


def checked_line(line: str) -> str:
    """Return `line` if it is a flow, a balance or units; a US spelling is accepted.

    Raises
    ------
    InputError
        If the line is unknown or a per-share figure.
    """
    able = [name for name, known in LINES.items() if known.kind in {"flow", "balance", "units"}]
    return check_name(line, able, "line", "a flow or a balance")


def not_computed(line: str, where: str) -> InputError:
    """Error for a line that is not computed, with the alternatives; `where` is, for example, ``in 2025Q4``."""
    fix = (
        "Net income and the lines derived from it need a tax rate: give tax.rate, or use pre_tax_income, which needs "
        "none. Equity needs an opening balance sheet (capital.opening)."
    )
    return InputError([Problem("", None, "line", f"a line that is computed {where}", line, fix)])
