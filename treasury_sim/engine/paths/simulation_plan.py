"""The plan of a simulation, prepared once: ledgers, nodes and models, from which any chunk of paths is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from treasury_sim.case import Case
from treasury_sim.case.sections.prices import Sampled
from treasury_sim.domain.arrays import Days, Floats, frozen
from treasury_sim.domain.flows import FlowRecord
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.domain.result import Method
from treasury_sim.domain.statements import AssetStatement, QuarterlyStatements
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.funding.scenario_waterfall import prepare_funded
from treasury_sim.engine.funding.waterfall_lines import reasons as waterfall_reasons
from treasury_sim.engine.funding.waterfall_paths import WaterfallOnPaths
from treasury_sim.engine.inputs.price_coverage import assets_of
from treasury_sim.engine.one_pass import AssetPass, Pass, lay_out, measure_all, measurers
from treasury_sim.engine.paths.common import common_draws
from treasury_sim.engine.paths.correlation import sample_of
from treasury_sim.engine.paths.following import Leader, drawn_with_followers, leaders
from treasury_sim.engine.paths.on_paths import AssetOnPaths
from treasury_sim.engine.paths.one_by_one import cannot_differ, differing, stacked
from treasury_sim.engine.prepare import Prepared, prepare
from treasury_sim.engine.price_overlay import known_prices, on_nodes, overlay_keys, overlay_of
from treasury_sim.engine.price_paths import FutureOf, PricePath, price_paths
from treasury_sim.engine.statements.build import Lines, statements
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.flows.overlay import Overlay
from treasury_sim.market.models import SAMPLED_MODELS, AnyModel, Follows, NodePrices
from treasury_sim.market.sampled_marks import MarkSampler, nodes_of
from treasury_sim.market.sampling import Sample, rounded_up
from treasury_sim.measure.measurer import Measurer
from treasury_sim.treasury.flows import event_flows


def sampled_assets(case: Case) -> tuple[str, ...]:
    """Assets with lots or events whose prices are drawn at random."""
    drawn = {name for name, prices in case.spec.prices.items() if isinstance(prices, Sampled)}
    return tuple(name for name in assets_of(case) if name in drawn) if drawn else ()


def _standing_still(asset: str, days: Days, spot: float) -> DailyPrices:
    price = frozen(np.full(days.size, spot))
    return DailyPrices(asset, days, price, price, "simulated")


@dataclass(frozen=True)
class SimulationPlan:
    """Everything needed to draw any chunk of the paths of a scenario.

    Attributes
    ----------
    nodes : (nodes,)
        Days on which prices are simulated.
    one_by_one
        Reasons why paths are replayed one by one, in words; empty where all are measured together.
    on_paths
        The assets whose disposals take different coins on each path.
    waterfall
        The monthly waterfall, if the scenario has one.
    overlays
        By asset, the overlay on its simulated prices, and the lows and closes before them.
    led
        The assets that others follow, by name.
    drawn, others
        All models that are drawn, in a fixed order; and the price paths of those among them that no lot or event needs,
        under `simulation.common`.
    """

    prepared: Prepared
    first_day: date
    timeline: Timeline
    assets: Mapping[str, AssetPass]
    models: Mapping[str, AnyModel]
    observers: Mapping[str, MarkSampler]
    nodes: Days
    sample: Sample
    one_by_one: tuple[str, ...]
    measurers: Mapping[tuple[str, str], Measurer]
    on_paths: Mapping[str, AssetOnPaths]
    waterfall: WaterfallOnPaths | None = None
    overlays: Mapping[str, tuple[Overlay, tuple[Floats, Floats]]] = field(default_factory=dict)
    led: Mapping[str, Leader] = field(default_factory=dict)
    drawn: Mapping[str, AnyModel] = field(default_factory=dict)
    others: Mapping[str, PricePath] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case) -> SimulationPlan:
        """Prepare the simulation of `case`."""
        spec = case.spec
        names = sampled_assets(case)
        prepared = prepare(case, _standing_still)
        timeline, assets = lay_out(prepared, lambda _: spec.plan.window_timing, for_paths=True)
        first_day = prepared.assets[names[0]].path.first_day or spec.model_begins
        problems = [
            *_days_apart(case, prepared, names),
            *_windows(case, prepared, first_day),
            *_bands(case),
        ]
        if problems:
            raise InputError(problems)
        others = _others(case, names) if spec.simulation.common else {}
        paths_of = {**{name: prepared.assets[name].path for name in prepared.assets}, **others}
        led = leaders(case, (*names, *others), paths_of, _standing_still)
        every_model = {name: _model(case, name, paths_of[name]) for name in sorted((*names, *others))}
        models = {name: every_model[name] for name in names}
        is_daily = any(model.daily for model in models.values())
        policy = spec.accounting.impairment_price
        # An overlay works on days, whatever the model.
        by_day = is_daily or spec.simulation.common or any(overlay_keys(case, name) for name in names)
        nodes = nodes_of(timeline, np.datetime64(first_day), policy, daily=by_day)
        observers = {
            name: MarkSampler(timeline, assets[name].marks, prepared.assets[name].daily, nodes, policy)
            for name in names
        }
        method: Method = "pseudorandom" if is_daily else "sobol"
        paths = rounded_up(spec.simulation.paths, method)
        spots = {name: prepared.assets[name].path.spot for name in names}

        def draw(sample: Sample, assets: tuple[str, ...]) -> dict[str, NodePrices]:
            some = {name: models[name] for name in assets}
            return drawn_with_followers(some, led, sample.noise(0), nodes=nodes, first_day=first_day, spots=spots)

        leading = (name for name, leader in led.items() if leader.model is not None and name not in names)
        drawn = tuple(every_model) if spec.simulation.common else (*names, *leading)
        independent = Sample(spec.simulation.seed, paths, method, drawn, frozen(np.eye(len(drawn))))
        sample = sample_of(case, independent, models, spots, draw)
        differs = list(differing(prepared, assets, first_day))
        why = list(cannot_differ(prepared, assets, dict.fromkeys(name for name, _ in differs), first_day))
        waterfall = None
        if spec.capital.opening is not None:
            begins = len(prepared.quarters) - len(prepared.reported)
            mark = int(timeline.quarter_marks[begins - 1]) if begins else -1
            waterfall = WaterfallOnPaths.of(prepared, assets, first_day, nodes, mark)
            why += [reason for _, reason in differs]
            why += waterfall_reasons(prepared, assets[spec.capital.asset], first_day)
        # Measurers learn from a template of two paths which days all paths share.
        two_paths = {
            name: replace(asset, marks=observers[name].like) for name, asset in assets.items() if name in names
        }
        apart = {} if why else {name: assets[name] for name, _ in differs}
        together = {name: asset for name, asset in {**assets, **two_paths}.items() if name not in apart}
        return cls(
            prepared,
            first_day,
            timeline,
            assets,
            models,
            observers,
            nodes,
            sample,
            tuple(dict.fromkeys(why)),
            measurers(prepared, timeline, together),
            {name: AssetOnPaths.of(prepared, name, timeline, observers[name].like) for name in apart},
            waterfall,
            _overlays(prepared, names, nodes, first_day),
            led,
            every_model,
            others,
        )

    @property
    def _begin(self) -> int:
        """The first quarter of the fiscal year in which the reported period begins."""
        index = self.timeline.quarters.index(self.prepared.reported[0])
        return int(self.timeline.before_year[index]) + 1

    @property
    def reported_timeline(self) -> Timeline:
        """The quarters of the statements, and the marks in them."""
        quarters = self.timeline.quarters[self._begin :]
        return Timeline(self.timeline.days[self.timeline.days >= np.datetime64(quarters[0].start)], quarters)

    @property
    def spots(self) -> dict[str, float]:
        """The price before the first node, by asset [currency/coin]."""
        return {name: self.prepared.assets[name].path.spot for name in self.models}

    def prices(self, chunk: int) -> dict[str, NodePrices]:
        """Draw the prices of every asset in one chunk."""
        return self.prices_and_flows(chunk)[0]

    def prices_and_flows(self, chunk: int) -> tuple[dict[str, NodePrices], dict[str, FlowRecord]]:
        """Draw the prices of every asset in one chunk, with their overlays; and the flows on them."""
        spots = {**self.spots, **{name: path.spot for name, path in self.others.items()}}

        def draw() -> Mapping[str, NodePrices]:
            noise = self.sample.noise(chunk)
            return drawn_with_followers(
                self.drawn, self.led, noise, nodes=self.nodes, first_day=self.first_day, spots=spots
            )

        case = self.prepared.case
        if case.spec.simulation.common and not case.price_files:
            drawn = common_draws(case.spec, self.nodes, spots, chunk, draw)
        else:
            drawn = draw()
        prices = {name: drawn[name] for name in self.models}
        flows = {}
        for name, (overlay, known) in self.overlays.items():
            prices[name], flow = on_nodes(overlay, known, prices[name], self.nodes)
            if flow is not None:
                flows[name] = flow
        return prices, flows

    def path(self, prices: Mapping[str, NodePrices], row: int, words: str) -> FutureOf:
        """One path of `prices` as daily prices, with which the scenario becomes a replay.

        Prices are known at the nodes. Between two nodes the log price is interpolated; the low falls on the later one.
        """

        def future(asset: str, days: Days, spot: float) -> DailyPrices:
            close, low = prices[asset].close[row], prices[asset].low[row]
            at = (self.nodes - days[0]).astype(np.intp)
            known = np.concatenate([[np.log(spot)], np.log(close)])
            closes = np.exp(np.interp(np.arange(days.size), np.concatenate([[-1], at]), known))
            closes[at] = close
            lows = closes.copy()
            lows[at] = low
            return DailyPrices(asset, days, frozen(lows), frozen(closes), words)

        return future

    def statement(
        self, prices: Mapping[str, NodePrices], count: Callable[[int], None]
    ) -> dict[str, QuarterlyStatements]:
        """The statements of paths by framework key, of the quarters of `reported_timeline`.

        Parameters
        ----------
        count
            Called with the number of further paths done.
        """
        paths = len(next(iter(prices.values())).close)
        measurements = None if self.one_by_one else self._together(prices)
        if measurements is not None:
            count(paths)
            return measurements
        replayed = []
        for row in range(paths):
            replayed.append(self._replayed(prices, row))
            count(1)
        return stacked(replayed)

    def _together(self, prices: Mapping[str, NodePrices]) -> dict[str, QuarterlyStatements] | None:
        """The statements of all paths of `prices` at once; ``None`` if a path sells more than the opening coins."""
        assets = dict(self.assets)
        for name, drawn in prices.items():
            marks, lots, books = self.observers[name].marks(drawn), self.prepared.assets[name].lots, assets[name].books
            assets[name] = replace(assets[name], marks=marks, flows=event_flows(lots, books, self.timeline, marks))
        measurements = {
            (key, name): measure_on(assets[name].marks) for (key, name), measure_on in self.measurers.items()
        }
        for name, asset in self.on_paths.items():
            on_paths = asset.on(assets[name].marks)
            assets[name] = replace(assets[name], lines=on_paths.lines)
            measurements |= {(key, name): measurement for key, measurement in on_paths.measurements.items()}
        measured = Pass(self.timeline, assets, measurements)
        if self.waterfall is None:
            return self._statements(self.prepared, measured)
        added = self.waterfall.added(prices, measured)
        if added is None:
            return None
        prepared, held = added
        return self._statements(prepared, measured, held)

    def _replayed(self, prices: Mapping[str, NodePrices], row: int) -> dict[str, QuarterlyStatements]:
        prepared = prepare_funded(self.prepared.case, self.path(prices, row, "simulated"))
        timing = prepared.case.spec.plan.window_timing
        return self._statements(prepared, measure_all(prepared, lambda _: timing))

    def _statements(
        self, prepared: Prepared, measured: Pass, held: Mapping[tuple[str, str], Lines] | None = None
    ) -> dict[str, QuarterlyStatements]:
        by_framework = statements(prepared, measured, held)
        return {key: self._reported(statement, measured) for key, statement in by_framework.items()}

    def _reported(self, statement: QuarterlyStatements, measured: Pass) -> QuarterlyStatements:
        begin = self._begin
        held = {}
        for name, asset in statement.assets.items():
            marks = measured.assets[name].marks
            low = self.observers[name].lowest(marks) if marks.paths > 1 else np.array([asset.low])
            seen = {"price": marks.quarter_end, "low": low}
            lines = {line: values[:, begin:] for line, values in {**asset.lines, **seen}.items()}
            held[name] = AssetStatement(lines, asset.prices[begin:], asset.low[begin:], asset.low_days[begin:])
        all_lines = {name: None if line is None else line[:, begin:] for name, line in statement.lines.items()}
        return QuarterlyStatements(statement.framework, statement.quarters[begin:], all_lines, held)


def _overlays(
    prepared: Prepared, names: tuple[str, ...], nodes: Days, first: date
) -> dict[str, tuple[Overlay, tuple[Floats, Floats]]]:
    """By asset, its overlay and the prices before it."""
    overlays = {}
    for name in names:
        asset = prepared.assets[name]
        overlay = overlay_of(prepared.case, name, nodes, asset.disposals)
        if overlay is not None:
            history = asset.path.history
            begin = (first - history.first).days
            overlays[name] = overlay, known_prices(prepared.case, overlay, history, begin, asset.path.spot)
    return overlays


def _model(case: Case, name: str, path: PricePath) -> AnyModel:
    keys = case.spec.prices[name]
    return (Follows.of if keys.model == "follows" else SAMPLED_MODELS[keys.model])(name, keys, path.history)


def _others(case: Case, names: tuple[str, ...]) -> dict[str, PricePath]:
    """Price paths of the simulated assets that the holder lacks.

    They are drawn as well, and every day is: then all scenarios with these prices have the same random numbers.
    """
    drawn = [name for name, prices in case.spec.prices.items() if isinstance(prices, Sampled) and name not in names]
    paths, problems = price_paths(case, drawn, _standing_still)
    if problems:
        raise InputError(problems)
    return paths


def _days_apart(case: Case, prepared: Prepared, names: tuple[str, ...]) -> Iterator[Problem]:
    """Assets whose model does not begin on the same day as the first simulated asset."""
    first = prepared.assets[names[0]].path.first_day
    for name in names[1:]:
        day = prepared.assets[name].path.first_day
        if day != first:
            fix = f"Set prices.{name}.from to {first}, or leave both out."
            yield case.problem(("prices", name, "from"), f"{first}, when {names[0]} begins", str(day), fix)


def _bands(case: Case) -> Iterator[Problem]:
    """Expected figures with a band, which only a single path has."""
    for key, periods in case.spec.expect.items():
        for label, lines in periods.items():
            for line, expectation in lines.items():
                if expectation.band is not None:
                    expected = "a tolerance: a simulation is judged by its mean, which has no band of window timings"
                    yield case.problem(("expect", key, label, line, "band"), expected)


def _windows(case: Case, prepared: Prepared, first: date) -> Iterator[Problem]:
    """Events priced at the mean of a window that is simulated."""
    for name in sampled_assets(case):
        asset = prepared.assets[name]
        windows = [(lot.id, lot.follows, lot.acquired_to) for lot in asset.lots]
        windows += [(f"{out.kind} of {out.date}", out.follows, out.date_to) for out in asset.disposals]
        is_even = case.spec.plan.window_timing == "even"
        for what, follows, last in windows:
            # Units spread evenly follow the close of each day; the mean of the window is known only at its end.
            if follows and last and last >= first and not (follows == "price" and is_even):
                expected = f"a price, or a single day: from {first} on, the mean price of a window is not simulated"
                fix = "State the price, give a single day, or repeat the event (every: day)."
                yield case.problem(("plan",), expected, what, fix)
