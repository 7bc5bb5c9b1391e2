"""The lines of a quarterly statement: name, words, and how quarters add up to a year.

Signs: every flow has the sign of its effect on income or equity, so impairment, losses, interest, preferred
dividends and tax expense are negative and a tax benefit is positive. Balances are positive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["flow", "opening", "balance", "per_share", "shares", "units"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the statement.

    Attributes
    ----------
    name
        Key in results and in `expect:`.
    title
        Name for people.
    kind
        Value over several quarters: ``flow``, the sum [currency]; ``opening``, that of the first quarter, and
        ``balance``, that of the last [currency]; ``units``, a balance [coins]; ``shares`` and ``per_share``, none.
    """

    name: str
    title: str
    kind: Kind

    @property
    def is_money(self) -> bool:
        """Whether the money unit of a scenario file applies to it."""
        return self.kind in {"flow", "opening", "balance"}


LINES: dict[str, Line] = {
    line.name: line
    for line in (
        Line("units", "Units held", "units"),
        Line("opening_carrying", "Opening carrying amount", "opening"),
        Line("additions", "Additions at cost", "flow"),
        Line("disposed_carrying", "Carrying amount of units sold", "flow"),
        Line("net_proceeds", "Net proceeds of disposals", "flow"),
        Line("carrying", "Carrying amount", "balance"),
        Line("cost_basis", "Cost basis", "balance"),
        Line("tax_basis", "Tax basis", "balance"),
        Line("fair_value", "Fair value", "balance"),
        Line("accumulated_impairment", "Accumulated impairment", "balance"),
        Line("revaluation_surplus", "Revaluation surplus", "balance"),
        Line("remeasurement_pl", "Remeasurement in profit or loss", "flow"),
        Line("remeasurement_oci", "Remeasurement in other comprehensive income", "flow"),
        Line("equity_direct", "Adoption of a new standard, before tax", "flow"),
        Line("realised_pl", "Gain or loss on disposals", "flow"),
        Line("realised_gain_disclosed", "Realised gain against cost (memo)", "flow"),
        Line("fee_expense", "Purchase fees expensed", "flow"),
        Line("coin_revenue", "Revenue received in coins", "flow"),
        Line("coin_expense", "Expenses paid in coins", "flow"),
        Line("loan_receivable", "Receivable for coins lent", "balance"),
        Line("loan_remeasurement", "Remeasurement of the receivable for coins lent", "flow"),
        Line("other_operating_income", "Other operating income", "flow"),
        Line("operating_income", "Operating income", "flow"),
        Line("interest", "Interest, net", "flow"),
        Line("pre_tax_income", "Income before tax", "flow"),
        Line("income_tax", "Income tax", "flow"),
        Line("deferred_tax_on_holdings", "Deferred tax on the holdings", "flow"),
        Line("deferred_tax_other", "Deferred tax on other assets: changed allowance, credit", "flow"),
        Line("current_tax_on_sales", "Current tax on disposals", "flow"),
        Line("minimum_tax", "Minimum tax on financial statement income", "flow"),
        Line("income_tax_oci", "Tax in other comprehensive income", "flow"),
        Line("income_tax_equity", "Tax on the adoption of a new standard", "flow"),
        Line("adoption_dta_reversal", "Adoption: deferred tax asset reversed", "flow"),
        Line("adoption_new_dtl", "Adoption: new deferred tax liability", "flow"),
        Line("equity_direct_net_of_tax", "Adoption of a new standard, net of tax", "flow"),
        Line("net_income", "Net income", "flow"),
        Line("comprehensive_income", "Comprehensive income", "flow"),
        Line("preferred_dividends", "Preferred dividends", "flow"),
        Line("net_income_common", "Net income to common shareholders", "flow"),
        Line("weighted_shares", "Weighted average shares", "shares"),
        Line("eps_basic", "Earnings per share, basic", "per_share"),
        Line("eps_diluted", "Earnings per share, diluted", "per_share"),
        Line("weighted_shares_year_to_date", "Weighted average shares, year to date", "shares"),
        Line("eps_basic_year_to_date", "Earnings per share of the year to date, basic", "per_share"),
        Line("eps_diluted_year_to_date", "Earnings per share of the year to date, diluted", "per_share"),
        Line("deferred_tax_liability", "Deferred tax liability on the holdings", "balance"),
        Line("deferred_tax_asset", "Deferred tax asset on the holdings", "balance"),
        Line("valuation_allowance", "Valuation allowance on it", "balance"),
        Line("unrecognised_deferred_tax_asset", "Deferred tax asset not recognised (memo)", "balance"),
        Line("capital_loss_carryforward", "Capital losses carried forward, before tax (memo)", "balance"),
        Line("other_deferred_tax_asset", "Other deferred tax assets", "balance"),
        Line("other_valuation_allowance", "Valuation allowance on other deferred tax assets", "balance"),
        Line("minimum_tax_credit", "Minimum tax credit carried forward", "balance"),
        Line("cash", "Cash, the reserve included", "balance"),
        Line("debt", "Debt, principal of loans and notes", "balance"),
        Line("preferred_stock", "Preferred stock, stated amount", "balance"),
        Line("unpaid", "Due and not paid", "balance"),
        Line("shares_outstanding", "Common shares outstanding", "shares"),
        Line("equity", "Equity", "balance"),
    )
}

YEAR_TO_DATE = {name: f"{name}_year_to_date" for name in ("weighted_shares", "eps_basic", "eps_diluted")}
"""A line that does not add up over quarters -> its line for the fiscal year up to a quarter."""

PARTS: Mapping[str, tuple[tuple[int, str], ...]] = {
    "carrying": (
        (1, "opening_carrying"),
        (1, "additions"),
        (-1, "disposed_carrying"),
        (1, "remeasurement_pl"),
        (1, "remeasurement_oci"),
        (1, "equity_direct"),
    ),
    "operating_income": (
        (1, "remeasurement_pl"),
        (1, "realised_pl"),
        (1, "fee_expense"),
        (1, "loan_remeasurement"),
        (1, "coin_revenue"),
        (1, "coin_expense"),
        (1, "other_operating_income"),
    ),
    "pre_tax_income": ((1, "operating_income"), (1, "interest")),
    "net_income": ((1, "pre_tax_income"), (1, "income_tax")),
    "comprehensive_income": ((1, "net_income"), (1, "remeasurement_oci"), (1, "income_tax_oci")),
    "net_income_common": ((1, "net_income"), (1, "preferred_dividends")),
    "realised_pl": ((1, "net_proceeds"), (-1, "disposed_carrying")),
    "equity_direct_net_of_tax": ((1, "equity_direct"), (1, "income_tax_equity")),
}
"""Line -> its parts, each with its sign in the sum."""


def leaves(line: str, stop: frozenset[str] = frozenset(), sign: int = 1) -> Iterator[tuple[int, str]]:
    """The leaves whose sum is `line`, each with its sign; lines in `stop` are not broken down."""
    if line in stop or line not in PARTS:
        yield sign, line
        return
    for part_sign, part in PARTS[line]:
        yield from leaves(part, stop, sign * part_sign)
