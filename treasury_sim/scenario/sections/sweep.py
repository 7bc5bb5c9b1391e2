"""`sweep:`, one scenario as many: the keys that vary and the values they take."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from treasury_sim.scenario.fields import Percentage, Rows, Signed, Spec, Text, Whole, fault, percent

NAME = "name"
"""The key of a row of `list` that is its name."""


def _read_bound(value: object) -> object:
    rate = percent(value) if isinstance(value, str) else None
    return value if rate is None else rate


Bound = Annotated[Signed, BeforeValidator(_read_bound, json_schema_input_type=Signed | Percentage)]
"""A number, or a percentage."""


class Range(Spec):
    """Numbers at equal distances, both ends included."""

    one_of: ClassVar = (("step", "count"),)

    first: Bound = Field(alias="from")
    """The first number."""
    last: Bound = Field(alias="to")
    """The last number; with a step that does not meet it, the last before it."""
    step: Bound | None = None
    """The distance."""
    count: Annotated[int, Whole, Field(ge=2, le=100_000_000)] | None = None
    """How many numbers."""

    @model_validator(mode="after")
    def _step_or_count(self) -> Self:
        self.check_one_of(" and ")
        if self.count is not None and self.first == self.last:
            raise fault("two ends that differ", found=f"{self.first:g} twice")
        if self.step is not None and (self.step == 0 or (self.last - self.first) / self.step < 0):
            raise fault("a step that leads from `from` to `to`", found=f"{self.step:g}")
        return self


def _shape(value: object) -> str:
    return "range" if isinstance(value, (Mapping, Range)) else "list"


Values = Annotated[
    Annotated[Rows[Any], Field(min_length=1), Tag("list")] | Annotated[Range, Tag("range")], Discriminator(_shape)
]
"""A list of values, or a range of numbers."""


class SweepSpec(Spec):
    """Which keys vary; several of these multiply."""

    by_grid: Mapping[Text, Values] = Field(default_factory=dict, alias="grid")
    """Every combination of the values of these keys."""
    by_zip: Mapping[Text, Values] = Field(default_factory=dict, alias="zip")
    """The first values of these keys together, then the second, and so on."""
    by_list: Rows[Mapping[Text, Any]] = Field(default=(), alias="list")
    """Scenarios written out, each with its values by key and, if it likes, its `name`."""

    @model_validator(mode="after")
    def _varies(self) -> Self:
        in_list = any(key != NAME for row in self.by_list for key in row)
        if not (self.by_grid or self.by_zip or in_list) or (self.by_list and not in_list):
            raise fault("a key that varies", found="none", fix="Write grid: {tax.rate: [20%, 25%]}, say.")
        return self
