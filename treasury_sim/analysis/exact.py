"""The instant mode: expected figures and quantiles of a simulated scenario by closed form, where there is one.

There is one for lots held throughout, the price of each asset a geometric Brownian motion that begins with a quarter,
and rules that look at the lowest price (observed continuously) or at that of the reporting date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from treasury_sim.analysis.closed_forms import Gbm
from treasury_sim.analysis.distribution import QUANTILES
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.arrays import Floats
from treasury_sim.engine.drawing import Drawing, sampled_assets
from treasury_sim.engine.measure import AssetPass, accounting_policy, applied_to
from treasury_sim.errors import InputError, Problem
from treasury_sim.frameworks import FRAMEWORKS, AccountingPolicy
from treasury_sim.frameworks.rule import Rule
from treasury_sim.frameworks.unit_prices import UnitPrices
from treasury_sim.market.models.gbm import Gbm as Model
from treasury_sim.market.models.model import DAYS_IN_YEAR
from treasury_sim.scenario import Scenario


@dataclass(frozen=True)
class Exact:
    """Remeasurement in profit or loss of one framework, signed [currency].

    Attributes
    ----------
    framework
        Its key.
    labels
        The quarters.
    mean
        Expected in each quarter.
    cumulative
        Expected from the first to each.
    quantiles
        By share, those of the cumulative figure; ``None`` with several assets, whose sum has no closed form.
    """

    framework: str
    labels: tuple[str, ...]
    mean: tuple[float, ...]
    cumulative: tuple[float, ...]
    quantiles: Mapping[float, tuple[float, ...]] | None


@checked
def exact(scenario: Scenario) -> list[Exact]:
    """What closed forms give for `scenario`, by framework.

    Raises
    ------
    InputError
        With every reason why there is none.
    """
    if not sampled_assets(scenario):
        raise InputError([Problem("", None, "prices", "a model that is drawn at random", "one path")])
    drawing = Drawing.of(scenario)
    problems = [Problem("", None, "closed form", expected, found) for expected, found in _reasons(drawing)]
    if problems:
        raise InputError(problems)
    return [_of_framework(drawing, key) for key in scenario.spec.accounting.frameworks]


def _reasons(drawing: Drawing) -> Iterator[tuple[str, str]]:
    """Why there is no closed form: what it takes, and what there is."""
    spec, timeline = drawing.prepared.scenario.spec, drawing.timeline
    first = next((q for q in timeline.quarters if q.start == drawing.first_day), None)
    if first is None:
        yield "a model that begins with a quarter", str(drawing.first_day)
    if spec.accounting.unit_of_account == "asset" or spec.plan.lot_relief == "average":
        yield "lots as units of account", "all units as one"
    for name, asset in drawing.assets.items():
        if not isinstance(drawing.models.get(name), Model):
            yield f"a geometric Brownian motion for {name}", "another model"
        marks = np.concatenate([asset.books.acquired, asset.books.release_mark])
        if (timeline.days[marks] >= np.datetime64(drawing.first_day)).any():
            yield f"lots of {name} that are held throughout", f"events on or after {drawing.first_day}"
    if spec.capital.opening is not None:
        yield "coins that are not sold for what is due", "a waterfall of debt and cash (capital.opening)"
    yield from _reasons_of_rules(drawing)


def _reasons_of_rules(drawing: Drawing) -> Iterator[tuple[str, str]]:
    spec = drawing.prepared.scenario.spec
    for key in spec.accounting.frameworks:
        for name in drawing.assets:
            if _changes(drawing, key, name):
                yield "one rule from the first to the last simulated quarter", f"{key}, which adopts ASU 2023-08 inside"
            rule = _rule(drawing, key, name)
            if rule.price == "lowest_since_acquisition" and spec.accounting.impairment_price != "intraday_low":
                yield "impairment_price intraday_low under the lowest-price rule", spec.accounting.impairment_price
            if rule.price not in {"lowest_since_acquisition", "reporting_date"} or rule.keeps_reserve:
                yield "a rule that looks at the lowest price or at that of the reporting date", key


def _rule(drawing: Drawing, key: str, asset: str) -> Rule:
    """The rule in force for an asset when the simulation begins."""
    framework = FRAMEWORKS[applied_to(drawing.prepared.scenario.spec, key, asset)]
    return framework.in_force(adopted=_first_quarter(drawing) >= drawing.prepared.adoption_quarter).rule


def _changes(drawing: Drawing, key: str, asset: str) -> bool:
    """Whether another rule is in force at the end than when the simulation begins."""
    prepared = drawing.prepared
    framework = FRAMEWORKS[applied_to(prepared.scenario.spec, key, asset)]
    is_inside = _first_quarter(drawing) < prepared.adoption_quarter < len(prepared.quarters)
    return is_inside and framework.in_force(adopted=False) is not framework.in_force(adopted=True)


def _first_quarter(drawing: Drawing) -> int:
    """The quarter in which the simulation begins."""
    return next((i for i, q in enumerate(drawing.prepared.quarters) if q.end >= drawing.first_day), 0)


def _of_framework(drawing: Drawing, key: str) -> Exact:
    quarters = [quarter for quarter in drawing.timeline.quarters if quarter.start >= drawing.first_day]
    policy = accounting_policy(drawing.prepared, len(drawing.timeline.quarters))
    cumulative, found = np.zeros(len(quarters)), {share: np.zeros(len(quarters)) for share in QUANTILES}
    for name, asset in drawing.assets.items():
        position = _Position.of(drawing, asset, _rule(drawing, key, name), policy)
        for number, quarter in enumerate(quarters):
            days = (quarter.end - drawing.first_day + timedelta(days=1)).days
            model, spot = drawing.models[name], drawing.prepared.assets[name].path.spot
            assert isinstance(model, Model)  # noqa: S101 - `_reasons` has seen to it
            motion = Gbm(spot, model.drift, model.volatility, days / DAYS_IN_YEAR)
            cumulative[number] += position.expected(motion)
            for share, values in found.items():
                values[number] += position.quantile(motion, share)
    return Exact(
        framework=key,
        labels=tuple(quarter.label for quarter in quarters),
        mean=tuple(np.diff(cumulative, prepend=0.0).tolist()),
        cumulative=tuple(cumulative.tolist()),
        quantiles={share: tuple(values.tolist()) for share, values in found.items()}
        if len(drawing.assets) == 1
        else None,
    )


@dataclass(frozen=True)
class _Position:
    """What is held of one asset when the simulation begins.

    Attributes
    ----------
    rule
        The rule in force.
    units, level : (parts,)
        Units [coins], and the price up to which a unit follows the price: its carrying amount under the lowest-price
        rule, else its cost [currency/unit].
    opening
        What has passed through profit or loss up to now, by which the figure of a day is reduced [currency].
    share_of_price
        What is left of a price after costs of disposal.
    """

    rule: Rule
    units: Floats
    level: Floats
    opening: float
    share_of_price: float

    @classmethod
    def of(cls, drawing: Drawing, asset: AssetPass, rule: Rule, policy: AccountingPolicy) -> _Position:
        timeline = drawing.timeline
        last = next(i for i, q in enumerate(timeline.quarters) if q.start == drawing.first_day) - 1
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
        """Expected remeasurement in profit or loss, from the beginning to the end of `motion`."""
        if self.rule.price == "lowest_since_acquisition":
            return -float(self.units @ motion.expected_below_minimum(self.level))
        if self.rule.ceiling_at_cost or self.rule.surplus_to_oci:
            below = motion.expected_below_price(self.level / self.share_of_price) * self.share_of_price
            return -float(self.units @ below) - self.opening
        return float(self.units @ (motion.expected_price * self.share_of_price - self.level)) - self.opening

    def quantile(self, motion: Gbm, share: float) -> float:
        """The quantile of the same: it grows with the lowest, or the last, price."""
        if self.rule.price == "lowest_since_acquisition":
            return float(self.units @ np.minimum(motion.minimum_quantile(share) - self.level, 0.0))
        above = motion.price_quantile(share) * self.share_of_price - self.level
        if self.rule.ceiling_at_cost or self.rule.surplus_to_oci:
            above = np.minimum(above, 0.0)
        return float(self.units @ above) - self.opening
