"""The types of value in a scenario, each with one reader.

Errors that pydantic cannot phrase are raised as a `fault`; `problems` turns both into `Problem`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeGuard, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from treasury_sim.case.scalars import NO_CONTROL, control_character, number

_PERCENT = re.compile(r"([-+]?[0-9][0-9_]*(?:\.[0-9]+)?)%")
_QUARTER = re.compile(r"[0-9]{4}Q[1-4]")
_YEAR = re.compile(r"FY[1-9][0-9]{3}")
MONTH_DAY = (
    r"(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|[12][0-9]))"
)
"""A month and a day, ``MM-DD``."""
_MONTH_DAY = re.compile(MONTH_DAY)
_CURRENCY = re.compile(r"[A-Z]{3}")
_PAIR = re.compile(r"([A-Z]{3})(?!\1)[A-Z]{3}")

T = TypeVar("T")


class Spec(BaseModel):
    """Base of every section of a scenario: strict, frozen, no unknown key, no infinity."""

    # The docstring under a field is for readers of the source: having pydantic parse them takes a quarter of a second.
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _null_is_not_given(cls, values: object) -> object:
        if not isinstance(values, dict):
            return values
        known = {info.alias or name for name, info in cls.model_fields.items()}
        return {key: value for key, value in values.items() if value is not None or key not in known}

    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of keys of which exactly one is given; the JSON Schema uses them, too."""

    not_both: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Pairs of keys of which at most one is given; the JSON Schema uses them, too."""

    def check_one_of(self, between: str = ", ") -> None:
        """Raise a fault unless exactly one key of each group is given; `between` joins the keys in the message."""
        for keys in self.one_of:
            given = [key for key in keys if getattr(self, key) is not None]
            if len(given) != 1:
                raise fault(f"one of {between.join(keys)}", found=" and ".join(given) or "none")


def fault(expected: str, *, found: str = "", fix: str = "") -> PydanticCustomError:
    """Phrase an error: what was expected, what was found (by default as written), how to fix it."""
    return PydanticCustomError("fault", "expected {expected}", {"expected": expected, "found": found, "fix": fix})


def percent(text: str) -> float | None:
    """Read ``28.73%`` as 0.2873; ``None`` if `text` is not a percentage."""
    match = _PERCENT.fullmatch(text)
    value = None if match is None else number(match[1])
    return None if value is None else float(Decimal(repr(value)) / 100)


def _rate_between(low: int, high: int) -> Callable[[object], object]:
    """Make the reader of a rate from `low` to `high`."""
    bounds = f"a rate from {low} to {high}, or from {low:.0%} to {high:.0%}"

    def read(value: object) -> object:
        if isinstance(value, str):
            rate = percent(value)
            if rate is None:
                text = value.strip().removesuffix("%").strip()
                fix = f"Write {text}%." if percent(f"{text}%") is not None and value.strip().endswith("%") else ""
                if number(value) is not None:
                    fix = "Remove the quotes."
                raise fault("a rate such as 0.2873 or 28.73%", fix=fix)
            value = rate
        elif is_number(value) and abs(value) > 1:
            raise fault("a rate such as 0.2873 or 28.73%", fix=f"Did you mean {value}%?")
        if is_number(value) and not low <= value <= high:
            raise fault(bounds)
        return value

    return read


def _of_form(pattern: str) -> WithJsonSchema:
    """Give the JSON Schema the pattern of a text that our readers check."""
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"})


def _percentages(low: int, high: int) -> Any:
    """Give the JSON Schema the form of a rate from `low` to `high`: 0 or `-high`, and a power of ten."""
    sign, digits = "[-+]?" if low < 0 else r"\+?", len(str(high)) + 1
    size = rf"(?:(?:0|[1-9](?:_?[0-9]){{0,{digits - 1}}})(?:\.[0-9]+)?|1(?:_?0){{{digits}}}(?:\.0+)?)"
    percentage = {"type": "string", "pattern": f"^{sign}{size}%$"}
    form = {"anyOf": [{"type": "number", "minimum": low, "maximum": high}, percentage]}
    return Annotated[float | str, WithJsonSchema(form)]


def _read_tolerance(value: object) -> object:
    expected = "a tolerance: 0.02% of the expected value, or a plain number"
    if isinstance(value, str):
        rate = percent(value)
        if rate is None:
            raise fault(expected, fix="Remove the quotes." if number(value) is not None else "")
        if rate < 0:
            raise fault("a tolerance of 0% or more")
        return value
    if not is_number(value):
        raise fault(expected)
    if not 0 <= value <= LARGEST:
        raise fault("a tolerance of 0 or more" if value < 0 else f"a number of at most {int(LARGEST):_}")
    return float(value)


def is_number(value: object) -> TypeGuard[float]:
    """Whether `value` is a number; true and false are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_label(value: object) -> bool:
    """Whether `value` has the form of a fiscal quarter."""
    return isinstance(value, str) and _QUARTER.fullmatch(value) is not None


def _read_label(value: object) -> object:
    if not is_label(value):
        raise fault("a fiscal quarter such as 2025Q4")
    return value


def _read_year(value: object) -> object:
    if not isinstance(value, str) or not _YEAR.fullmatch(value):
        raise fault("a fiscal year such as FY2025")
    return value


def _read_month_day(value: object) -> object:
    if not isinstance(value, str) or not _MONTH_DAY.fullmatch(value):
        fix = ""
        if isinstance(value, date):
            fix = f'Write "{value:%m-%d}", with the quotes and without the year.'
        raise fault('the last month and day of the fiscal year in quotes, such as "12-31"', fix=fix)
    return value


def _read_currency(value: object) -> object:
    if isinstance(value, str) and not _CURRENCY.fullmatch(value):
        raise fault("a currency code of three capitals, such as USD")
    return value


def _read_pair(value: object) -> object:
    if not isinstance(value, str) or not _PAIR.fullmatch(value):
        raise fault("a pair of two currencies such as EURUSD")
    return value


def _read_whole(value: object) -> object:
    # 1 == True == 1.0 in Python, and in pydantic's Literal.
    if isinstance(value, (bool, float)):
        raise fault("a whole number, written without a decimal point or exponent")
    return value


_CENTURIES = range(19, 22)

Day = Annotated[
    date,
    Field(
        ge=date(_CENTURIES[0] * 100, 1, 1),
        le=date(_CENTURIES[-1] * 100 + 99, 12, 31),
        # Many editors ignore `format`.
        json_schema_extra={"pattern": f"^(?:{'|'.join(map(str, _CENTURIES))})[0-9]{{2}}-{MONTH_DAY}$"},
    ),
]
"""A day; the bounds catch a mistyped year."""


def _without_control(value: str) -> str:
    if control := control_character(value):
        raise fault(NO_CONTROL, found=control)
    return value


Text = Annotated[str, Field(min_length=1), AfterValidator(_without_control)]
"""Text that is not empty."""

LARGEST = 1e15
"""Largest quantity, price or amount in size: beyond it, a float loses cents and single coins."""

SMALLEST = 1e-18
"""Smallest positive quantity, price or amount: the smallest unit of any common token (a wei of ether)."""


def _not_too_small(value: float) -> float:
    if 0.0 < value < SMALLEST:
        raise fault(f"at least {SMALLEST:g}", found=f"{value:g}")
    return value


Positive = Annotated[float, Field(gt=0, le=LARGEST), AfterValidator(_not_too_small)]
NotNegative = Annotated[float, Field(ge=0, le=LARGEST)]
NotPositive = Annotated[float, Field(ge=-LARGEST, le=0)]
Signed = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
"""An amount of either sign."""

Percentage = Annotated[str, Field(pattern=f"^{_PERCENT.pattern}$")]
"""Such as ``28.73%``."""

Rate = Annotated[float, BeforeValidator(_rate_between(0, 1), json_schema_input_type=_percentages(0, 1))]
"""``0.2873`` or ``28.73%``; from 0 to 1."""

HighRate = Annotated[float, BeforeValidator(_rate_between(0, 10), json_schema_input_type=_percentages(0, 10))]
"""A volatility: written like a `Rate`, but up to 1000%."""

SignedRate = Annotated[float, BeforeValidator(_rate_between(-100, 100), json_schema_input_type=_percentages(-100, 100))]
"""A drift or a relative change: written like a `Rate`, of either sign and up to 10000% in size."""

_NotNegativePercentage = Annotated[str, _of_form(_PERCENT.pattern.replace("[-+]", r"\+"))]

Tolerance = Annotated[
    float | str, BeforeValidator(_read_tolerance, json_schema_input_type=NotNegative | _NotNegativePercentage)
]
"""``0.02%`` of the expected value (kept as text), or a plain number in the unit of the line."""

Label = Annotated[str, BeforeValidator(_read_label), _of_form(_QUARTER.pattern)]
"""A fiscal quarter such as ``2025Q4``."""

FiscalYear = Annotated[str, BeforeValidator(_read_year), _of_form(_YEAR.pattern)]
"""A fiscal year such as ``FY2025``."""

MonthDay = Annotated[str, BeforeValidator(_read_month_day), _of_form(MONTH_DAY)]
"""``MM-DD``, the last day of a fiscal year."""

Currency = Annotated[str, BeforeValidator(_read_currency), _of_form(_CURRENCY.pattern)]

CurrencyPair = Annotated[str, BeforeValidator(_read_pair), _of_form(_PAIR.pattern)]
"""Two different currencies, such as ``EURUSD``."""

PeriodName = Annotated[str, _of_form(f"(?:{_QUARTER.pattern}|{_YEAR.pattern})")]
"""A fiscal quarter or year; `checks` reports those outside the period."""

Whole = BeforeValidator(_read_whole)

Rows = Annotated[tuple[T, ...], Strict(False)]
"""A list in YAML, a tuple in Python."""


def _shape(value: Any) -> str:
    return "by_quarter" if isinstance(value, Mapping) else "every_quarter"


PerQuarter = Annotated[
    Annotated[T, Tag("every_quarter")] | Annotated[Mapping[Label, T], Field(min_length=1), Tag("by_quarter")],
    Discriminator(_shape),
]
"""One number for every quarter, or a map from fiscal quarter to number."""


def in_quarter(value: float | Mapping[str, float] | None, label: str) -> float | None:
    """Return the number a `PerQuarter` field gives for the quarter `label`, ``None`` if it gives none."""
    return value.get(label) if isinstance(value, Mapping) else value
