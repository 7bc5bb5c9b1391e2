"""What drives a line: one driver at a time (tornado), two at once (grid).

A driver is a key of the scenario and two values of it: a number a share below and above its present value, or the other
choices of a policy. Every bar is an ordinary run. A grid of two prices is measured in one pass (`engine.points`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from treasury_sim.analysis.attribution import checked_line
from treasury_sim.analysis.greeks import is_sampled
from treasury_sim.analysis.under import under
from treasury_sim.analysis.unknown import NAMES, unknown_of
from treasury_sim.domain.arrays import Floats, frozen
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, single
from treasury_sim.domain.result import Result
from treasury_sim.engine import run
from treasury_sim.engine.points import PointRunner, vary_prices_only
from treasury_sim.engine.prepare import Prepared, prepare
from treasury_sim.engine.shared import Shared
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.fields import is_number
from treasury_sim.scenario.tree import KeyPath, dotted
from treasury_sim.scenario.variations import Variations

Changes = Mapping[KeyPath, Any]

NOISE = 1e-9
"""Share of the line below which a bar is the noise of adding up."""


@dataclass(frozen=True)
class Driver:
    """One thing that may be otherwise.

    Attributes
    ----------
    words
        What it is.
    low, high
        Changes of the scenario on either side, each with its words; ``None`` where there is no other side.
    """

    words: str
    low: tuple[str, Changes] | None
    high: tuple[str, Changes] | None


@dataclass(frozen=True)
class Bar:
    """What one driver does to the line.

    Attributes
    ----------
    low, high
        The line on either side, ``None`` where there is none or it cannot be run [unit of the line].
    """

    words: str
    low_words: str
    low: float | None
    high_words: str
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


@dataclass(frozen=True)
class Grid:
    """A line over two keys.

    Attributes
    ----------
    rows, columns
        Values of the two keys, (n,) and (m,).
    values : (n, m)
        The line; not a number where it cannot be run [unit of the line].
    """

    title: str
    line: str
    currency: str
    framework: str
    quarter: str
    row_key: str
    column_key: str
    rows: Floats
    columns: Floats
    values: Floats
    base: float


def tornado(
    scenario: Scenario,
    *,
    line: str = "net_income",
    by: float = 0.1,
    framework: str | None = None,
    quarter: str | None = None,
    keys: Sequence[str] = (),
) -> Tornado:
    """Move one driver at a time.

    Parameters
    ----------
    by
        Share by which numbers are moved down and up.
    keys
        Keys to move, as paths; by default the prices, every number and every policy that the scenario may look at.

    Raises
    ------
    InputError
        If something is unknown, or the line is not computed.
    """
    if not by > 0.0:
        raise InputError([Problem("", None, "by", "a share above 0, such as 10%", f"{by:g}")])
    at = _Around.of(scenario, line, framework, quarter)
    found = [at.bar(driver) for driver in at.drivers(by, keys)]
    least = 0.0 if keys else NOISE * abs(at.base)
    bars = sorted((bar for bar in found if bar.swing >= least and (bar.swing or keys)), key=lambda bar: -bar.swing)
    return Tornado(*at.heading, base=at.base, bars=tuple(bars))


def grid(
    scenario: Scenario,
    first: tuple[str, Sequence[float]],
    second: tuple[str, Sequence[float]],
    *,
    line: str = "net_income",
    framework: str | None = None,
    quarter: str | None = None,
) -> Grid:
    """Move two keys at once, each over its values.

    Raises
    ------
    InputError
        If something is unknown, or the line is not computed.
    """
    for key, stated in (first, second):
        if not 0 < len(stated) <= MOST_VALUES:
            raise InputError([Problem("", None, key, f"up to {MOST_VALUES} values", f"{len(stated):,}")])
    at = _Around.of(scenario, line, framework, quarter)
    base, one = unknown_of(at.scenario, first[0], at.quarter, (0.0, 1.0))
    base, two = unknown_of(base, second[0], at.quarter, (0.0, 1.0))
    base = under(base, at.framework)
    rows, columns = (np.array(values, dtype=float) for values in (first[1], second[1]))
    pairs = [np.repeat(rows, columns.size), np.tile(columns, rows.size)]
    points = dict(zip((one.path, two.path), pairs, strict=True))
    values = at.at_points(base, points) if vary_prices_only(base, points) else at.at_runs(base, points)
    return Grid(
        *at.heading,
        row_key=one.words,
        column_key=two.words,
        rows=frozen(rows),
        columns=frozen(columns),
        values=frozen(values.reshape(rows.size, columns.size)),
        base=at.base,
    )


@dataclass(frozen=True)
class _Around:
    """A line around one scenario."""

    scenario: Scenario
    prepared: Prepared
    line: str
    framework: str
    quarter: str
    base: float
    shared: Shared

    @classmethod
    def of(cls, scenario: Scenario, line: str, framework: str | None, quarter: str | None) -> _Around:
        if is_sampled(scenario):
            fix = "Ask for --greeks, the derivatives of a simulation."
            raise InputError([Problem("", None, "prices", "one price path", "a simulation", fix)])
        key = framework or scenario.spec.accounting.frameworks[0]
        if LINES.get(line) is None or LINES[line].kind != "per_share":
            checked_line(line)
        base = under(scenario, key)
        prepared = prepare(base)
        labels = [one.label for one in prepared.reported]
        label = quarter or labels[-1]
        if label not in labels:
            raise InputError([Problem("", None, "quarter", f"one of {', '.join(labels)}", label)])
        shared = Shared()
        value = _value(run(base, shared=shared), key, line, label)
        return cls(base, prepared, line, key, label, value, shared)

    @property
    def heading(self) -> tuple[str, str, str, str, str]:
        spec = self.scenario.spec
        return spec.title, self.line, spec.holder.currency, self.framework, self.quarter

    def bar(self, driver: Driver) -> Bar:
        sides = [
            (words, self._run(changes)) for words, changes in (driver.low or ("", None), driver.high or ("", None))
        ]
        (low_words, low), (high_words, high) = sides
        return Bar(driver.words, low_words, low, high_words, high, self.base)

    def _run(self, changes: Changes | None) -> float | None:
        """The line with `changes`; ``None`` if there are none or the scenario cannot be run with them."""
        if changes is None:
            return None
        try:
            result = run(under(self.scenario.with_values(dict(changes)), self.framework))
        except InputError:
            return None
        return _value(result, self.framework, self.line, self.quarter)

    def at_points(self, base: Scenario, points: Mapping[KeyPath, Floats]) -> Floats:
        runner = PointRunner(base, points)
        able = ~runner.impossible(points)
        found = np.full(able.size, np.nan)
        if able.any():
            result = runner.run({path: column[able] for path, column in points.items()})
            line = result.statements[self.framework].lines[self.line]
            if line is not None:
                found[able] = np.broadcast_to(line[:, result.timeline.index_of(self.quarter)], int(able.sum()))
        return found

    def at_runs(self, base: Scenario, points: Mapping[KeyPath, Floats]) -> Floats:
        variations = Variations(base, {})
        found = []
        for values in zip(*points.values(), strict=True):
            try:
                result = run(variations.at(dict(zip(points, map(float, values), strict=True))), shared=self.shared)
                found.append(_value(result, self.framework, self.line, self.quarter))
            except InputError:
                found.append(float("nan"))
        return np.array(found)

    def drivers(self, by: float, keys: Sequence[str]) -> Iterator[Driver]:
        if keys:
            for key in keys:
                yield self._named(key, by)
            return
        for name in NAMES:
            if self.prepared.assets:
                yield self._named(name, by)
        yield from self._numbers(by)
        yield from self._policies()

    def _named(self, key: str, by: float) -> Driver:
        base, unknown = unknown_of(self.scenario, key, self.quarter, None)
        value = base.origin.chain.tree.get(*unknown.path)
        if key == "price" and value is None:
            index = [one.label for one in self.prepared.quarters].index(self.quarter)
            value = next(iter(self.prepared.assets.values())).quarter_end[index].price
        return self._number(unknown.words, unknown.path, unknown.low if value is None else value, by, base)

    def _number(self, words: str, path: KeyPath, value: object, by: float, base: Scenario | None = None) -> Driver:
        if not is_number(value) and not isinstance(value, str):
            raise InputError([Problem("", None, dotted(path), "a key with a number", str(value))])
        spec_value = _typed(base or self.scenario, path)
        number = float(spec_value if spec_value is not None else value)
        extra = _with_low(base, self.scenario, path)
        sides = [(_written(number * factor), {**extra, path: number * factor}) for factor in (1.0 - by, 1.0 + by)]
        return Driver(words, sides[0], sides[1])

    def _numbers(self, by: float) -> Iterator[Driver]:
        """Numbers that a scenario states besides prices."""
        tree = self.scenario.origin.chain.tree
        for path in NUMBERS:
            value = tree.get(*path)
            is_stated = is_number(value) or (isinstance(value, str) and value.endswith("%"))
            if is_stated and _typed(self.scenario, path):
                yield self._number(dotted(path), path, value, by)
        for table in ("purchases", "sales"):
            for row, event in tree.rows("plan", table):
                for name in ("quantity", "amount"):
                    if is_number(event.get(name)):
                        yield self._number(
                            f"{table.removesuffix('s')} of {_days(event['date'])}",
                            ("plan", table, row, name),
                            event[name],
                            by,
                        )

    def _policies(self) -> Iterator[Driver]:
        """Choices: the ones on either side of the present one."""
        for path, words, choices in POLICIES:
            section, key = path
            now = getattr(getattr(self.scenario.spec, section), key)
            others = [choice for choice in choices if choice != now]
            sides: list[tuple[str, Changes] | None] = [(str(other), {path: other}) for other in (others[0], others[-1])]
            yield Driver(f"{words} (now {now})", sides[0], sides[1] if len(others) > 1 else None)


def _days(stated: object) -> str:
    """The day of an event, or the first and last day of its window."""
    return " to ".join(map(str, stated)) if isinstance(stated, list | tuple) else str(stated)


MOST_VALUES = 200
"""Of each key of a grid: what a page and the memory can hold."""
NUMBERS: tuple[tuple[str, str], ...] = (
    ("tax", "rate"),
    ("tax", "support"),
    ("income", "other_operating"),
    ("income", "interest"),
    ("capital", "preferred_dividends"),
    ("capital", "weighted_shares"),
    ("accounting", "disposal_costs"),
    ("accounting", "fluctuation_reserve"),
)
POLICIES: tuple[tuple[tuple[str, str], str, tuple[Any, ...]], ...] = (
    (("accounting", "impairment_price"), "observation of the price", ("intraday_low", "daily_close", "period_end")),
    (("accounting", "cutoff"), "cut-off", ("16:00 America/New_York", "00:00 UTC")),
    (("accounting", "fees"), "purchase fees", ("capitalise", "expense")),
    (("accounting", "unit_of_account"), "unit of account", ("lot", "asset")),
    (("plan", "window_timing"), "days in purchase windows", ("start", "even", "end")),
    (("plan", "lot_relief"), "lot relief", ("fifo", "hifo", "lifo")),
)
"""Key of a policy, words, and its choices."""


def _written(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1_000.0 else f"{number:.6g}"


def _typed(scenario: Scenario, path: KeyPath) -> float | None:
    """The number at `path` as the scenario has read it; ``None`` if it is none."""
    node: Any = scenario.spec
    for key in path:
        if isinstance(node, Mapping):
            node = node.get(key)
        elif isinstance(key, int):
            node = node[key] if isinstance(node, (tuple, list)) and key < len(node) else None
        else:
            node = getattr(node, str(key), None)
        if node is None:
            return None
    return float(node) if is_number(node) else None


def _with_low(base: Scenario | None, scenario: Scenario, path: KeyPath) -> dict[KeyPath, Any]:
    """What has to be stated with a low that the scenario does not state: its day."""
    if base is None or path[2:3] != ("quarter_low",):
        return {}
    stated = base.origin.chain.tree.get(*path[:-1])
    own = scenario.origin.chain.tree.get(*path[:-1])
    return {} if own else {path[:-1]: stated}


def _value(result: Result, key: str, line: str, label: str) -> float:
    found = single(Period(label, (result.timeline.index_of(label),)), line, result.statements[key].lines)
    if found is None:
        fix = "Without a tax rate (tax.rate) there is no net income: ask for pre_tax_income."
        raise InputError([Problem("", None, "line", f"a line that is computed in {label}", line, fix)])
    return found
