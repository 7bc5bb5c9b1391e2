"""The flash pack of a quarter end: the figures a CFO wants on the morning after, in one short table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, single
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.roll_forward import remeasurement_title
from treasury_sim.report.tables.table import Kind

Amount = float | None


@dataclass(frozen=True, slots=True)
class FlashLine:
    """One figure.

    Attributes
    ----------
    line
        Line of the statement, or ``average_cost`` and ``price``.
    asset
        Of which asset; empty for the holder.
    quarter, year_to_date
        Flows of the quarter and of the fiscal year to date; a balance is the same in both.
    """

    line: str
    asset: str
    title: str
    kind: Kind
    quarter: Amount
    year_to_date: Amount


def flash_pack(close: Close) -> list[FlashLine]:
    """The flash pack of the quarter."""
    periods = close.periods
    both = (periods.quarter, periods.year_to_date)
    statement = close.statements
    rows: list[FlashLine] = []
    for asset, held in statement.assets.items():
        rule = close.rule(asset)
        amounts = _over(both, "remeasurement_pl", dict(held.lines))
        title = f"{asset}: {remeasurement_title(rule, amounts)}"
        rows.append(FlashLine("remeasurement_pl", asset, title, "money", *amounts))
    for line, title in _FLOWS.items():
        amounts = _over(both, line, statement.lines)
        if any(amounts):
            rows.append(FlashLine(line, "", title or LINES[line].title, "money", *amounts))
    for line in _BALANCES:
        amount = single(periods.quarter, line, statement.lines)
        if amount or line == "carrying":
            rows.append(FlashLine(line, "", LINES[line].title, "money", amount, amount))
    for asset, held in statement.assets.items():
        lines = dict(held.lines)
        units, cost = (single(periods.quarter, line, lines) or 0.0 for line in ("units", "cost_basis"))
        quoted = held.prices[periods.quarter.quarters[0]]
        average = cost / units if units else None
        rows += [
            FlashLine("units", asset, f"{asset} held", "units", units, units),
            FlashLine("average_cost", asset, f"{asset}: average cost of a unit held", "price", average, average),
            FlashLine("price", asset, f"{asset} price, {quoted.source}", "price", quoted.price, quoted.price),
        ]
    return rows


_FLOWS = {
    "realised_pl": "",
    "pre_tax_income": "Income (loss) before tax",
    "income_tax": "Income tax benefit (expense)",
    "net_income": "Net income (loss)",
    "deferred_tax_on_holdings": "Deferred tax benefit (expense) on the holdings",
    "remeasurement_oci": "",
    "income_tax_oci": "",
    "equity_direct": "",
    "income_tax_equity": "",
}
"""Lines and headings that differ from the statement's: income before tax and the tax add up to net income."""

_BALANCES = (
    "carrying",
    "fair_value",
    "cost_basis",
    "accumulated_impairment",
    "revaluation_surplus",
    "deferred_tax_liability",
    "deferred_tax_asset",
    "valuation_allowance",
    "unrecognised_deferred_tax_asset",
)


def _over(periods: tuple[Period, Period], line: str, lines: Mapping[str, Floats | None]) -> tuple[Amount, Amount]:
    quarter, year_to_date = (single(period, line, lines) for period in periods)
    return quarter, year_to_date
