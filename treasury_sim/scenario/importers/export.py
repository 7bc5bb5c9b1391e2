"""Lots from a file that another tool exported, read as a mapping file says.

A mapping says what the columns mean and which rows are purchases. The other rows are counted by kind in a note:
what they are is for the plan to state.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from math import isfinite
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from treasury_sim.domain.holding import Lot
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario.fields import Rows, Spec, Text, fault
from treasury_sim.scenario.importers.lots_table import LotTable
from treasury_sim.scenario.importers.table import Record, Table, TableRow, csv_records
from treasury_sim.scenario.problems import in_words, problems_of
from treasury_sim.scenario.reader import read_yaml
from treasury_sim.scenario.rows import OWN_ID, read_lot, repeated_ids
from treasury_sim.scenario.scalars import number

_NO_KIND = "without a kind"


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


_Columns = Annotated[Rows[Text], Field(min_length=1), BeforeValidator(_one_or_more)]


class Columns(Spec):
    """The column of each field of a lot."""

    acquired: Text
    """Day of the purchase, in UTC."""
    quantity: _Columns
    """Units bought; several columns are added."""
    asset: Text | None = None
    """Name of the asset."""
    id: Text | None = None
    """Id of the lot."""
    wallet: Text | None = None
    """Wallet."""
    source: Text | None = None
    """Where the figures are from."""


class Cost(Spec):
    """How the cost of a unit is got: one of two columns."""

    price: Text | None = None
    """Price of a unit."""
    total: Text | None = None
    """Price of all units; divided by the quantity."""
    includes_fees: bool = False
    """Whether `total` holds the fees as well; they are deducted first."""

    @model_validator(mode="after")
    def _check_columns(self) -> Self:
        if (self.price is None) == (self.total is None):
            raise fault("one of price and total", found="neither" if self.price is None else "both")
        if self.includes_fees and self.total is None:
            raise fault("total next to includes_fees", found="price", fix="Remove includes_fees.")
        return self


class ExportMapping(Spec):
    """A mapping file."""

    title: Text
    """What the export is, in one line."""
    verified: str = ""
    """Against what the names of the columns were checked, and when."""
    delimiter: Literal[",", ";", "\t", "|"] = ","
    """What separates cells."""
    dates: Annotated[Rows[Text], Field(min_length=1)] = ("%Y-%m-%d",)
    """Forms of a date or time, as in Python's strptime; the first that fits counts."""
    decimal: Literal[".", ","] = "."
    """What stands before decimals."""
    thousands: Literal["", ",", ".", " ", "'"] = ""
    """What may stand between thousands."""
    symbols: str = ""
    """Characters that may stand around an amount, such as `$`."""
    columns: Columns
    """The column of each field of a lot."""
    cost: Cost
    """How the cost of a unit is got."""
    fees: Rows[Text] = ()
    """Columns of fees; they are added."""
    take: Annotated[Mapping[Text, Annotated[Rows[Text], Field(min_length=1)]], Field(min_length=1)]
    """Rows that are purchases: what must stand in a column."""
    assets: Rows[Text] = ()
    """Assets to take; all if not given."""
    currency: Text | None = None
    """Column with the currency of the amounts, which must be the holder's."""
    values: Mapping[Literal["asset", "wallet", "source"], Text] = Field(default_factory=dict)
    """Values where no column gives one."""

    @model_validator(mode="after")
    def _check_separators(self) -> Self:
        if self.decimal == self.thousands:
            raise fault("decimal and thousands that differ", found=f"'{self.decimal}' twice")
        return self

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns that the export must have."""
        named = (*self.columns.quantity, self.cost.price, self.cost.total, *self.fees, *self.take, self.currency)
        columns = self.columns
        fields = (columns.acquired, columns.asset, columns.id, columns.wallet, columns.source)
        return tuple(dict.fromkeys(name for name in (*fields, *named) if name is not None))


def read_mapping(text: str, where: str) -> ExportMapping:
    """Read the text of a mapping file.

    Raises
    ------
    InputError
        With every mistake: file, line, key.
    """
    tree = read_yaml(text, where, what="a mapping")
    try:
        mapping = ExportMapping.model_validate(tree.values)
    except ValidationError as error:
        problems = [*tree.problems, *problems_of(error, tree, ExportMapping)]
        raise InputError(sorted(problems, key=lambda problem: problem.line or 0)) from None
    if tree.problems:
        raise InputError(tree.problems)
    return mapping


def read_export(
    text: str, where: str, mapping: ExportMapping, *, currency: str, assets: Collection[str] = ()
) -> LotTable:
    """Read the lots of an export.

    Parameters
    ----------
    text
        The whole file; lines above the row that names the columns are skipped.
    where
        Name of the file, for messages.
    mapping
        What its columns mean.
    currency
        Currency of the holder.
    assets
        Assets to take; those of the mapping if empty.

    Raises
    ------
    InputError
        With every wrong cell of a row that is a purchase: file, line, column.
    """
    table = Table(_from_header(text, where, mapping), where, required=mapping.needed)
    reading = _Reading(table, mapping, currency, tuple(assets) or mapping.assets)
    taken = [row for row in table.rows if reading.takes(row)]
    lots = [lot for row in taken if (lot := reading.lot(row)) is not None]
    id_column = mapping.columns.id or ""
    ids = [row.cells.get(id_column, "") for row in taken]
    for position, name in repeated_ids(enumerate(ids)):
        table.tell(taken[position], id_column, OWN_ID, found=f"{name} again")
    table.finish()

    def problem(position: int, column: str, expected: str, found: str, fix: str) -> Problem:
        return Problem(where, taken[position].line, column, expected, found, fix)

    return LotTable(tuple(lots), problem, _note(where, len(lots), reading.left))


def _from_header(text: str, where: str, mapping: ExportMapping) -> Iterator[Record]:
    """Skip to the row that names the columns: the first that has them all, else the one that has the most."""
    records = list(csv_records(text, where, mapping.delimiter))
    known = [len(set(mapping.needed) & {cell.strip() for cell in record.cells}) for record in records]
    header = known.index(max(known)) if any(known) else 0
    yield from records[header:]


def _note(where: str, lots: int, left: Counter[str]) -> str:
    if not left:
        return ""
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(left.items()))
    note = f"{where}: {lots} rows are lots, {sum(left.values())} are not and were left out: {kinds}."
    return " ".join(f"{note} State sales and other events in the plan.".split())


class _Reading:
    """One pass over the rows of an export."""

    def __init__(self, table: Table, mapping: ExportMapping, currency: str, assets: Collection[str]) -> None:
        self.table, self.mapping, self.currency, self.assets = table, mapping, currency, assets
        self.left: Counter[str] = Counter()

    def takes(self, row: TableRow) -> bool:
        """Whether a row is a purchase to take; other rows are counted by kind."""
        found = {column: row.cells.get(column, "") for column in self.mapping.take}
        kind = " ".join(filter(None, found.values())) or _NO_KIND
        if any(found[column] not in values for column, values in self.mapping.take.items()):
            self.left[kind] += 1
            return False
        asset = self._asset(row)
        if self.assets and asset not in self.assets:
            self.left[f"{kind} of {asset or 'no asset'}"] += 1
            return False
        return True

    def lot(self, row: TableRow) -> Lot | None:
        """Read a lot; what is wrong is told to the table."""
        mapping, columns = self.mapping, self.mapping.columns
        if mapping.currency is not None and row.cells.get(mapping.currency) != self.currency:
            self.table.tell(row, mapping.currency, f"amounts in {self.currency}, the currency of the holder")
        day = self._day(row, columns.acquired)
        units = [self._amount(row, column) for column in columns.quantity]
        fees = [self._amount(row, column, blank=0.0) for column in mapping.fees]
        if columns.asset is not None and not self._asset(row):
            self.table.tell(row, columns.asset, "an asset")
        if day is None or None in units or None in fees:
            return None
        quantity, fee = sum(filter(None, units)), sum(filter(None, fees))
        if quantity <= 0:
            self.table.tell(row, columns.quantity[0], "a number above 0")
            return None
        cost = self._unit_cost(row, quantity, fee)
        if cost is None:
            return None
        values: dict[str, Any] = {"acquired": day, "quantity": quantity, "unit_cost": cost, "fee": fee}
        texts = {name: self._text(row, name) for name in ("asset", "id", "wallet", "source")}
        try:
            return read_lot(values | {name: text for name, text in texts.items() if text})
        except ValidationError as error:
            for details in error.errors(include_url=False):
                expected, found, fix = in_words(details)
                self.table.tell(
                    row, self._column(str(details["loc"][0])), expected, fix, found or str(details["input"])
                )
            return None

    def _column(self, name: str) -> str:
        """Return the column that a field of a lot is from."""
        if name == "fee":
            return self.mapping.fees[0]
        if name == "unit_cost":
            return self.mapping.cost.price or self.mapping.cost.total or ""
        return str(getattr(self.mapping.columns, name, None) or name)

    def _text(self, row: TableRow, name: Literal["asset", "id", "wallet", "source"]) -> str:
        column = getattr(self.mapping.columns, name)
        text = row.cells.get(column, "") if column else ""
        return text if text or name == "id" else self.mapping.values.get(name, "")

    def _asset(self, row: TableRow) -> str:
        return self._text(row, "asset")

    def _unit_cost(self, row: TableRow, quantity: float, fee: float) -> float | None:
        cost = self.mapping.cost
        if cost.total is None:
            return self._amount(row, cost.price or "")
        total = self._amount(row, cost.total)
        return None if total is None else (total - fee * cost.includes_fees) / quantity

    def _day(self, row: TableRow, column: str) -> date | None:
        text = row.cells.get(column, "")
        for form in self.mapping.dates:
            try:
                return datetime.strptime(text, form).date()
            except ValueError:
                continue
        self.table.tell(row, column, f"a date in the form {' or '.join(self.mapping.dates)}")
        return None

    def _amount(self, row: TableRow, column: str, blank: float | None = None) -> float | None:
        text = row.cells.get(column, "")
        if not text and blank is not None:
            return blank
        value = number(_plain(text, self.mapping))
        if value is None or not isfinite(value):
            self.table.tell(row, column, "a number")
            return None
        return float(value)


def _plain(text: str, mapping: ExportMapping) -> str:
    """Write a number without the symbols and separators of the export; anything else stays as it is."""
    bare = "".join(character for character in text if character not in mapping.symbols).replace("\u00a0", " ").strip()
    if mapping.thousands:
        gap, point = re.escape(mapping.thousands), re.escape(mapping.decimal)
        if re.fullmatch(rf"[-+]?[0-9]{{1,3}}({gap}[0-9]{{3}})+({point}[0-9]*)?", bare):
            bare = bare.replace(mapping.thousands, "")
    if mapping.decimal == ",":
        return bare if "." in bare else bare.replace(",", ".")
    return bare
