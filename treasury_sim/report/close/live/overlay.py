"""Formulas behind the close's own tables: roll-forward, lot schedule and journal, each cell with the figure it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from treasury_sim.report.close.asset_books import GROSS
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.live.asset_tax import POOL
from treasury_sim.report.close.live.block import FIRST_ROW, Behind, Block, Live, letters
from treasury_sim.report.close.live.statement import Statement
from treasury_sim.report.close.live.tax import EARLIER
from treasury_sim.report.close.live.terms import ZERO, Term, constant, rounded
from treasury_sim.report.close.movements import COMES_IN, GOES_OUT
from treasury_sim.report.close.postings import Entry, Posting
from treasury_sim.report.close.roll_forward import RollForwardLine, roll_forwards
from treasury_sim.report.tables.table import Cell, Table

WALLETS = "this book holds lots, not transfers between wallets"
OBSERVED = "a price that was observed"
TWO_UNKNOWN = "more than one posting of the entry is not calculated in this book"


class Sums:
    """Sums over the sheets Tests and Disposals."""

    def __init__(self, statement: Statement) -> None:
        self._tests, self._disposals = statement.sheets.tests.block, statement.sheets.disposals
        self._of_lot = {block.sheet: _rows_by_lot(block) for block in (self._tests, self._disposals)}

    def came(self, column: str, asset: str, kind: str = "") -> Term:
        """Sum over acquisitions and holdings."""
        return self._tests.sum_of(column, asset, kind)

    def left(self, column: str, asset: str, kind: str = "") -> Term:
        """Sum over disposals."""
        return self._disposals.sum_of(column, asset, kind)

    def of_lot(self, column: str, number: int, *, disposed: bool = False) -> Term:
        """Sum over the rows of one lot, by its number."""
        block = self._disposals if disposed else self._tests
        return block.sum_over(column, self._of_lot[block.sheet].get(number, []))

    def cost_in(self, asset: str, kind: str) -> Term:
        """Units acquired times their unit cost."""
        return self._tests.product_of("came", "cost", asset, kind)


def _rows_by_lot(block: Block) -> dict[Cell, list[int]]:
    rows: dict[Cell, list[int]] = {}
    for row in range(block.size):
        rows.setdefault(block.value("n", row), []).append(row)
    return rows


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
                behind.put(row, 2, name, Live(term, line.quarter, rolled.tolerance))
                if line.year_to_date is not None and line.line != "opening":
                    earlier = constant(line.year_to_date - line.quarter)
                    to_date = Term(f"{letters(2)}{row + FIRST_ROW}", term.value) + earlier
                    behind.put(row, 3, name, Live(to_date, line.year_to_date, rolled.tolerance))
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
        return -sums.left("units", asset, line.line)
    own = {
        "opening": sums.came("carrying_opening", asset),
        "adoption": sums.came("adoption", asset),
        "remeasurement_pl": sums.came("pl", asset) + sums.left("pl_out", asset),
        "remeasurement_oci": sums.came("oci", asset) + sums.left("surplus", asset),
        "closing": sums.came("carrying_closing", asset),
    }
    if line.line in own:
        return own[line.line]
    return (
        sums.came("additions", asset, line.line) if line.line in COMES_IN else -sums.left("carrying", asset, line.line)
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
            "unit_cost": lots.block.term("book_cost", at),
            "cost": cost,
            "carrying_opening": sums.of_lot("carrying_opening", at),
            "additions": sums.of_lot("additions", at),
            "disposed": sums.of_lot("carrying", at, disposed=True),
            "adoption": sums.of_lot("adoption", at),
            "remeasurement_pl": sums.of_lot("pl", at) + sums.of_lot("pl_out", at, disposed=True),
            "remeasurement_oci": sums.of_lot("oci", at) + sums.of_lot("surplus", at, disposed=True),
            "carrying_closing": closing,
            "accumulated": cost - closing if cost_model else closing - cost,
        }
        for name, term in cells.items():
            column = columns[name]
            shown = row.cells[column]
            if isinstance(shown, float):
                title = f"{asset} {lot}, {table.columns[column].title}"
                behind.put(number, column, title, Live(term, shown, statement.tolerance))
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
    amount = rounded(term + constant(NUDGE), 2)
    extra = posting.cents - round(amount.value * 100.0)
    if extra and abs(extra) <= MOST_CENTS:
        amount += constant(extra / 100.0)
    return Live(amount if posting.cents > 0 else -amount, abs(posting.cents) / 100.0, tolerance)


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
        yield "accumulated_impairment", entered - cost
        yield "loan_receivable", -entered
    elif kind in GOES_OUT:
        carrying, cost = sums.left("carrying", asset, kind), sums.left("cost_out", asset, kind)
        yield "digital_assets", -(cost if is_gross else carrying)
        yield "accumulated_impairment", cost - carrying
        yield "cash", sums.left("net", asset, kind)
        yield "loan_receivable", sums.left("gross", asset, kind)
        yield "coin_expense", sums.left("gross", asset, kind)
    elif kind == "remeasurement":
        pl = sums.came("pl", asset) + sums.left("pl_out", asset)
        yield "accumulated_impairment" if is_gross else "digital_assets", pl
    elif kind == "revaluation":
        yield "digital_assets", sums.came("oci", asset) + sums.left("surplus", asset)
    elif kind == "surplus_release":
        yield "revaluation_surplus", sums.left("surplus", asset)
    elif kind == "adoption":
        opening, cost = sums.came("carrying_opening", asset), sums.came("cost_opening", asset)
        yield "digital_assets", sums.came("adoption", asset) + opening - cost
        yield "accumulated_impairment", cost - opening


def _of_holder(statement: Statement, kind: str) -> Iterator[tuple[str, Term]]:
    def line(name: str) -> Term:
        return statement.term(name) if statement.has(name) else ZERO

    if kind in {"other_operating_income", "interest"}:
        yield "cash", line(kind)
    elif kind == "preferred_dividends":
        yield "preferred_dividends", -line(kind)
    elif kind == "current_tax":
        yield "current_tax", line("deferred_tax_on_holdings") + line("deferred_tax_other") - line("income_tax")
    elif kind == "deferred_tax_other":
        if statement.has("minimum_tax_credit"):
            yield "minimum_tax_credit", line("minimum_tax_credit") - line("other_credit_opening")
        yield "deferred_tax_other", -line("deferred_tax_other")
    elif kind == "adoption_tax":
        yield "deferred_tax_asset", line("adoption_dta_reversal")
        yield "deferred_tax_liability", line("adoption_new_dtl")
    elif kind == "deferred_tax":
        asset = line("deferred_tax_asset") - line("shown_opening") - line("adoption_dta_reversal")
        allowance = line("allowance_opening") - line("valuation_allowance")
        liability = line("liability_opening") - line("deferred_tax_liability") - line("adoption_new_dtl")
        named = line("deferred_tax_on_holdings") + line("income_tax_oci")
        yield "deferred_tax_asset", asset
        yield "valuation_allowance", allowance
        yield "deferred_tax_liability", liability
        yield "revaluation_surplus_tax", -line("income_tax_oci")
        yield "opening_balances", named - asset - allowance - liability
