"""The sheet Statement: tax, the way to net income, each line beside the engine's figure."""

from __future__ import annotations

from treasury_sim.domain.lines import LINES
from treasury_sim.domain.parts import PARTS
from treasury_sim.domain.periods import Period, single
from treasury_sim.domain.result import Result
from treasury_sim.report.close.grid import MONEY_TIES, Column
from treasury_sim.report.close.live.block import Block, Given, Live, Written
from treasury_sim.report.close.live.by_asset import ASSET_LINES, ByAsset
from treasury_sim.report.close.live.lot_sheets import LotSheets
from treasury_sim.report.close.live.tax import add_tax_on_holdings
from treasury_sim.report.close.live.workings import Workings

SUMS = ("realised_pl", "operating_income", "pre_tax_income", "net_income", "comprehensive_income", "net_income_common")
"""Lines that are sums of lines, in the order in which they are needed."""


class Statement:
    """The sheet, and the address of every line."""

    def __init__(self, result: Result, of: Workings, sheets: LotSheets) -> None:
        self.result, self.of, self.sheets = result, of, sheets
        self.lines = result.statements[of.key].lines
        self.period = Period("", (of.quarter,))
        self.by_asset = ByAsset(result, of, sheets)
        self.block = Block(
            "Statement",
            "statement",
            "Statement: calculated here, and as the engine has it",
            (
                Column("line", "Line"),
                Column("title", ""),
                Column("calculated", "Calculated", "money"),
                Column("engine", "Engine", "money"),
                Column("check", "Check"),
            ),
            ["A check compares with the run: after you change an input it says by how much that moves the line."],
        )
        self._row: dict[str, int] = {}
        self._add_lines()

    @property
    def rate(self) -> tuple[str, float]:
        """Address of the tax rate, and the rate."""
        return self.sheets.inputs.given("tax_rate"), self.of.tax_rate or 0.0

    def asset_cell(self, line: str, asset: str = "total") -> str:
        """Address of a line of one asset, or of all."""
        return self.by_asset.cell(line, asset)

    def cell(self, line: str) -> str:
        """Address of a line of the statement."""
        return self.block.at("calculated", self._row[line])

    def value(self, line: str) -> float:
        """What is calculated in a line of the statement."""
        return float(self.block.value("calculated", self._row[line]) or 0.0)

    def has(self, line: str) -> bool:
        """Whether the statement has such a line."""
        return line in self._row

    def known(self, line: str) -> float | None:
        """The engine's figure; ``None`` where it was not computed."""
        return single(self.period, line, self.lines)

    def before(self, line: str) -> float:
        """The engine's figure of the quarter before, 0 before the first."""
        if not self.of.quarter:
            return 0.0
        return single(Period("", (self.of.quarter - 1,)), line, self.lines) or 0.0

    def _add_lines(self) -> None:
        for line in ASSET_LINES:
            if line not in {"realised_pl", "units"} and self.known(line) is not None:
                self.line(line, self.total(line), f"={self.asset_cell(line)}")
        for line in ("other_operating_income", "interest", "preferred_dividends"):
            if self.sheets.inputs.has(line):
                given = self.sheets.inputs.given(line)
                self.line(line, self.known(line) or 0.0, f"={given}")
        self._sum("realised_pl")
        self._sum("operating_income")
        self._sum("pre_tax_income")
        if self.known("income_tax") is not None and self.sheets.inputs.has("tax_rate"):
            self._income_tax()
        for line in ("net_income", "comprehensive_income", "net_income_common"):
            self._sum(line)
        self._per_share()

    def total(self, line: str) -> float:
        """What is calculated for all assets together."""
        return self.by_asset.total(line)

    def line(self, line: str, value: float, formula: str = "", title: str = "") -> None:
        """Add a line: a formula if it gives the engine's figure, else the figure as run."""
        row = self.block.size
        self._row[line] = row
        engine = self.known(line) if line in LINES else None
        calculated: Written = Live(formula, value) if formula else Given(value)
        if engine is not None and abs(value - engine) > MONEY_TIES:
            calculated = Given(engine)
        check: Written = None
        if engine is not None:
            off = f"{self.block.here('calculated', row)}-{self.block.here('engine', row)}"
            check = Live(f'=IF(ABS({off})<=0.005,"ties","moves by "&TEXT({off},"#,##0.00"))', "ties")
        self.block.add((line, title or LINES[line].title, calculated, engine, check), is_total=line in PARTS)

    def _sum(self, line: str) -> None:
        """A sum of lines; a part that the sheet does not have is as run."""
        if self.known(line) is None:
            return
        formula, value = "", 0.0
        for sign, part in PARTS[line]:
            amount = self.known(part)
            if amount is None:
                continue
            if not self.has(part):
                self.line(part, amount)
            formula += f"{'+' if sign > 0 else '-'}{self.cell(part)}"
            value += sign * self.value(part)
        self.line(line, value, f"={formula.removeprefix('+')}")

    def _income_tax(self) -> None:
        """Deferred and current tax of the holdings, tax on other income, and what else the run has."""
        add_tax_on_holdings(self)
        rate, share = self.rate
        names = ("other_operating_income", "interest", "coin_revenue", "coin_expense")
        others = [name for name in names if self.has(name)]
        parts = [name for name in ("deferred_tax_on_holdings", "current_tax_on_sales") if self.has(name)]
        tax = sum(self.value(name) for name in parts) - share * sum(self.value(name) for name in others)
        formula = f"{'+'.join(map(self.cell, parts))}-{rate}*({'+'.join(map(self.cell, others)) or '0'})"
        for name in ("minimum_tax", "deferred_tax_other"):
            amount = self.known(name)
            if amount:
                self.line(name, amount)
                tax, formula = tax + amount, f"{formula}+{self.cell(name)}"
        self.line("income_tax", tax, f"={formula}")

    def _per_share(self) -> None:
        basic = self.known("eps_basic")
        if basic is None or not self.has("net_income_common") or not self.sheets.inputs.has("weighted_shares"):
            return
        common, shares = self.value("net_income_common"), self.known("weighted_shares") or 1.0
        formula = f"={self.cell('net_income_common')}/{self.sheets.inputs.given('weighted_shares')}"
        self.line("eps_basic", common / shares, formula)
