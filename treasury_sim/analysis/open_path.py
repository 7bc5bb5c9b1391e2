"""Choose a path of a simulation to open: by number, or the nearest to a quantile of a line over the whole period."""

from __future__ import annotations

import re
from dataclasses import dataclass

from treasury_sim.analysis.distribution import Distribution, distribution
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, whole
from treasury_sim.domain.progress import Progress
from treasury_sim.domain.result import Result
from treasury_sim.engine.run import open_path, run
from treasury_sim.engine.run_cache import RunCache
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario

LINES_BY_DEFAULT = ("net_income", "pre_tax_income")
"""The lines that rank paths by quantile; the first that is computed is used."""

_QUANTILE = re.compile(r"p([0-9]{1,2}(?:\.[0-9]+)?)")


def run_or_open(
    scenario: Scenario,
    which: str | None,
    *,
    band: bool = False,
    cache: RunCache | None = None,
    progress: Progress | None = None,
) -> Result:
    """Run a scenario; with `which`, open that path of the simulation as a replay, see `path_number`."""
    result = run(scenario, band=band, cache=cache, progress=progress)
    return result if which is None else open_path(scenario, path_number(result, which), cache=cache)


@dataclass(frozen=True)
class Ranking:
    """The figure that ranks the paths of a simulation: a line under a framework over a period."""

    framework: str
    line: str
    period: Period
    distribution: Distribution


def ranking(result: Result, framework: str | None = None, line: str | None = None) -> Ranking | None:
    """The figure that ranks the paths; ``None`` if no such line differs from path to path.

    Parameters
    ----------
    framework, line
        By default the scenario's first framework, and net income, or income before tax if that is not computed.
    """
    key = framework or next(iter(result.statements))
    period = whole(result.timeline.quarters, result.reported)
    for name in (line,) if line else LINES_BY_DEFAULT:
        sampled = distribution(result, key, name, period) if name in LINES else None
        if sampled is not None and sampled.values.size > 1:
            return Ranking(key, name, period, sampled)
    return None


def path_number(result: Result, which: str, *, framework: str | None = None, line: str | None = None) -> int:
    """The number of a path of `result`.

    Parameters
    ----------
    which
        A number from 0, or a quantile such as ``p5`` or ``p99.5``: the path whose `line`, added up over the period or
        at its end, is nearest to that quantile; for a P&L line, p5 is the loss side.
    framework
        Framework key; the scenario's first by default.
    line
        Net income by default, or income before tax where net income is not computed.

    Raises
    ------
    InputError
        If the path does not exist, or the line is not computed.
    """
    if result.sampling is None:
        raise InputError([Problem("", None, "path", "a simulation, which has many paths", "a replay of one path")])
    if which.isdecimal():
        return int(which)
    match = _QUANTILE.fullmatch(which)
    if match is None:
        raise InputError([Problem("", None, "path", "a number, or a quantile such as p5", which)])
    ranked = ranking(result, framework, line)
    if ranked is not None:
        return ranked.distribution.path_near(float(match[1]) / 100.0)
    expected = "a line that is computed and differs from path to path"
    raise InputError([Problem("", None, "line", expected, line or which)])
