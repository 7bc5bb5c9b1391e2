"""The chart of accounts: one table from statement line to account to XBRL element, and the user's own names.

XBRL elements are those of the US GAAP taxonomy that filings of bitcoin holders use (2024 and later); where no standard
element is known there is none. They apply to US GAAP frameworks only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from treasury_sim.accounting import Framework
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.lookup import nearest
from treasury_sim.errors import InputError
from treasury_sim.report import words
from treasury_sim.scenario.source.reader import read_yaml

Category = Literal["Assets", "Liabilities", "Equity", "Income", "Expenses"]

THE_RULES_LOSS, THE_RULES_GAIN = "{loss}", "{gain}"
"""Placeholders for the framework's names of losses and gains."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account.

    Attributes
    ----------
    key
        Name in an account map.
    name
        Name in journals, unless an account map changes it.
    category
        Where it stands. Assets and expenses are increased by debits, the others by credits.
    line
        The line of the statement that its balance, or its activity, gives or is part of; empty for cash.
    xbrl
        Element of the US GAAP taxonomy, if one is known.
    by_asset
        Whether each asset has a separate account.
    """

    key: str
    name: str
    category: Category
    line: str = ""
    xbrl: str | None = None
    by_asset: bool = False

    @property
    def debit_sign(self) -> int:
        """+1 if a debit increases it."""
        return 1 if self.category in {"Assets", "Expenses"} else -1


_CRYPTO_GAIN = "us-gaap:CryptoAssetRealizedAndUnrealizedGainLossOperating"

ACCOUNTS: dict[str, Account] = {
    account.key: account
    for account in (
        Account("cash", "Cash", "Assets", "", "us-gaap:CashAndCashEquivalentsAtCarryingValue"),
        Account("digital_assets", "Digital assets", "Assets", "carrying", "us-gaap:CryptoAssetFairValue", True),
        Account("accumulated_impairment", "Accumulated impairment", "Assets", "accumulated_impairment", None, True),
        Account("loan_receivable", "Crypto loan receivable", "Assets", "loan_receivable", None, True),
        Account(
            "deferred_tax_asset",
            "Deferred tax asset",
            "Assets",
            "deferred_tax_asset",
            "us-gaap:DeferredIncomeTaxAssetsNet",
        ),
        Account(
            "valuation_allowance",
            "Valuation allowance on deferred tax assets",
            "Assets",
            "valuation_allowance",
            "us-gaap:DeferredTaxAssetsValuationAllowance",
        ),
        Account(
            "other_valuation_allowance",
            "Valuation allowance on other deferred tax assets",
            "Assets",
            "other_valuation_allowance",
        ),
        Account("minimum_tax_credit", "Minimum tax credit", "Assets", "minimum_tax_credit"),
        Account(
            "deferred_tax_liability",
            "Deferred tax liability",
            "Liabilities",
            "deferred_tax_liability",
            "us-gaap:DeferredIncomeTaxLiabilitiesNet",
        ),
        Account("income_tax_payable", "Income tax payable", "Liabilities", "income_tax"),
        Account(
            "retained_earnings",
            "Retained earnings",
            "Equity",
            "equity_direct_net_of_tax",
            "us-gaap:RetainedEarningsAccumulatedDeficit",
        ),
        Account("revaluation_surplus", "Revaluation surplus", "Equity", "revaluation_surplus", None, True),
        Account("revaluation_surplus_tax", "Revaluation surplus, deferred tax", "Equity", "income_tax_oci"),
        Account("opening_balances", "Opening balances", "Equity"),
        Account(
            "preferred_dividends",
            "Preferred dividends",
            "Equity",
            "preferred_dividends",
            "us-gaap:PreferredStockDividendsIncomeStatementImpact",
        ),
        Account("remeasurement_gain", THE_RULES_GAIN, "Income", "remeasurement_pl", _CRYPTO_GAIN, True),
        Account("disposal_gain", "Gain on disposal of digital assets", "Income", "realised_pl", None, True),
        Account("coin_revenue", "Revenue received in coins", "Income", "coin_revenue", "us-gaap:Revenues", True),
        Account("loan_gain", "Gain on crypto loan receivable", "Income", "loan_remeasurement", None, True),
        Account(
            "other_operating_income",
            "Other operating income",
            "Income",
            "other_operating_income",
            "us-gaap:OtherOperatingIncomeExpenseNet",
        ),
        Account("interest_income", "Interest income", "Income", "interest", "us-gaap:InvestmentIncomeInterest"),
        Account("remeasurement_loss", THE_RULES_LOSS, "Expenses", "remeasurement_pl", _CRYPTO_GAIN, True),
        Account("disposal_loss", "Loss on disposal of digital assets", "Expenses", "realised_pl", None, True),
        Account("transaction_fees", "Transaction fees", "Expenses", "fee_expense", None, True),
        Account("coin_expense", "Expenses paid in coins", "Expenses", "coin_expense", None, True),
        Account("loan_loss", "Loss on crypto loan receivable", "Expenses", "loan_remeasurement", None, True),
        Account(
            "other_operating_expense",
            "Other operating expense",
            "Expenses",
            "other_operating_income",
            "us-gaap:OtherOperatingIncomeExpenseNet",
        ),
        Account("interest_expense", "Interest expense", "Expenses", "interest", "us-gaap:InterestExpense"),
        Account(
            "deferred_tax",
            "Deferred income tax expense",
            "Expenses",
            "deferred_tax_on_holdings",
            "us-gaap:DeferredIncomeTaxExpenseBenefit",
        ),
        Account("deferred_tax_other", "Deferred income tax expense on other assets", "Expenses", "deferred_tax_other"),
        Account(
            "current_tax",
            "Current income tax expense",
            "Expenses",
            "income_tax",
            "us-gaap:CurrentIncomeTaxExpenseBenefit",
        ),
    )
}
"""Every account, by its key."""

IMPAIRMENT_XBRL = "us-gaap:ImpairmentOfIntangibleAssetsExcludingGoodwill"
"""The element of a remeasurement loss where the rule is cost less impairment."""

LINE_XBRL: dict[str, str] = {
    "units": "us-gaap:CryptoAssetNumberOfUnits",
    "additions": "us-gaap:CryptoAssetAddition",
    "disposed_carrying": "us-gaap:CryptoAssetDisposition",
    "cost_basis": "us-gaap:CryptoAssetCost",
    "fair_value": "us-gaap:CryptoAssetFairValue",
    "operating_income": "us-gaap:OperatingIncomeLoss",
    "income_tax": "us-gaap:IncomeTaxExpenseBenefit",
    "net_income": "us-gaap:NetIncomeLoss",
    "comprehensive_income": "us-gaap:ComprehensiveIncomeNetOfTax",
    "net_income_common": "us-gaap:NetIncomeLossAvailableToCommonStockholdersBasic",
    "weighted_shares": "us-gaap:WeightedAverageNumberOfSharesOutstandingBasic",
    "eps_basic": "us-gaap:EarningsPerShareBasic",
    "eps_diluted": "us-gaap:EarningsPerShareDiluted",
    "equity": "us-gaap:StockholdersEquity",
}
"""Elements of the lines that no single account gives."""


@dataclass(frozen=True, slots=True)
class LineAccounts:
    """One line of the statement: its words, the accounts that give it, and its element."""

    line: str
    title: str
    accounts: tuple[str, ...]
    xbrl: str | None


def line_accounts() -> tuple[LineAccounts, ...]:
    """The table: every line of the statement, the accounts whose balance or activity it is, and its XBRL element."""
    rows = []
    for name, line in LINES.items():
        accounts = [account for account in ACCOUNTS.values() if account.line == name]
        element = LINE_XBRL.get(name) or next((a.xbrl for a in accounts if a.xbrl), None)
        rows.append(LineAccounts(name, line.title, tuple(a.key for a in accounts), element))
    return tuple(rows)


@dataclass(frozen=True)
class AccountMap:
    """Account names of a holder's ledger; an account without one keeps the standard name.

    Attributes
    ----------
    names
        Name by account key; `treasury-sim close --print-accounts` lists the keys.

    Examples
    --------
    >>> from treasury_sim import AccountMap, close_pack, run
    >>> pack = close_pack(run("kulr_2025"), accounts=AccountMap({"cash": "1510 Bitcoin"}))
    >>> any("1510 Bitcoin" in str(cell) for row in pack.journal.rows for cell in row.cells)
    True
    """

    names: Mapping[str, str]

    def name(self, key: str, framework: Framework, asset: str = "") -> str:
        """Name the account `key` for `asset`, in the words of `framework` where the rule names it."""
        name = self.names.get(key, ACCOUNTS[key].name)
        name = {THE_RULES_LOSS: framework.loss_name, THE_RULES_GAIN: framework.gain_name}.get(name, name)
        return f"{words.sentence(name)}:{asset}" if asset else words.sentence(name)


STANDARD = AccountMap({})
"""The names of this table."""


def read_account_map(text: str, where: str) -> AccountMap:
    """Read an account map: a YAML mapping from account key to name.

    Parameters
    ----------
    where
        The file's name, as it is to stand in messages.

    Raises
    ------
    InputError
        If a key is unknown or a name is empty.
    """
    tree = read_yaml(text, where, "an account map")
    problems = list(tree.problems)
    names: dict[str, str] = {}
    for key, value in tree.values.items():
        if key not in ACCOUNTS:
            fix = nearest(str(key), list(ACCOUNTS))
            problems.append(tree.problem((key,), "the key of an account", str(key), fix))
        elif isinstance(value, (dict, list)) or value is None or not str(value).strip(" :"):
            problems.append(tree.problem((key,), "the name of an account", fix="Write a name, such as 1500 Bitcoin."))
        else:
            names[str(key)] = value if isinstance(value, str) else tree.places[key,].text
    if problems:
        raise InputError(problems)
    return AccountMap(names)


def account_map_text() -> str:
    """The standard account map as YAML, each account with the line that it gives."""
    width = max(len(f"{key}: {account.name}") for key, account in ACCOUNTS.items()) + 4
    lines = [
        "# Names of accounts: change the text after the colon; leave out accounts that keep their names.",
        "# {loss} and {gain} stand for the accounting framework's names of losses and gains.",
    ]
    category = ""
    for key, account in ACCOUNTS.items():
        if account.category != category:
            category = account.category
            lines.append(f"# {category}")
        what = ", ".join([account.line or "no line of the statement", *([account.xbrl] if account.xbrl else [])])
        entry = f'{key}: "{account.name}"'
        lines.append(f"{entry:<{width}}# {what}")
    return "\n".join(lines) + "\n"
