"""Which path of a sample to open: by its number, or the one nearest to a quantile of a line over the whole period."""

from __future__ import annotations

import re

from treasury_sim.analysis.distribution import distribution
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import cumulative
from treasury_sim.domain.result import Result
from treasury_sim.engine.run import open_path, run
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario

LINES_BY_DEFAULT = ("net_income", "pre_tax_income")
"""The first of them that was computed says which path is the one of a quantile."""

_QUANTILE = re.compile(r"p([0-9]{1,2}(?:\.[0-9]+)?)")


def run_or_open(scenario: Scenario, which: str | None, *, band: bool = False) -> Result:
    """Run a scenario, and if a path is asked for, open that one of its sample as a replay, see `path_number`."""
    result = run(scenario, band=band)
    return result if which is None else open_path(scenario, path_number(result, which))


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
    key = framework or next(iter(result.statements))
    period = cumulative(result.timeline.quarters, result.reported)[-1]
    for name in (line,) if line else LINES_BY_DEFAULT:
        found = distribution(result, key, name, period) if name in LINES else None
        if found is not None and found.values.size > 1:
            return found.path_near(float(match[1]) / 100.0)
    expected = "a line that was computed and differs from path to path"
    raise InputError([Problem("", None, "line", expected, line or which)])
