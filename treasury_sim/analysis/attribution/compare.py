"""Two scenarios side by side: the assumptions that differ, and the lines they change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from treasury_sim.domain.arguments import checked
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import quarter_periods, single
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.domain.result import Result
from treasury_sim.engine import run
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.differences import Difference, differences

EQUAL = 1e-9
"""Figures closer than this, relative to the larger, count as equal."""


@dataclass(frozen=True)
class LineChange:
    """One line of one quarter in both scenarios.

    Attributes
    ----------
    framework, quarter, line
        Keys of the framework and line, and label of the quarter.
    first, second
        The two figures [unit of the line]; ``None`` where not computed.
    """

    framework: str
    quarter: str
    line: str
    first: float | None
    second: float | None

    @property
    def change(self) -> float | None:
        """The second less the first; ``None`` unless both are computed."""
        return None if self.first is None or self.second is None else self.second - self.first


@dataclass(frozen=True)
class Comparison:
    """Two scenarios compared.

    Attributes
    ----------
    first, second
        The two results.
    assumptions
        Scenario keys that differ.
    lines
        Lines that differ, for frameworks and quarters that both scenarios report.
    only_first, only_second
        Frameworks and quarters that only one scenario reports, as ``us_gaap_fair_value 2025Q4``.
    """

    first: Result
    second: Result
    assumptions: tuple[Difference, ...]
    lines: tuple[LineChange, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


@checked
def compare(first: Scenario, second: Scenario, *, progress: Progress | None = None) -> Comparison:
    """Run two scenarios and list the assumptions and the lines that differ.

    Parameters
    ----------
    first, second
        The scenarios; the change of a line is the second less the first.
    progress
        Called as the work proceeds with (done, total), see `treasury_sim.domain.progress`.

    Returns
    -------
    Comparison
        Both results, the assumptions that differ, and the lines that differ [unit of the line].

    Raises
    ------
    InputError
        If a scenario cannot be run.

    Examples
    --------
    >>> from treasury_sim import compare, load
    >>> base = load("strategy_2025q4")
    >>> bear = base.what_if({"prices.BTC.quarter_end.2025-12-31": 60_000})
    >>> difference = compare(base, bear)
    >>> [assumption.key for assumption in difference.assumptions]
    ['prices.BTC.quarter_end.2025-12-31']
    """
    first_result, second_result = (
        run(scenario, progress=within) for scenario, within in parts((first, second), progress or silent)
    )
    groups = [
        [(key, q.label) for key in result.statements for q in result.reported]
        for result in (first_result, second_result)
    ]
    alone = [
        tuple(f"{key} {label}" for key, label in mine if (key, label) not in theirs)
        for mine, theirs in (groups, groups[::-1])
    ]
    lines = tuple(
        change
        for key, label in groups[0]
        if (key, label) in groups[1]
        for change in _of(first_result, second_result, key, label)
    )
    return Comparison(first_result, second_result, differences(first, second), lines, *alone)


def _of(first: Result, second: Result, key: str, label: str) -> Iterator[LineChange]:
    for name in LINES:
        before, after = _figure(first, key, label, name), _figure(second, key, label, name)
        if before is None and after is None:
            continue
        if before is None or after is None or abs(after - before) > EQUAL * max(abs(before), abs(after)):
            yield LineChange(key, label, name, before, after)


def _figure(result: Result, key: str, label: str, name: str) -> float | None:
    periods = {period.label: period for period in quarter_periods(result.timeline.quarters, result.reported)}
    return single(periods[label], name, result.statements[key].lines)
