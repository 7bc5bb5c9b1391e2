"""From what has passed through income since units were acquired to what a statement needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.ledger import Ledger, sum_by_quarter
from treasury_sim.domain.ledger_lines import ledger_lines
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.frameworks.rule import AccountingPolicy, Rule
from treasury_sim.frameworks.unit_prices import entry_price, since_acquired


@dataclass(frozen=True)
class PassedThrough:
    """What units have passed through income since they were acquired, each (paths, quarters) [currency].

    Attributes
    ----------
    held_pl, held_oci
        The units held at each quarter end.
    released_pl, released_oci
        The units released in each quarter, up to their release.
    """

    held_pl: Floats
    held_oci: Floats
    released_pl: Floats
    released_oci: Floats


def measurement(
    passed: PassedThrough, ledger: Ledger, timeline: Timeline, marks: Marks, *, rule: Rule, policy: AccountingPolicy
) -> Measurement:
    """What a quarter brings: what has passed through at its end, less at its beginning, and on what left meanwhile."""
    at_entry = since_acquired(rule, policy, ledger.unit_cost, entry_price(ledger))
    entered_pl = sum_by_quarter(at_entry.pl * ledger.quantity, ledger.acquired, timeline)
    entered_oci = sum_by_quarter(at_entry.oci * ledger.quantity, ledger.acquired, timeline)
    lines = ledger_lines(ledger, timeline, marks)
    disposed = lines.released_cost + passed.released_pl + passed.released_oci
    zero = np.broadcast_to(0.0, passed.held_pl.shape)
    return Measurement(
        carrying=lines.cost_basis + passed.held_pl + passed.held_oci,
        remeasurement_pl=np.diff(passed.held_pl, prepend=0.0) + passed.released_pl - entered_pl,
        remeasurement_oci=np.diff(passed.held_oci, prepend=0.0) + passed.released_oci - entered_oci,
        equity_direct=zero,
        entered_above_cost=np.broadcast_to(entered_pl + entered_oci, zero.shape),
        disposed_carrying=disposed,
        realised_pl=lines.net - disposed,
        accumulated_impairment=-passed.held_pl if rule.ceiling_at_cost else zero,
        revaluation_surplus=passed.held_oci,
    )
