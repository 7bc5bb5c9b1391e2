"""The lot ladder: the price at which each lot is written down, the charge by then, and the cost of a further dollar.

Under a cost model a lot follows the price below its carrying amount, so with carrying amounts as levels the charge at a
price is the carrying amount of the lots less `domain.ladder.Ladder` at the price. Under fair value every coin follows
every price, and the ladder shows which lots fall below cost.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from treasury_sim.accounting import FRAMEWORKS, Framework
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.ladder import Ladder
from treasury_sim.domain.lookup import check_name, unknown_framework, unknown_name, unknown_quarter
from treasury_sim.engine.one_pass import Pass, accounting_policy, applied_to
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.run_cache import RunCache
from treasury_sim.errors import InputError, Problem
from treasury_sim.measure.unit_prices import UnitPrices, since_acquired
from treasury_sim.scenario import Scenario


@dataclass(frozen=True)
class Rung:
    """One price at which lots are written down (under fair value: fall below cost).

    Attributes
    ----------
    price
        The price [currency/coin].
    lots
        Ids of the lots that reach their level at this price.
    tripped
        Number of lots with a coin at or past its level by then.
    units
        Coins that follow the price below this one.
    charge
        Cumulative charge at this price, positive [currency].
    """

    price: float
    lots: tuple[str, ...]
    tripped: int
    units: float
    charge: float


@dataclass(frozen=True)
class LotLadder:
    """The ladder of one asset at one moment.

    Attributes
    ----------
    moment
        ``opening``: the charge of the quarter, by its lowest price; ``closing``: the charge of a further fall.
    price
        Quarter-end price [currency/coin].
    follows
        Whether every coin follows every price, as under fair value; the level of a lot is then its cost.
    units, carrying
        Units and carrying amount of all lots [coins, currency].
    rungs
        From the highest price to the lowest.
    """

    title: str
    asset: str
    currency: str
    framework: str
    quarter: str
    moment: str
    price: float
    follows: bool
    units: float
    carrying: float
    rungs: tuple[Rung, ...]
    _ladder: Ladder = field(repr=False, compare=False)

    def charge(self, prices: Floats) -> Floats:
        """Charge at each price, positive [currency]; under fair value a gain is negative."""
        if self.follows:
            charged: Floats = self.carrying - self.units * prices
            return charged
        return self.carrying - self._ladder(prices)

    def each_dollar(self, price: float) -> float:
        """Charge of the next dollar below `price` [currency]: one dollar for each coin that follows the price."""
        if self.follows:
            return self.units
        below = [rung for rung in self.rungs if rung.price >= price]
        return below[-1].units if below else 0.0


@checked
def lot_ladder(
    scenario: Scenario,
    *,
    framework: str | None = None,
    quarter: str | None = None,
    asset: str | None = None,
    moment: str = "closing",
    cache: RunCache | None = None,
) -> LotLadder:
    """Build the lot ladder of an asset.

    Parameters
    ----------
    scenario
        A scenario with one price path.
    framework
        Framework key; by default the scenario's first cost model, else its first framework.
    quarter
        Label of a reported quarter, such as ``2025Q4``; the last by default.
    asset
        Asset name, such as ``BTC``; the first by default.
    moment
        ``closing``: the lots at the quarter end. ``opening``: the opening lots at their carrying amount, and those
        bought in the quarter at cost.
    cache
        Measurements of earlier runs of the same scenario, to save time; they do not change the ladder.

    Returns
    -------
    LotLadder
        Rungs from the highest price to the lowest; charges are positive [currency].

    Raises
    ------
    InputError
        If a framework, quarter or asset is unknown, nothing is held, or the scenario cannot be run.

    Examples
    --------
    >>> from treasury_sim import load, lot_ladder
    >>> ladder = lot_ladder(load("strategy_2025q4"))
    >>> len(ladder.rungs), round(ladder.each_dollar(80_000))
    (104, 142340)
    """
    check_name(moment, ("closing", "opening"), "moment", "closing or opening")
    common = (cache or RunCache()).run_of(scenario.case)
    prepared, measured = common.prepared, common.measured
    labels = [each.label for each in prepared.reported]
    label, name = quarter or labels[-1], asset or next(iter(measured.assets), "")
    key = framework or _first_at_cost(scenario)
    problems = [*unknown_framework(key, FRAMEWORKS), *unknown_quarter(label, labels)]
    if not measured.assets:
        problems.append(Problem("", None, "holder.lots", "a lot", "none", "Add lots: a ladder needs coins."))
    elif name not in measured.assets:
        problems += unknown_name(name, list(measured.assets), "asset", f"one of {', '.join(measured.assets)}")
    if problems:
        raise InputError(problems)
    index = measured.timeline.index_of(label)
    applied = FRAMEWORKS[applied_to(scenario.spec, key, name)]
    rule = applied.in_force(adopted=index >= prepared.adoption_quarter)
    parts, units, level, cost = _levels(prepared, measured, rule, name, index, moment)
    follows = not rule.rule.ceiling_at_cost
    trip = cost if follows else level
    books = measured.assets[name].books
    lots = np.array(books.lot_ids, dtype=object)[books.lot[parts]] if parts.size else np.empty(0, dtype=object)
    carrying = float(level @ units)
    without_rungs = LotLadder(
        title=scenario.spec.title,
        asset=name,
        currency=scenario.spec.holder.currency,
        framework=key,
        quarter=label,
        moment=moment,
        price=float(measured.assets[name].marks.quarter_end[0, index]),
        follows=follows,
        units=float(units.sum()),
        carrying=carrying,
        rungs=(),
        _ladder=Ladder(level, units),
    )
    return _with_rungs(without_rungs, trip, units, lots)


def _first_at_cost(scenario: Scenario) -> str:
    keys = scenario.spec.accounting.frameworks
    return next((key for key in keys if key in FRAMEWORKS and FRAMEWORKS[key].rule.ceiling_at_cost), keys[0])


def _levels(  # noqa: PLR0917 - one moment of one asset
    prepared: Prepared, measured: Pass, rule: Framework, name: str, index: int, moment: str
) -> tuple[Ints, Floats, Floats, Floats]:
    """Daily parts, their units, carrying amount of a unit, and its cost, each (n,)."""
    asset, timeline = measured.assets[name], measured.timeline
    books, policy = asset.books, accounting_policy(prepared, len(timeline.quarters))
    prices = UnitPrices(rule.rule, books, timeline, asset.marks, policy)

    def carried(parts: Ints, quarter: int) -> Floats:
        cost = books.unit_cost[parts]
        since = since_acquired(rule.rule, policy, cost, prices.at_quarter_end(parts, quarter))
        level_of_unit: Floats = cost + since.pl[0] + since.oci[0]
        return level_of_unit

    if moment == "closing":
        held = books.held(int(timeline.quarter_marks[index]))
        parts = np.flatnonzero(held)
        level = carried(parts, index)
    else:
        held = books.held(int(timeline.quarter_marks[index - 1])) if index else np.zeros(books.quantity.size)
        came = timeline.quarter_of_mark[books.acquired] == index
        held = np.where(came, books.quantity, held)
        parts = np.flatnonzero(held)
        old = ~came[parts]
        level = books.unit_cost[parts].copy()
        level[old] = carried(parts[old], index - 1)
    units, cost = held[parts], books.unit_cost[parts]
    if books.pooled and units.size:
        level = np.full_like(level, float(level @ units) / float(units.sum()))
        cost = np.full_like(cost, float(cost @ units) / float(units.sum()))
    return parts, units, level, cost


def _with_rungs(ladder: LotLadder, trip: Floats, units: Floats, lots: np.ndarray) -> LotLadder:
    """The ladder with a rung for each level, from the highest price down."""
    order = np.argsort(-trip, kind="stable")
    # Negated, so that `unique` returns the prices from the highest down.
    prices, start = np.unique(-trip[order], return_index=True)
    charges = ladder.charge(-prices)
    rungs, seen, total = [], dict[str, None](), 0.0
    for number, (price, charge) in enumerate(zip((-prices).tolist(), charges.tolist(), strict=True)):
        last = start[number + 1] if number + 1 < start.size else trip.size
        here = order[start[number] : last]
        names = tuple(dict.fromkeys(lots[here].tolist()))
        seen.update(dict.fromkeys(names))
        total += float(units[here].sum())
        rungs.append(Rung(price, names, len(seen), total, charge))
    return LotLadder(**{**ladder.__dict__, "rungs": tuple(rungs)})
