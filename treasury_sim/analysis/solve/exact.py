"""Expected figures and quantiles of a simulated scenario by closed form, without drawing a path.

A closed form needs lots held throughout, a geometric Brownian motion that begins with a quarter for each asset, and
rules that use the lowest price (observed continuously) or the price at the reporting date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from treasury_sim.accounting import FRAMEWORKS, AccountingPolicy
from treasury_sim.accounting.rule import Rule
from treasury_sim.analysis.distribution import QUANTILES
from treasury_sim.analysis.solve.closed_forms import Gbm
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.arrays import Floats
from treasury_sim.engine.one_pass import AssetPass, accounting_policy, applied_to
from treasury_sim.engine.paths.simulation_plan import SimulationPlan, sampled_assets
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.models.gbm import Gbm as Model
from treasury_sim.market.models.model import DAYS_IN_YEAR
from treasury_sim.measure.unit_prices import UnitPrices
from treasury_sim.scenario import Scenario


@dataclass(frozen=True)
class Exact:
    """Remeasurement in profit or loss of one framework, signed [currency].

    Attributes
    ----------
    framework
        Framework key.
    labels
        Quarter labels.
    mean
        Expected amount of each quarter.
    cumulative
        Expected amount from the first quarter to each.
    quantiles
        Quantiles of the cumulative amount, by share; ``None`` with several assets, whose sum has no closed form.
    """

    framework: str
    labels: tuple[str, ...]
    mean: tuple[float, ...]
    cumulative: tuple[float, ...]
    quantiles: Mapping[float, tuple[float, ...]] | None


@checked
def exact(scenario: Scenario) -> list[Exact]:
    """Compute the expected remeasurement and its quantiles by closed form.

    Parameters
    ----------
    scenario
        A scenario whose prices are geometric Brownian motions and whose lots are held throughout.

    Returns
    -------
    list of Exact
        One for each framework of the scenario; a loss is negative [currency].

    Raises
    ------
    InputError
        If no closed form exists; every reason is listed.

    Examples
    --------
    >>> from treasury_sim import exact, load
    >>> (closed_form,) = exact(load("observation_policy"))
    >>> round(closed_form.mean[0], 2)
    -18935.14
    """
    if not sampled_assets(scenario.case):
        raise InputError([Problem("", None, "prices", "a model that is drawn at random", "one path")])
    simulation = SimulationPlan.of(scenario.case)
    problems = [Problem("", None, "closed form", expected, actual) for expected, actual in _reasons(simulation)]
    if problems:
        raise InputError(problems)
    return [_of_framework(simulation, key) for key in scenario.spec.accounting.frameworks]


def _reasons(simulation: SimulationPlan) -> Iterator[tuple[str, str]]:
    """Reasons why no closed form exists, as pairs of expected and found."""
    spec, timeline = simulation.prepared.case.spec, simulation.timeline
    first = next((q for q in timeline.quarters if q.start == simulation.first_day), None)
    if first is None:
        yield "a model that begins with a quarter", str(simulation.first_day)
    if spec.accounting.unit_of_account == "asset" or spec.plan.lot_relief == "average":
        yield "lots as units of account", "all units as one pool"
    for name, asset in simulation.assets.items():
        if not isinstance(simulation.models.get(name), Model):
            yield f"a geometric Brownian motion for {name}", "another model"
        marks = np.concatenate([asset.books.acquired, asset.books.release_mark])
        if (timeline.days[marks] >= np.datetime64(simulation.first_day)).any():
            yield f"lots of {name} held throughout", f"events on or after {simulation.first_day}"
    if spec.capital.opening is not None:
        yield "no forced sales of coins", "a waterfall of debt and cash (capital.opening)"
    yield from _reasons_of_rules(simulation)


def _reasons_of_rules(simulation: SimulationPlan) -> Iterator[tuple[str, str]]:
    spec = simulation.prepared.case.spec
    for key in spec.accounting.frameworks:
        for name in simulation.assets:
            if _changes(simulation, key, name):
                yield "one rule for all simulated quarters", f"{key}, which adopts ASU 2023-08 in one of them"
            rule = _rule(simulation, key, name)
            if rule.price == "lowest_since_acquisition" and spec.accounting.impairment_price != "intraday_low":
                yield "impairment_price intraday_low under the lowest-price rule", spec.accounting.impairment_price
            if rule.price not in {"lowest_since_acquisition", "reporting_date"} or rule.keeps_reserve:
                yield "a rule that uses the lowest price or the price at the reporting date", key


def _rule(simulation: SimulationPlan, key: str, asset: str) -> Rule:
    """The rule in force for an asset when the simulation begins."""
    framework = FRAMEWORKS[applied_to(simulation.prepared.case.spec, key, asset)]
    return framework.in_force(adopted=_first_quarter(simulation) >= simulation.prepared.adoption_quarter).rule


def _changes(simulation: SimulationPlan, key: str, asset: str) -> bool:
    """Whether the rule in force changes during the simulation."""
    prepared = simulation.prepared
    framework = FRAMEWORKS[applied_to(prepared.case.spec, key, asset)]
    is_inside = _first_quarter(simulation) < prepared.adoption_quarter < len(prepared.quarters)
    return is_inside and framework.in_force(adopted=False) is not framework.in_force(adopted=True)


def _first_quarter(simulation: SimulationPlan) -> int:
    """The quarter in which the simulation begins."""
    return next((i for i, q in enumerate(simulation.prepared.quarters) if q.end >= simulation.first_day), 0)


def _of_framework(simulation: SimulationPlan, key: str) -> Exact:
    quarters = [quarter for quarter in simulation.timeline.quarters if quarter.start >= simulation.first_day]
    policy = accounting_policy(simulation.prepared, len(simulation.timeline.quarters))
    cumulative, quantiles_of = np.zeros(len(quarters)), {share: np.zeros(len(quarters)) for share in QUANTILES}
    for name, asset in simulation.assets.items():
        position = _Position.of(simulation, asset, _rule(simulation, key, name), policy)
        for number, quarter in enumerate(quarters):
            days = (quarter.end - simulation.first_day + timedelta(days=1)).days
            model, spot = simulation.models[name], simulation.prepared.assets[name].path.spot
            assert isinstance(model, Model)  # noqa: S101 - checked by `_reasons`
            motion = Gbm(spot, float(model.drift), float(model.volatility), days / DAYS_IN_YEAR)
            cumulative[number] += position.expected(motion)
            for share, values in quantiles_of.items():
                values[number] += position.quantile(motion, share)
    return Exact(
        framework=key,
        labels=tuple(quarter.label for quarter in quarters),
        mean=tuple(np.diff(cumulative, prepend=0.0).tolist()),
        cumulative=tuple(cumulative.tolist()),
        quantiles={share: tuple(values.tolist()) for share, values in quantiles_of.items()}
        if len(simulation.assets) == 1
        else None,
    )


@dataclass(frozen=True)
class _Position:
    """The holdings of one asset when the simulation begins.

    Attributes
    ----------
    rule
        The rule in force.
    units, level : (parts,)
        Units [coins], and the level below which a unit follows the price: its carrying amount under the lowest-price
        rule, else its cost [currency/unit].
    opening
        Remeasurement in profit or loss before the simulation, deducted from later figures, signed [currency].
    share_of_price
        Share of the price left after costs of disposal.
    """

    rule: Rule
    units: Floats
    level: Floats
    opening: float
    share_of_price: float

    @classmethod
    def of(cls, simulation: SimulationPlan, asset: AssetPass, rule: Rule, policy: AccountingPolicy) -> _Position:
        timeline = simulation.timeline
        last = next(i for i, q in enumerate(timeline.quarters) if q.start == simulation.first_day) - 1
        quantity = (
            asset.books.held(int(timeline.quarter_marks[last])) if last >= 0 else np.zeros_like(asset.books.quantity)
        )
        parts = np.flatnonzero(quantity)
        units, cost = quantity[parts], asset.books.unit_cost[parts]
        price = UnitPrices(rule, asset.books, timeline, asset.marks, policy).at_quarter_end(parts, max(last, 0))[0]
        share = 1.0 - policy.disposal_costs * rule.less_disposal_costs
        carried = np.minimum(cost, price)
        if rule.price == "lowest_since_acquisition":
            return cls(rule, units, carried, 0.0, share)
        is_below_only = rule.ceiling_at_cost or rule.surplus_to_oci
        opening = float(units @ ((carried if is_below_only else price) - cost))
        return cls(rule, units, cost, opening, share)

    def expected(self, motion: Gbm) -> float:
        """Expected remeasurement in profit or loss from the start to the end of `motion`, signed [currency]."""
        if self.rule.price == "lowest_since_acquisition":
            return -float(self.units @ motion.expected_below_minimum(self.level))
        if self.rule.ceiling_at_cost or self.rule.surplus_to_oci:
            below = motion.expected_below_price(self.level / self.share_of_price) * self.share_of_price
            return -float(self.units @ below) - self.opening
        return float(self.units @ (motion.expected_price * self.share_of_price - self.level)) - self.opening

    def quantile(self, motion: Gbm, share: float) -> float:
        """Quantile of the remeasurement, which increases with the lowest, or the last, price [currency]."""
        if self.rule.price == "lowest_since_acquisition":
            return float(self.units @ np.minimum(motion.minimum_quantile(share) - self.level, 0.0))
        above = motion.price_quantile(share) * self.share_of_price - self.level
        if self.rule.ceiling_at_cost or self.rule.surplus_to_oci:
            above = np.minimum(above, 0.0)
        return float(self.units @ above) - self.opening
