"""The band of a figure: how far it depends on the unknown purchase days inside windows.

Each quarter has four corners: all earlier windows at their start or end, times all windows of the quarter at their
start or end. A single start-end pair does not bound a charge: later purchases lower the charge on the quarter's lots
and raise that on earlier ones. The band runs from the lowest to the highest of the four corners and the figure itself,
so it contains the figure; days in between may give more or less than any corner.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import product

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, single
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.domain.result import Band
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.domain.timeline import Quarter
from treasury_sim.engine.one_pass import measure_all
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.statements.build import statements
from treasury_sim.errors import InputError
from treasury_sim.treasury.windows import TimingOf, WindowTiming

ENDS: tuple[WindowTiming, ...] = ("start", "end")


def bands(
    prepared: Prepared, shown: Mapping[str, QuarterlyStatements], progress: Progress = silent
) -> dict[tuple[str, str], dict[str, Band]]:
    """Lowest and highest value of every line of every reported quarter, by framework key and quarter label.

    Parameters
    ----------
    shown
        The statements of the run itself, by framework key.
    progress
        Called as the work proceeds with (done, total), see `treasury_sim.domain.progress`.
    """
    by_quarter: dict[tuple[str, str], dict[str, Band]] = {}
    for quarter, within in parts(prepared.reported, progress):
        index = prepared.quarters.index(quarter)
        ends = list(product(ENDS, repeat=2))
        tried = [_corner(prepared, index, earlier, own) for (earlier, own), _ in parts(ends, within)]
        corners = [corner for corner in tried if corner is not None]
        for key in prepared.case.spec.accounting.frameworks:
            lines = [dict(shown[key].lines), *(corner[key] for corner in corners)]
            by_quarter[key, quarter.label] = _extremes(quarter, index, lines)
    return by_quarter


def _corner(
    prepared: Prepared, index: int, earlier: WindowTiming, own: WindowTiming
) -> dict[str, dict[str, Floats | None]] | None:
    """One corner; ``None`` if it is impossible because units would be sold before they are bought."""
    timing_of = _timing(prepared.quarters[index].start, earlier, own)
    try:
        measured = measure_all(prepared, timing_of, quarters=index + 1)
    except InputError:
        return None
    return {key: dict(statement.lines) for key, statement in statements(prepared, measured).items()}


def _timing(quarter_start: date, earlier: WindowTiming, own: WindowTiming) -> TimingOf:
    return lambda last_day: own if last_day >= quarter_start else earlier


def _extremes(quarter: Quarter, index: int, corners: list[dict[str, Floats | None]]) -> dict[str, Band]:
    period = Period(quarter.label, (index,))
    extremes = {}
    for name in LINES:
        values = [value for lines in corners if (value := single(period, name, lines)) is not None]
        if values:
            extremes[name] = (min(values), max(values))
    return extremes
