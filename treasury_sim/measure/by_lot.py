"""Measures lots by a rule, lot by lot: the plain way, to which the kernels for many paths are held.

Computed: what one unit has passed through income since it was acquired, which follows in closed form from its cost and
the price at which the rule measures it. Summed over the units held at each quarter end and the units released in
between, that gives every figure of a statement; no carrying amount is tracked from day to day.
`by_ladder` does the same for many paths. Law: equal to a loop over days and lots (tests/laws/plain.py).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from treasury_sim.accounting.rule import AccountingPolicy, Rule
from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.ledger import Ledger, sum_by_quarter
from treasury_sim.domain.ledger_lines import ledger_lines
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.measure.cumulative import CumulativeChange, entered, measurement
from treasury_sim.measure.unit_prices import UnitPrices, carried_at, since_acquired


def measure_by_lot(
    rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy
) -> Measurement:
    """Measure `ledger` by `rule`, lot by lot."""
    prices = UnitPrices(rule, ledger, timeline, marks, policy)
    shape = marks.quarter_end.shape
    held_pl, held_oci, released_pl, released_oci = (np.zeros(shape) for _ in range(4))
    by_lot, surplus_by_lot = (np.zeros((len(ledger.lot_ids), shape[1])) for _ in range(2))

    def lots(lot: Ints, amounts: Floats) -> Floats:
        return np.bincount(lot, weights=amounts, minlength=len(ledger.lot_ids)).astype(float)

    for quarter, mark in enumerate(timeline.quarter_marks):
        quantity = ledger.held(int(mark))
        parts = np.flatnonzero(quantity)
        units, cost, lot = quantity[parts], ledger.unit_cost[parts], ledger.lot[parts]
        price = prices.at_quarter_end(parts, quarter)
        held = since_acquired(rule, policy, cost, price)
        held_pl[:, quarter] = held.pl @ units
        held_oci[:, quarter] = held.oci @ units
        by_lot[:, quarter] = lots(lot, carried_at(rule, policy, cost, price)[0] * units)
        surplus_by_lot[:, quarter] = lots(lot, held.oci[0] * units)
    cost, units = ledger.unit_cost[ledger.release_part], ledger.release_quantity
    price = prices.at_release()
    released = since_acquired(rule, policy, cost, price)
    for total, amounts in ((released_pl, released.pl), (released_oci, released.oci)):
        total[:] = np.stack([sum_by_quarter(path * units, ledger.release_mark, timeline) for path in amounts])
    passed = CumulativeChange(held_pl, held_oci, released_pl, released_oci)
    measured = measurement(rule, passed, ledger_lines(ledger, timeline, marks), entered(rule, policy, ledger, timeline))
    if shape[0] > 1:
        return measured
    return replace(
        measured,
        release_carrying=carried_at(rule, policy, cost, price)[0] * units,
        lot_carrying=by_lot,
        release_surplus=released.oci[0] * units,
        lot_surplus=surplus_by_lot,
        lot_equity_direct=np.zeros_like(by_lot),
    )
