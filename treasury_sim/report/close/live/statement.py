"""The sheets By asset and Statement: lots added up, tax, the way to net income, each beside the engine's figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from treasury_sim.domain.lines import LINES
from treasury_sim.domain.parts import PARTS
from treasury_sim.domain.periods import Period, single
from treasury_sim.domain.result import Result
from treasury_sim.report.close.grid import MONEY_TIES, Column
from treasury_sim.report.close.live.block import Block, Given, Live, Written
from treasury_sim.report.close.live.lots import LotSheets
from treasury_sim.report.close.live.tax import add_tax_on_holdings
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

SUMS = ("realised_pl", "operating_income", "pre_tax_income", "net_income", "comprehensive_income", "net_income_common")
"""Lines that are sums of lines, in the order in which they are needed."""


class Statement:
    """The sheets By asset and Statement, and the address of every line."""

    def __init__(self, result: Result, of: Workings, sheets: LotSheets) -> None:
        self.result, self.of, self.sheets = result, of, sheets
        self.lines = result.statements[of.key].lines
        self.period = Period("", (of.quarter,))
        self.by_asset = Block(
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
        self._asset_row: dict[str, int] = {}
        self._add_assets()
        self._add_lines()

    @property
    def rate(self) -> tuple[str, float]:
        """Address of the tax rate, and the rate."""
        return self.sheets.given("tax_rate"), self.of.tax_rate or 0.0

    def asset_cell(self, line: str, asset: str = "total") -> str:
        """Address of a line of one asset, or of all."""
        return self.by_asset.at(asset, self._asset_row[line])

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

    # By asset.

    def _add_assets(self) -> None:
        for line in (*ASSET_LINES, *FOR_TAX):
            row = self.by_asset.size
            self._asset_row[line] = row
            cells = [self._asset(line, asset) for asset in self.of.assets]
            total = sum(_plain(cell.value if isinstance(cell, Live) else cell) for cell in cells)
            addresses = ",".join(self.by_asset.here(asset, row) for asset in self.of.assets)
            formula = f"=SUM({addresses or '0'})"
            title = LINES[line].title if line in LINES else line.replace("_", " ").capitalize()
            self.by_asset.add((line, title, *cells, Live(formula, total)))

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
        tests, disposals = self.sheets.tests, self.sheets.disposals
        test = _Sum(tests, asset)
        out = _Sum(disposals, asset)
        row = self.by_asset.size
        here = {name: self.by_asset.here(asset, at) for name, at in self._asset_row.items() if at < row}
        amount = {name: _plain(self.by_asset.value(asset, at)) for name, at in self._asset_row.items() if at < row}
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
                f"{here['units']}*{self.sheets.price(asset)}",
                amount["units"] * float(self.of.assets[asset].passed.marks.quarter_end[0, self.of.quarter]),
            ),
            "accumulated_impairment": lambda: (
                f"{here['cost_basis']}-{here['carrying']}",
                amount["cost_basis"] - amount["carrying"],
            ),
            "fee_expense": lambda: _Sum(self.sheets.lots, asset)("fee_expense"),
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
        lots = self.sheets.lots
        units, basis, of = lots.span(weight[line]), lots.span("tax_basis"), lots.span("asset")
        value = sum(
            _plain(lots.value(weight[line], row)) * _plain(lots.value("tax_basis", row))
            for row in range(lots.size)
            if lots.value("asset", row) == asset
        )
        return f'SUMPRODUCT(({of}="{asset}")*{units}*{basis})', value

    # Statement.

    def _add_lines(self) -> None:
        for line in ASSET_LINES:
            if line not in {"realised_pl", "units"} and self.known(line) is not None:
                self.line(line, self.total(line), f"={self.asset_cell(line)}")
        for line in ("other_operating_income", "interest", "preferred_dividends"):
            if self.sheets.has(line):
                given = self.sheets.given(line)
                self.line(line, self.known(line) or 0.0, f"={given}")
        self._sum("realised_pl")
        self._sum("operating_income")
        self._sum("pre_tax_income")
        if self.known("income_tax") is not None and self.sheets.has("tax_rate"):
            self._income_tax()
        for line in ("net_income", "comprehensive_income", "net_income_common"):
            self._sum(line)
        self._per_share()

    def total(self, line: str) -> float:
        """What is calculated for all assets together."""
        return _plain(self.by_asset.value("total", self._asset_row[line]))

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
        if basic is None or not self.has("net_income_common") or not self.sheets.has("weighted_shares"):
            return
        common, shares = self.value("net_income_common"), self.known("weighted_shares") or 1.0
        formula = f"={self.cell('net_income_common')}/{self.sheets.given('weighted_shares')}"
        self.line("eps_basic", common / shares, formula)


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
