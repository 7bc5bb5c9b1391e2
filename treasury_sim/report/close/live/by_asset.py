"""The sheet By asset: lots added up, line by line, beside the engine's figure."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from treasury_sim.domain.lines import LINES
from treasury_sim.report.close.checks import money_tie
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.live.asset_tax import FOR_TAX, LOANS, POOL, AssetTax
from treasury_sim.report.close.live.block import Block, FromRun, Live, Written, shown
from treasury_sim.report.close.live.lot_sheets import LotSheets
from treasury_sim.report.close.live.terms import ZERO, Term, rounded
from treasury_sim.report.close.live.workings import Workings
from treasury_sim.report.tables.table import Column

ASSET_LINES = (
    "units",
    "opening_carrying",
    "equity_direct",
    "additions",
    "disposed_carrying",
    "net_proceeds",
    "remeasurement_pl",
    "remeasurement_oci",
    "carrying",
    "realised_pl",
    "cost_basis",
    "fair_value",
    "accumulated_impairment",
    "revaluation_surplus",
    "fee_expense",
    "coin_revenue",
    "coin_expense",
    "loan_receivable",
    "loan_remeasurement",
)
"""Lines of the sheet By asset that are in the statement."""

NOT_BY_LOT = "not calculated in this book"


class ByAsset:
    """The sheet, and the address of every line of an asset."""

    def __init__(self, close: Close, of: Workings, sheets: LotSheets) -> None:
        self.close, self.of, self.sheets = close, of, sheets
        self.block = Block(
            "By asset",
            "by_asset",
            "By asset: the roll-forward, and the lines that tax uses",
            (
                Column("line", "Key"),
                Column("title", ""),
                *(Column(asset, asset, "money") for asset in of.assets),
                Column("total", "Holder", "money"),
            ),
        )
        self.tax = AssetTax(close, of, sheets)
        self._row: dict[str, int] = {}
        self._from_run: set[str] = set()
        self._tolerance = money_tie(close.money_scale(of.assets))
        self._add()

    def term(self, line: str, asset: str = "total") -> Term:
        """A line of one asset, or of all."""
        return self.block.term(asset, self._row[line])

    def _add(self) -> None:
        for line in (*ASSET_LINES, *FOR_TAX):
            row = self.block.size
            self._row[line] = row
            cells = [self._asset(line, asset) for asset in self.of.assets]
            if all(isinstance(cell, FromRun) for cell in cells):
                self._from_run.add(line)
            values = [shown(cell) for cell in cells]
            addresses = ",".join(self.block.here(asset, row) for asset in self.of.assets)
            holder = Term(f"SUM({addresses})", sum(v for v in values if isinstance(v, float))) if cells else ZERO
            self.block.add((line, FOR_TAX.get(line) or LINES[line].title, *cells, holder))

    def is_from_run(self, line: str) -> bool:
        """Whether the line is a value from the run for every asset."""
        return line in self._from_run

    def _asset(self, line: str, asset: str) -> Written:
        """One line of one asset: a formula, or a value from the run where lots do not give it."""
        working = self.of.assets[asset]
        held = self.close.statements.assets[asset]
        engine = held.lines.get(line)
        as_run = None if engine is None else float(np.nan_to_num(engine[0, self.of.quarter]))
        if working.is_pool and line not in {"fair_value", *FOR_TAX}:
            return FromRun(as_run or 0.0, POOL)
        cell = self._formula(line, asset)
        if cell is None:
            return FromRun(as_run or 0.0, LOANS if line.startswith("loan") else NOT_BY_LOT)
        if isinstance(cell, FromRun):
            return cell
        return Live(cell, as_run, self._tolerance)

    def _counted(self, units: Term, asset: str) -> Term:
        """A sum of coins to the places in which the run counts them, where it differs from that by rounding only.

        At 1e9 a coin a remainder of 3e-9 coins is worth three units of the currency.
        """
        grain = self.of.assets[asset].ledger.grain
        is_exact = float(grain.exact(np.asarray(units.value))) == units.value
        return units if is_exact else rounded(units, grain.places)

    def _formula(self, line: str, asset: str) -> Term | FromRun | None:
        tests, disposals = self.sheets.tests.block, self.sheets.disposals
        test, out = partial(tests.sum_of, asset=asset), partial(disposals.sum_of, asset=asset)

        def above(name: str) -> Term:
            return Term(self.block.here(asset, self._row[name]), self.block.number(asset, self._row[name]))

        sums: dict[str, Callable[[], Term]] = {
            "units": lambda: self._counted(test("closing"), asset),
            "opening_carrying": lambda: test("carrying_opening"),
            "equity_direct": lambda: test("adoption"),
            "additions": lambda: test("additions"),
            "disposed_carrying": lambda: out("carrying"),
            "net_proceeds": lambda: out("net"),
            "remeasurement_pl": lambda: test("pl") + out("pl_out"),
            "remeasurement_oci": lambda: test("oci") + out("surplus"),
            "carrying": lambda: test("carrying_closing"),
            "cost_basis": lambda: test("cost_closing"),
            "realised_pl": lambda: above("net_proceeds") - above("disposed_carrying"),
            "fair_value": lambda: above("units") * self.sheets.inputs.price(asset),
            # Only a cost model keeps an account of impairment.
            "accumulated_impairment": lambda: (
                above("cost_basis") - above("carrying") if self.of.assets[asset].rule.ceiling_at_cost else ZERO
            ),
            "revaluation_surplus": lambda: tests.product_of("closing", "oci_closing", asset),
            "fee_expense": lambda: self.sheets.lots.block.sum_of("fee_expense", asset),
            "coin_revenue": lambda: test("additions", kind="receipt"),
            "coin_expense": lambda: -out("gross", kind="payment"),
        }
        if line in FOR_TAX:
            return self.tax.term(line, asset, above)
        return sums[line]() if line in sums else None
