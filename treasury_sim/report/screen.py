"""Tables for a screen: every cell written as finance people write it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.result import Outcome, Result
from treasury_sim.report import expected, words
from treasury_sim.report.lots import lot_rows, lot_summaries
from treasury_sim.report.render.printed import printed
from treasury_sim.report.tables.statement import StatementRow, relevant_policies
from treasury_sim.report.tables.table import Cell, Column, Kind, Table, cell_text
from treasury_sim.report.text import amount_text


@dataclass(frozen=True)
class ScreenTable:
    """A table of text.

    Attributes
    ----------
    unit
        Unit of the money in it, such as ``USD m``.
    header
        Column titles, the first one that of the rows.
    rows
        Cells.
    totals
        Which rows are sums.
    texts
        Positions of the columns that hold words, besides the first.
    """

    unit: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[bool, ...]
    texts: frozenset[int] = frozenset()


def statement_table(result: Result, rows: Sequence[StatementRow]) -> ScreenTable:
    """Write a statement, a column for each framework; negative amounts in parentheses."""
    scale = words.scale_for(amount for row in rows if row.kind == "money" for amount in row.amounts)
    unit = scale.label(result.currency)
    return ScreenTable(
        unit=unit,
        header=(unit, *(FRAMEWORKS[key].title for key in result.statements)),
        rows=tuple((row.title, *(amount_text(row.kind, amount, scale) for amount in row.amounts)) for row in rows),
        totals=tuple(row.is_total for row in rows),
    )


STYLE = """<style>
.sideways {overflow-x: auto;}
.statement {width: 100%; border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums;}
.statement caption {text-align: left; font-weight: 600; padding-bottom: 0.3rem; caption-side: top; color: inherit;}
.statement th, .statement td {padding: 0.25rem 0.4rem; border: none; border-bottom: 1px solid rgba(128,128,128,0.25);}
.statement th {text-align: left; font-weight: 400;}
.statement thead th {font-weight: 600; vertical-align: bottom;}
.statement td, .statement thead th + th {text-align: right;}
.statement td {white-space: nowrap;}
.statement :is(td, th).words {text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 7rem;}
.statement .total th, .statement .total td {font-weight: 600; border-top: 1px solid rgba(128,128,128,0.8);}
.statement .part th {padding-left: 1.4rem;}
</style>"""
"""How a statement looks: numbers to the right, a line above a sum; colours are the page's."""


def as_html(title: str, table: ScreenTable) -> str:
    """Write a table as HTML with the title and the unit above it."""
    head = "".join(
        f'<th scope="col"{_words(number, table.texts)}>{escape(cell)}</th>' for number, cell in enumerate(table.header)
    )
    rows = "".join(
        _html_row(row, table.texts, is_total=is_total) for row, is_total in zip(table.rows, table.totals, strict=True)
    )
    return (
        f'{STYLE}<div class="sideways"><table class="statement"><caption>{escape(title)}</caption>'
        f"<thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _words(column: int, texts: frozenset[int]) -> str:
    return ' class="words"' if column in texts else ""


def _html_row(row: Sequence[str], texts: frozenset[int], *, is_total: bool) -> str:
    kind = "total" if is_total else "part" if row[0].startswith("  ") else "item"
    cells = "".join(f"<td{_words(number, texts)}>{escape(cell)}</td>" for number, cell in enumerate(row[1:], start=1))
    return f'<tr class="{kind}"><th scope="row">{escape(row[0].strip())}</th>{cells}</tr>'


@dataclass(frozen=True)
class GridColumn:
    """One column of a grid that can be sorted.

    Attributes
    ----------
    kind
        What its numbers are, which alone decides how they are written.
    cells
        Raw values; ``None`` where there is none.
    """

    kind: Kind
    cells: Sequence[Cell]

    def written(self, cell: Cell) -> str:
        """Write a cell for people: coins without trailing zeros, prices and money to the cent; none is empty."""
        return "" if cell is None or (isinstance(cell, float) and math.isnan(cell)) else cell_text(cell, self.kind)


def lot_columns(result: Result, label: str) -> dict[str, GridColumn]:
    """The lots held at the end of one quarter, by column, in acquisition order."""
    rows = lot_rows(result, label)
    currency = result.currency
    columns = {
        "Acquired (UTC)": GridColumn("text", [row.acquired for row in rows]),
        "Lot": GridColumn("text", [row.id for row in rows]),
        **({"Asset": GridColumn("text", [row.asset for row in rows])} if len(result.holdings) > 1 else {}),
        "Units": GridColumn("units", [row.units for row in rows]),
        f"Unit cost, {currency}": GridColumn("price", [row.unit_cost for row in rows]),
        f"Cost, {currency}": GridColumn("money", [row.cost for row in rows]),
        f"Fair value, {currency}": GridColumn("money", [row.fair_value for row in rows]),
    }
    for number, key in enumerate(result.statements):
        title = f"Carrying, {FRAMEWORKS[key].title}, {currency}"
        carrying = [row.carrying[number] if number < len(row.carrying) else None for row in rows]
        columns[title] = GridColumn("money", carrying)
    columns["Source"] = GridColumn("text", [row.source for row in rows])
    return columns


def lots_sentence(result: Result, label: str) -> str:
    """Sum the lots up in words."""
    return " ".join(
        f"{words.units(lots.closing)} {lots.asset} in {lots.lots} lots at an average cost of "
        f"{words.price(lots.average_cost)} {result.currency}; {lots.below_cost} of them cost more than the "
        f"quarter-end price. In the quarter {words.units(lots.came)} came in and "
        f"{words.units(lots.gone)} went out."
        for lots in lot_summaries(result, label)
    )


def price_sources(result: Result, label: str) -> list[str]:
    """Where the prices are from, a sentence for each asset; names the as-of day of embedded data."""
    return [
        f"{lots.asset} price at the end of {label}: {lots.price_source}. "
        f"Daily prices: {result.holdings[lots.asset].daily.source}."
        for lots in lot_summaries(result, label)
    ]


def policy_table(result: Result) -> ScreenTable:
    """The choices that decide numbers, one a row."""
    rows = tuple((_in_words(name), _in_words(choice)) for name, choice in relevant_policies(result).items())
    return ScreenTable("", ("Choice", "Chosen"), rows, (False,) * len(rows), frozenset({1}))


def close_table(table: Table, currency: str) -> ScreenTable:
    """Write a table of a close; money in the unit that fits it, whole cents in a journal."""
    shown = printed(replace(table, currency=currency))
    return ScreenTable(table.unit, shown.header, shown.rows, shown.totals, shown.texts - {0})


def close_columns(table: Table) -> dict[str, GridColumn]:
    """A long table of a close by column, for a grid that can be sorted."""
    twice = {title for title, count in Counter(column.title for column in table.columns).items() if count > 1}
    return {
        _title(column, twice): GridColumn(column.kind, [row.cells[number] for row in table.rows])
        for number, column in enumerate(table.columns)
    }


def _title(column: Column, twice: set[str]) -> str:
    """A title that no other column has."""
    return f"{column.title}, {column.kind}" if column.title in twice and column.kind != "text" else column.title


def policies(result: Result) -> str:
    """Name the choices that decide numbers in words."""
    return ", ".join(f"{_in_words(name)} {_in_words(choice)}" for name, choice in relevant_policies(result).items())


def _in_words(key: str) -> str:
    is_place = "/" in key  # a time zone: America/New_York
    return key if is_place else key.replace("_", " ")


def notes(result: Result) -> list[str]:
    """What a reader must know, with the titles of frameworks instead of their keys."""
    return [in_titles(note) for note in result.notes]


def in_titles(text: str) -> str:
    """Name frameworks by their titles instead of their keys."""
    return _KEY.sub(lambda found: FRAMEWORKS[found[0]].title, text)


_KEY = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(FRAMEWORKS, key=len, reverse=True)))})\b")


@dataclass(frozen=True)
class Verdict:
    """What a run says of the figures that its scenario expects.

    Attributes
    ----------
    sentence
        How many were met, and from where they are.
    missed
        What is wrong with each of the others.
    is_evidence
        Whether all were met, one of them at least a figure that no input was taken from.
    """

    sentence: str
    missed: tuple[str, ...]
    is_evidence: bool


def verdict(outcomes: Sequence[Outcome]) -> Verdict:
    """Say how many expected figures were met, from where they are, and what is wrong with each of the others."""
    missed = tuple(expected.missed(outcome) for outcome in outcomes if not outcome.passed)
    return Verdict(expected.verdict(outcomes), missed, not missed and expected.has_evidence(outcomes))
