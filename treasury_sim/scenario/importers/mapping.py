"""A mapping file: the meaning of an export's columns, its date and number formats, the rows that are purchases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from treasury_sim.case.fields import Rows, Spec, Text, fault
from treasury_sim.errors import InputError
from treasury_sim.scenario.importers.amount_text import SIGNS
from treasury_sim.scenario.importers.date_text import check_form, zone_of
from treasury_sim.scenario.source.problems import problems_of
from treasury_sim.scenario.source.reader import read_yaml


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _column_alone(value: object) -> object:
    return {"amount": value} if isinstance(value, str) else value


def _time_zone(name: str) -> str:
    zone_of(name)
    return name


_Columns = Annotated[Rows[Text], Field(min_length=1), BeforeValidator(_one_or_more)]


def _any(forms: tuple[str, ...]) -> tuple[str, ...]:
    if not forms:
        raise fault("at least one date format", found="none")
    return forms


_Forms = Annotated[Rows[Annotated[Text, AfterValidator(check_form)]], AfterValidator(_any)]


class Columns(Spec):
    """The column for each field of a lot."""

    acquired: Text
    """Day or time of the purchase; the UTC day counts."""
    quantity: _Columns
    """Units bought; several columns are added up."""
    asset: Text | None = None
    """Name of the asset."""
    id: Text | None = None
    """Id of the lot."""
    wallet: Text | None = None
    """Wallet."""
    source: Text | None = None
    """Source of the figures."""


class Cost(Spec):
    """The column for the unit cost: a price or a total."""

    price: Text | None = None
    """Price per unit."""
    total: Text | None = None
    """Price of all units; divided by the quantity."""
    includes_fees: bool = False
    """Whether `total` includes the fees; they are deducted first."""

    @model_validator(mode="after")
    def _check_columns(self) -> Self:
        if (self.price is None) == (self.total is None):
            raise fault("one of price and total", found="neither" if self.price is None else "both")
        if self.includes_fees and self.total is None:
            raise fault("total with includes_fees", found="price", fix="Remove includes_fees.")
        return self

    @property
    def column(self) -> str:
        """The column given."""
        return self.price or self.total or ""


class Fee(Spec):
    """A column of fees; just its name if they are in the holder's currency."""

    amount: Text
    """The column of the fee."""
    currency: Text | None = None
    """The column of its currency, the holder's or the asset bought; may be blank without a fee."""


class ExportMapping(Spec):
    """A mapping file."""

    title: Text
    """One-line description of the export."""
    verified: str = ""
    """Source and date of the check of the column names."""
    delimiter: Literal[",", ";", "\t", "|"] = ","
    """Cell separator; not used for Excel sheets."""
    dates: _Forms = ("%Y-%m-%d",)
    """Date or time formats, as in Python's strptime; the first that fits counts."""
    time_zone: Annotated[Text, AfterValidator(_time_zone)] = "UTC"
    """Time zone of times without an offset, such as `Europe/Berlin`."""
    months: Mapping[Text, Annotated[int, Field(ge=1, le=12)]] = Field(default_factory=dict)
    """Month names in other languages: `{paź: 10}`."""
    decimal: Literal[".", ","] = "."
    """Decimal separator."""
    thousands: Literal["", ",", ".", " ", "\u00a0", "\u202f", "'", "\u2019"] = ""
    """Thousands separator; a space and an apostrophe stand for all characters of their kind."""
    symbols: str = ""
    """Characters allowed around an amount, such as `$`."""
    columns: Columns
    """The column for each field of a lot."""
    cost: Cost
    """The column for the unit cost."""
    fees: Rows[Annotated[Fee, BeforeValidator(_column_alone)]] = ()
    """Columns of fees; they are added up."""
    rebates: bool = False
    """Whether a negative fee is a rebate, which lowers the cost."""
    signed: Rows[Text] = ()
    """Columns in which a minus marks an outflow: the sign is reversed."""
    take: Annotated[Mapping[Text, Annotated[Rows[str], Field(min_length=1)]], Field(min_length=1)]
    """Purchase rows: the values required in a column; `""` is a blank cell."""
    assets: Rows[Text] = ()
    """Assets to import; by default all."""
    currency: Text | None = None
    """Column with the currency of the amounts, which must be the holder's."""
    values: Mapping[Literal["asset", "wallet", "source"], Text] = Field(default_factory=dict)
    """Values for fields without a column."""

    @model_validator(mode="after")
    def _check_separators(self) -> Self:
        if self.decimal == self.thousands:
            raise fault("decimal and thousands that differ", found=f"'{self.decimal}' twice")
        parts = sorted({sign for sign in self.symbols if sign.isdigit() or sign in (self.decimal, self.thousands)})
        if parts:
            raise fault("symbols that are not part of a number", found=f"symbols with {' '.join(parts)}")
        amounts = [*self.columns.quantity, self.cost.column, *(fee.amount for fee in self.fees)]
        unknown = [name for name in self.signed if name not in amounts]
        if unknown:
            fix = f"The amounts in this mapping are: {', '.join(amounts)}."
            raise fault("signed columns that are amounts in this mapping", found=", ".join(unknown), fix=fix)
        return self

    @property
    def removes_signs(self) -> bool:
        """Whether a minus is one of the symbols, and so ignored."""
        return any(sign in SIGNS for sign in self.symbols)

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns that the export must have."""
        columns = self.columns
        fields = (columns.acquired, columns.asset, columns.id, columns.wallet, columns.source)
        fees = [name for fee in self.fees for name in (fee.amount, fee.currency)]
        named = (*fields, *columns.quantity, self.cost.column, *fees, *self.take, self.currency)
        return tuple(dict.fromkeys(name for name in named if name is not None))


def read_mapping(text: str, where: str) -> ExportMapping:
    """Read the text of a mapping file.

    Raises
    ------
    InputError
        With every error: file, line, key.
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
