"""Rules that span the fields of one row: windows, repeated events, named lots, the order of dates."""

from collections.abc import Iterator, Mapping
from datetime import date
from math import isclose
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from treasury_sim.case.fields import Spec, fault, is_number
from treasury_sim.case.strict import TOTALS, WINDOWS

RELIEFS = ("lot_relief", "tax_lot_relief")

SUM_TOLERANCE = 1e-9
"""Largest difference between the units in `lots` and the quantity of the event, relative to the quantity."""


def _windows_as_written(schema: dict[str, Any]) -> None:
    """In the JSON Schema, allow a window as the date instead of a key for its last day."""
    properties = schema.get("properties", {})
    for first, last in WINDOWS.items():
        if properties.pop(last, None) is not None:
            day = properties[first]
            properties[first] = {"anyOf": [day, {"type": "array", "items": day, "minItems": 2, "maxItems": 2}]}


class DatedRow(Spec):
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
        """Yield errors that concern several fields; they are reported together with those of single fields."""
        for first, last in WINDOWS.items():
            start, end = values.get(first), values.get(last)
            if isinstance(start, date) and isinstance(end, date) and end < start:
                yield _at(last, fault(f"a last day on or after {start}", found=str(end)))
        for unit, total in TOTALS.items():
            if values.get(unit) is not None and values.get(total) is not None:
                fix = f"Remove one: {unit} is for one coin, {total} for all of them."
                yield _at(total, fault(f"one of {unit} and {total}", found="both", fix=fix))


class HeldRow(DatedRow):
    """A lot, whose cost is given per unit or in total."""

    one_of: ClassVar = (("unit_cost", "total_cost"),)

    @classmethod
    def _faults(cls, values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        yield from super()._faults(values)
        if all(values.get(key) is None for key in cls.one_of[0]):
            yield InitErrorDetails(type="missing", loc=("unit_cost",), input=dict(values))


class RepeatedRow(DatedRow):
    """An event of a number of coins or an amount of money, which may be repeated."""

    one_of: ClassVar = (("quantity", "amount"),)

    @classmethod
    def _faults(cls, values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        yield from super()._faults(values)
        given = [name for name in cls.one_of[0] if values.get(name) is not None]
        if len(given) != 1:
            error = fault("one of quantity (coins) and amount (money)", found="both" if given else "neither")
            yield InitErrorDetails(type=error, loc=(), input=None)
        for total in TOTALS.values():
            if values.get(total) is not None and values.get("amount") is not None:
                fix = f"Give quantity and {total}, or amount alone."
                yield _at(total, fault(f"a quantity with {total}", found="an amount", fix=fix))
        if values.get("every") is None:
            if values.get("date") is None:
                yield InitErrorDetails(type="missing", loc=("date",), input=dict(values))
            if values.get("until") is not None:
                yield _at("until", fault("every as well: day, week, month or quarter", found="none"))
        elif isinstance(values.get("date_to"), date):
            yield _at("date", fault("one day for an event that is repeated", found="a window"))
        yield from _not_before(values, "until")


class BuyingRow(RepeatedRow):
    """A purchase."""

    not_both: ClassVar = (("unit_cost", "total_cost"), ("amount", "total_cost"))


class EarningRow(RepeatedRow):
    """A receipt of coins."""

    not_both: ClassVar = (("unit_value", "total_value"), ("amount", "total_value"))


class LotsRow(DatedRow):
    """An event that may name the lots it disposes of."""

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
                yield _at(key, fault("the lots disposed of, next to `specific`", found="no lots", fix=fix))
            elif has_lots and relief not in (None, "specific"):
                fix = f"Remove {key}: `lots` already names the lots."
                yield _at(key, fault("named lots or a relief, not both", found=f"{relief} and lots", fix=fix))


class SellingRow(LotsRow, RepeatedRow):
    """A sale."""

    noun: ClassVar = "sale"
    worth: ClassVar = "proceeds"

    @classmethod
    def _faults(cls, values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        yield from super()._faults(values)
        for key in (cls.worth, "lots"):
            if values.get("amount") is not None and values.get(key) is not None:
                fix = f"Remove {key}, or state the quantity."
                yield _at(key, fault(f"a {cls.noun} for an amount at the close", found=key, fix=fix))


class PayingRow(SellingRow):
    """A payment in coins."""

    noun: ClassVar = "payment"
    worth: ClassVar = "value"


class SwappingRow(LotsRow):
    """A swap of one asset for another."""

    @classmethod
    def _faults(cls, values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        yield from super()._faults(values)
        asset = values.get("asset") or "BTC"
        if values.get("for_asset") == asset:
            fix = "A move between wallets belongs under plan.transfers."
            yield _at("for_asset", fault(f"an asset other than {asset}, which is swapped", found=asset, fix=fix))


class MovingRow(LotsRow):
    """A transfer between wallets."""

    @classmethod
    def _faults(cls, values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        yield from super()._faults(values)
        source, target = values.get("from"), values.get("to")
        if isinstance(source, str) and source and source == target:
            yield _at("to", fault(f"a wallet other than {source}, which is `from`", found=f"{target} again"))


class LendingRow(LotsRow):
    """A loan of coins, which are returned after they are lent."""

    @classmethod
    def _faults(cls, values: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        yield from super()._faults(values)
        yield from _not_before(values, "returned")


class RestrictedRow(DatedRow):
    """A restriction that begins on a day."""

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
