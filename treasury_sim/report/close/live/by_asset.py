"""The sheet By asset: lots added up, line by line, beside the engine's figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from treasury_sim.domain.lines import LINES
from treasury_sim.domain.result import Result
from treasury_sim.report.close.grid import MONEY_TIES, Column
from treasury_sim.report.close.live.block import Block, Live, Written
from treasury_sim.report.close.live.lot_sheets import LotSheets
from treasury_sim.report.close.live.workings import Workings

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
"""Lines of the sheet By asset, then what only tax looks at."""

FOR_TAX = ("tax_opening", "tax_came", "tax_basis_released", "tax_basis", "taxable_proceeds", "returned", "loan_opening")


class ByAsset:
    """The sheet, and the address of every line of an asset."""

    def __init__(self, result: Result, of: Workings, sheets: LotSheets) -> None:
        self.result, self.of, self.sheets = result, of, sheets
        self.block = Block(
            "By asset",
            "by_asset",
            "By asset: the roll-forward, and what tax looks at",
            (
                Column("line", "Line"),
                Column("title", ""),
                *(Column(asset, asset, "money") for asset in of.assets),
                Column("total", "Holder", "money"),
            ),
        )
        self._row: dict[str, int] = {}
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
            total = sum(_plain(cell.value if isinstance(cell, Live) else cell) for cell in cells)
            addresses = ",".join(self.block.here(asset, row) for asset in self.of.assets)
            formula = f"=SUM({addresses or '0'})"
            title = LINES[line].title if line in LINES else line.replace("_", " ").capitalize()
            self.block.add((line, title, *cells, Live(formula, total)))

    def _asset(self, line: str, asset: str) -> Written:
        """One line of one asset: a formula if it gives the engine's figure, else the figure as run."""
        working = self.of.assets[asset]
        held = self.result.statements[self.of.key].assets[asset]
        engine = held.lines.get(line)
        as_run = None if engine is None else float(engine[0, self.of.quarter])
        found = None if working.is_pool and line not in {"fair_value", *FOR_TAX} else self._formula(line, asset)
        if found is None:
            return as_run if as_run is not None and as_run == as_run else 0.0  # noqa: PLR0124 - not a number
        formula, value = found
        if as_run is not None and abs(value - as_run) > MONEY_TIES:
            return as_run
        return Live(f"={formula}", value)

    def _formula(self, line: str, asset: str) -> tuple[str, float] | None:
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
            "accumulated_impairment": lambda: (
                f"{here['cost_basis']}-{here['carrying']}",
                amount["cost_basis"] - amount["carrying"],
            ),
            "fee_expense": lambda: _Sum(self.sheets.lots.block, asset)("fee_expense"),
            "coin_revenue": lambda: test("additions", "receipt"),
            "coin_expense": lambda: _minus(out("gross", "payment")),
            "returned": lambda: test("additions", "return"),
        }
        if line in sums:
            return sums[line]()
        return self._for_tax(line, asset)

    def _for_tax(self, line: str, asset: str) -> tuple[str, float] | None:
        """What the tax ledger holds: units for tax x tax basis of each lot; as run where its cost is an average."""
        working = self.of.assets[asset]
        ledger, marks, quarter = working.passed.tax, working.timeline.quarter_marks, self.of.quarter
        if line == "loan_opening":
            lines = self.result.statements[self.of.key].assets[asset].lines
            before = float(lines["loan_receivable"][0, quarter - 1]) if quarter else 0.0
            return f"{before!r}", before
        if line == "taxable_proceeds":
            went = working.timeline.quarter_of_mark[ledger.release_mark] == quarter
            value = float(ledger.release_net[went].sum())
            if working.is_pool:
                return f"{value!r}", value
            total, loans = _Sum(self.sheets.disposals, asset)("net"), _Sum(self.sheets.disposals, asset)("net", "loan")
            return f"{total[0]}-{loans[0]}", value
        weight = {
            "tax_opening": "tax_opening",
            "tax_came": "tax_came",
            "tax_basis_released": "tax_gone",
            "tax_basis": "tax_closing",
        }
        if line not in weight:
            return None
        if ledger.pooled:
            inside = working.timeline.quarter_of_mark
            as_run = {
                "tax_opening": ledger.cost_basis(int(marks[quarter - 1])) if quarter else 0.0,
                "tax_came": float((ledger.quantity * ledger.unit_cost)[inside[ledger.acquired] == quarter].sum()),
                "tax_basis_released": float(ledger.release_cost[inside[ledger.release_mark] == quarter].sum()),
                "tax_basis": ledger.cost_basis(int(marks[quarter])),
            }[line]
            return f"{as_run!r}", as_run
        lots = self.sheets.lots.block
        units, basis, of = lots.span(weight[line]), lots.span("tax_basis"), lots.span("asset")
        value = sum(
            _plain(lots.value(weight[line], row)) * _plain(lots.value("tax_basis", row))
            for row in range(lots.size)
            if lots.value("asset", row) == asset
        )
        return f'SUMPRODUCT(({of}="{asset}")*{units}*{basis})', value


def _plain(cell: object) -> float:
    return float(cell) if isinstance(cell, (int, float)) else 0.0


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
