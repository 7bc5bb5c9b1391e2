"""The sheet By asset: lots added up, line by line, beside the engine's figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.result import Result
from treasury_sim.report.close.grid import Column, money_tie
from treasury_sim.report.close.live.block import Block, FromRun, Live, Written
from treasury_sim.report.close.live.lot_sheets import LotSheets
from treasury_sim.report.close.live.workings import Workings
from treasury_sim.report.close.movements import money_scale

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

FOR_TAX = {
    "tax_opening": "Tax basis, opening",
    "tax_came": "Tax basis of what came",
    "tax_basis_released": "Tax basis of what left",
    "tax_basis": "Tax basis",
    "taxable_proceeds": "Proceeds for tax",
    "returned": "Came back from loans",
    "loan_opening": "Coins on loan, opening",
    "deferred_opening": "Basis of deferred tax, opening",
    "deferred_came": "Basis of deferred tax of what came",
    "deferred_tax_basis": "Basis of deferred tax",
    "taxed_at_once": "Cost less tax basis of what was bought, taxed at once",
    "initial_difference": "Carrying amount less tax basis of what came, its tax past income",
    "surplus_opening": "Revaluation surplus, opening",
    "unrealised_at_fair_value": "Unrealised gains and losses at fair value in income",
}
"""Lines that only tax looks at, and what they are called."""


POOL = "one unit of account: the run measures the asset as a whole"
LOANS = "coins on loan are not among the lots of this book"
NOT_BY_LOT = "not calculated in this book"
POOLED_TAX = "tax cost is an average of all units, or of a wallet's, which the run keeps"


class ByAsset:
    """The sheet, and the address of every line of an asset."""

    def __init__(self, result: Result, of: Workings, sheets: LotSheets) -> None:
        self.result, self.of, self.sheets = result, of, sheets
        self.block = Block(
            "By asset",
            "by_asset",
            "By asset: the roll-forward, and what tax looks at",
            (
                Column("line", "Key"),
                Column("title", ""),
                *(Column(asset, asset, "money") for asset in of.assets),
                Column("total", "Holder", "money"),
            ),
        )
        self._row: dict[str, int] = {}
        self._from_run: set[str] = set()
        self._tolerance = money_tie(money_scale(result, of.key, of.assets, of.quarter))
        self._add()

    def cell(self, line: str, asset: str = "total") -> str:
        """Address of a line of one asset, or of all."""
        return self.block.at(asset, self._row[line])

    def total(self, line: str) -> float:
        """What is calculated for all assets together."""
        return _plain(self.block.value("total", self._row[line]))

    def _add(self) -> None:
        for line in (*ASSET_LINES, *FOR_TAX):
            row = self.block.size
            self._row[line] = row
            cells = [self._asset(line, asset) for asset in self.of.assets]
            if all(isinstance(cell, FromRun) for cell in cells):
                self._from_run.add(line)
            total = sum(_plain(cell.value if isinstance(cell, (Live, FromRun)) else cell) for cell in cells)
            addresses = ",".join(self.block.here(asset, row) for asset in self.of.assets)
            formula = f"=SUM({addresses or '0'})"
            title = FOR_TAX.get(line) or LINES[line].title
            self.block.add((line, title, *cells, Live(formula, total)))

    def is_from_run(self, line: str) -> bool:
        """Whether the line is a value from the run for every asset."""
        return line in self._from_run

    def _asset(self, line: str, asset: str) -> Written:
        """One line of one asset: a formula, or a value from the run where the lots do not say it."""
        working = self.of.assets[asset]
        held = self.result.statements[self.of.key].assets[asset]
        engine = held.lines.get(line)
        as_run = None if engine is None else float(np.nan_to_num(engine[0, self.of.quarter]))
        if working.is_pool and line not in {"fair_value", *FOR_TAX}:
            return FromRun(as_run or 0.0, POOL)
        cell = self._formula(line, asset)
        if cell is None:
            return FromRun(as_run or 0.0, LOANS if line.startswith("loan") else NOT_BY_LOT)
        if isinstance(cell, FromRun):
            return cell
        formula, value = cell
        return Live(f"={formula}", value, as_run, self._tolerance)

    def _formula(self, line: str, asset: str) -> tuple[str, float] | FromRun | None:
        tests, disposals = self.sheets.tests.block, self.sheets.disposals
        test = _Sum(tests, asset)
        out = _Sum(disposals, asset)
        row = self.block.size
        here = {name: self.block.here(asset, at) for name, at in self._row.items() if at < row}
        amount = {name: _plain(self.block.value(asset, at)) for name, at in self._row.items() if at < row}
        sums: dict[str, Callable[[], tuple[str, float]]] = {
            "units": lambda: test("closing"),
            "opening_carrying": lambda: test("carrying_opening"),
            "equity_direct": lambda: test("adoption"),
            "additions": lambda: test("additions"),
            "disposed_carrying": lambda: out("carrying"),
            "net_proceeds": lambda: out("net"),
            "remeasurement_pl": lambda: _plus(test("pl"), out("pl_out")),
            "remeasurement_oci": lambda: _plus(test("oci"), out("surplus")),
            "carrying": lambda: test("carrying_closing"),
            "cost_basis": lambda: test("cost_closing"),
            "realised_pl": lambda: (
                f"{here['net_proceeds']}-{here['disposed_carrying']}",
                amount["net_proceeds"] - amount["disposed_carrying"],
            ),
            "fair_value": lambda: (
                f"{here['units']}*{self.sheets.inputs.price(asset)}",
                amount["units"] * float(self.of.assets[asset].passed.marks.quarter_end[0, self.of.quarter]),
            ),
            # Only a cost model keeps an account of impairment.
            "accumulated_impairment": lambda: (
                (f"{here['cost_basis']}-{here['carrying']}", amount["cost_basis"] - amount["carrying"])
                if self.of.assets[asset].rule.ceiling_at_cost
                else ("0", 0.0)
            ),
            "revaluation_surplus": lambda: _surplus(tests, asset),
            "fee_expense": lambda: _Sum(self.sheets.lots.block, asset)("fee_expense"),
            "coin_revenue": lambda: test("additions", "receipt"),
            "coin_expense": lambda: _minus(out("gross", "payment")),
            "returned": lambda: test("additions", "return"),
        }
        if line == "returned" and self.of.assets[asset].is_pool:
            return FromRun(float(self.of.assets[asset].passed.flows["returned"][0, self.of.quarter]), POOL)
        if line in sums:
            return sums[line]()
        if line in _FOR_DEFERRED:
            return self._for_deferred_tax(line, asset, here, amount)
        if line == "unrealised_at_fair_value":
            return self._unrealised(asset, here, amount)
        return self._for_tax(line, asset)

    def _unrealised(
        self, asset: str, here: Mapping[str, str], amount: Mapping[str, float]
    ) -> tuple[str, float] | FromRun | None:
        """Remeasurement less what left above cost, which is realised; an impairment is no result at fair value."""
        working = self.of.assets[asset]
        if working.framework.rule.ceiling_at_cost:
            return "0", 0.0
        if working.is_pool:
            lines = self.result.statements[self.of.key].assets[asset].lines
            return FromRun(float(lines["unrealised_at_fair_value"][0, self.of.quarter]), POOL)
        cost, released = _Sum(self.sheets.disposals, asset)("cost_out")
        value = amount["remeasurement_pl"] - (amount["disposed_carrying"] - released)
        return f"{here['remeasurement_pl']}-({here['disposed_carrying']}-{cost})", value

    def _for_deferred_tax(
        self, line: str, asset: str, here: Mapping[str, str], amount: Mapping[str, float]
    ) -> tuple[str, float] | FromRun:
        """The basis that deferred tax goes by, and the difference with which units came.

        A tax basis that is not the cost is a difference at the start: exempt outside US GAAP, where deferred tax goes
        by what was paid, and taxed at once under it.
        """
        working, typed = self.of.assets[asset], self.of.assets[asset].passed.tax_at_cost
        is_us = working.framework.family == "us"
        if line == "initial_difference":
            taken = ("fee_expense", "deferred_came", "taxed_at_once", "returned")
            formula = "".join(f"-{here[name]}" for name in taken)
            return f"{here['additions']}{formula}", amount["additions"] - sum(amount[name] for name in taken)
        if line == "taxed_at_once":
            return self._taxed_at_once(asset) if typed is not None and is_us else ("0", 0.0)
        if typed is None or is_us:
            return here[_FOR_DEFERRED[line]], amount[_FOR_DEFERRED[line]]
        return self._tax_basis(_FOR_DEFERRED[line], asset, typed, "paid")

    def _taxed_at_once(self, asset: str) -> tuple[str, float] | FromRun:
        working = self.of.assets[asset]
        ledger, paid = working.passed.tax, working.passed.tax_at_cost
        assert paid is not None
        if ledger.pooled:
            came = working.timeline.quarter_of_mark[ledger.acquired] == self.of.quarter
            above = ledger.quantity * (paid.unit_cost - ledger.unit_cost) * np.isnan(ledger.opening)
            return FromRun(float(above[came].sum()), POOLED_TAX)
        at_cost, at_basis = (self._by_lot("tax_bought", column, asset) for column in ("paid", "tax_basis"))
        return _plus(at_cost, _minus(at_basis))

    def _for_tax(self, line: str, asset: str) -> tuple[str, float] | FromRun | None:
        """What the tax ledger holds: units for tax x tax basis of each lot; as run where its cost is an average."""
        working = self.of.assets[asset]
        ledger, quarter = working.passed.tax, self.of.quarter
        if line == "loan_opening":
            lines = self.result.statements[self.of.key].assets[asset].lines
            before = float(lines["loan_receivable"][0, quarter - 1]) if quarter else 0.0
            return FromRun(before, LOANS)
        if line == "taxable_proceeds":
            went = working.timeline.quarter_of_mark[ledger.release_mark] == quarter
            value = float(ledger.release_net[went].sum())
            if working.is_pool:
                return FromRun(value, POOL)
            total, loans = _Sum(self.sheets.disposals, asset)("net"), _Sum(self.sheets.disposals, asset)("net", "loan")
            return f"{total[0]}-{loans[0]}", value
        if line == "surplus_opening":
            if not working.is_pool:
                return _Sum(self.sheets.tests.block, asset)("surplus_opening")
            lines = self.result.statements[self.of.key].assets[asset].lines
            return FromRun(float(lines["revaluation_surplus"][0, quarter - 1]) if quarter else 0.0, POOL)
        return self._tax_basis(line, asset, ledger, "tax_basis") if line in _WEIGHTS else None

    def _tax_basis(self, line: str, asset: str, ledger: Ledger, basis: str) -> tuple[str, float] | FromRun:
        """Units of each lot times its basis, a column of the sheet Lots; of `ledger` where its cost is an average."""
        timeline, quarter = self.of.assets[asset].timeline, self.of.quarter
        if ledger.pooled:
            inside, marks = timeline.quarter_of_mark, timeline.quarter_marks
            as_run = {
                "tax_opening": ledger.cost_basis(int(marks[quarter - 1])) if quarter else 0.0,
                "tax_came": float((ledger.quantity * ledger.unit_cost)[inside[ledger.acquired] == quarter].sum()),
                "tax_basis_released": float(ledger.release_cost[inside[ledger.release_mark] == quarter].sum()),
                "tax_basis": ledger.cost_basis(int(marks[quarter])),
            }[line]
            return FromRun(as_run, POOLED_TAX)
        return self._by_lot(_WEIGHTS[line], basis, asset)

    def _by_lot(self, units: str, amount: str, asset: str) -> tuple[str, float]:
        """Units of each lot times an amount a unit, two columns of the sheet Lots."""
        lots = self.sheets.lots.block
        value = sum(
            _plain(lots.value(units, row)) * _plain(lots.value(amount, row))
            for row in range(lots.size)
            if lots.value("asset", row) == asset
        )
        return f'SUMPRODUCT(({lots.span("asset")}="{asset}")*{lots.span(units)}*{lots.span(amount)})', value


_WEIGHTS = {
    "tax_opening": "tax_opening",
    "tax_came": "tax_came",
    "tax_basis_released": "tax_gone",
    "tax_basis": "tax_closing",
}
"""Line of the tax ledger -> the column of the sheet Lots with the units in it."""

_FOR_DEFERRED = {
    "deferred_opening": "tax_opening",
    "deferred_came": "tax_came",
    "deferred_tax_basis": "tax_basis",
    "taxed_at_once": "",
    "initial_difference": "",
}
"""Line of deferred tax -> the one of the tax ledger that it is where no tax basis is given."""


def _plain(cell: object) -> float:
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def _surplus(tests: Block, asset: str) -> tuple[str, float]:
    """Units held times what each has in other comprehensive income."""
    units, oci, of = (tests.span(name) for name in ("closing", "oci_closing", "asset"))
    value = sum(
        _plain(tests.value("closing", row)) * _plain(tests.value("oci_closing", row))
        for row in range(tests.size)
        if tests.value("asset", row) == asset
    )
    return f'SUMPRODUCT(({of}="{asset}")*{units}*{oci})', value


def _plus(*terms: tuple[str, float]) -> tuple[str, float]:
    return "+".join(formula for formula, _ in terms), sum(value for _, value in terms)


def _minus(term: tuple[str, float]) -> tuple[str, float]:
    return f"-{term[0]}", -term[1]


class _Sum:
    """Sums of a column over the rows of one asset, and of one kind."""

    def __init__(self, block: Block, asset: str) -> None:
        self._block, self._asset = block, asset

    def __call__(self, column: str, kind: str = "") -> tuple[str, float]:
        block = self._block
        of: Sequence[int] = [
            row
            for row in range(block.size)
            if block.value("asset", row) == self._asset and (not kind or block.value("kind", row) == kind)
        ]
        value = sum(_plain(block.value(column, row)) for row in of)
        also = f',{block.span("kind")},"{kind}"' if kind else ""
        return f'SUMIFS({block.span(column)},{block.span("asset")},"{self._asset}"{also})', value
