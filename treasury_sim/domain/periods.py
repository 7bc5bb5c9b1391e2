"""How quarters add up: flows are summed, a balance is that of the last quarter, an opening that of the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.timeline import Quarter


@dataclass(frozen=True)
class Period:
    """One or more quarters of one fiscal year, seen as one.

    Attributes
    ----------
    label
        ``2025Q4``, ``2025 YTD Q4`` or ``FY2025``.
    quarters
        Positions in the statement, in order.
    """

    label: str
    quarters: tuple[int, ...]


def quarter_periods(quarters: Sequence[Quarter], reported: Sequence[Quarter]) -> list[Period]:
    """Each reported quarter on its own."""
    return [Period(quarter.label, (quarters.index(quarter),)) for quarter in reported]


def year_to_date(quarters: Sequence[Quarter], reported: Sequence[Quarter]) -> list[Period]:
    """From the start of its fiscal year to each reported quarter."""
    return [
        Period(
            f"{last.fiscal_year} YTD Q{last.number}",
            tuple(i for i, q in enumerate(quarters) if q.fiscal_year == last.fiscal_year and q <= last),
        )
        for last in reported
    ]


def fiscal_years(quarters: Sequence[Quarter], reported: Sequence[Quarter]) -> list[Period]:
    """Each fiscal year that ends in the reported period."""
    return [
        Period(f"FY{last.fiscal_year}", tuple(i for i, q in enumerate(quarters) if q.fiscal_year == last.fiscal_year))
        for last in reported
        if last.number == 4
    ]


def over(period: Period, name: str, lines: Mapping[str, Floats | None]) -> Floats | None:
    """Value of line `name` over `period`, (paths,); ``None`` where it was not computed.

    Per-share figures and share counts are those of a single quarter: they do not add up.
    """
    values = lines[name]
    if values is None:
        return None
    kind = LINES[name].kind
    chosen = values[:, list(period.quarters)]
    if kind == "flow":
        total = chosen.sum(axis=1)
    elif kind == "opening":
        total = chosen[:, 0]
    elif kind in {"balance", "units"} or len(period.quarters) == 1:
        total = chosen[:, -1]
    else:
        return None
    return None if np.isnan(total).any() else total


def single(period: Period, name: str, lines: Mapping[str, Floats | None]) -> float | None:
    """`over` for a single path."""
    total = over(period, name, lines)
    return None if total is None else float(total[0])
