"""From the amounts that units have passed through income since they were acquired to the lines of a statement.

The movement of a quarter is a difference of totals: passed through on units held at its end, less at its beginning,
plus on units released in between. No carrying amount is rolled forward, so quarters are computed independently.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from treasury_sim.accounting.rule import AccountingPolicy, Rule
from treasury_sim.domain.arrays import Floats, less
from treasury_sim.domain.ledger import Ledger, sum_by_quarter
from treasury_sim.domain.ledger_lines import LedgerLines
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.measure.unit_prices import SinceAcquired, entry_price, since_acquired


@dataclass(frozen=True)
class CumulativeChange:
    """Amounts passed through income since acquisition, (paths, quarters) or (1, quarters) [currency].

    Attributes
    ----------
    held_pl, held_oci
        On the units held at each quarter end; `held_pl` has a row for every path.
    released_pl, released_oci
        On the units released in each quarter, up to their release.
    """

    held_pl: Floats
    held_oci: Floats
    released_pl: Floats
    released_oci: Floats


NO_CHANGE = CumulativeChange(*(np.zeros((1, 1)) for _ in range(4)))


def entered(rule: Rule, policy: AccountingPolicy, ledger: Ledger, timeline: Timeline) -> SinceAcquired:
    """Amounts that units with a typed balance passed through before they entered, by quarter of entry, (quarters,)."""
    unit = since_acquired(rule, policy, ledger.unit_cost, entry_price(ledger))
    return SinceAcquired(
        sum_by_quarter(unit.pl * ledger.quantity, ledger.acquired, timeline),
        sum_by_quarter(unit.oci * ledger.quantity, ledger.acquired, timeline),
    )


NOTHING_ENTERED = SinceAcquired(np.zeros(1), np.zeros(1))
"""The amounts of `entered` where no balance is typed."""


def measurement(rule: Rule, passed: CumulativeChange, lines: LedgerLines, before: SinceAcquired) -> Measurement:
    """Compute the measurement of each quarter from cumulative amounts.

    Parameters
    ----------
    before
        Amounts of `entered`: they were passed through before the units entered, so not in any quarter.
    """
    disposed = lines.released_cost + passed.released_pl + passed.released_oci
    shape = passed.held_pl.shape
    remeasurement_pl = _change(passed.held_pl)
    remeasurement_pl += passed.released_pl - before.pl
    zero = np.broadcast_to(0.0, shape)
    return Measurement(
        carrying=passed.held_pl + (lines.cost_basis + passed.held_oci),
        remeasurement_pl=remeasurement_pl,
        remeasurement_oci=np.broadcast_to(_change(passed.held_oci) + (passed.released_oci - before.oci), shape),
        equity_direct=zero,
        entered_above_cost=np.broadcast_to(before.pl + before.oci, shape),
        disposed_carrying=np.broadcast_to(disposed, shape),
        realised_pl=np.broadcast_to(less(lines.net, disposed), shape),
        accumulated_impairment=-passed.held_pl if rule.ceiling_at_cost else zero,
        revaluation_surplus=np.broadcast_to(passed.held_oci, shape),
    )


def _change(balance: Floats) -> Floats:
    """The change of a balance over each quarter, (paths, quarters)."""
    # Without the copy that `numpy.diff` makes to prepend a zero.
    change = np.empty_like(balance)
    change[:, 0] = balance[:, 0]
    np.subtract(balance[:, 1:], balance[:, :-1], out=change[:, 1:])
    return change
