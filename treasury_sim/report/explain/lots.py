"""From a line to its lots: units, cost, test price, and the arithmetic of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from treasury_sim.accounting.rule import Rule
from treasury_sim.errors import InputError, Problem
from treasury_sim.report import words
from treasury_sim.report.close.checks import MONEY_TIES
from treasury_sim.report.close.lot_schedule import FIELDS, LotLine
from treasury_sim.report.close.observed import Observer
from treasury_sim.report.explain.explanation import LotTerm
from treasury_sim.report.explain.figures import Figures, written


def lot_terms(figures: Figures, line: str, lot: str | None = None) -> tuple[LotTerm, ...]:
    """Contribution of each lot to `line`, the largest first; with `lot`, that lot and its days.

    Raises
    ------
    InputError
        If no lot of that name was held in the quarter.
    """
    rows = figures.schedule
    if lot is not None:
        rows = [row for row in rows if row.lot == lot]
        if not rows:
            held = ", ".join(row.lot for row in figures.schedule[:12])
            held += " and so on" if len(figures.schedule) > 12 else ""
            expected = f"a lot that was held in {figures.label}"
            raise InputError([Problem("", None, "lot", expected, lot, f"Held: {held or 'none'}.")])
    terms = [_term(figures, line, row) for row in rows]
    shown = [term for term in terms if lot is not None or abs(term.amount) > MONEY_TIES]
    shown.sort(key=lambda term: -abs(term.amount))
    if lot is not None and len(rows) == 1:
        shown += _days(figures, rows[0])
    return tuple(shown)


def _term(figures: Figures, line: str, row: LotLine) -> LotTerm:
    amount = float(getattr(row, FIELDS[line]))
    return LotTerm(
        asset=row.asset,
        lot=row.lot,
        acquired=row.acquired,
        units=row.units_closing,
        unit_cost=row.unit_cost,
        price=row.test_price,
        day=row.test_day,
        source=row.test_source,
        amount=amount,
        formula=_formula(figures, line, row),
    )


def _formula(figures: Figures, line: str, row: LotLine) -> str:
    money = written
    if line in {"remeasurement_pl", "remeasurement_oci"}:
        other = -row.remeasurement_oci if line == "remeasurement_pl" else -row.remeasurement_pl
        terms = (-row.carrying_opening, -row.additions, row.disposed, -row.adoption, other)
        left = "".join(f" {'+' if term > 0.0 else '−'} {money(abs(term))}" for term in terms if term)
        return f"{_carried(figures, row)}{left} = {money(getattr(row, FIELDS[line]))}"
    if line == "carrying":
        return f"{_carried(figures, row)} = {money(row.carrying_closing)}"
    if line == "cost_basis":
        if abs(row.units_closing * row.unit_cost - row.cost) > MONEY_TIES:
            return f"{words.units(row.units_closing)} left of a lot whose days had other costs"
        return f"{words.units(row.units_closing)} × {words.price(row.unit_cost)} = {money(row.cost)}"
    if line == "accumulated_impairment":
        return f"{money(row.cost)} − {money(row.carrying_closing)} = {money(row.accumulated)}"
    return f"{words.units(row.units_closing)} held at the end"


def _carried(figures: Figures, row: LotLine) -> str:
    """The closing carrying amount by the rule, or only its amount where the rule works on parts of the lot."""
    rule = figures.rule(row.asset).rule
    if not row.units_closing:
        return "nothing left"
    unit = unit_carrying(rule, row.unit_cost, row.test_price)
    carried = f"{words.units(row.units_closing)} × {_per_unit(rule, row.unit_cost, row.test_price)}"
    if unit is None or abs(unit * row.units_closing - row.carrying_closing) > MONEY_TIES:
        return f"{written(row.carrying_closing)} carried"
    return carried


def unit_carrying(rule: Rule, cost: float, price: float) -> float | None:
    """Carrying amount of one unit [currency]; ``None`` where the rule uses more than a cost and a price."""
    if rule.price == "highest_since_permanent_fall" or rule.less_disposal_costs or rule.keeps_reserve:
        return None
    return min(cost, price) if rule.ceiling_at_cost else price


def _per_unit(rule: Rule, cost: float, price: float) -> str:
    return f"min({words.price(cost)}, {words.price(price)})" if rule.ceiling_at_cost else words.price(price)


def _days(figures: Figures, row: LotLine) -> Iterator[LotTerm]:
    """The days of a lot that was bought over a window, each tested on its own."""
    holding = figures.result.holdings[row.asset]
    ledger = holding.ledger
    if ledger.pooled:
        return
    number = ledger.lot_ids.index(row.lot)
    mark = int(figures.result.timeline.quarter_marks[figures.index])
    held = ledger.held(mark)
    parts = np.flatnonzero((ledger.lot == number) & (held > 0.0))
    if parts.size < 2:
        return
    rule = figures.rule(row.asset).rule
    observer = Observer(figures.close, row.asset)
    lot = holding.lots[number]
    opening = None if lot.opening is None else lot.opening.carrying
    for part in parts.tolist():
        day: date = figures.result.timeline.days[ledger.acquired[part]].astype(date)
        seen = observer.of_rule(rule, day, opening, None)
        units, cost = float(held[part]), float(ledger.unit_cost[part])
        unit = unit_carrying(rule, cost, seen.price)
        if unit is not None:
            yield LotTerm(
                asset=row.asset,
                lot=f"  of {row.lot}",
                acquired=day.isoformat(),
                units=units,
                unit_cost=cost,
                price=seen.price,
                day=seen.day,
                source=seen.source,
                amount=units * unit,
                formula=f"{words.units(units)} × {_per_unit(rule, cost, seen.price)} carried",
            )
