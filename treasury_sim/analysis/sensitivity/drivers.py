"""The inputs of a scenario that sensitivity varies: prices, the numbers it states, and its policy choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from treasury_sim.analysis.solve.line_query import Changes, LineQuery
from treasury_sim.analysis.solve.solve_variable import NAMES, unknown_of
from treasury_sim.case.fields import is_number
from treasury_sim.case.key_paths import KeyPath, dotted
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.run_cache import RunCache
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.key_words import key_words

Side = tuple[float | str, Changes]
"""Another value of a key, and the scenario changes that set it."""

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
POLICIES: tuple[tuple[tuple[str, str], tuple[str, ...]], ...] = (
    (("accounting", "impairment_price"), ("intraday_low", "daily_close", "period_end")),
    (("accounting", "cutoff"), ("16:00 America/New_York", "00:00 UTC")),
    (("accounting", "fees"), ("capitalise", "expense")),
    (("accounting", "unit_of_account"), ("lot", "asset")),
    (("plan", "window_timing"), ("start", "even", "end")),
    (("plan", "lot_relief"), ("fifo", "hifo", "lifo")),
)
"""Key of a policy -> its choices."""


@dataclass(frozen=True)
class Driver:
    """One key that is varied.

    Attributes
    ----------
    path
        Key path.
    now
        Its present value: a number, or the choice of a policy.
    low, high
        The values on either side, for numbers a share below and above; ``None`` for a side without a value.
    """

    path: KeyPath
    now: float | str
    low: Side | None
    high: Side | None
    words: str


def drivers(at: LineQuery, by: float, keys: Sequence[str]) -> Iterator[Driver]:
    """Every driver of a line, or those named by `keys`; numbers move by the share `by`.

    Raises
    ------
    InputError
        If a key is unknown or does not hold a number.
    """
    moved = _Moved(at.scenario, at.prepared, at.quarter, by, at.cache)
    if keys:
        yield from map(moved.named, keys)
        return
    if at.prepared.assets:
        yield from map(moved.named, NAMES)
    yield from moved.numbers()
    yield from _policies(at.scenario)


@dataclass(frozen=True)
class _Moved:
    """Numbers of a scenario, each moved down and up by a share."""

    scenario: Scenario
    prepared: Prepared
    quarter: str
    by: float
    cache: RunCache

    def named(self, key: str) -> Driver:
        base, unknown = unknown_of(self.scenario, key, self.quarter, None, self.cache)
        value = base.get(*unknown.path)
        if key == "price" and value is None:
            index = [each.label for each in self.prepared.quarters].index(self.quarter)
            value = next(iter(self.prepared.assets.values())).quarter_end[index].price
        return self._number(unknown.path, unknown.low if value is None else value, base)

    def numbers(self) -> Iterator[Driver]:
        """The numbers a scenario states, other than prices."""
        tree = self.scenario.tree
        for path in NUMBERS:
            value = tree.get(*path)
            is_stated = is_number(value) or (isinstance(value, str) and value.endswith("%"))
            if is_stated and _typed(self.scenario, path):
                yield self._number(path, value)
        for table in ("purchases", "sales"):
            for row, event in tree.rows("plan", table):
                for name in ("quantity", "amount"):
                    if is_number(event.get(name)):
                        yield self._number(("plan", table, row, name), event[name])

    def _number(self, path: KeyPath, value: object, base: Scenario | None = None) -> Driver:
        if not is_number(value) and not isinstance(value, str):
            raise InputError([Problem("", None, dotted(path), "a key that holds a number", str(value))])
        typed = _typed(base or self.scenario, path)
        number = float(typed if typed is not None else value)
        extra = _with_low(base, self.scenario, path)
        low, high = ((number * factor, {**extra, path: number * factor}) for factor in (1.0 - self.by, 1.0 + self.by))
        return Driver(path, number, low, high, key_words(path, self.scenario))


def _policies(scenario: Scenario) -> Iterator[Driver]:
    """The policies, each with its first and last alternative."""
    for path, choices in POLICIES:
        section, key = path
        now = getattr(getattr(scenario.spec, section), key)
        others = [choice for choice in choices if choice != now]
        low, high = (_chosen(path, other) for other in (others[0], others[-1]))
        yield Driver(path, now, low, high if len(others) > 1 else None, key_words(path, scenario))


def _chosen(path: KeyPath, choice: str) -> Side:
    return choice, {path: choice}


def _typed(scenario: Scenario, path: KeyPath) -> float | None:
    """The number at `path` after validation; ``None`` if it is not a number."""
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
    """The day to state with a low that the scenario itself does not state."""
    if base is None or path[2:3] != ("quarter_low",):
        return {}
    stated = base.get(*path[:-1])
    own = scenario.get(*path[:-1])
    return {} if own else {path[:-1]: stated}
