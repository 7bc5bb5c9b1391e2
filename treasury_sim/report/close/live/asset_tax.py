"""The lines of the sheet By asset that only tax uses."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from treasury_sim.domain.ledger import Ledger
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.live.block import FromRun
from treasury_sim.report.close.live.lot_sheets import LotSheets
from treasury_sim.report.close.live.terms import ZERO, Term, total
from treasury_sim.report.close.live.workings import Workings

FOR_TAX = {
    "tax_opening": "Tax basis, opening",
    "tax_came": "Tax basis of acquisitions",
    "tax_basis_released": "Tax basis of disposals",
    "tax_basis": "Tax basis",
    "taxable_proceeds": "Proceeds for tax",
    "returned": "Returned from loans",
    "loan_opening": "Coins on loan, opening",
    "deferred_opening": "Basis of deferred tax, opening",
    "deferred_came": "Basis of deferred tax, acquisitions",
    "deferred_tax_basis": "Basis of deferred tax",
    "taxed_at_once": "Cost less tax basis of purchases, taxed at once",
    "initial_difference": "Carrying amount less tax basis of acquisitions whose tax bypasses income",
    "surplus_opening": "Revaluation surplus, opening",
    "unrealised_at_fair_value": "Unrealised gains and losses at fair value in income",
}
"""Lines that only tax uses, and their headings."""


POOL = "one unit of account: the run measures the asset as a whole"
LOANS = "coins on loan are not among the lots of this book"
POOLED_TAX = "the tax cost is an average over all units, or over a wallet, computed by the run"

_WEIGHTS = {
    "tax_opening": "tax_opening",
    "tax_came": "tax_came",
    "tax_basis_released": "tax_gone",
    "tax_basis": "tax_closing",
}
"""Line of the tax ledger -> the column of the sheet Lots with the units in it."""

_LIKE_TAX = {"deferred_opening": "tax_opening", "deferred_came": "tax_came", "deferred_tax_basis": "tax_basis"}
"""Line of deferred tax -> the one of the tax ledger that it equals where every basis is the cost."""

_OF_ASSET = {"loan_opening": "loan_receivable", "surplus_opening": "revaluation_surplus"}
"""Opening -> the balance that it is."""


Above = Callable[[str], Term]
"""A line of the same asset, higher up in the sheet."""


def _initial_difference(above: Above) -> Term:
    return above("additions") - total(*map(above, ("fee_expense", "deferred_came", "taxed_at_once", "returned")))


class AssetTax:
    """Bases, proceeds and differences for tax, asset by asset."""

    def __init__(self, close: Close, of: Workings, sheets: LotSheets) -> None:
        self._close, self._of, self._sheets = close, of, sheets

    def term(self, line: str, asset: str, above: Above) -> Term | FromRun:
        """One line of `FOR_TAX`, a formula or a value from the run.

        Parameters
        ----------
        above
            The lines higher up, by their keys.
        """
        ledger = self._of.assets[asset].passed.tax
        if line in _WEIGHTS:
            return self._tax_basis(line, asset, ledger, "tax_basis")
        lines: dict[str, Callable[[], Term | FromRun]] = {
            **{name: partial(self._deferred_basis, name, asset, above) for name in _LIKE_TAX},
            "initial_difference": lambda: _initial_difference(above),
            "taxed_at_once": lambda: self._taxed_at_once(asset),
            "unrealised_at_fair_value": lambda: self._unrealised(asset, above),
            "taxable_proceeds": lambda: self._proceeds(asset, ledger),
            "loan_opening": lambda: FromRun(self._opening(line, asset), LOANS),
            "returned": lambda: self._returned(asset),
            "surplus_opening": lambda: self._surplus_opening(asset),
        }
        return lines[line]()

    def _returned(self, asset: str) -> Term | FromRun:
        working = self._of.assets[asset]
        if working.is_pool:
            return FromRun(float(working.passed.flows["returned"][0, self._of.quarter]), POOL)
        return self._sheets.tests.block.sum_of("additions", asset, "return")

    def _surplus_opening(self, asset: str) -> Term | FromRun:
        if self._of.assets[asset].is_pool:
            return FromRun(self._opening("surplus_opening", asset), POOL)
        return self._sheets.tests.block.sum_of("surplus_opening", asset)

    def _opening(self, line: str, asset: str) -> float:
        lines, quarter = self._close.statements.assets[asset].lines, self._of.quarter
        return float(lines[_OF_ASSET[line]][0, quarter - 1]) if quarter else 0.0

    def _proceeds(self, asset: str, ledger: Ledger) -> Term | FromRun:
        """Proceeds of all disposals except loans."""
        working = self._of.assets[asset]
        went = working.timeline.quarter_of_mark[ledger.release_mark] == self._of.quarter
        if working.is_pool:
            return FromRun(float(ledger.release_net[went].sum()), POOL)
        out = self._sheets.disposals
        return out.sum_of("net", asset) - out.sum_of("net", asset, "loan")

    def _unrealised(self, asset: str, above: Above) -> Term | FromRun:
        """Remeasurement less the realised part, that of disposals above cost; none under a cost model."""
        working = self._of.assets[asset]
        if working.framework.rule.ceiling_at_cost:
            return ZERO
        if working.is_pool:
            lines = self._close.statements.assets[asset].lines
            return FromRun(float(lines["unrealised_at_fair_value"][0, self._of.quarter]), POOL)
        cost = self._sheets.disposals.sum_of("cost_out", asset)
        return above("remeasurement_pl") - (above("disposed_carrying") - cost)

    def _deferred_basis(self, line: str, asset: str, above: Above) -> Term | FromRun:
        """The basis that deferred tax goes by.

        A tax basis that is not the cost is a difference at the start, which is exempt outside US GAAP: deferred tax
        goes by the price paid there.
        """
        working, same = self._of.assets[asset], _LIKE_TAX[line]
        typed = working.passed.tax_at_cost
        if typed is None or working.framework.family == "us":
            return above(same)
        return self._tax_basis(same, asset, typed, "paid")

    def _taxed_at_once(self, asset: str) -> Term | FromRun:
        """Under US GAAP, cost less tax basis of purchases, see `engine.statements`."""
        working = self._of.assets[asset]
        ledger, typed = working.passed.tax, working.passed.tax_at_cost
        if typed is None or working.framework.family != "us":
            return ZERO
        if ledger.pooled:
            came = working.timeline.quarter_of_mark[ledger.acquired] == self._of.quarter
            above = ledger.quantity * (typed.unit_cost - ledger.unit_cost) * np.isnan(ledger.opening)
            return FromRun(float(above[came].sum()), POOLED_TAX)
        lots = self._sheets.lots.block
        paid, basis = (lots.product_of("tax_bought", column, asset) for column in ("paid", "tax_basis"))
        return paid - basis

    def _tax_basis(self, line: str, asset: str, ledger: Ledger, basis: str) -> Term | FromRun:
        """Units of each lot times its basis, a column of the sheet Lots; of `ledger` where its cost is an average."""
        timeline, quarter = self._of.assets[asset].timeline, self._of.quarter
        if ledger.pooled:
            inside, marks = timeline.quarter_of_mark, timeline.quarter_marks
            as_run = {
                "tax_opening": ledger.cost_basis(int(marks[quarter - 1])) if quarter else 0.0,
                "tax_came": float((ledger.quantity * ledger.unit_cost)[inside[ledger.acquired] == quarter].sum()),
                "tax_basis_released": float(ledger.release_cost[inside[ledger.release_mark] == quarter].sum()),
                "tax_basis": ledger.cost_basis(int(marks[quarter])),
            }[line]
            return FromRun(as_run, POOLED_TAX)
        return self._sheets.lots.block.product_of(_WEIGHTS[line], basis, asset)
