"""`sweep:`, the keys that vary and their values: one scenario becomes many."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Discriminator, Field, ModelWrapValidatorHandler, Tag, model_validator

from treasury_sim.case.fields import Percentage, Rows, Signed, Spec, Text, Whole, fault, percent

NAME = "name"
"""The key for the name of a row of `list`."""


def _read_bound(value: object) -> object:
    rate = percent(value) if isinstance(value, str) else None
    return value if rate is None else rate


Bound = Annotated[Signed, BeforeValidator(_read_bound, json_schema_input_type=Signed | Percentage)]
"""A number, or a percentage."""


MOST = 100_000_000
"""Largest count of numbers in a range, and of scenarios in a sweep."""


def exact(number: float) -> Fraction:
    """The number as its exact decimal: 0.1 is a tenth."""
    return Fraction(repr(number))


class Range(Spec):
    """Evenly spaced numbers, both ends included."""

    one_of: ClassVar = (("step", "count"),)

    first: Bound = Field(alias="from")
    """The first number."""
    last: Bound = Field(alias="to")
    """The last number, which a whole number of steps must reach."""
    step: Bound | None = None
    """Distance between two numbers."""
    count: Annotated[int, Whole, Field(ge=2, le=MOST)] | None = None
    """Count of numbers."""

    @model_validator(mode="wrap")
    @classmethod
    def _step_or_count(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        read = handler(values)
        read.check_one_of(" and ")
        if read.count is not None and read.first == read.last:
            raise fault("two different ends", found=f"{read.first:g} twice")
        if read.step is not None:
            _check_step(read, values if isinstance(values, Mapping) else read.model_dump(by_alias=True))
        return read

    @property
    def steps(self) -> Fraction:
        """The number of steps from the first number to the last; whole."""
        if self.count is not None:
            return Fraction(self.count - 1)
        return (exact(self.last) - exact(self.first)) / exact(self.step or 1.0)


def _check_step(read: Range, written: Mapping[str, Any]) -> None:
    """Raise a fault if the step misses the last number or takes too many steps; quotes the values as `written`."""
    expected, actual = f"a step that leads from {written['from']} to {written['to']}", str(written["step"])
    if read.step == 0 or read.steps < 0:
        raise fault(expected, found=actual)
    if read.steps >= MOST:
        raise fault(f"a step that gives at most {MOST:,} numbers", found=actual, fix="Give a larger step.")
    if read.steps.denominator != 1:
        met = exact(read.first) + int(read.steps) * exact(read.step or 1.0)
        in_percent = isinstance(written["to"], str)
        last = f"{float(met * 100):.12g}%" if in_percent else f"{float(met):.12g}"
        raise fault(expected, found=actual, fix=f"The last number it reaches is {last}; give another step, or a count.")


def _shape(value: object) -> str:
    return "range" if isinstance(value, (Mapping, Range)) else "list"


Values = Annotated[
    Annotated[Rows[Any], Field(min_length=1), Tag("list")] | Annotated[Range, Tag("range")], Discriminator(_shape)
]
"""A list of values, or a range of numbers."""


def count_of(values: Sequence[object] | Range) -> int:
    """The number of values."""
    return int(values.steps) + 1 if isinstance(values, Range) else len(values)


class SweepSpec(Spec):
    """The keys that vary; the axes given are multiplied."""

    by_grid: Mapping[Text, Values] = Field(default_factory=dict, alias="grid")
    """Every combination of the values of these keys."""
    by_zip: Mapping[Text, Values] = Field(default_factory=dict, alias="zip")
    """The first value of each key together, then the second, and so on."""
    by_list: Rows[Mapping[Text, Any]] = Field(default=(), alias="list")
    """Scenarios written out, each with its values by key and optionally its `name`."""

    @property
    def count(self) -> int:
        """The number of scenarios."""
        rows = [len(self.by_list)] if self.by_list else []
        together = [count_of(values) for values in self.by_zip.values()][:1]
        return prod([*rows, *together, *map(count_of, self.by_grid.values())])

    @model_validator(mode="after")
    def _varies(self) -> Self:
        in_list = any(key != NAME for row in self.by_list for key in row)
        if not (self.by_grid or self.by_zip or in_list) or (self.by_list and not in_list):
            raise fault("a key that varies", found="none", fix="Write it as grid: {tax.rate: [20%, 25%]}.")
        return self
