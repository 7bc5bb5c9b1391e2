"""A strict model of a row, derived from its dataclass.

The dataclass of `domain` is the only list of fields. pydantic reads a standard dataclass leniently (numbers from text,
unknown keys dropped), so a strict model with the same fields is derived from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Annotated, Any, TypeVar, get_type_hints

from pydantic import BaseModel, PlainValidator, create_model
from pydantic import Field as Key

from treasury_sim.case.fields import NotNegative
from treasury_sim.domain.holding import Lot

T = TypeVar("T")

WINDOWS = {"acquired": "acquired_to", "date": "date_to"}
"""A key that takes ``[first, last]``, and the field for the last day."""

TOTALS = {"unit_cost": "total_cost", "unit_value": "total_value"}
"""The price per unit, and the key for the total instead."""

_WRITTEN = {"from_wallet": "from", "to_wallet": "to"}
_UNWRITTEN = {Lot: {"kind", "follows"}}


def written_fields(kind: type[Any]) -> dict[str, Field[Any]]:
    """Return the fields of a dataclass of `domain` by the key under which a scenario writes them."""
    hidden = _UNWRITTEN.get(kind, set())
    own_first = sorted(fields(kind), key=lambda field: bool(field.kw_only))
    return {_WRITTEN.get(field.name, field.name): field for field in own_first if field.name not in hidden}


def as_written(row: Any) -> dict[str, Any]:
    """Write the fields of a lot or event that differ from their defaults; a window as ``[first, last]``."""
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


def strict(kind: type[T], base: type[BaseModel], /, **narrower: object) -> type[BaseModel]:
    """Derive the strict model of a dataclass; `narrower` replaces the types of some of its fields."""
    hints: dict[str, Any] = get_type_hints(kind) | narrower
    definitions: dict[str, Any] = {}
    for key, field in written_fields(kind).items():
        hint = hints[field.name] if key == field.name else Annotated[hints[field.name], Key(alias=key)]
        definitions[field.name] = (hint, ... if field.default is MISSING else field.default)
        if key in TOTALS:
            of_all = f"Total price, instead of `{key}` [currency]."
            definitions[TOTALS[key]] = (Annotated[NotNegative | None, Key(description=of_all)], None)
            definitions[field.name] = (hint | None, None)
    summary = (kind.__doc__ or "").partition("\n\n")[0]
    # The module of the dataclass, so that the model's source leads to the field descriptions.
    model: type[BaseModel] = create_model(
        kind.__name__, __base__=base, __doc__=summary, __module__=kind.__module__, **definitions
    )
    return model


def reader(kind: type[T], model: type[BaseModel]) -> Callable[[Any], T]:
    """Make the reader of a row, which raises pydantic's ``ValidationError``."""

    def read(value: Any) -> T:
        row: Any = model.model_validate(as_written(value) if isinstance(value, kind) else value)
        values = {name: getattr(row, name) for name in model.model_fields}
        for unit, total in TOTALS.items():
            of_all = values.pop(total, None)
            if of_all is not None:
                values[unit] = of_all / row.quantity
        return kind(**values)

    return read


def row(kind: type[T], base: type[BaseModel], /, **narrower: object) -> PlainValidator:
    """Let a field hold a dataclass written as a row: ``Annotated[Lot, row(Lot, DatedRow, fee=Rate)]``."""
    model = strict(kind, base, **narrower)
    return PlainValidator(reader(kind, model), json_schema_input_type=model)
