"""Sensitivity of a line to one driver at a time; each bar is an ordinary run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from treasury_sim.analysis.sensitivity.drivers import Driver, drivers
from treasury_sim.analysis.solve.line_query import LineQuery
from treasury_sim.case.key_paths import dotted
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.key_words import Kind, kind_of

NOISE = 1e-9
"""Relative swing below which a bar is rounding noise."""


@dataclass(frozen=True)
class Bar:
    """Effect of one driver on the line.

    Attributes
    ----------
    key, words, kind
        The driver: its key path, its name, and the kind of number it holds.
    now, low_at, high_at
        Its present value, and the values on either side; ``None`` for a side without a value.
    low, high, base
        The line at each side, ``None`` where the scenario cannot be run, and unchanged; signed [unit of the line].
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
        """Range of the line over both sides and the base, positive [unit of the line]."""
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
    """Vary one driver at a time and rank the drivers by their effect on a line.

    Parameters
    ----------
    scenario
        A scenario with one price path.
    line
        Key of a line of the statement.
    by
        Share by which numbers move down and up, above 0; 0.1 is 10 %.
    framework
        Framework key; the scenario's first by default.
    quarter
        Label of a reported quarter, such as ``2025Q4``; the last by default.
    keys
        Key paths to vary; by default the prices, the stated numbers and the policies that affect the line.
    progress
        Called as the work proceeds with (done, total), see `treasury_sim.domain.progress`.

    Returns
    -------
    Tornado
        The line and one bar for each driver, the largest swing first [unit of the line].

    Raises
    ------
    InputError
        If a key, line, framework or quarter is unknown, the line is not computed, or prices are simulated.

    Examples
    --------
    >>> from treasury_sim import load, tornado
    >>> for bar in tornado(load("strategy_2025q4"), keys=["price", "tax.rate"]).bars:
    ...     print(f"{bar.words}: {bar.swing / 1e9:.1f}bn")
    BTC price at the end of 2025Q4: 8.4bn
    tax rate: 1.0bn
    """
    if not by > 0.0:
        raise InputError([Problem("", None, "by", "a share above 0, such as 10%", f"{by:g}")])
    at = LineQuery.of(scenario, line, framework, quarter)
    moved = list(drivers(at, by, keys))
    all_bars = [_bar(at, driver) for driver, _ in parts(moved, progress or silent)]
    least = 0.0 if keys else NOISE * abs(at.base)
    bars = sorted((bar for bar in all_bars if bar.swing >= least and (bar.swing or keys)), key=lambda bar: -bar.swing)
    return Tornado(*at.heading, base=at.base, bars=tuple(bars))


def _bar(at: LineQuery, driver: Driver) -> Bar:
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
