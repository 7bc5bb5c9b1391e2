"""Formulas behind the close's own tables: roll-forward, lot schedule and journal, each cell with the figure it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor

from treasury_sim.report.close.asset_books import GROSS
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.live.asset_tax import POOL
from treasury_sim.report.close.live.block import FIRST_ROW, Behind, Block, Live, letters
from treasury_sim.report.close.live.statement import Statement
from treasury_sim.report.close.live.tax import EARLIER
from treasury_sim.report.close.movements import COMES_IN, GOES_OUT
from treasury_sim.report.close.postings import Entry, Posting
from treasury_sim.report.close.roll_forward import RollForwardLine, roll_forwards
from treasury_sim.report.tables.table import Cell, Table

WALLETS = "this book holds lots, not transfers between wallets"
OBSERVED = "a price that was observed"
TWO_UNKNOWN = "more than one posting of the entry is not calculated in this book"
Term = tuple[str, float]
"""A formula without its sign of equality, and its value."""


class Sums:
    """Sums over the sheets Tests and Disposals, with their values."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._tests, self._disposals = statement.sheets.tests.block, statement.sheets.disposals
        self._of_lot = {block.sheet: _rows_by(block, "n") for block in (self._tests, self._disposals)}

    def came(self, column: str, asset: str, kind: str = "") -> Term:
        """Sum over acquisitions and holdings."""
        return self._sum(self._tests, column, asset, kind)

    def left(self, column: str, asset: str, kind: str = "") -> Term:
        """Sum over disposals."""
        return self._sum(self._disposals, column, asset, kind)

    def of_lot(self, column: str, number: int, *, disposed: bool = False) -> Term:
        """Of one lot, by its number."""
        block = self._disposals if disposed else self._tests
        value = sum(_number(block, column, row) for row in self._of_lot[block.sheet].get(number, ()))
        return f"SUMIFS({block.span(column)},{block.span('n')},{number})", value

    def cost_in(self, asset: str, kind: str) -> Term:
        """Units acquired times their unit cost."""
        block = self._tests
        rows = [
            row for row in range(block.size) if block.value("asset", row) == asset and block.value("kind", row) == kind
        ]
        value = sum(_number(block, "came", row) * _number(block, "cost", row) for row in rows)
        chosen = f'({block.span("asset")}="{asset}")*({block.span("kind")}="{kind}")'
        return f"SUMPRODUCT({chosen}*{block.span('came')}*{block.span('cost')})", value

    def _sum(self, block: Block, column: str, asset: str, kind: str) -> Term:
        rows = [
            row
            for row in range(block.size)
            if block.value("asset", row) == asset and (not kind or block.value("kind", row) == kind)
        ]
        also = f',{block.span("kind")},"{kind}"' if kind else ""
        formula = f'SUMIFS({block.span(column)},{block.span("asset")},"{asset}"{also})'
        return formula, sum(_number(block, column, row) for row in rows)


def _rows_by(block: Block, column: str) -> dict[Cell, list[int]]:
    rows: dict[Cell, list[int]] = {}
    for row in range(block.size):
        rows.setdefault(block.value(column, row), []).append(row)
    return rows


def _number(block: Block, column: str, row: int) -> float:
    cell = block.value(column, row)
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def minus(term: Term) -> Term:
    """The other sign."""
    return f"-({term[0]})", -term[1]


def plus(*terms: Term) -> Term:
    """The sum."""
    return "+".join(f"({formula})" for formula, _ in terms), sum(value for _, value in terms)


def roll_forward_formulas(close: Close, statement: Statement) -> Behind:
    """The quarter from the sheets; year to date is the quarter and the earlier quarters of the year."""
    behind = Behind("Roll-forward")
    sums, row = Sums(statement), 0
    for rolled in roll_forwards(close):
        for line in rolled.lines:
            name, term = f"{rolled.title}: {line.title}", _rolled(sums, statement, line)
            if term is None or line.quarter is None:
                behind.run_value(name, line.quarter, WALLETS if line.wallet else POOL)
            else:
                behind.put(row, 2, name, Live(f"={term[0]}", term[1], line.quarter, rolled.tolerance))
                if line.year_to_date is not None and line.line != "opening":
                    before = line.year_to_date - line.quarter
                    formula = f"={letters(2)}{row + FIRST_ROW}+{before!r}"
                    behind.put(row, 3, name, Live(formula, term[1] + before, line.year_to_date, rolled.tolerance))
                if line.line == "opening" and line.year_to_date is not None:
                    behind.run_value(f"{name}, year to date", line.year_to_date, EARLIER)
            row += 1
        row += 1  # the check cells
    return behind


def _rolled(sums: Sums, statement: Statement, line: RollForwardLine) -> Term | None:
    if line.wallet or not line.asset or statement.of.assets[line.asset].is_pool:
        return None
    asset = line.asset
    if line.measure == "units":
        if line.line in {"opening", "closing"}:
            return sums.came(line.line, asset)
        if line.line in COMES_IN:
            return sums.came("came", asset, line.line)
        return minus(sums.left("units", asset, line.line))
    own = {
        "opening": sums.came("carrying_opening", asset),
        "adoption": sums.came("adoption", asset),
        "remeasurement_pl": plus(sums.came("pl", asset), sums.left("pl_out", asset)),
        "remeasurement_oci": plus(sums.came("oci", asset), sums.left("surplus", asset)),
        "closing": sums.came("carrying_closing", asset),
    }
    if line.line in own:
        return own[line.line]
    return (
        sums.came("additions", asset, line.line)
        if line.line in COMES_IN
        else minus(sums.left("carrying", asset, line.line))
    )


def lot_formulas(table: Table, close: Close, statement: Statement) -> Behind:
    """Every lot from its rows in the sheet Tests; the totals add up."""
    behind = Behind("Lot schedule")
    sums, first = Sums(statement), 0
    columns = {column.name: number for number, column in enumerate(table.columns)}
    behind.run_value("Test price", None, OBSERVED)
    for number, row in enumerate(table.rows):
        if row.is_total:
            for name, column in columns.items():
                if isinstance(row.cells[column], float) and name not in {"unit_cost", "test_price"}:
                    letter = letters(column)
                    formula = f"=SUM({letter}{first + FIRST_ROW}:{letter}{number + FIRST_ROW - 1})"
                    behind.formulas[number, column] = formula
            first = number + 1
            continue
        asset, lot = str(row.cells[0]), str(row.cells[1])
        if statement.of.assets[asset].is_pool:
            behind.run_value(f"{asset}: every column", None, POOL)
            continue
        lots = statement.sheets.lots
        at = lots.row_of[asset, lot]
        cost_model = close.rule(asset).rule.ceiling_at_cost
        closing, cost = sums.of_lot("carrying_closing", at), sums.of_lot("cost_closing", at)
        cells = {
            "units_opening": sums.of_lot("opening", at),
            "units_acquired": sums.of_lot("came", at),
            "units_released": sums.of_lot("units", at, disposed=True),
            "units_closing": sums.of_lot("closing", at),
            "unit_cost": (lots.block.at("book_cost", at), _number(lots.block, "book_cost", at)),
            "cost": cost,
            "carrying_opening": sums.of_lot("carrying_opening", at),
            "additions": sums.of_lot("additions", at),
            "disposed": sums.of_lot("carrying", at, disposed=True),
            "adoption": sums.of_lot("adoption", at),
            "remeasurement_pl": plus(sums.of_lot("pl", at), sums.of_lot("pl_out", at, disposed=True)),
            "remeasurement_oci": plus(sums.of_lot("oci", at), sums.of_lot("surplus", at, disposed=True)),
            "carrying_closing": closing,
            "accumulated": plus(cost, minus(closing)) if cost_model else plus(closing, minus(cost)),
        }
        for name, (formula, value) in cells.items():
            column = columns[name]
            shown = row.cells[column]
            if isinstance(shown, float):
                title = f"{asset} {lot}, {table.columns[column].title}"
                behind.put(number, column, title, Live(f"={formula}", value, shown, statement.tolerance))
    return behind


def journal_formulas(entries: Sequence[Entry], statement: Statement) -> Behind:
    """Each posting from the amount it books, rounded; the last free one of an entry balances it; the totals add up.

    A cent that the close has put on a posting, so that balances tie, stays on it.
    """
    behind = Behind("Journal")
    sums, row = Sums(statement), 0
    for entry in entries:
        first, last = row + FIRST_ROW, row + len(entry.postings) + FIRST_ROW - 1
        free: list[tuple[int, Posting]] = []
        for posting in entry.postings:
            term = _posted(sums, statement, entry, posting)
            if term is None:
                free.append((row, posting))
            else:
                behind.put(row, _side(posting), _name(entry, posting), _rounded(term, posting, statement.tolerance))
            row += 1
        if len(free) == 1:
            at, posting = free[0]
            behind.formulas[at, _side(posting)] = _balancing(posting, at + FIRST_ROW, first, last)
        else:
            for _, posting in free:
                behind.run_value(_name(entry, posting), abs(posting.cents) / 100.0, TWO_UNKNOWN)
    if not row:
        return behind
    debit, credit = letters(DEBIT), letters(CREDIT)
    for column, letter in ((DEBIT, debit), (CREDIT, credit)):
        behind.formulas[row, column] = f"=SUM({letter}{FIRST_ROW}:{letter}{row + FIRST_ROW - 1})"
    off = f"{debit}{row + FIRST_ROW}-{credit}{row + FIRST_ROW}"
    behind.formulas[row, TOTAL_WORD] = f'=IF(ABS({off})<0.005,"ties","off by "&TEXT({off},"0.00"))'
    return behind


def _name(entry: Entry, posting: Posting) -> str:
    return f"{entry.number} {entry.kind}, {posting.account} {posting.asset}".rstrip()


def _rounded(term: Term, posting: Posting, tolerance: float) -> Live:
    """The posting rounded to cents, and the cents that the close put on it; on the side of its sign."""
    cents = floor((term[1] + NUDGE) * 100.0 + 0.5)
    extra = posting.cents - cents
    kept = extra if abs(extra) <= MOST_CENTS else 0
    amount = f"ROUND({term[0]}+{NUDGE},2)" + (f"{kept / 100.0:+.2f}" if kept else "")
    sign = 1 if posting.cents > 0 else -1
    formula = f"={amount}" if sign > 0 else f"=-({amount})"
    return Live(formula, sign * (cents + kept) / 100.0, abs(posting.cents) / 100.0, tolerance)


MOST_CENTS = 9
"""Cents that rounding may have put on a posting; a larger difference is an error of the formula."""
NUDGE = 0.0001
"""Half a cent is rounded up, whatever the last bit of a sum."""
TOTAL_WORD, DEBIT, CREDIT = 3, 5, 6
"""Columns of the journal: the word in the total row, and the amounts."""


def _side(posting: Posting) -> int:
    return DEBIT if posting.cents > 0 else CREDIT


def _balancing(posting: Posting, at: int, first: int, last: int) -> str:
    """The formula that brings the entry to zero."""
    own, other = letters(_side(posting)), letters(CREDIT if posting.cents > 0 else DEBIT)
    others = [f"{own}{a}:{own}{b}" for a, b in ((first, at - 1), (at + 1, last)) if a <= b]
    return f"=SUM({other}{first}:{other}{last})" + (f"-SUM({','.join(others)})" if others else "")


def _posted(sums: Sums, statement: Statement, entry: Entry, posting: Posting) -> Term | None:
    """Amount of a posting, a debit positive; ``None`` where it balances the entry or has no formula."""
    if entry.asset and entry.asset in statement.of.assets:
        if statement.of.assets[entry.asset].is_pool:
            return None
        return dict(_of_asset(sums, entry)).get(posting.account)
    return dict(_of_holder(statement, entry.kind)).get(posting.account)


def _of_asset(sums: Sums, entry: Entry) -> Iterator[tuple[str, Term]]:
    asset, kind, is_gross = entry.asset, entry.kind, entry.rule in GROSS
    if kind in COMES_IN:
        cost, entered = sums.cost_in(asset, kind), sums.came("additions", asset, kind)
        yield "digital_assets", cost if is_gross else entered
        yield "accumulated_impairment", plus(entered, minus(cost))
        yield "loan_receivable", minus(entered)
    elif kind in GOES_OUT:
        carrying, cost = sums.left("carrying", asset, kind), sums.left("cost_out", asset, kind)
        yield "digital_assets", minus(cost if is_gross else carrying)
        yield "accumulated_impairment", plus(cost, minus(carrying))
        yield "cash", sums.left("net", asset, kind)
        yield "loan_receivable", sums.left("gross", asset, kind)
        yield "coin_expense", sums.left("gross", asset, kind)
    elif kind == "remeasurement":
        pl = plus(sums.came("pl", asset), sums.left("pl_out", asset))
        yield "accumulated_impairment" if is_gross else "digital_assets", pl
    elif kind == "revaluation":
        yield "digital_assets", plus(sums.came("oci", asset), sums.left("surplus", asset))
    elif kind == "surplus_release":
        yield "revaluation_surplus", sums.left("surplus", asset)
    elif kind == "adoption":
        opening, cost = sums.came("carrying_opening", asset), sums.came("cost_opening", asset)
        yield "digital_assets", plus(sums.came("adoption", asset), opening, minus(cost))
        yield "accumulated_impairment", plus(cost, minus(opening))


def _of_holder(statement: Statement, kind: str) -> Iterator[tuple[str, Term]]:
    def line(name: str) -> Term:
        return (statement.cell(name), statement.value(name)) if statement.has(name) else ("0", 0.0)

    if kind in {"other_operating_income", "interest"}:
        yield "cash", line(kind)
    elif kind == "preferred_dividends":
        yield "preferred_dividends", minus(line(kind))
    elif kind == "current_tax":
        deferred = plus(line("deferred_tax_on_holdings"), line("deferred_tax_other"))
        yield "current_tax", minus(plus(line("income_tax"), minus(deferred)))
    elif kind == "deferred_tax_other":
        if statement.has("minimum_tax_credit"):
            yield "minimum_tax_credit", plus(line("minimum_tax_credit"), minus(line("other_credit_opening")))
        yield "deferred_tax_other", minus(line("deferred_tax_other"))
    elif kind == "adoption_tax":
        yield "deferred_tax_asset", line("adoption_dta_reversal")
        yield "deferred_tax_liability", line("adoption_new_dtl")
    elif kind == "deferred_tax":
        asset = plus(line("deferred_tax_asset"), minus(line("shown_opening")), minus(line("adoption_dta_reversal")))
        allowance = plus(line("allowance_opening"), minus(line("valuation_allowance")))
        adopted = minus(line("adoption_new_dtl"))
        liability = plus(minus(line("deferred_tax_liability")), line("liability_opening"), adopted)
        named = plus(line("deferred_tax_on_holdings"), line("income_tax_oci"))
        yield "deferred_tax_asset", asset
        yield "valuation_allowance", allowance
        yield "deferred_tax_liability", liability
        yield "revaluation_surplus_tax", minus(line("income_tax_oci"))
        yield "opening_balances", minus(plus(asset, allowance, liability, minus(named)))
