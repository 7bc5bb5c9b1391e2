"""The ladder of lots: at which price which lot is written down, what that cost by then, what a dollar more costs.

Under a rule at cost a lot follows the price below its carrying amount, so with carrying amounts as levels the charge at
a price is what the lots are carried at less `domain.ladder.Ladder` of the price. Under fair value every coin follows
every price; there the ladder says which lots fall below their cost.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from treasury_sim.domain.arguments import checked
from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.ladder import Ladder
from treasury_sim.domain.lookup import check_name
from treasury_sim.engine.measure import Pass, accounting_policy, applied_to, measure
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.waterfall import prepare_funded
from treasury_sim.errors import InputError, Problem
from treasury_sim.frameworks import FRAMEWORKS, Framework
from treasury_sim.frameworks.unit_prices import UnitPrices, since_acquired
from treasury_sim.scenario import Scenario


@dataclass(frozen=True)
class Rung:
    """One price at which lots trip.

    Attributes
    ----------
    price
        [currency/coin]
    lots
        Lots, or days of them, that trip here.
    tripped
        How many lots have a coin that has tripped by then.
    units
        Coins that follow the price below this one.
    charge
        What has been charged when the price is here, positive [currency].
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
        ``opening``: what the quarter costs, by its lowest price; ``closing``: what a further fall costs.
    price
        The price at the end of the quarter [currency/coin].
    follows
        Whether every coin follows every price: fair value. Then a lot trips where it falls below its cost.
    units, carrying
        Of all lots [coins, currency].
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
        """What has been charged at each price, positive; a gain is negative where coins follow every price."""
        if self.follows:
            found: Floats = self.carrying - self.units * prices
            return found
        return self.carrying - self._ladder(prices)

    def each_dollar(self, price: float) -> float:
        """What the next dollar below `price` costs [currency]: as many dollars as coins follow the price."""
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
) -> LotLadder:
    """Build the ladder of an asset.

    Parameters
    ----------
    framework, quarter, asset
        By default the scenario's first framework at cost (else its first), the last quarter, the first asset.
    moment
        ``closing``: from the end of the quarter on. ``opening``: the lots of its start at what they are carried at
        then, and those bought in it at their cost.

    Raises
    ------
    InputError
        If something is unknown, or the scenario cannot be run.
    """
    check_name(moment, ("closing", "opening"), "moment", "closing or opening")
    prepared = prepare_funded(scenario)
    timing = scenario.spec.plan.window_timing
    measured = measure(prepared, lambda _: timing)
    labels = [one.label for one in prepared.reported]
    label, name = quarter or labels[-1], asset or next(iter(measured.assets), "")
    key = framework or _first_at_cost(scenario)
    problems = []
    if key not in FRAMEWORKS:
        problems.append(Problem("", None, "framework", "a framework key", key, f"Known: {', '.join(FRAMEWORKS)}."))
    if label not in labels:
        problems.append(Problem("", None, "quarter", f"one of {', '.join(labels)}", label))
    if not measured.assets:
        problems.append(Problem("", None, "holder.lots", "a lot", "none", "Without coins there is no ladder."))
    elif name not in measured.assets:
        problems.append(Problem("", None, "asset", f"one of {', '.join(measured.assets)}", name))
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
    found = LotLadder(
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
    return _with_rungs(found, trip, units, lots)


def _first_at_cost(scenario: Scenario) -> str:
    keys = scenario.spec.accounting.frameworks
    return next((key for key in keys if key in FRAMEWORKS and FRAMEWORKS[key].rule.ceiling_at_cost), keys[0])


def _levels(  # noqa: PLR0917 - one moment of one asset
    prepared: Prepared, measured: Pass, rule: Framework, name: str, index: int, moment: str
) -> tuple[Ints, Floats, Floats, Floats]:
    """Parts, their units, what a unit is carried at, and its cost, each (n,)."""
    asset, timeline = measured.assets[name], measured.timeline
    books, policy = asset.books, accounting_policy(prepared, len(timeline.quarters))
    prices = UnitPrices(rule.rule, books, timeline, asset.marks, policy)

    def carried(parts: Ints, quarter: int) -> Floats:
        cost = books.unit_cost[parts]
        since = since_acquired(rule.rule, policy, cost, prices.at_quarter_end(parts, quarter))
        found: Floats = cost + since.pl[0] + since.oci[0]
        return found

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
    """The rungs, one for each price at which something trips, from the top."""
    order = np.argsort(-trip, kind="stable")
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
