"""Selects the rows of an export that are purchases, and reads each as a lot."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import Any, Literal

from pydantic import ValidationError

from treasury_sim.case.rows import read_lot
from treasury_sim.domain.holding import Lot
from treasury_sim.scenario.importers.amount_text import amount_of, plain_signs, unit_in
from treasury_sim.scenario.importers.companions import asset_columns, is_code, unit_columns
from treasury_sim.scenario.importers.date_text import day_of
from treasury_sim.scenario.importers.left_out import LeftOut
from treasury_sim.scenario.importers.mapping import ExportMapping, Fee
from treasury_sim.scenario.importers.table import Table, TableRow
from treasury_sim.scenario.source.problems import in_words

_DEFAULT_ASSET = next(str(field.default) for field in fields(Lot) if field.name == "asset")
SHEET_DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f")
"""Date formats of date cells in a sheet."""


class Reading:
    """One pass over the rows of an export."""

    def __init__(
        self, table: Table, mapping: ExportMapping, currency: str, assets: Collection[str], *, is_sheet: bool
    ) -> None:
        self.table, self.mapping, self.currency, self.assets = table, mapping, currency, assets
        self._dates = (*mapping.dates, *SHEET_DATES) if is_sheet else mapping.dates
        named = set(mapping.needed)
        amounts = [*mapping.columns.quantity, mapping.cost.column, *(fee.amount for fee in mapping.fees)]
        stated = {fee.amount for fee in mapping.fees if fee.currency}
        self._units = {name: unit_columns(name, table.names, named) for name in amounts if name not in stated}
        self._assets = [] if mapping.columns.asset else asset_columns(table.names, named)

    def takes(self, row: TableRow, left: LeftOut) -> bool:
        """Whether a row is a purchase to import; other rows are counted by kind."""
        cells = {column: plain_signs(row.cells.get(column, "")) for column in self.mapping.take}
        if any(cells[column] not in map(plain_signs, values) for column, values in self.mapping.take.items()):
            if row.width > len(self.table.names) and self._may_be_purchase(row):
                self.table.check(row)
            left.count_kind(cells, self.mapping.take)
            return False
        asset = self._asset(row)
        if self.assets and asset not in self.assets:
            left.count_kind(cells, self.mapping.take, f" of {asset or 'no asset'}")
            return False
        return True

    def _may_be_purchase(self, row: TableRow) -> bool:
        """Whether the cells of a purchase seem to have shifted to other columns."""
        values = {value for values in self.mapping.take.values() for value in values if value}
        return bool(values & set(row.cells.values()))

    def lot(self, row: TableRow) -> Lot | None:
        """Read a lot; errors are reported to the table."""
        mapping, columns = self.mapping, self.mapping.columns
        self.table.check(row)
        if mapping.currency is not None and row.cells.get(mapping.currency) != self.currency:
            self.table.tell(row, mapping.currency, f"amounts in {self.currency}, the currency of the holder")
        asset = self._asset(row) or _DEFAULT_ASSET
        if columns.asset is not None and not self._asset(row):
            self.table.tell(row, columns.asset, "an asset")
        day = day_of(row.cells.get(columns.acquired, ""), self._dates, mapping.months, mapping.time_zone)
        if day is None:
            fix = "Add the month names of the other language under `months`." if self._names_months else ""
            self.table.tell(row, columns.acquired, f"a date in the format {' or '.join(mapping.dates)}", fix)
        self._check_units(row, asset)
        units = [self._amount(row, column) for column in columns.quantity]
        fees = [self._fee(row, fee, asset) for fee in mapping.fees]
        price = self._amount(row, mapping.cost.column)
        if day is None or price is None or None in units or None in fees:
            return None
        quantity = sum(filter(None, units))
        money, coins = (sum(fee[part] for fee in fees if fee is not None) for part in (0, 1))
        if quantity <= 0:
            self.table.tell(row, columns.quantity[0], "a number above 0", self._sign_fix(columns.quantity[0], quantity))
            return None
        cost = self._unit_cost(price, quantity, money, coins)
        if cost < 0:
            column = mapping.cost.column
            self.table.tell(row, column, "a number of at least 0", self._sign_fix(column, cost))
            return None
        values: dict[str, Any] = {"acquired": day, "quantity": quantity, "unit_cost": cost, "fee": money + coins * cost}
        return self._checked(row, values)

    def _checked(self, row: TableRow, values: dict[str, Any]) -> Lot | None:
        rebate = min(values["fee"], 0.0)
        if rebate:  # a lot cannot have a negative fee: the rebate lowers its price
            values |= {"fee": 0.0, "unit_cost": values["unit_cost"] + rebate / values["quantity"]}
        texts = {name: self._text(row, name) for name in ("asset", "id", "wallet", "source")}
        try:
            return read_lot(values | {name: text for name, text in texts.items() if text})
        except ValidationError as error:
            for details in error.errors(include_url=False):
                expected, actual, fix = in_words(details)
                column = self._column(str(details["loc"][0]))
                self.table.tell(row, column, expected, fix, actual or row.cells.get(column) or str(details["input"]))
            return None

    def _column(self, name: str) -> str:
        """Return the column that a field of a lot comes from."""
        if name == "fee":
            return self.mapping.fees[0].amount
        if name == "unit_cost":
            return self.mapping.cost.column
        if name == "quantity":
            return self.mapping.columns.quantity[0]
        return str(getattr(self.mapping.columns, name, None) or name)

    def _text(self, row: TableRow, name: Literal["asset", "id", "wallet", "source"]) -> str:
        column = getattr(self.mapping.columns, name)
        text = row.cells.get(column, "") if column else ""
        return text if text or name == "id" else self.mapping.values.get(name, "")

    def _asset(self, row: TableRow) -> str:
        return self._text(row, "asset")

    @property
    def _names_months(self) -> bool:
        return any("%b" in form.lower() for form in self.mapping.dates)

    def _unit_cost(self, price: float, quantity: float, money: float, coins: float) -> float:
        """The unit price without fees; where a total includes them, fees in coins are valued at that price, too."""
        cost = self.mapping.cost
        if cost.total is None:
            return price
        return (price - money) / (quantity + coins) if cost.includes_fees else price / quantity

    def _fee(self, row: TableRow, fee: Fee, asset: str) -> tuple[float, float] | None:
        """Return a fee in the holder's currency, and in coins; ``None`` if it is wrong."""
        value = self._amount(row, fee.amount, blank=0.0)
        if not value:
            return None if value is None else (0.0, 0.0)
        if value < 0.0 and not self.mapping.rebates:
            self.table.tell(
                row, fee.amount, "a number of at least 0", self._sign_fix(fee.amount, value, "rebates: true")
            )
            return None
        stated = row.cells.get(fee.currency, "") if fee.currency else unit_in(row.cells.get(fee.amount, ""))
        if not stated and fee.currency is None:
            stated = self.currency
        if stated == self.currency:
            return value, 0.0
        if stated == asset:
            return 0.0, value
        expected = f"a fee in {self.currency} or {asset}"
        fix = "Enter this purchase as a lot with its value, or add the value in a column of the export."
        self.table.tell(row, fee.currency or fee.amount, expected, fix)
        return None

    def _check_units(self, row: TableRow, asset: str) -> None:
        """Check the units stated in and beside amounts against the currency and asset expected."""
        for amount, columns in self._units.items():
            if amount_of(row.cells.get(amount, ""), *self._form) != 0.0:
                for column in columns:
                    self._check_beside(row, amount, column, asset)
        for column in self._assets:
            code = row.cells.get(column, "")
            if is_code(code) and asset not in code and code != self.currency:
                self.table.tell(row, column, f"{asset}, the asset of the lot", f"State columns.asset: {column}.")
        for column in (*self.mapping.columns.quantity, self.mapping.cost.column):
            code = unit_in(row.cells.get(column, ""))
            expected = asset if column in self.mapping.columns.quantity else self.currency
            if code and code != expected:
                self.table.tell(row, column, f"an amount in {expected}")

    def _check_beside(self, row: TableRow, amount: str, column: str, asset: str) -> None:
        code = row.cells.get(column, "")
        if not is_code(code) or code == self.currency:
            return
        if amount in self.mapping.columns.quantity:
            if code != asset:
                self.table.tell(row, column, f"{asset}, the asset of the lot", f"State columns.asset: {column}.")
            return
        is_fee = amount in {fee.amount for fee in self.mapping.fees}
        fix = f"State fees: [{{amount: {amount}, currency: {column}}}]." if is_fee else ""
        self.table.tell(row, column, f"{amount} in {self.currency}", fix)

    @property
    def _form(self) -> tuple[str, str, str]:
        return self.mapping.decimal, self.mapping.thousands, self.mapping.symbols

    def _amount(self, row: TableRow, column: str, blank: float | None = None) -> float | None:
        text = row.cells.get(column, "")
        if not text and blank is not None:
            return blank
        value = amount_of(text, *self._form)
        if value is None:
            self.table.tell(row, column, "a number", text and "State decimal, thousands and symbols in the mapping.")
            return None
        return -value if column in self.mapping.signed else value

    def _sign_fix(self, column: str, value: float, other: str = "") -> str:
        """The fix for a negative amount."""
        if value == 0.0:
            return ""
        if column in self.mapping.signed:
            return f"It is in signed, but this row is not an outflow.{f' A rebate needs {other}.' if other else ''}"
        rebate = f" if it is a rebate, {other}" if other else ""
        signed = f"If the minus marks an outflow, state signed: [{column}] in the mapping"
        return f"{signed};{rebate}." if rebate else f"{signed}."
