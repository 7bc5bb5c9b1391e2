"""How quarters add up: flows are summed, a balance is that of the last quarter, an opening that of the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.lines import LINES, YEAR_TO_DATE
from treasury_sim.domain.timeline import Quarter
from treasury_sim.errors import TreasurySimError


@dataclass(frozen=True)
class Period:
    """One or more quarters reported together.

    Attributes
    ----------
    label
        ``2025Q4``, ``2025 YTD Q4`` or ``FY2025``.
    quarters
        Positions in the statement, in order.
    is_year_to_date
        Whether it is a fiscal year up to a quarter, or a whole fiscal year.

    Examples
    --------
    >>> from treasury_sim import run
    >>> run("strategy_2025q4").period("2025Q4").label
    '2025Q4'
    """

    label: str
    quarters: tuple[int, ...]
    is_year_to_date: bool = False


def quarter_periods(quarters: Sequence[Quarter], reported: Sequence[Quarter]) -> list[Period]:
    """Each reported quarter as a period."""
    return [Period(quarter.label, (quarters.index(quarter),)) for quarter in reported]


def year_to_date(quarters: Sequence[Quarter], reported: Sequence[Quarter]) -> list[Period]:
    """From the start of its fiscal year to each reported quarter."""
    return [
        Period(
            f"{last.fiscal_year} YTD Q{last.number}",
            tuple(i for i, q in enumerate(quarters) if q.fiscal_year == last.fiscal_year and q <= last),
            is_year_to_date=True,
        )
        for last in reported
    ]


def cumulative(quarters: Sequence[Quarter], reported: Sequence[Quarter]) -> list[Period]:
    """From the first reported quarter to each of them."""
    first = quarters.index(reported[0])
    return [
        Period(
            last.label if last == reported[0] else f"{reported[0].label} to {last.label}",
            tuple(range(first, quarters.index(last) + 1)),
        )
        for last in reported
    ]


def whole(quarters: Sequence[Quarter], reported: Sequence[Quarter]) -> Period:
    """All reported quarters together."""
    return cumulative(quarters, reported)[-1]


def shown_periods(quarters: Sequence[Quarter], reported: Sequence[Quarter]) -> list[Period]:
    """Periods that a reader may choose: all reported quarters together, each fiscal year in full, each quarter."""
    all_quarters = whole(quarters, reported)
    years = [year for year in fiscal_years(quarters, reported) if set(year.quarters) < set(all_quarters.quarters)]
    return [*([all_quarters] if len(reported) > 1 else []), *years, *quarter_periods(quarters, reported)]


def fiscal_years(quarters: Sequence[Quarter], reported: Sequence[Quarter]) -> list[Period]:
    """Each fiscal year that ends in the reported period."""
    return [
        Period(
            f"FY{last.fiscal_year}",
            tuple(i for i, q in enumerate(quarters) if q.fiscal_year == last.fiscal_year),
            is_year_to_date=True,
        )
        for last in reported
        if last.number == 4
    ]


def periods_by_label(quarters: Sequence[Quarter], reported: Sequence[Quarter]) -> dict[str, Period]:
    """Every period by its label: quarters, years to date, fiscal years, and the whole."""
    named = (quarter_periods, year_to_date, fiscal_years, cumulative)
    return {period.label: period for periods_of in reversed(named) for period in periods_of(quarters, reported)}


def over(period: Period, name: str, lines: Mapping[str, Floats | None]) -> Floats | None:
    """Value of line `name` over `period`, (paths,); ``None`` where it was not computed.

    Per-share figures and share counts do not add up: a fiscal year to date has separate lines for them, other periods
    of several quarters have none.
    """
    if period.is_year_to_date and name in YEAR_TO_DATE:
        values = lines[YEAR_TO_DATE[name]]
        total = None if values is None else values[:, period.quarters[-1]]
        return None if total is None or np.isnan(total).any() else total
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


def average(period: Period, name: str, lines: Mapping[str, Floats | None]) -> float:
    """Mean of `over` over all paths; 0 where it was not computed."""
    total = over(period, name, lines)
    return 0.0 if total is None else float(total.mean())


def single(period: Period, name: str, lines: Mapping[str, Floats | None]) -> float | None:
    """`over` for a single path.

    Raises
    ------
    TreasurySimError
        If there are several paths.
    """
    total = over(period, name, lines)
    if total is not None and total.size > 1:
        message = (
            f"This needs a single price path, and the run has {total.size:,}. Use a model of one path (historical, "
            "target, shock), or open one path of the simulation: treasury-sim run SCENARIO --open-path p5."
        )
        raise TreasurySimError(message)
    return None if total is None else float(total[0])
