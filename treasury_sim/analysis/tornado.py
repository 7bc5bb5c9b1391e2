"""What drives a line: one driver at a time, each bar an ordinary run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from treasury_sim.analysis.around import Around
from treasury_sim.analysis.drivers import Driver, drivers
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.key_words import Kind, kind_of
from treasury_sim.scenario.tree import dotted

NOISE = 1e-9
"""Share of the line below which a bar is the noise of adding up."""


@dataclass(frozen=True)
class Bar:
    """What one driver does to the line.

    Attributes
    ----------
    key, words, kind
        What is moved: the key of the scenario, what it is called, and what kind of number it holds.
    now, low_at, high_at
        Its value, and the ones on either side; ``None`` where there is no other side.
    low, high, base
        The line on either side, ``None`` where there is none or it cannot be run, and as it is [unit of the line].
    """

    key: str
    words: str
    kind: Kind
    now: float | str
    low_at: float | str | None
    low: float | None
    high_at: float | str | None
    high: float | None
    base: float

    @property
    def swing(self) -> float:
        """How far the line moves between the sides, and from the base."""
        values = [value for value in (self.low, self.high, self.base) if value is not None]
        return max(values) - min(values)


@dataclass(frozen=True)
class Tornado:
    """Drivers of a line, the strongest first."""

    title: str
    line: str
    currency: str
    framework: str
    quarter: str
    base: float
    bars: tuple[Bar, ...]


@checked
def tornado(
    scenario: Scenario,
    *,
    line: str = "net_income",
    by: float = 0.1,
    framework: str | None = None,
    quarter: str | None = None,
    keys: Sequence[str] = (),
    progress: Progress | None = None,
) -> Tornado:
    """Move one driver at a time.

    Parameters
    ----------
    by
        Share by which numbers are moved down and up.
    keys
        Keys to move, as paths; by default the prices, every number and every policy that the scenario may look at.
    progress
        Called as it goes, see `treasury_sim.domain.progress`.

    Raises
    ------
    InputError
        If something is unknown, or the line is not computed.
    """
    if not by > 0.0:
        raise InputError([Problem("", None, "by", "a share above 0, such as 10%", f"{by:g}")])
    at = Around.of(scenario, line, framework, quarter)
    moved = list(drivers(at.scenario, at.prepared, at.quarter, by, keys))
    found = [_bar(at, driver) for driver, _ in parts(moved, progress or silent)]
    least = 0.0 if keys else NOISE * abs(at.base)
    bars = sorted((bar for bar in found if bar.swing >= least and (bar.swing or keys)), key=lambda bar: -bar.swing)
    return Tornado(*at.heading, base=at.base, bars=tuple(bars))


def _bar(at: Around, driver: Driver) -> Bar:
    (low_at, low), (high_at, high) = (side or (None, None) for side in (driver.low, driver.high))
    return Bar(
        key=dotted(driver.path),
        words=driver.words,
        kind=kind_of(driver.path, at.scenario),
        now=driver.now,
        low_at=low_at,
        low=at.changed(low),
        high_at=high_at,
        high=at.changed(high),
        base=at.base,
    )
