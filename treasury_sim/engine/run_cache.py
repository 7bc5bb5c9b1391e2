"""`Run`: a case prepared, measured and drawn up once; `RunCache`: what runs of similar cases share.

A scenario is prepared and laid out once for each set of lots, events and prices, and measured once for each framework
applied to them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Generic, TypeVar

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.case import Case
from treasury_sim.case.sections.accounting import Accounting
from treasury_sim.case.sections.capital import Capital
from treasury_sim.domain.statements import Measurement, QuarterlyStatements
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.funding.scenario_waterfall import prepare_funded
from treasury_sim.engine.one_pass import AssetPass, Pass, accounting_policy, applied_to, lay_out
from treasury_sim.engine.paths.simulate import one_path
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.statements.build import Lines, asset_lines, holding_lines, statement_of
from treasury_sim.engine.statements.finite import refuse_overflow
from treasury_sim.measure.measurer import measure

T = TypeVar("T")

_ABOUT = ("schema_version", "title", "theme", "author", "description")

READ_AFTER_MEASURING = frozenset({*_ABOUT, "tax", "income", "capital", "limits", "sweep", "expect"})
"""Sections that affect neither lots nor prices nor their measurement."""

WATERFALL = frozenset({"capital", "tax"})
"""Those of them that do affect lots in a scenario with a waterfall."""

READ_BY_STATEMENTS = ("tax", "income", "capital")
"""Those of them that statements read."""

MOST_REMEMBERED = 64
"""Sets of lots, events and prices kept; the least recently used is dropped first."""

MOST_STATEMENTS = 16
"""Statements kept for each of them."""

MOST_PASSES = 4
"""Passes at many prices kept for each of them."""

LinesOf = Mapping[tuple[str, str], Lines]
"""Lines of the holdings, see `asset_lines`, by framework key and asset."""


class Recent(Generic[T]):
    """The values made last, by key; the least recently used is dropped first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, T] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value of `key`; `make` it if it is not there."""
        if key not in self._values:
            self._values[key] = make()
            if len(self._values) > self._most:
                self._values.popitem(last=False)
        self._values.move_to_end(key)
        return self._values[key]


@dataclass(frozen=True)
class _LaidOut:
    """One set of lots, events and prices; measurements and statements of it are added when a run needs them.

    Attributes
    ----------
    read
        Inputs that its key identifies by the object, kept alive so that no other object takes the identity.
    measurements, lines
        By the framework applied, and asset.
    statements, passes
        Made last: statements, and passes at other prices.
    """

    read: tuple[object, ...]
    prepared: Prepared
    timeline: Timeline
    assets: Mapping[str, AssetPass]
    measurements: dict[tuple[str, str], Measurement] = field(default_factory=dict)
    lines: dict[tuple[str, str], Lines] = field(default_factory=dict)
    statements: Recent[QuarterlyStatements] = field(default_factory=lambda: Recent(MOST_STATEMENTS))
    passes: Recent[tuple[Pass, LinesOf]] = field(default_factory=lambda: Recent(MOST_PASSES))

    def measurement(self, applied: str, asset: str) -> Measurement:
        """The measurement of an asset by the framework that applies to it."""
        key = applied, asset
        if key not in self.measurements:
            laid, policy = self.assets[asset], accounting_policy(self.prepared, len(self.timeline.quarters))
            self.measurements[key] = measure(FRAMEWORKS[applied], laid.books, self.timeline, laid.marks, policy)
            self.lines[key] = asset_lines(self.timeline, laid, self.measurements[key], FRAMEWORKS[applied])
        return self.measurements[key]


@dataclass(frozen=True)
class Run:
    """One path of a case: prepared, measured under its frameworks, and drawn up.

    Attributes
    ----------
    prepared
        The prepared case.
    measured
        Ledgers, marks and measurements.
    lines
        Lines of the holdings by framework key and asset, see `statements.build.asset_lines`.
    """

    prepared: Prepared
    measured: Pass
    lines: LinesOf
    _laid: _LaidOut = field(repr=False)
    _reads: Mapping[str, Hashable] = field(repr=False)
    """Inputs of the statement of each framework, apart from the measurements that all runs of `_laid` share."""

    @cached_property
    def statements(self) -> dict[str, QuarterlyStatements]:
        """The statements by framework key.

        Raises
        ------
        InputError
            If a figure of a reported quarter is not finite.
        """
        by_framework = {
            framework: self._laid.statements.get(read, partial(self._statement, framework))
            for framework, read in self._reads.items()
        }
        refuse_overflow(self.prepared, by_framework)
        return by_framework

    def _statement(self, framework: str) -> QuarterlyStatements:
        return statement_of(framework, self.prepared, self.measured, self.lines)

    def at(self, prices: Hashable, measure_there: Callable[[], Pass]) -> Run:
        """Return this run at other prices observed.

        Parameters
        ----------
        prices
            Identifies the prices.
        measure_there
            Makes the pass at those prices; called if no run of the same case has made it.
        """
        measured, lines = self._laid.passes.get(
            (*self._reads.items(), prices), lambda: _with_lines(measure_there(), self.prepared.case)
        )
        reads = {framework: (read, prices) for framework, read in self._reads.items()}
        return replace(self, measured=measured, lines=lines, _reads=reads)


class RunCache:
    """Runs cases, and keeps what similar cases can use again.

    Sections are compared by their content, and lots, price files and prices held by the object: `Variations` and
    `what_if` share them between scenarios. It keeps about a hundred of them, for use in one thread.

    Attributes
    ----------
    run_of
        Gives the run of a case, computed as far as no earlier run has.

    Examples
    --------
    >>> from treasury_sim import RunCache, attribute, load, run
    >>> scenario, cache = load("strategy_2025q4"), RunCache()
    >>> result = run(scenario, cache=cache)
    >>> attribution = attribute(scenario, cache=cache)  # takes the measurement of the run
    >>> bool(attribution.last == result.line("net_income"))
    True
    """

    def __init__(self) -> None:
        self._laid_out: Recent[_LaidOut] = Recent(MOST_REMEMBERED)
        self._contents: Recent[tuple[object, str]] = Recent(MOST_REMEMBERED * 16)

    def run_of(self, case: Case, path: int | None = None) -> Run:
        """Return the run of one path of `case`, computed as far as no earlier run has.

        Parameters
        ----------
        path
            Number of the path that is opened, if `case` is simulated.

        Raises
        ------
        InputError
            If the scenario contradicts itself or its prices.
        """
        spec = case.spec
        # Under a waterfall coins are sold to pay what is due, so lots depend on funding and tax.
        free = READ_AFTER_MEASURING - (WATERFALL if spec.capital.opening is not None else set())
        key = (
            *(self._content(case, name) for name in type(spec).model_fields if name not in free),
            *map(id, (case.lots, case.price_files, case.held, case.notes)),
            path,
        )
        laid = self._laid_out.get(key, lambda: _laid_out(case, path))
        frameworks = spec.accounting.frameworks
        rules = {(key, name): applied_to(spec, key, name) for key in frameworks for name in laid.assets}
        measurements = {(key, name): laid.measurement(rule, name) for (key, name), rule in rules.items()}
        reads: dict[str, Hashable] = {
            framework: (
                framework,
                *(rules[framework, name] for name in laid.assets),
                *(self._content(case, section, framework) for section in READ_BY_STATEMENTS),
            )
            for framework in frameworks
        }
        return Run(
            prepared=replace(laid.prepared, case=case),
            measured=Pass(laid.timeline, laid.assets, measurements),
            lines={(key, name): laid.lines[rule, name] for (key, name), rule in rules.items()},
            _laid=laid,
            _reads=reads,
        )

    def _content(self, case: Case, section: str, framework: str = "") -> str:
        """The content of a section as text, as far as it is read for measuring, or for the statement of `framework`."""
        content = getattr(case.spec, section)
        # Keeping the section alive ensures that its id is not reused by another object.
        return self._contents.get(
            (section, framework, id(content)), lambda: (content, _text(section, content, framework))
        )[1]


def _laid_out(case: Case, path: int | None) -> _LaidOut:
    prepared = prepare_funded(case, None if path is None else one_path(case, path))
    timing = case.spec.plan.window_timing
    timeline, assets = lay_out(prepared, lambda _: timing)
    return _LaidOut((case.lots, case.price_files, case.held, case.notes), prepared, timeline, assets)


def _with_lines(measured: Pass, case: Case) -> tuple[Pass, LinesOf]:
    return measured, holding_lines(measured, case.spec)


def _text(section: str, content: object, framework: str) -> str:
    """The content of a section; the frameworks that a case lists affect neither lots nor prices."""
    if isinstance(content, Accounting):
        content = content.model_copy(update={"frameworks": (), "scope": {}})
    elif isinstance(content, Capital) and content.opening is not None:
        equity = content.opening.equity
        own = equity.get(framework) if isinstance(equity, Mapping) else equity
        opening = content.opening.model_copy(update={"equity": own if framework else None})
        content = content.model_copy(update={"opening": opening})
    return f"{section}: {content!r}"
