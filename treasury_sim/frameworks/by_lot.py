"""From a rule for one unit to the measurement of a ledger.

A rule says what has passed through profit or loss, and through other comprehensive income, since a unit was
bought. Added up over the units held at each quarter end and the units released in between, that is everything
a statement needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.ledger import Ledger, sum_by_quarter
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline


@dataclass(frozen=True)
class SinceBought:
    """What one unit has passed through since it was bought, for n parts: each (paths, n) [currency/coin]."""

    pl: Floats
    oci: Floats | None = None


UnitRuleAtQuarterEnd = Callable[[Ints, int], SinceBought]
"""Parts (n,) and a quarter -> what a unit of each has passed through at the end of that quarter."""

UnitRuleAtRelease = Callable[[], SinceBought]
"""-> the same for each release, just before the units leave."""


def measure_by_lot(
    ledger: Ledger,
    timeline: Timeline,
    at_quarter_end: UnitRuleAtQuarterEnd,
    at_release: UnitRuleAtRelease,
    *,
    is_cost_model: bool,
) -> Measurement:
    """Add a rule for one unit up over a ledger.

    Parameters
    ----------
    at_quarter_end, at_release
        The rule.
    is_cost_model
        Whether what passed through profit or loss accumulates as impairment.
    """
    held_pl, held_oci, held_cost, by_lot = _held(ledger, timeline, at_quarter_end)
    unit_cost = ledger.unit_cost[ledger.release_part]
    released = at_release()
    oci = np.zeros_like(released.pl) if released.oci is None else released.oci

    def by_quarter(per_unit: Floats) -> Floats:
        amounts = per_unit * ledger.release_quantity
        return np.stack([sum_by_quarter(path, ledger.release_mark, timeline) for path in amounts])

    disposed = by_quarter(unit_cost + released.pl + oci)
    net = sum_by_quarter(ledger.release_net, ledger.release_mark, timeline)
    zero = np.zeros_like(held_pl)
    return Measurement(
        carrying=held_cost + held_pl + held_oci,
        remeasurement_pl=np.diff(held_pl, prepend=0.0) + by_quarter(released.pl),
        remeasurement_oci=np.diff(held_oci, prepend=0.0) + by_quarter(oci),
        equity_direct=zero,
        disposed_carrying=disposed,
        realised_pl=net - disposed,
        accumulated_impairment=-held_pl if is_cost_model else zero,
        revaluation_surplus=held_oci,
        lot_carrying=by_lot,
    )


def _held(
    ledger: Ledger, timeline: Timeline, at_quarter_end: UnitRuleAtQuarterEnd
) -> tuple[Floats, Floats, Floats, Floats | None]:
    """What is held at quarter ends: P&L and OCI since purchase, cost, and carrying amount by lot.

    Returns
    -------
    tuple
        P&L and OCI (paths, quarters), cost (quarters,), carrying amount (lots, quarters) [currency].
    """
    pl, oci, cost, by_lot = [], [], [], []
    for quarter, mark in enumerate(timeline.quarter_marks):
        quantity = ledger.held(int(mark))
        parts = np.flatnonzero(quantity)
        unit = at_quarter_end(parts, quarter)
        unit_oci = np.zeros_like(unit.pl) if unit.oci is None else unit.oci
        pl.append(unit.pl @ quantity[parts])
        oci.append(unit_oci @ quantity[parts])
        cost.append(float(ledger.unit_cost[parts] @ quantity[parts]))
        carrying = (ledger.unit_cost[parts] + unit.pl[0] + unit_oci[0]) * quantity[parts]
        by_lot.append(np.bincount(ledger.lot[parts], weights=carrying, minlength=len(ledger.lot_ids)))
    is_single_path = pl[0].size == 1
    return (
        np.stack(pl, axis=1),
        np.stack(oci, axis=1),
        np.array(cost),
        np.stack(by_lot, axis=1) if is_single_path else None,
    )
