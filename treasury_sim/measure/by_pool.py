"""Measures all units as one unit of account, mark by mark.

Used for average cost, and where the holder's unit of account is the asset. The pool has one cost, one carrying amount
and, under a revaluation model, one surplus and one accumulated loss; a sale takes its share of each. These depend on
the order of purchases, sales and prices, so the pool is rolled forward mark by mark, on all paths at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from treasury_sim.accounting.rule import AccountingPolicy, Rule
from treasury_sim.domain.arrays import Bools, Floats, less
from treasury_sim.domain.coins import Grain
from treasury_sim.domain.ledger import Ledger, sum_by_quarter
from treasury_sim.domain.ledger_lines import ledger_lines, more_gross_at
from treasury_sim.domain.ledger_on_paths import LedgerOnPaths
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline


def measure_by_pool(
    rule: Rule,
    ledger: Ledger,
    timeline: Timeline,
    marks: Marks,
    policy: AccountingPolicy,
    *,
    on_paths: LedgerOnPaths | None = None,
) -> Measurement:
    """Measure `ledger` by `rule`, all units together.

    Parameters
    ----------
    on_paths
        Acquisitions and disposals on each path, where they differ.
    """
    paths = marks.paths
    flows = _flows(ledger, timeline.days.size) if on_paths is None else _flows_on(on_paths)
    pool = _Pool(rule, policy, ledger.grain, (paths, flows.units_in.shape[1]), len(timeline.quarters))
    carried_out, surplus_out = np.zeros(timeline.days.size), np.zeros(timeline.days.size)
    is_year_to_date = rule.may_be_year_to_date and policy.year_to_date
    for mark in range(timeline.days.size):
        quarter = int(timeline.quarter_of_mark[mark])
        pool.observe(marks.low_at(mark), quarter)
        if flows.units_in[mark].any():
            pool.buy(flows.units_in[mark], flows.cost_in[mark], marks.close_at(mark), quarter)
        if flows.units_out[mark].any():
            gross = flows.gross_out[mark] + more_gross_at(ledger, marks, mark)
            released, surplus = pool.release(flows.units_out[mark], flows.cost_out[mark], gross, quarter)
            carried_out[mark], surplus_out[mark] = released[0], surplus[0]
        if mark == timeline.quarter_marks[quarter]:
            is_final = bool(timeline.is_year_end[quarter]) or not is_year_to_date
            pool.close(marks.quarter_end[:, quarter], quarter, is_final=is_final)
            # A typed balance replaces the measurement at the reporting date at which it enters.
            pool.enter(flows.typed_units[mark], flows.typed_cost[mark], flows.typed_carrying[mark], quarter)
    net = ledger_lines(ledger, timeline, marks).net if on_paths is None else on_paths.lines.net
    entered = sum_by_quarter(_entered(ledger), ledger.acquired, timeline)
    zero = np.zeros_like(pool.carrying_at)
    has_details = paths == 1 and on_paths is None
    return Measurement(
        carrying=pool.carrying_at,
        remeasurement_pl=pool.pl,
        remeasurement_oci=pool.oci,
        equity_direct=zero,
        entered_above_cost=zero + entered,
        disposed_carrying=pool.disposed,
        realised_pl=less(net, pool.disposed),
        accumulated_impairment=pool.cost_at - pool.carrying_at if rule.ceiling_at_cost else zero,
        revaluation_surplus=pool.surplus_at,
        release_carrying=_by_release(ledger, carried_out, flows.units_out) if has_details else None,
        lot_carrying=_by_lot(ledger, timeline, pool.carrying_at) if has_details else None,
        release_surplus=_by_release(ledger, surplus_out, flows.units_out) if has_details else None,
        lot_surplus=_by_lot(ledger, timeline, pool.surplus_at) if has_details else None,
        lot_equity_direct=np.zeros((len(ledger.lot_ids), len(timeline.quarters))) if has_details else None,
    )


def _entered(ledger: Ledger) -> Floats:
    """Excess over cost of the balances with which parts enter; 0 where none is typed, (parts,) [currency]."""
    above: Floats = np.nan_to_num(ledger.opening - ledger.unit_cost, nan=0.0) * ledger.quantity
    return above


@dataclass(frozen=True)
class _Flows:
    """Acquisitions, typed balances and disposals at each mark, (marks, paths), or (marks, 1) where the paths agree."""

    units_in: Floats
    cost_in: Floats
    typed_units: Floats
    typed_cost: Floats
    typed_carrying: Floats
    units_out: Floats
    cost_out: Floats
    gross_out: Floats


def _flows(ledger: Ledger, count: int) -> _Flows:
    is_typed = ~np.isnan(ledger.opening)
    cost = ledger.quantity * ledger.unit_cost

    def into(amounts: Floats) -> Floats:
        return np.bincount(ledger.acquired, weights=amounts, minlength=count).astype(float)[:, None]

    def out_of(amounts: Floats) -> Floats:
        return np.bincount(ledger.release_mark, weights=amounts, minlength=count).astype(float)[:, None]

    return _Flows(
        units_in=into(np.where(is_typed, 0.0, ledger.quantity)),
        cost_in=into(np.where(is_typed, 0.0, cost)),
        typed_units=into(np.where(is_typed, ledger.quantity, 0.0)),
        typed_cost=into(np.where(is_typed, cost, 0.0)),
        typed_carrying=into(np.where(is_typed, cost + _entered(ledger), 0.0)),
        units_out=out_of(ledger.release_quantity),
        cost_out=out_of(ledger.release_cost),
        gross_out=out_of(ledger.release_gross),
    )


def _flows_on(on_paths: LedgerOnPaths) -> _Flows:
    """Acquisitions and disposals on each path."""
    ledger, shape = on_paths.ledger, (on_paths.timeline.days.size, on_paths.marks.paths)
    following = np.flatnonzero(ledger.follows)
    same = _flows(ledger.only(ledger.follows == 0, np.ones(ledger.release_part.size, dtype=bool)), shape[0])
    differing = {
        name: np.repeat(getattr(same, name), shape[1], axis=1)
        for name in ("units_in", "cost_in", "units_out", "cost_out", "gross_out")
    }
    for part, mark in zip(following.tolist(), ledger.acquired[following].tolist(), strict=True):
        differing["units_in"][mark] += on_paths.units[part]
        differing["cost_in"][mark] += on_paths.units[part] * on_paths.unit_cost[part]
    for sale in (released.sale for released in on_paths.released):
        differing["units_out"][sale.mark] += sale.units
        differing["cost_out"][sale.mark] += sale.cost
        differing["gross_out"][sale.mark] += sale.gross
    return replace(same, **differing)


def _by_release(ledger: Ledger, carried_out: Floats, units_out: Floats) -> Floats:
    """The amount that left at each mark, spread over its releases by their units, (releases,)."""
    spread: Floats = carried_out[ledger.release_mark] * ledger.release_quantity / units_out[ledger.release_mark, 0]
    return spread


def _by_lot(ledger: Ledger, timeline: Timeline, carrying: Floats) -> Floats:
    """The pool's carrying amount, spread over the lots by their units, (lots, quarters)."""
    units = np.stack([ledger.units_by_lot(int(mark)) for mark in timeline.quarter_marks], axis=1)
    total = units.sum(axis=0)
    by_lot: Floats = units * np.divide(carrying[0], total, out=np.zeros_like(total), where=total > 0.0)
    return by_lot


class _Pool:
    """Units, cost, carrying amount, surplus and accumulated loss of the pool, (paths,); and the quarters' sums.

    Parameters
    ----------
    paths
        How many, and how many of them differ in units and cost: all, or 1.
    """

    def __init__(
        self, rule: Rule, policy: AccountingPolicy, grain: Grain, paths: tuple[int, int], quarters: int
    ) -> None:
        self._grain = grain
        self._rule = rule
        self._policy = policy
        self._units, self._cost = np.zeros(paths[1]), np.zeros(paths[1])
        self._carrying = np.zeros(paths[0])
        self._surplus = np.zeros(paths[0])
        self._loss = np.zeros(paths[0])
        self.carrying_at, self.surplus_at, self.pl, self.oci, self.disposed = (
            np.zeros((paths[0], quarters)) for _ in range(5)
        )
        self.cost_at = np.zeros((paths[1], quarters))
        self._interim_pl = np.zeros(paths[0])
        self._interim_oci = np.zeros(paths[0])

    def observe(self, price: Floats, quarter: int) -> None:
        """Observe a price between reporting dates; only the lowest-price rule acts on it."""
        is_held = self._units > 0.0
        if self._rule.price == "lowest_since_acquisition" and is_held.any():
            # An infinite price was not observed; times no units it would not be a number.
            worth = price * np.where(is_held, self._units, 1.0)
            change = np.where(is_held, np.minimum(worth - self._carrying, 0.0), 0.0)
            self.pl[:, quarter] += change
            self._carrying = self._carrying + change

    def buy(self, units: Floats, cost: Floats, close: Floats, quarter: int) -> None:
        """Acquire units, and observe the close of the day, as a lot does: the pool is one unit of account."""
        self._units = self._units + units
        self._cost = self._cost + cost
        self._carrying = self._carrying + cost
        self.observe(close, quarter)

    def enter(self, units: Floats, cost: Floats, carrying: Floats, quarter: int) -> None:
        """Let units enter with a typed balance."""
        if not units.any():
            return
        above = carrying - cost
        surplus = np.maximum(above, 0.0) if self._rule.surplus_to_oci else np.zeros_like(above)
        self._units = self._units + units
        self._cost = self._cost + cost
        self._carrying = self._carrying + carrying
        self._surplus = self._surplus + surplus
        self._loss = self._loss + (above - surplus) * self._rule.surplus_to_oci
        self.carrying_at[:, quarter] += carrying
        self.surplus_at[:, quarter] += surplus
        self.cost_at[:, quarter] += cost

    def release(self, units: Floats, cost: Floats, gross: Floats, quarter: int) -> tuple[Floats, Floats]:
        """Release units with their share of every balance; only that share is remeasured first.

        Returns
        -------
        tuple of Floats
            Their carrying amount at release, and the revaluation surplus within it, (paths,) [currency].
        """
        left = self._units - units
        is_all = left <= self._grain.nothing_wanted_on(self._units)
        share = np.divide(units, self._units, out=np.zeros_like(units), where=self._units > 0.0)
        share = np.where(is_all, 1.0, share)
        how = self._rule.at_release
        if self._rule.surplus_to_oci and self._policy.remeasure_before_disposal:
            how = "sale_price"
        leaving = self._carrying * share
        target = np.broadcast_to({"sale_price": gross, "cost": cost}.get(how, leaving), leaving.shape)
        change = target - leaving
        oci = self._to_oci(change, self._surplus * share, self._loss * share)
        surplus = self._surplus * share + oci
        self.pl[:, quarter] += change - oci
        self.oci[:, quarter] += oci
        self.disposed[:, quarter] += target
        self._carrying = self._carrying - leaving
        self._surplus = self._surplus * (1.0 - share)
        self._loss = self._loss * (1.0 - share)
        self._units = np.where(is_all, 0.0, left)
        self._cost = np.where(is_all, 0.0, self._cost - cost)
        return target, surplus

    def close(self, price: Floats, quarter: int, *, is_final: bool) -> None:
        """Measure at the reporting date.

        An interim measurement that is not final is reversed at the next one: figures are year to date.
        """
        worth = self._target(price, permanent=self._is_permanent(quarter))
        change = np.where(self._units > 0.0, worth - self._carrying, 0.0)
        oci = self._to_oci(change, self._surplus, self._loss)
        pl = change - oci
        self.pl[:, quarter] += pl - self._interim_pl
        self.oci[:, quarter] += oci - self._interim_oci
        self.carrying_at[:, quarter] = self._carrying + change
        self.surplus_at[:, quarter] = self._surplus + oci
        self.cost_at[:, quarter] = self._cost
        if not is_final:
            self._interim_pl, self._interim_oci = pl, oci
            return
        self._interim_pl = self._interim_oci = np.zeros_like(change)
        self._carrying = self._carrying + change
        self._surplus = self._surplus + oci
        self._loss = self._loss + pl * self._rule.surplus_to_oci

    def _is_permanent(self, quarter: int) -> bool:
        permanent: Bools | None = self._policy.permanent
        return permanent is not None and bool(permanent[quarter])

    def _target(self, price: Floats, *, permanent: bool) -> Floats:
        rule = self._rule
        worth = price * self._units * (1.0 - self._policy.disposal_costs * rule.less_disposal_costs)
        if rule.price in {"lowest_since_acquisition", "lowest_reporting_date"}:
            return np.minimum(self._carrying, worth)
        if rule.ceiling_at_cost:
            capped = np.minimum(worth, self._cost)
            if rule.price == "highest_since_permanent_fall" and not permanent:
                return np.maximum(self._carrying, capped)
            return capped
        if rule.keeps_reserve:
            return worth - self._policy.fluctuation_reserve * np.maximum(worth - self._cost, 0.0)
        return worth

    def _to_oci(self, change: Floats, surplus: Floats, loss: Floats) -> Floats:
        """The part of `change` that goes to OCI: earlier losses and surplus reverse first (IAS 38.85 and 38.86)."""
        if not self._rule.surplus_to_oci:
            return np.zeros_like(change)
        return np.where(change > 0.0, np.maximum(change + loss, 0.0), np.maximum(change, -surplus))
