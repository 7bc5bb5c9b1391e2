"""Lots and events as a scenario writes them, read into the dataclasses of `domain.holding`.

The dataclass is the only list of fields. pydantic reads a standard dataclass leniently (numbers from text,
unknown keys dropped), so a strict model with the same fields is derived from it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date
from math import isclose
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar, get_type_hints

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ModelWrapValidatorHandler,
    PlainValidator,
    ValidationError,
    create_model,
    model_validator,
)
from pydantic import Field as Key
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from treasury_sim.domain.holding import (
    Loan,
    Lot,
    Opening,
    Payment,
    Purchase,
    Receipt,
    Restriction,
    Sale,
    Swap,
    Transfer,
)
from treasury_sim.scenario.fields import Day, NotNegative, Positive, Spec, Text, fault, is_number
from treasury_sim.scenario.names import FrameworkName

Row = TypeVar("Row", Lot, Opening, Purchase, Receipt, Sale, Payment, Swap, Transfer, Loan, Restriction)

LotRelief = Literal["fifo", "lifo", "hifo", "specific", "average"]
"""Which lots leave first: the oldest, the newest, the dearest, those named by `lots`, or a share of all of them."""

DISPOSALS = ("sales", "payments", "swaps", "loans")
"""Tables of the plan whose rows take lots away."""

RELIEFS = ("lot_relief", "tax_lot_relief")

WINDOWS = {"acquired": "acquired_to", "date": "date_to"}
"""A key that takes ``[first, last]``, and the field that holds the last day."""

OWN_ID = "an id that no other lot has"

SUM_TOLERANCE = 1e-9
"""How far the units of `lots` may be off the quantity of the event, relative to it."""

_WRITTEN = {"from_wallet": "from", "to_wallet": "to"}
_UNWRITTEN = {Lot: {"kind", "follows"}}


def written_fields(kind: type[Any]) -> dict[str, Field[Any]]:
    """Return the fields of a dataclass of `domain.holding` by the key under which a scenario writes them."""
    hidden = _UNWRITTEN.get(kind, set())
    return {_WRITTEN.get(field.name, field.name): field for field in fields(kind) if field.name not in hidden}


def as_written(row: Any) -> dict[str, Any]:
    """Write a lot or an event with the fields that are not as by default; a window as ``[first, last]``."""
    values = {key: (getattr(row, field.name), field.default) for key, field in written_fields(type(row)).items()}
    written: dict[str, Any] = {
        key: as_written(value) if is_dataclass(value) else dict(value) if isinstance(value, Mapping) else value
        for key, (value, default) in values.items()
        if value != default
    }
    for first, last in WINDOWS.items():
        if last in written:
            written[first] = [written[first], written.pop(last)]
    return written


def _windows_as_written(schema: dict[str, Any]) -> None:
    """In a JSON Schema, let a date be a window instead of having a key for its last day."""
    properties = schema.get("properties", {})
    for first, last in WINDOWS.items():
        if properties.pop(last, None) is not None:
            day = properties[first]
            properties[first] = {"anyOf": [day, {"type": "array", "items": day, "minItems": 2, "maxItems": 2}]}


class _Row(Spec):
    """A row whose date may be a window, ``[first, last]``."""

    model_config = ConfigDict(json_schema_extra=_windows_as_written)

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        split = _split(values, cls)
        faults = list(cls._faults(split)) if isinstance(split, dict) else []
        try:
            row = handler(split)
        except ValidationError as error:
            raise _joined(cls, [*map(_details, error.errors()), *faults]) from None
        if faults:
            raise _joined(cls, faults)
        return row

    @classmethod
    def _faults(cls, values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        """Mistakes that concern several fields; told together with those of single fields."""
        for first, last in WINDOWS.items():
            start, end = values.get(first), values.get(last)
            if isinstance(start, date) and isinstance(end, date) and end < start:
                yield _at(last, fault(f"a last day on or after {start}", found=str(end)))


class _RepeatedRow(_Row):
    """An event of so many coins or for so much money, which may be repeated."""

    one_of: ClassVar = (("quantity", "amount"),)

    @classmethod
    def _faults(cls, values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        yield from super()._faults(values)
        given = [name for name in cls.one_of[0] if values.get(name) is not None]
        if len(given) != 1:
            error = fault("one of quantity (coins) and amount (money)", found="both" if given else "neither")
            yield InitErrorDetails(type=error, loc=(), input=None)
        if values.get("every") is None:
            if values.get("date") is None:
                yield InitErrorDetails(type="missing", loc=("date",), input=dict(values))
            if values.get("until") is not None:
                yield _at("until", fault("every beside it: day, week, month or quarter", found="none"))
        elif isinstance(values.get("date_to"), date):
            yield _at("date", fault("one day for an event that is repeated", found="a window"))
        yield from _not_before(values, "until")


class _LotsRow(_Row):
    """An event that may name the lots it takes."""

    @classmethod
    def _faults(cls, values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        yield from super()._faults(values)
        lots = values.get("lots")
        quantity: Any = values.get("quantity")
        if isinstance(lots, Mapping) and lots and is_number(quantity) and all(map(is_number, lots.values())):
            total = sum(lots.values())
            if not isclose(total, quantity, rel_tol=SUM_TOLERANCE):
                yield _at("lots", fault(f"units that sum to the quantity, {quantity}", found=f"{total} in all"))
        yield from cls._relief_faults(values, has_lots=lots is not None)

    @classmethod
    def _relief_faults(cls, values: Mapping[str, Any], *, has_lots: bool) -> Iterator[InitErrorDetails]:
        for key in RELIEFS:
            relief = values.get(key)
            if relief == "specific" and not has_lots:
                fix = "Add lots: {lot id: quantity}."
                yield _at(key, fault("the lots that leave, next to `specific`", found="no lots", fix=fix))
            elif has_lots and relief not in (None, "specific"):
                fix = f"Remove {key}: `lots` names what leaves."
                yield _at(key, fault("lots or a relief, not both", found=f"{relief} and lots", fix=fix))


class _SaleRow(_LotsRow, _RepeatedRow):
    @classmethod
    def _faults(cls, values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        yield from super()._faults(values)
        for key in ("proceeds", "lots"):
            if values.get("amount") is not None and values.get(key) is not None:
                fix = f"Remove {key}, or state the quantity."
                yield _at(key, fault("a sale for an amount at the close", found=key, fix=fix))


class _SwapRow(_LotsRow):
    @classmethod
    def _faults(cls, values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        yield from super()._faults(values)
        asset = values.get("asset") or "BTC"
        if values.get("for_asset") == asset:
            fix = "A move between wallets belongs under plan.transfers."
            yield _at("for_asset", fault(f"an asset other than {asset}, which is given", found=asset, fix=fix))


class _TransferRow(_LotsRow):
    @classmethod
    def _faults(cls, values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        yield from super()._faults(values)
        source, target = values.get("from"), values.get("to")
        if isinstance(source, str) and source and source == target:
            yield _at("to", fault(f"a wallet other than {source}, which is `from`", found=f"{target} again"))


class _LoanRow(_LotsRow):
    @classmethod
    def _faults(cls, values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        yield from super()._faults(values)
        yield from _not_before(values, "returned")


class _RestrictionRow(_Row):
    @classmethod
    def _faults(cls, values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        yield from super()._faults(values)
        yield from _not_before(values, "until")


def _not_before(values: Mapping[str, Any], last: str) -> Iterator[InitErrorDetails]:
    start, end = values.get("date"), values.get(last)
    if isinstance(start, date) and isinstance(end, date) and end < start:
        yield _at(last, fault(f"a day on or after {start}", found=str(end)))


def _split(values: Any, model: type[BaseModel]) -> Any:
    if not isinstance(values, dict):
        return values
    split = dict(values)
    for first, last in WINDOWS.items():
        days = split.get(first)
        if last in model.model_fields and isinstance(days, (list, tuple)) and len(days) == 2:
            split[first], split[last] = days
    return split


def _at(field: str, error: PydanticCustomError) -> InitErrorDetails:
    return InitErrorDetails(type=error, loc=(field,), input=None)


def _details(error: ErrorDetails) -> InitErrorDetails:
    context = error.get("ctx", {})
    kind = fault(**context) if error["type"] == "fault" else error["type"]
    return InitErrorDetails(type=kind, loc=error["loc"], input=error["input"], ctx=context)


def _joined(model: type[BaseModel], errors: list[InitErrorDetails]) -> ValidationError:
    return ValidationError.from_exception_data(model.__name__, errors)


def _no_window(value: object) -> object:
    if isinstance(value, (list, tuple)):
        raise fault("one date", fix="Write one entry for each day.")
    return value


def _no_average(value: object) -> object:
    if value == "average":
        raise fault("fifo, lifo, hifo or specific", fix="`average` is for the whole plan: set it as plan.lot_relief.")
    return value


_OneDay = Annotated[Day, BeforeValidator(_no_window)]
_EventRelief = Annotated[Literal["fifo", "lifo", "hifo", "specific"], BeforeValidator(_no_average)]
_Lots = Annotated[Mapping[Text, Positive], Key(min_length=1)]


def _strict(kind: type[Row], base: type[BaseModel], /, **narrower: object) -> type[BaseModel]:
    """Derive the strict model of a dataclass; `narrower` replaces the types of some of its fields."""
    hints: dict[str, Any] = get_type_hints(kind) | narrower
    definitions: dict[str, Any] = {}
    for key, field in written_fields(kind).items():
        hint = hints[field.name] if key == field.name else Annotated[hints[field.name], Key(alias=key)]
        definitions[field.name] = (hint, ... if field.default is MISSING else field.default)
    model: type[BaseModel] = create_model(kind.__name__, __base__=base, **definitions)
    return model


def _reader(kind: type[Row], model: type[BaseModel]) -> Callable[[Any], Row]:
    def read(value: Any) -> Row:
        row = model.model_validate(as_written(value) if isinstance(value, kind) else value)
        return kind(**{name: getattr(row, name) for name in model.model_fields})

    return read


_OPENING = _strict(Opening, Spec, date=_OneDay, framework=FrameworkName, carrying=NotNegative, surplus=NotNegative)
_OpeningEntry = Annotated[Opening, PlainValidator(_reader(Opening, _OPENING), json_schema_input_type=_OPENING)]

_COINS: dict[str, object] = {"asset": Text, "quantity": Positive, "wallet": Text}
_DISPOSAL: dict[str, object] = {
    **_COINS,
    "lot_relief": _EventRelief | None,
    "tax_lot_relief": _EventRelief | None,
    "lots": _Lots | None,
}
_LOT = _strict(
    Lot,
    _Row,
    **_COINS,
    acquired=Day,
    acquired_to=Day | None,
    unit_cost=NotNegative,
    fee=NotNegative,
    tax_basis=NotNegative | None,
    opening=_OpeningEntry | None,
)
_PURCHASE = _strict(
    Purchase,
    _RepeatedRow,
    **{**_COINS, "quantity": Positive | None},
    date=Day,
    date_to=Day | None,
    until=_OneDay | None,
    amount=Positive | None,
    unit_cost=Positive | None,
    fee=NotNegative,
)
_RECEIPT = _strict(
    Receipt,
    _Row,
    **_COINS,
    date=Day,
    date_to=Day | None,
    unit_value=NotNegative | None,
    kind=Literal["mined", "reward", "customer"],
)
_SALE = _strict(
    Sale,
    _SaleRow,
    **{**_DISPOSAL, "quantity": Positive | None},
    date=Day,
    date_to=Day | None,
    until=_OneDay | None,
    amount=Positive | None,
    proceeds=NotNegative | None,
    fee=NotNegative,
)
_PAYMENT = _strict(Payment, _LotsRow, **_DISPOSAL, date=_OneDay, value=NotNegative | None)
_SWAP = _strict(
    Swap, _SwapRow, **_DISPOSAL, date=_OneDay, for_asset=Text, for_quantity=Positive, value=NotNegative | None
)
_TRANSFER = _strict(
    Transfer,
    _TransferRow,
    asset=Text,
    quantity=Positive,
    date=_OneDay,
    from_wallet=Text,
    to_wallet=Text,
    lots=_Lots | None,
)
_LOAN = _strict(Loan, _LoanRow, **_DISPOSAL, date=_OneDay, returned=_OneDay | None)
_RESTRICTION = _strict(
    Restriction,
    _RestrictionRow,
    asset=Text,
    quantity=Positive,
    date=_OneDay,
    until=_OneDay | None,
    kind=Literal["pledged", "staked", "locked", "contractual"],
)

read_lot = _reader(Lot, _LOT)
"""Read a lot from a mapping; raises pydantic's ``ValidationError``."""

LotRow = Annotated[Lot, PlainValidator(read_lot, json_schema_input_type=_LOT)]
PurchaseRow = Annotated[Purchase, PlainValidator(_reader(Purchase, _PURCHASE), json_schema_input_type=_PURCHASE)]
ReceiptRow = Annotated[Receipt, PlainValidator(_reader(Receipt, _RECEIPT), json_schema_input_type=_RECEIPT)]
SaleRow = Annotated[Sale, PlainValidator(_reader(Sale, _SALE), json_schema_input_type=_SALE)]
PaymentRow = Annotated[Payment, PlainValidator(_reader(Payment, _PAYMENT), json_schema_input_type=_PAYMENT)]
SwapRow = Annotated[Swap, PlainValidator(_reader(Swap, _SWAP), json_schema_input_type=_SWAP)]
TransferRow = Annotated[Transfer, PlainValidator(_reader(Transfer, _TRANSFER), json_schema_input_type=_TRANSFER)]
LoanRow = Annotated[Loan, PlainValidator(_reader(Loan, _LOAN), json_schema_input_type=_LOAN)]
RestrictionRow = Annotated[
    Restriction, PlainValidator(_reader(Restriction, _RESTRICTION), json_schema_input_type=_RESTRICTION)
]


def number_lots(lots: Sequence[Lot]) -> tuple[Lot, ...]:
    """Name each lot that has no id by its position: ``lot-1`` is the first."""
    return tuple(lot if lot.id else replace(lot, id=f"lot-{number}") for number, lot in enumerate(lots, start=1))


def repeated_ids(ids: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """From positions and ids, those whose id stands before already; ids given by position count, too."""
    seen: set[str] = set()
    for position, given in ids:
        name = given or f"lot-{position + 1}"
        if name in seen:
            yield position, name
        seen.add(name)
