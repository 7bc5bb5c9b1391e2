"""Which path of a sample to open: by its number, or the one nearest to a quantile of a line over the whole period."""

from __future__ import annotations

import re
from dataclasses import dataclass

from treasury_sim.analysis.distribution import Distribution, distribution
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, whole
from treasury_sim.domain.progress import Progress
from treasury_sim.domain.result import Result
from treasury_sim.engine.run import open_path, run
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario

LINES_BY_DEFAULT = ("net_income", "pre_tax_income")
"""The first of them that was computed says which path is the one of a quantile."""

_QUANTILE = re.compile(r"p([0-9]{1,2}(?:\.[0-9]+)?)")


def run_or_open(
    scenario: Scenario, which: str | None, *, band: bool = False, progress: Progress | None = None
) -> Result:
    """Run a scenario, and if a path is asked for, open that one of its sample as a replay, see `path_number`."""
    result = run(scenario, band=band, progress=progress)
    return result if which is None else open_path(scenario, path_number(result, which))


@dataclass(frozen=True)
class Ranking:
    """By what the paths of a sample are put in order: a line under a framework over a period."""

    framework: str
    line: str
    period: Period
    distribution: Distribution


def ranking(result: Result, framework: str | None = None, line: str | None = None) -> Ranking | None:
    """By what the percentile of a path is meant; ``None`` if no such line differs from path to path.

    Parameters
    ----------
    framework, line
        The first of the scenario; net income, or income before tax where that was not computed.
    """
    key = framework or next(iter(result.statements))
    period = whole(result.timeline.quarters, result.reported)
    for name in (line,) if line else LINES_BY_DEFAULT:
        found = distribution(result, key, name, period) if name in LINES else None
        if found is not None and found.values.size > 1:
            return Ranking(key, name, period, found)
    return None


def path_number(result: Result, which: str, *, framework: str | None = None, line: str | None = None) -> int:
    """The number of a path of `result`.

    Parameters
    ----------
    which
        A number from 0, or a quantile such as ``p5`` or ``p99.5``: the path whose `line`, added up over the period or
        at its end, is nearest to it; of a P&L line, p5 is the bad side.
    framework
        The first of the scenario if not given.
    line
        Net income if not given, or income before tax where that was not computed.

    Raises
    ------
    InputError
        If there is no such path, or the line was not computed.
    """
    if result.sampling is None:
        raise InputError([Problem("", None, "path", "a simulation, which has many paths", "a replay of one")])
    if which.isdecimal():
        return int(which)
    match = _QUANTILE.fullmatch(which)
    if match is None:
        raise InputError([Problem("", None, "path", "a number, or a quantile such as p5", which)])
    ranked = ranking(result, framework, line)
    if ranked is not None:
        return ranked.distribution.path_near(float(match[1]) / 100.0)
    expected = "a line that was computed and differs from path to path"
    raise InputError([Problem("", None, "line", expected, line or which)])
