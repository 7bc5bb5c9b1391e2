"""Apply an accounting framework to a ledger: choose the kernel; before adoption the predecessor's rule holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import AccountingPolicy, Rule
from treasury_sim.domain.arrays import Ints
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.sold_in_order import MONEY
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.measure.by_ladder import LadderMeasure
from treasury_sim.measure.by_lot import measure_by_lot
from treasury_sim.measure.by_order import OrderMeasure
from treasury_sim.measure.by_path import MeasurerOnPaths, path_measurer
from treasury_sim.measure.by_pool import measure_by_pool

Measurer = Callable[[Marks], Measurement]
"""Measures on the paths of marks."""

T = TypeVar("T")
"""The input of a measurer: marks, or a ledger on them."""


def measure(
    framework: Framework, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy
) -> Measurement:
    """Measure one asset under `framework`.

    Parameters
    ----------
    ledger
        The books; ``ledger.pooled`` decides whether lots or the whole asset are the unit of account.
    marks
        (paths, marks) and (paths, quarters) prices [currency/unit].

    Returns
    -------
    Measurement
        Every array (paths, quarters) [currency].
    """
    apart = marks.apart(timeline.quarter_marks) if marks.paths > 1 else marks
    return measurer(framework, ledger, timeline, apart, policy)(apart)


def measurer(
    framework: Framework, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy
) -> Measurer:
    """Return `measure` for any marks with the same shared part as `marks`; path-independent work is done once."""
    return _with_predecessor(
        framework, lambda rule, own: rule_measurer(rule, own, timeline, marks, policy), ledger, timeline, policy
    )


def measurer_on_paths(
    framework: Framework,
    ledger: Ledger,
    timeline: Timeline,
    marks: Marks,
    policy: AccountingPolicy,
    *,
    sales: Sequence[int],
) -> MeasurerOnPaths:
    """Return `measurer` where different units leave on each path, see `by_path.path_measurer`."""
    return _with_predecessor(
        framework,
        lambda rule, own: path_measurer(rule, own, timeline, marks, policy, sales=sales),
        ledger,
        timeline,
        policy,
    )


def rule_measurer(rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy) -> Measurer:
    """Measure `ledger` by `rule`, lot by lot or as one unit of account as the ledger says."""
    if not ledger.pooled and marks.paths > 1:
        kind = OrderMeasure if (ledger.release_follows == MONEY).any() else LadderMeasure
        return kind(rule, ledger, timeline, marks, policy)
    apply = measure_by_pool if ledger.pooled else measure_by_lot
    return lambda given: apply(rule, ledger, timeline, given, policy)


def _with_predecessor(
    framework: Framework,
    measurer_of: Callable[[Rule, Ledger], Callable[[T], Measurement]],
    ledger: Ledger,
    timeline: Timeline,
    policy: AccountingPolicy,
) -> Callable[[T], Measurement]:
    """Return a function that measures by the rule, and by the predecessor's rule before the adoption."""
    if framework.predecessor is None:
        return measurer_of(framework.rule, ledger)
    # A typed balance follows the rule in force on its date: the successor disregards those before the adoption.
    is_before = timeline.quarter_of_mark[ledger.acquired] < policy.adoption_quarter
    own = replace(ledger, opening=np.where(is_before, np.nan, ledger.opening))
    after = measurer_of(framework.rule, own)
    before = _with_predecessor(framework.predecessor, measurer_of, ledger, timeline, policy)
    released_in = timeline.quarter_of_mark[ledger.release_mark]
    return lambda given: _adopt(before(given), after(given), policy.adoption_quarter, released_in)


def _adopt(before: Measurement, after: Measurement, adoption: int, released_in: Ints) -> Measurement:
    """Splice the old measurement before quarter `adoption` and the new one from it on; the step goes to equity."""
    quarters = after.carrying.shape[1]
    released_new = released_in >= adoption
    is_new = np.arange(quarters) >= adoption
    spliced: dict[str, Any] = {}
    for field in fields(Measurement):
        old, new = getattr(before, field.name), getattr(after, field.name)
        choose = released_new if field.name.startswith("release_") else is_new
        spliced[field.name] = None if old is None or new is None else np.where(choose, new, old)
    if 1 <= adoption < quarters:
        step = after.carrying[:, adoption - 1] - before.carrying[:, adoption - 1]
        spliced["equity_direct"][:, adoption] = step
        if before.lot_carrying is not None and after.lot_carrying is not None:
            by_lot = after.lot_carrying[:, adoption - 1] - before.lot_carrying[:, adoption - 1]
            spliced["lot_equity_direct"][:, adoption] = by_lot
    return Measurement(**spliced)
