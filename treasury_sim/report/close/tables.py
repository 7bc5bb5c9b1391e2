"""The reports of a close as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter

import numpy as np

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.coins import Grain
from treasury_sim.report.close.accounts import ACCOUNTS, IMPAIRMENT_XBRL, AccountMap, line_accounts
from treasury_sim.report.close.checks import tie_word
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.flash import flash_pack
from treasury_sim.report.close.journal import Journal
from treasury_sim.report.close.lot_schedule import LotLine, lot_schedule
from treasury_sim.report.close.roll_forward import RollForward, roll_forwards
from treasury_sim.report.tables.table import Adds, Cell, Column, Row, Table


def flash_table(close: Close) -> Table:
    """The flash pack, with notes on implausible figures."""
    quarter, year_to_date = close.periods.titles()
    columns = (
        Column("line", "Key", only_in_files=True),
        Column("title", ""),
        Column("quarter", quarter, "money"),
        Column("year_to_date", year_to_date, "money"),
    )
    rows = tuple(
        Row((f"{row.line}:{row.asset}" if row.asset else row.line, row.title, row.quarter, row.year_to_date), row.kind)
        for row in flash_pack(close)
    )
    return Table(
        "flash", f"Flash, {close.label}, {FRAMEWORKS[close.framework].title}", columns, rows, close.result.doubts
    )


def roll_forward_table(close: Close) -> Table:
    """Every roll-forward, each with its check cells."""
    quarter, year_to_date = close.periods.titles()
    columns = (
        Column("of", "Of", shown_once=True),
        Column("title", ""),
        Column("quarter", quarter, "money"),
        Column("year_to_date", year_to_date, "money"),
    )
    rows: list[Row] = []
    for rolled in roll_forwards(close):
        rows += _rolled(rolled, len(rows))
    return Table("roll_forward", f"Roll-forward, {close.label}", columns, tuple(rows))


def _rolled(rolled: RollForward, first: int) -> list[Row]:
    rows = [
        Row((rolled.title, line.title, *line.amounts), line.measure, line.line in {"opening", "closing"})
        for line in rolled.lines
    ]
    words = (None if d is None else tie_word(d, rolled.tolerance) for d in rolled.differences())
    last = first + len(rows) - 1
    return [
        *rows,
        Row(
            (rolled.title, "Check", *words), rolled.lines[0].measure, adds=Adds(first, last - 1, last, rolled.tolerance)
        ),
    ]


_LOT_COLUMNS = (
    Column("asset", "Asset"),
    Column("lot", "Lot"),
    Column("acquired", "Acquired"),
    Column("wallet", "Wallet"),
    Column("units_opening", "Units, opening", "units"),
    Column("units_acquired", "Acquired", "units"),
    Column("units_released", "Released", "units"),
    Column("units_closing", "Units, closing", "units"),
    Column("unit_cost", "Average cost at purchase", "price"),
    Column("cost", "Cost of units held", "money"),
    Column("test_price", "Test price", "price"),
    Column("test_day", "Seen on"),
    Column("test_source", "Source of the price"),
    Column("carrying_opening", "Carrying, opening", "money"),
    Column("additions", "Additions", "money"),
    Column("disposed", "Disposed", "money"),
    Column("adoption", "Adoption", "money"),
    Column("remeasurement_pl", "Charge or gain, P&L", "money"),
    Column("remeasurement_oci", "OCI", "money"),
    Column("carrying_closing", "Carrying, closing", "money"),
    Column("accumulated", "To date", "money"),
)


def lots_table(close: Close) -> Table:
    """The lot schedule with a total for each asset."""
    rows: list[Row] = []
    schedule = lot_schedule(close)
    for asset in dict.fromkeys(row.asset for row in schedule):
        mine = [row for row in schedule if row.asset == asset]
        rows += [Row(tuple(_as_cell(cell) for cell in _cells_of(row))) for row in mine]
        rows.append(Row((asset, "Total", *_totals(mine, close.result.holdings[asset].ledger.grain)), is_total=True))
    rules = {close.rule(asset) for asset in close.result.holdings}
    cost_model = any(rule.rule.ceiling_at_cost for rule in rules)
    notes = [
        "To date: accumulated impairment under cost models, otherwise carrying amount less cost.",
        "Test price: the price compared with the carrying amount, before costs of disposal.",
    ]
    if any(row.acquired.count(" to ") for row in schedule):
        notes.append(
            "A lot bought over a window is tested day by day; its test price is that of its first day's units."
        )
    title = f"{'Impairment' if cost_model else 'Fair-value'} schedule by lot, {close.label}"
    return Table("lots", title, _LOT_COLUMNS, tuple(rows), tuple(notes))


_cells_of = attrgetter(*(field.name for field in fields(LotLine)))


def _as_cell(value: object) -> str | float:
    return float(value) if isinstance(value, (int, float)) else str(value)


def _totals(rows: Sequence[LotLine], grain: Grain) -> list[Cell]:
    """Sums below the rows, from the third column on; words and prices are not added up, which is empty."""
    names = [field.name for field in fields(LotLine)][2:]
    kinds = {column.name: column.kind for column in _LOT_COLUMNS}
    sums = {name: sum(getattr(row, name) for row in rows) for name in names if kinds[name] in {"units", "money"}}
    sums |= {name: float(grain.exact(np.array(sums[name]))) for name in sums if kinds[name] == "units"}
    return [sums.get(name, "" if kinds[name] == "text" else None) for name in names]


def journal_table(entries: Journal, accounts: AccountMap) -> Table:
    """The journal, a row for each posting; the account of a credit is indented."""
    columns = (
        Column("entry", "Entry", shown_once=True),
        Column("date", "Date", only_in_files=True),
        Column("kind", "Kind", only_in_files=True),
        Column("narration", "Narration", shown_once=True),
        Column("account", "Account"),
        Column("debit", "Debit", "money", missing=""),
        Column("credit", "Credit", "money", missing=""),
        Column("citation", "Citation", only_in_files=True),
        Column("key", "Account key", only_in_files=True),
        Column("line", "Statement line", only_in_files=True),
        Column("xbrl", "XBRL element (US GAAP)", only_in_files=True),
    )
    rows = [
        Row(
            (
                entry.number,
                entry.day.isoformat(),
                entry.kind,
                entry.narration,
                accounts.name(posting.account, FRAMEWORKS[entry.rule], posting.asset),
                float(posting.amount) if posting.cents > 0 else None,
                float(-posting.amount) if posting.cents < 0 else None,
                entry.citation,
                posting.account,
                ACCOUNTS[posting.account].line,
                _element(posting.account, entry.rule),
            ),
            indented="account" if posting.cents < 0 else "",
        )
        for entry in entries
        for posting in entry.postings
    ]
    debit = sum(p.cents for e in entries for p in e.postings if p.cents > 0) / 100.0
    credit = -sum(p.cents for e in entries for p in e.postings if p.cents < 0) / 100.0
    empty = (None,) * 3
    rows.append(Row(("", "", "", tie_word(debit - credit, 0.0), "Total", debit, credit, *empty, None), is_total=True))
    return Table("journal", "Journal", columns, tuple(rows), in_full=True)


def _element(account: str, rule: str) -> str | None:
    """The XBRL element of a posting; only US GAAP has them here."""
    if not rule.startswith("us_gaap"):
        return None
    if FRAMEWORKS[rule].rule.ceiling_at_cost:
        if account == "remeasurement_loss":
            return IMPAIRMENT_XBRL
        return None if account == "digital_assets" else ACCOUNTS[account].xbrl
    return ACCOUNTS[account].xbrl


def details_table(entries: Journal) -> Table:
    """The lots behind each entry."""
    columns = (
        Column("entry", "Entry"),
        Column("kind", "Kind"),
        Column("lot", "Lot"),
        Column("first", "From"),
        Column("last", "To"),
        Column("units", "Units", "units"),
        Column("amount", "Amount", "money"),
    )
    rows = tuple(
        Row((entry.number, entry.kind, d.lot, d.first.isoformat(), d.last.isoformat(), d.units, d.amount))
        for entry in entries
        for d in entry.details
    )
    note = "Units of a remeasurement are those held at the quarter end, and its dates those of the test price."
    return Table("journal_lots", "Lots behind the journal", columns, rows, (note,))


def policies_table(close: Close) -> Table:
    """Policies, rules, sources of prices and inputs, accounts by line, notes."""
    framework = FRAMEWORKS[close.framework]
    index = close.quarter
    rows: list[tuple[str, str, str]] = [
        ("framework", close.framework, f"{framework.citation}. {framework.summary}"),
        ("framework", "interim", framework.interim),
        ("engine", "version", close.result.engine_version),
    ]
    rows += [("policy", name, value) for name, value in close.result.policies.items()]
    for asset, held in close.statements.assets.items():
        rule = close.rule(asset)
        rows += [
            ("rule", asset, f"{rule.key}: {rule.citation}"),
            ("price", asset, held.prices[index].source),
            ("daily prices", asset, close.result.holdings[asset].daily.source),
        ]
    rows += [("input", name, f"SHA-256 {digest}") for name, digest in close.result.inputs.items()]
    rows += [
        (
            "line",
            line.line,
            "; ".join([line.title, ", ".join(line.accounts) or "no account", line.xbrl or "no element"]),
        )
        for line in line_accounts()
    ]
    rows += [("note", "", note) for note in close.result.notes]
    columns = (Column("what", "Kind"), Column("name", "Name"), Column("value", "Value"))
    return Table("policies", "Policies and sources", columns, tuple(Row(row) for row in rows))
