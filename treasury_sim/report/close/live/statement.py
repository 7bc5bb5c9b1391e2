"""The sheet Statement: from the holdings through tax to net income, each line beside the figure of the run."""

from __future__ import annotations

from dataclasses import replace

from treasury_sim.domain.lines import LINES, PARTS
from treasury_sim.domain.periods import Period, single
from treasury_sim.report.close.checks import MISSED, money_tie
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.live.block import Block, FromRun, Live, Word, Written
from treasury_sim.report.close.live.by_asset import ASSET_LINES, ByAsset
from treasury_sim.report.close.live.lot_sheets import LotSheets
from treasury_sim.report.close.live.other_tax import ORDINARY, add_minimum_tax, add_other_deferred_tax
from treasury_sim.report.close.live.tax import EARLIER, add_tax_on_holdings
from treasury_sim.report.close.live.tax_state import tax_state
from treasury_sim.report.close.live.terms import Term, constant, total
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
    def rate(self) -> Term:
        """The rate of current tax."""
        return self.sheets.inputs.given("tax_rate")

    @property
    def deferred_rate(self) -> Term:
        """The rate of deferred tax."""
        return self.sheets.inputs.given("deferred_tax_rate")

    def total(self, line: str) -> Term:
        """A line of the sheet By asset, for all assets together."""
        return self.by_asset.term(line)

    def term(self, line: str) -> Term:
        """A line of the statement, as calculated."""
        return self.block.term("calculated", self._row[line])

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

    def line(self, line: str, term: Term, title: str = "") -> Term:
        """Add a line that is calculated, and whether it is the figure of the run; return its cell."""
        engine = self.known(line) if line in LINES else None
        self._add(line, Live(term, engine, self.tolerance), engine, title)
        return self.term(line)

    def run_value(self, line: str, value: float, why: str, title: str = "") -> Term:
        """Add a line that is a value from the run, with nothing to compare; return its cell."""
        self._add(line, FromRun(value, why), self.known(line) if line in LINES else None, title)
        return self.term(line)

    def _add(self, line: str, calculated: Live | FromRun, engine: float | None, title: str) -> None:
        row = self.block.size
        self._row[line] = row
        check: Written = None
        if isinstance(calculated, FromRun):
            check = FROM_RUN
        elif engine is not None:
            check = self._check(row, calculated, engine)
        self.block.add((line, title or LINES[line].title, calculated, engine, check), is_total=line in PARTS)

    def _check(self, row: int, calculated: Live, engine: float, word: str = "ties") -> Word:
        """The check cell: as the book is delivered, and after a reader has changed an input."""
        off = f"{self.block.here('calculated', row)}-{self.block.here('engine', row)}"
        difference = calculated.term.value - engine
        if abs(difference) > calculated.tolerance:
            formula = f'="{MISSED}"&TEXT({off},"#,##0.00")'
            return Word(formula, f"{MISSED}{difference:,.2f}")
        formula = f'=IF(ABS({off})<={calculated.tolerance!r},"{word}","moves by "&TEXT({off},"#,##0.00"))'
        return Word(formula, word)

    def _of_assets(self, line: str) -> None:
        """The sum of all assets; nothing to check where each of them is a value from the run."""
        engine = self.known(line)
        formula = Live(self.total(line), engine, self.tolerance)
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
        live = Live(self.sheets.inputs.given(line))
        check = self._check(row, live, engine, "input, as run")
        self.block.add((line, LINES[line].title, live, engine, check))

    def _sum(self, line: str) -> None:
        """A sum of lines; a part that the sheet does not have is a value from the run."""
        if self.known(line) is None:
            return
        terms = []
        for sign, part in PARTS[line]:
            amount = self.known(part)
            if amount is None:
                continue
            if not self.has(part):
                self.run_value(part, amount, "not calculated in this book")
            terms.append(self.term(part) if sign > 0 else -self.term(part))
        self.line(line, total(*terms))

    def _income_tax(self) -> None:
        """Deferred and current tax of the holdings, tax on other income, the minimum tax and other deferred tax."""
        add_tax_on_holdings(self)
        ordinary = total(*(self.term(name) for name in ORDINARY if self.has(name)))
        add_minimum_tax(self, ordinary)
        add_other_deferred_tax(self)
        names = ("deferred_tax_on_holdings", "current_tax_on_sales", "minimum_tax", "deferred_tax_other")
        parts = total(*(self.term(name) for name in names if self.has(name)))
        self.line("income_tax", parts - self.rate * ordinary)

    def _per_share(self) -> None:
        basic = self.known("eps_basic")
        if basic is None or not self.has("net_income_common") or not self.sheets.inputs.has("weighted_shares"):
            return
        common, shares = self.term("net_income_common"), self.sheets.inputs.given("weighted_shares")
        self.line("eps_basic", common / shares)
        self._per_share_of_the_year(common, shares)

    def _per_share_of_the_year(self, common: Term, shares: Term) -> None:
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
        titles = (
            "Net income to common shares, earlier quarters of the year",
            "Weighted average shares, earlier quarters",
        )
        common_before = self.run_value("common_before", income, EARLIER, titles[0])
        shares_before = self.run_value("shares_before", weights, EARLIER, titles[1])
        mean = (shares_before + shares) / constant(len(earlier.quarters) + 1)
        self.line("eps_basic_year_to_date", (common_before + common) / self.line("weighted_shares_year_to_date", mean))
