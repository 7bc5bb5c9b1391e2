"""A mapping file: what the columns of an export mean, how it writes dates and amounts, which rows are purchases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from treasury_sim.errors import InputError
from treasury_sim.scenario.fields import Rows, Spec, Text, fault
from treasury_sim.scenario.importers.amount_text import SIGNS
from treasury_sim.scenario.importers.date_text import check_form, zone_of
from treasury_sim.scenario.problems import problems_of
from treasury_sim.scenario.reader import read_yaml


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
        raise fault("at least one form of a date", found="none")
    return forms


_Forms = Annotated[Rows[Annotated[Text, AfterValidator(check_form)]], AfterValidator(_any)]


class Columns(Spec):
    """The column of each field of a lot."""

    acquired: Text
    """Day or time of the purchase; the day is the UTC day."""
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

    @property
    def column(self) -> str:
        """The column that is given."""
        return self.price or self.total or ""


class Fee(Spec):
    """A column of fees; its name alone if they are in the holder's currency."""

    amount: Text
    """The column of the fee."""
    currency: Text | None = None
    """The column of its currency: the holder's, or the asset bought; may be blank where there is no fee."""


class ExportMapping(Spec):
    """A mapping file."""

    title: Text
    """What the export is, in one line."""
    verified: str = ""
    """Against what the names of the columns were checked, and when."""
    delimiter: Literal[",", ";", "\t", "|"] = ","
    """What separates cells; an Excel sheet has no need of it."""
    dates: _Forms = ("%Y-%m-%d",)
    """Forms of a date or time, as in Python's strptime; the first that fits counts."""
    time_zone: Annotated[Text, AfterValidator(_time_zone)] = "UTC"
    """Zone of times that are written without an offset, such as `Europe/Berlin`."""
    months: Mapping[Text, Annotated[int, Field(ge=1, le=12)]] = Field(default_factory=dict)
    """Names of months in other languages: `{paź: 10}`."""
    decimal: Literal[".", ","] = "."
    """What stands before decimals."""
    thousands: Literal["", ",", ".", " ", "\u00a0", "\u202f", "'", "\u2019"] = ""
    """What may stand between thousands; a blank and an apostrophe stand for all of their kind."""
    symbols: str = ""
    """Characters that may stand around an amount, such as `$`."""
    columns: Columns
    """The column of each field of a lot."""
    cost: Cost
    """How the cost of a unit is got."""
    fees: Rows[Annotated[Fee, BeforeValidator(_column_alone)]] = ()
    """Columns of fees; they are added."""
    rebates: bool = False
    """Whether a fee below 0 is a rebate, which lowers the cost."""
    signed: Rows[Text] = ()
    """Columns in which a minus says that money or coins go out: it is turned into a plus."""
    take: Annotated[Mapping[Text, Annotated[Rows[str], Field(min_length=1)]], Field(min_length=1)]
    """Rows that are purchases: what must stand in a column; `""` is a blank cell."""
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
        parts = sorted({sign for sign in self.symbols if sign.isdigit() or sign in (self.decimal, self.thousands)})
        if parts:
            raise fault("symbols that are no part of a number", found=f"symbols with {' '.join(parts)}")
        amounts = [*self.columns.quantity, self.cost.column, *(fee.amount for fee in self.fees)]
        unknown = [name for name in self.signed if name not in amounts]
        if unknown:
            fix = f"The amounts of this mapping are: {', '.join(amounts)}."
            raise fault("signed columns that are amounts of this mapping", found=", ".join(unknown), fix=fix)
        return self

    @property
    def removes_signs(self) -> bool:
        """Whether a minus counts among the symbols, and so for nothing."""
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
