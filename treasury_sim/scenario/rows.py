"""Lots, purchases and sales as a scenario writes them, read into the dataclasses of `domain.holding`.

The dataclass is the only list of fields. pydantic reads a standard dataclass leniently (numbers from text,
unknown keys dropped), so a strict model with the same fields is derived from it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, asdict, fields, replace
from datetime import date
from typing import Annotated, Any, Literal, Self, TypeVar, get_type_hints

from pydantic import (
    BaseModel,
    ModelWrapValidatorHandler,
    PlainValidator,
    ValidationError,
    create_model,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from treasury_sim.domain.holding import Lot, Purchase, Sale
from treasury_sim.scenario.fields import Day, NotNegative, Positive, Spec, Text, fault

Row = TypeVar("Row", Lot, Purchase, Sale)

LotRelief = Literal["fifo", "lifo", "hifo"]
"""Which lots leave first: the oldest, the newest, the dearest."""

WINDOWS = {"acquired": "acquired_to", "date": "date_to"}
"""A key that takes ``[first, last]``, and the field that holds the last day."""

OWN_ID = "an id that no other lot has"


class _Row(Spec):
    """A row whose date may be a window, ``[first, last]``."""

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


class _PurchaseRow(_Row):
    @classmethod
    def _faults(cls, values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        yield from super()._faults(values)
        given = [name for name in ("quantity", "amount") if values.get(name) is not None]
        if len(given) != 1:
            error = fault("one of quantity (coins) and amount (money)", found="both" if given else "neither")
            yield InitErrorDetails(type=error, loc=(), input=None)


def _split(values: Any, model: type[BaseModel]) -> Any:
    if not isinstance(values, dict):
        return values
    split = dict(values)
    for first, last in WINDOWS.items():
        days = split.get(first)
        if first in model.model_fields and isinstance(days, (list, tuple)) and len(days) == 2:
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


def _strict(kind: type[Row], base: type[BaseModel], **narrower: object) -> type[BaseModel]:
    """Derive the strict model of a dataclass; `narrower` replaces the types of some of its fields."""
    hints: dict[str, Any] = get_type_hints(kind) | narrower
    definitions: dict[str, Any] = {
        field.name: (hints[field.name], ... if field.default is MISSING else field.default) for field in fields(kind)
    }
    model: type[BaseModel] = create_model(kind.__name__, __base__=base, **definitions)
    return model


def _reader(kind: type[Row], model: type[BaseModel]) -> Callable[[Any], Row]:
    def read(value: Any) -> Row:
        row = model.model_validate(asdict(value) if isinstance(value, kind) else value)
        return kind(**{name: getattr(row, name) for name in model.model_fields})

    return read


_LOT = _strict(
    Lot,
    _Row,
    acquired=Day,
    acquired_to=Day | None,
    asset=Text,
    quantity=Positive,
    unit_cost=NotNegative,
    fee=NotNegative,
    tax_basis=NotNegative | None,
    wallet=Text,
)
_PURCHASE = _strict(
    Purchase,
    _PurchaseRow,
    date=Day,
    date_to=Day | None,
    asset=Text,
    quantity=Positive | None,
    amount=Positive | None,
    unit_cost=Positive | None,
    fee=NotNegative,
    wallet=Text,
)
_SALE = _strict(
    Sale,
    _Row,
    date=Day,
    date_to=Day | None,
    asset=Text,
    quantity=Positive,
    proceeds=NotNegative | None,
    fee=NotNegative,
    lot_relief=LotRelief | None,
    tax_lot_relief=LotRelief | None,
)

read_lot = _reader(Lot, _LOT)
"""Read a lot from a mapping; raises pydantic's ``ValidationError``."""

LotRow = Annotated[Lot, PlainValidator(read_lot, json_schema_input_type=_LOT)]
PurchaseRow = Annotated[Purchase, PlainValidator(_reader(Purchase, _PURCHASE), json_schema_input_type=_PURCHASE)]
SaleRow = Annotated[Sale, PlainValidator(_reader(Sale, _SALE), json_schema_input_type=_SALE)]


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
