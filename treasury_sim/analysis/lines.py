"""Which lines of a statement a question may be about, and what is said where one is not computed."""

from __future__ import annotations

from treasury_sim.domain.lines import LINES
from treasury_sim.errors import InputError, Problem


def checked_line(line: str) -> str:
    """Return `line` if it adds up over quarters or is a balance.

    Raises
    ------
    InputError
        If it is unknown or a figure per share.
    """
    able = [name for name, known in LINES.items() if known.kind in {"flow", "balance", "units"}]
    if line not in able:
        raise InputError([Problem("", None, "line", "a flow or a balance", line, f"One of {', '.join(able)}.")])
    return line


def not_computed(line: str, where: str) -> InputError:
    """Tell that `line` is not computed, and what can be asked for instead; `where` is such as ``in 2025Q4``."""
    fix = (
        "Net income and what follows from it need a tax rate: give tax.rate, or ask for pre_tax_income, which needs "
        "none. Equity needs an opening balance sheet (capital.opening)."
    )
    return InputError([Problem("", None, "line", f"a line that is computed {where}", line, fix)])
