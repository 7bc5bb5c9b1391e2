"""`Framework`: an accounting rule with its citation and its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from treasury_sim.accounting.rule import Rule

TaxAsset = Literal["allowance", "unrecognised", "none"]
"""Treatment of a deferred tax asset that is not supported.

``allowance``
    The gross asset is recognised, with a valuation allowance against it (ASC 740-10-30-5; ASBJ Guidance 26).
``unrecognised``
    Only the supported part is recognised, without an allowance (IAS 12.24 and 12.34; FRS 102 s. 29.7).
``none``
    No asset is recognised unless the holder chooses to (HGB s. 274(1); the Swiss CO does not require one).
"""


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
