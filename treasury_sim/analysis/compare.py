"""Two scenarios side by side: the assumptions that differ, and what they do to every line."""

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
"""Figures closer than this, relative to the larger, do not differ."""


@dataclass(frozen=True)
class LineChange:
    """One line of one quarter in both scenarios.

    Attributes
    ----------
    framework, quarter, line
        Which.
    first, second
        Its figures; ``None`` where not computed.
    """

    framework: str
    quarter: str
    line: str
    first: float | None
    second: float | None

    @property
    def change(self) -> float | None:
        """The second less the first, if both are known."""
        return None if self.first is None or self.second is None else self.second - self.first


@dataclass(frozen=True)
class Comparison:
    """Two scenarios compared.

    Attributes
    ----------
    assumptions
        Keys that differ.
    lines
        Lines that differ, of the frameworks and quarters that both have.
    only_first, only_second
        Frameworks and quarters that only one has, as ``us_gaap 2025Q4``.
    """

    first: Result
    second: Result
    assumptions: tuple[Difference, ...]
    lines: tuple[LineChange, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


@checked
def compare(first: Scenario, second: Scenario, *, progress: Progress | None = None) -> Comparison:
    """Run two scenarios and hold every line of the second against the first.

    Parameters
    ----------
    progress
        Called as it goes, see `treasury_sim.domain.progress`.
    """
    one, other = (run(scenario, progress=within) for scenario, within in parts((first, second), progress or silent))
    groups = [[(key, q.label) for key in result.statements for q in result.reported] for result in (one, other)]
    alone = [
        tuple(f"{key} {label}" for key, label in mine if (key, label) not in theirs)
        for mine, theirs in (groups, groups[::-1])
    ]
    lines = tuple(
        change for key, label in groups[0] if (key, label) in groups[1] for change in _of(one, other, key, label)
    )
    return Comparison(one, other, differences(first, second), lines, *alone)


def _of(first: Result, second: Result, key: str, label: str) -> Iterator[LineChange]:
    for name in LINES:
        one, other = _figure(first, key, label, name), _figure(second, key, label, name)
        if one is None and other is None:
            continue
        if one is None or other is None or abs(other - one) > EQUAL * max(abs(one), abs(other)):
            yield LineChange(key, label, name, one, other)


def _figure(result: Result, key: str, label: str, name: str) -> float | None:
    periods = {period.label: period for period in quarter_periods(result.timeline.quarters, result.reported)}
    return single(periods[label], name, result.statements[key].lines)
