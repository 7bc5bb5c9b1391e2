"""`Framework`: an accounting rule with its citation and its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeVar

import numpy as np

from treasury_sim.domain.arrays import Ints
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.sold_in_order import MONEY
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.frameworks.by_ladder import LadderMeasure
from treasury_sim.frameworks.by_lot import measure_by_lot
from treasury_sim.frameworks.by_order import OrderMeasure
from treasury_sim.frameworks.by_path import MeasurerOnPaths, path_measurer
from treasury_sim.frameworks.by_pool import measure_by_pool
from treasury_sim.frameworks.rule import AccountingPolicy, Rule

TaxAsset = Literal["allowance", "unrecognised", "none"]
"""Treatment of a deferred tax asset that is not supported.

``allowance``
    The gross asset is recognised, with a valuation allowance against it (ASC 740-10-30-5; ASBJ Guidance 26).
``unrecognised``
    Only the supported part is recognised, without an allowance (IAS 12.24 and 12.34; FRS 102 s. 29.7).
``none``
    No asset is recognised unless the holder chooses to (HGB s. 274(1); the Swiss CO does not require one).
"""


Measurer = Callable[[Marks], Measurement]
"""Measures on the paths of marks."""

T = TypeVar("T")
"""The input of a measurer: marks, or a ledger on them."""


@dataclass(frozen=True)
class Framework:
    """One accounting framework.

    Attributes
    ----------
    key
        Name in scenarios.
    title
        Name for people.
    citation
        The standard and its paragraphs.
    summary
        The rule in one sentence.
    loss_name, gain_name
        Name of a remeasurement in profit or loss, in the standard's words: impairment only where it is an impairment.
    effective
        When the rule is in force, in words.
    rule
        The rule.
    predecessor
        The framework in force before the adoption date, where this framework spans the adoption of a new standard.
    tax_asset
        Treatment of a deferred tax asset that is not supported, see `TaxAsset`.
    """

    key: str
    title: str
    citation: str
    summary: str
    loss_name: str
    gain_name: str
    effective: str
    rule: Rule
    predecessor: Framework | None = None
    tax_asset: TaxAsset = "allowance"

    def measure(self, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy) -> Measurement:
        """Measure one asset.

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
        return self.measurer(ledger, timeline, apart, policy)(apart)

    def measurer(self, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy) -> Measurer:
        """Return `measure` for any marks with the same shared part as `marks`; path-independent work is done once."""
        return self.with_predecessor(
            lambda rule, own: rule_measurer(rule, own, timeline, marks, policy), ledger, timeline, policy
        )

    def measurer_on_paths(
        self, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy, *, sales: Sequence[int]
    ) -> MeasurerOnPaths:
        """Return `measurer` where different units leave on each path, see `by_path.path_measurer`."""
        return self.with_predecessor(
            lambda rule, own: path_measurer(rule, own, timeline, marks, policy, sales=sales), ledger, timeline, policy
        )

    def with_predecessor(
        self,
        measurer_of: Callable[[Rule, Ledger], Callable[[T], Measurement]],
        ledger: Ledger,
        timeline: Timeline,
        policy: AccountingPolicy,
    ) -> Callable[[T], Measurement]:
        """Return a function that measures by the rule, and by the predecessor's rule before the adoption."""
        if self.predecessor is None:
            return measurer_of(self.rule, ledger)
        # A typed balance follows the rule in force on its date: the successor disregards those before the adoption.
        is_before = timeline.quarter_of_mark[ledger.acquired] < policy.adoption_quarter
        own = replace(ledger, opening=np.where(is_before, np.nan, ledger.opening))
        after = measurer_of(self.rule, own)
        before = self.predecessor.with_predecessor(measurer_of, ledger, timeline, policy)
        released_in = timeline.quarter_of_mark[ledger.release_mark]
        return lambda given: _adopt(before(given), after(given), policy.adoption_quarter, released_in)

    @property
    def family(self) -> str:
        """The issuer of the standards: ``us``, ``ifrs``, ``jgaap``, ``hgb``, ``frs102`` or ``swiss``."""
        return self.key.partition("_")[0]

    @property
    def interim(self) -> str:
        """How quarters relate to the year, in words."""
        if not self.rule.may_be_year_to_date:
            return "Each quarter is final; quarters add up to the year."
        return (
            "A loss of one quarter may be reversed in a later one; with `accounting.interim: year_to_date` an interim "
            "measurement does not bind the year (IAS 34.28)."
        )

    def in_force(self, *, adopted: bool) -> Framework:
        """The framework whose words apply before or after the adoption."""
        return self.predecessor if self.predecessor and not adopted else self

    def remeasurement_name(self, amount: float, *, adopted: bool) -> str:
        """Name the remeasurement line by its sign, in the words of the rule in force."""
        framework = self.in_force(adopted=adopted)
        return framework.loss_name if amount <= 0.0 else framework.gain_name


def rule_measurer(rule: Rule, ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy) -> Measurer:
    """Measure `ledger` by `rule`, lot by lot or as one unit of account as the ledger says."""
    if not ledger.pooled and marks.paths > 1:
        kind = OrderMeasure if (ledger.release_follows == MONEY).any() else LadderMeasure
        return kind(rule, ledger, timeline, marks, policy)
    apply = measure_by_pool if ledger.pooled else measure_by_lot
    return lambda given: apply(rule, ledger, timeline, given, policy)


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
