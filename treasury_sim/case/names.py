"""Names that a scenario takes from a list; the JSON Schema lists them and `checks` verifies them."""

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.case.fields import Text
from treasury_sim.domain.lines import LINES
from treasury_sim.market.history import named_windows


def _one_of_windows(schema: dict[str, Any]) -> None:
    schema["enum"] = list(named_windows())


LineName = Annotated[Text, WithJsonSchema({"type": "string", "enum": list(LINES)})]
"""A line of the quarterly statement."""

FrameworkName = Annotated[Text, WithJsonSchema({"type": "string", "enum": list(FRAMEWORKS)})]
"""A framework."""

FrameworkKey = Annotated[str, WithJsonSchema({"type": "string", "enum": list(FRAMEWORKS)})]
LineKey = Annotated[str, WithJsonSchema({"type": "string", "enum": list(LINES)})]
"""The same as keys of a mapping; pydantic itself accepts an empty one."""

WindowName = Annotated[Text, Field(json_schema_extra=_one_of_windows)]
"""A shipped window of history."""
