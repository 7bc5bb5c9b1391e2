"""The sheet Statement: from the holdings through tax to net income, each line beside the figure of the run."""

from __future__ import annotations

from dataclasses import replace

from treasury_sim.domain.lines import LINES, PARTS
from treasury_sim.domain.periods import Period, single
from treasury_sim.report.close.checks import MISSED, money_tie
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.live.block import Block, FromRun, Live, Written
from treasury_sim.report.close.live.by_asset import ASSET_LINES, ByAsset
from treasury_sim.report.close.live.lot_sheets import LotSheets
from treasury_sim.report.close.live.other_tax import ORDINARY, add_minimum_tax, add_other_deferred_tax
from treasury_sim.report.close.live.tax import EARLIER, add_tax_on_holdings
from treasury_sim.report.close.live.tax_state import tax_state
from treasury_sim.report.close.live.workings import Workings
from treasury_sim.report.tables.table import Column

FROM_RUN = "value from the run"
"""The text of a check cell where there is nothing to compare."""


class Statement:
    """The sheet, and the address of every line."""

    def __init__(self, close: Close, of: Workings, sheets: LotSheets) -> None:
        self.close, self.of, self.sheets = close, of, sheets
        self.lines = close.statements.lines
        self.period = Period("", (of.quarter,))
        self.by_asset = ByAsset(close, of, sheets)
        self.tax = tax_state(close, of)
        self._rates = of.tax_rates or (0.0, 0.0)
        self.tolerance = money_tie(close.money_scale(of.assets))
        self.block = Block(
            "Statement",
            "statement",
            "Statement: calculated in this book, and by the run",
            (
                Column("line", "Key"),
                Column("title", ""),
                Column("calculated", "Calculated", "money"),
                Column("engine", "Run", "money"),
                Column("check", "Check"),
            ),
            ["A check compares with the run: after you change an input it shows by how much the line moves."],
        )
        self._row: dict[str, int] = {}
        self._add_lines()

    @property
    def rate(self) -> tuple[str, float]:
        """Address of the rate of current tax, and the rate."""
        return self.sheets.inputs.given("tax_rate"), self._rates[0]

    @property
    def deferred_rate(self) -> tuple[str, float]:
        """Address of the rate of deferred tax, and the rate."""
        return self.sheets.inputs.given("deferred_tax_rate"), self._rates[1]

    def asset_cell(self, line: str, asset: str = "total") -> str:
        """Address of a line of one asset, or of all."""
        return self.by_asset.cell(line, asset)

    def cell(self, line: str) -> str:
        """Address of a line of the statement."""
        return self.block.at("calculated", self._row[line])

    def value(self, line: str) -> float:
        """The calculated amount of a line of the statement."""
        return float(self.block.value("calculated", self._row[line]) or 0.0)

    def has(self, line: str) -> bool:
        """Whether the statement has such a line."""
        return line in self._row

    def known(self, line: str) -> float | None:
        """The engine's figure; ``None`` where it was not computed."""
        return single(self.period, line, self.lines)

    def _add_lines(self) -> None:
        for line in ASSET_LINES:
            if line not in {"realised_pl", "units"} and self.known(line) is not None:
                self._of_assets(line)
        for line in ("other_operating_income", "interest", "preferred_dividends"):
            if self.sheets.inputs.has(line):
                self._stated(line)
        self._sum("realised_pl")
        self._sum("operating_income")
        self._sum("pre_tax_income")
        if self.known("income_tax") is not None and self.sheets.inputs.has("tax_rate"):
            self._income_tax()
        for line in ("net_income", "comprehensive_income", "net_income_common"):
            self._sum(line)
        self._per_share()

    def total(self, line: str) -> float:
        """A line of the sheet By asset, for all assets together."""
        return self.by_asset.total(line)

    def line(self, line: str, value: float, formula: str, title: str = "") -> None:
        """Add a line that is calculated, and whether it is the engine's figure."""
        engine = self.known(line) if line in LINES else None
        self._add(line, Live(formula, value, engine, self.tolerance), engine, title)

    def run_value(self, line: str, value: float, why: str, title: str = "") -> None:
        """Add a line that is a value from the run: there is nothing to compare it with."""
        self._add(line, FromRun(value, why), self.known(line) if line in LINES else None, title)

    def _add(self, line: str, calculated: Live | FromRun, engine: float | None, title: str) -> None:
        row = self.block.size
        self._row[line] = row
        check: Written = None
        if isinstance(calculated, FromRun):
            check = FROM_RUN
        elif engine is not None:
            check = self._check(row, calculated, engine)
        self.block.add((line, title or LINES[line].title, calculated, engine, check), is_total=line in PARTS)

    def _check(self, row: int, calculated: Live, engine: float, word: str = "ties") -> Live:
        """The check cell: as the book is delivered, and after a reader has changed an input."""
        off = f"{self.block.here('calculated', row)}-{self.block.here('engine', row)}"
        difference = float(calculated.value) - engine
        if abs(difference) > calculated.tolerance:
            formula = f'="{MISSED}"&TEXT({off},"#,##0.00")'
            return Live(formula, f"{MISSED}{difference:,.2f}")
        formula = f'=IF(ABS({off})<={calculated.tolerance!r},"{word}","moves by "&TEXT({off},"#,##0.00"))'
        return Live(formula, word)

    def _of_assets(self, line: str) -> None:
        """The sum of all assets; nothing to check where each of them is a value from the run."""
        engine = self.known(line)
        formula = Live(f"={self.asset_cell(line)}", self.total(line), engine, self.tolerance)
        if engine is None or not self.by_asset.is_from_run(line):
            self._add(line, formula, engine, "")
            return
        row = self.block.size
        self._row[line] = row
        check = self._check(row, formula, engine, FROM_RUN)
        self.block.add((line, LINES[line].title, replace(formula, engine=None), engine, check), is_total=line in PARTS)

    def _stated(self, line: str) -> None:
        """A line that stands among the inputs, as the run has it."""
        engine, row = self.known(line) or 0.0, self.block.size
        self._row[line] = row
        live = Live(f"={self.sheets.inputs.given(line)}", engine)
        self.block.add((line, LINES[line].title, live, engine, self._check(row, live, engine, "input, as run")))

    def _sum(self, line: str) -> None:
        """A sum of lines; a part that the sheet does not have is a value from the run."""
        if self.known(line) is None:
            return
        formula, value = "", 0.0
        for sign, part in PARTS[line]:
            amount = self.known(part)
            if amount is None:
                continue
            if not self.has(part):
                self.run_value(part, amount, "not calculated in this book")
            formula += f"{'+' if sign > 0 else '-'}{self.cell(part)}"
            value += sign * self.value(part)
        self.line(line, value, f"={formula.removeprefix('+')}")

    def _income_tax(self) -> None:
        """Deferred and current tax of the holdings, tax on other income, the minimum tax and other deferred tax."""
        add_tax_on_holdings(self)
        rate, share = self.rate
        others = [name for name in ORDINARY if self.has(name)]
        ordinary = "+".join(map(self.cell, others)) or "0", sum(self.value(name) for name in others)
        add_minimum_tax(self, ordinary)
        add_other_deferred_tax(self)
        names = ("deferred_tax_on_holdings", "current_tax_on_sales", "minimum_tax", "deferred_tax_other")
        parts = [name for name in names if self.has(name)]
        tax = sum(self.value(name) for name in parts) - share * ordinary[1]
        self.line("income_tax", tax, f"={'+'.join(map(self.cell, parts))}-{rate}*({ordinary[0]})")

    def _per_share(self) -> None:
        basic = self.known("eps_basic")
        if basic is None or not self.has("net_income_common") or not self.sheets.inputs.has("weighted_shares"):
            return
        common, shares = self.value("net_income_common"), self.known("weighted_shares") or 1.0
        formula = f"={self.cell('net_income_common')}/{self.sheets.inputs.given('weighted_shares')}"
        self.line("eps_basic", common / shares, formula)
        self._per_share_of_the_year(common, shares)

    def _per_share_of_the_year(self, common: float, shares: float) -> None:
        """The year to date: all its income over the mean of its shares."""
        if self.known("eps_basic_year_to_date") is None:
            return
        quarters = self.close.result.timeline.quarters
        year = quarters[self.of.quarter].fiscal_year
        earlier = Period("", tuple(n for n in range(self.of.quarter) if quarters[n].fiscal_year == year))
        income, weights = (
            sum(single(Period("", (n,)), line, self.lines) or 0.0 for n in earlier.quarters)
            for line in ("net_income_common", "weighted_shares")
        )
        self.run_value("common_before", income, EARLIER, "Net income to common shares, earlier quarters of the year")
        self.run_value("shares_before", weights, EARLIER, "Weighted average shares, sum of the earlier quarters")
        count = len(earlier.quarters) + 1
        given = self.sheets.inputs.given("weighted_shares")
        mean = (weights + shares) / count
        self.line("weighted_shares_year_to_date", mean, f"=({self.cell('shares_before')}+{given})/{count}")
        formula = f"=({self.cell('common_before')}+{self.cell('net_income_common')})"
        formula += f"/{self.cell('weighted_shares_year_to_date')}"
        self.line("eps_basic_year_to_date", (income + common) / mean, formula)
