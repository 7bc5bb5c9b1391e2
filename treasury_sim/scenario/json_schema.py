"""The keys of a scenario as a JSON Schema, for editors that complete and check YAML while it is written.

An editor reads YAML 1.2: a date is text to it, and so is a number with ``_``. What we accept, it must accept.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from treasury_sim.domain.lines import LINES
from treasury_sim.scenario.fields import Spec
from treasury_sim.scenario.schema import ScenarioSpec

DRAFT = "https://json-schema.org/draft/2020-12/schema"
NUMBER = r"^[-+]?[0-9][0-9_]*(\.[0-9]+)?([eE][-+]?[0-9]+)?$"
"""A number as text: with ``_`` between its digits."""
DATE = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
"""A date as text: many editors pass over `format`."""

Json = dict[str, Any]

_OWN = ("properties", "discriminator")


def json_schema() -> Json:
    """The JSON Schema of a scenario file."""
    schema = ScenarioSpec.model_json_schema(mode="validation")
    models = {model.__name__: model for model in _below(Spec)}
    definitions = {name: _widened(_described(entry, models.get(name))) for name, entry in schema.pop("$defs").items()}
    top = _widened(_described(schema, ScenarioSpec))
    top["properties"] = {"extends": {"type": "string", "description": "A scenario to start from."}, **top["properties"]}
    # What a file leaves out, the one that it extends may have.
    top["required"] = ["schema"]
    measured = definitions["LimitRow"]["properties"]
    for name in ("line", "loss", "charge"):
        measured[name]["anyOf"] = [{"enum": list(LINES)}, {"type": "null"}]
    for name in _mapped(top, definitions):
        definitions[name].pop("required", None)
    return {"$schema": DRAFT, "title": "treasury_sim scenario", **top, "$defs": definitions}


def _below(model: type[Spec]) -> Iterator[type[Spec]]:
    for each in model.__subclasses__():
        yield each
        yield from _below(each)


def _described(node: Json, model: type[Spec] | None) -> Json:
    """Tell of each key what stands under its field in the source."""
    told: dict[str, str] = {}
    for owner in () if model is None else model.__mro__[::-1]:
        if issubclass(owner, Spec):
            told |= _told(owner)
    aliases = {info.alias or name: name for name, info in (model.model_fields if model else {}).items()}
    properties = {
        key: {**entry, "description": told[aliases[key]]} if aliases.get(key) in told else entry
        for key, entry in node.get("properties", {}).items()
    }
    return {**node, "properties": properties} if properties else node


def _told(model: type[Spec]) -> dict[str, str]:
    """The text under each field of a model, by the name of the field."""
    try:
        (body,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    except (OSError, SyntaxError):  # a model made on the fly
        return {}
    lines = body.body if isinstance(body, ast.ClassDef) else []
    return {
        field.target.id: " ".join(text.value.value.split())
        for field, text in pairwise(lines)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


def _widened(node: Any) -> Any:
    """Accept ``null`` for every key, and text for every number and whole number."""
    if isinstance(node, list):
        return [_widened(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    # What chooses between branches, such as the price model, has a default: more than one branch may fit.
    found = {("anyOf" if key == "oneOf" else key): _widened(entry) for key, entry in node.items() if key not in _OWN}
    if "properties" in node:
        found["properties"] = {name: _or_null(_widened(entry)) for name, entry in node["properties"].items()}
    if node.get("format") == "date":
        found["pattern"] = DATE
    numbers = [value for value in [*node.get("enum", ()), node.get("const")] if type(value) is int]
    if node.get("type") in {"number", "integer"} or numbers:
        return {"anyOf": [found, {"type": "string", "pattern": NUMBER}]}
    return found


def _or_null(node: Json) -> Json:
    told: Json = {key: node[key] for key in ("title", "description") if key in node}
    return {**told, "anyOf": [node, {"type": "null"}]}


def _mapped(node: Any, definitions: Json) -> set[str]:
    """Names of the definitions that are mappings of the file, which merge, and no rows of a list."""
    names: set[str] = set()
    if isinstance(node, dict):
        for key, entry in node.items():
            if key == "$ref":
                name = str(entry).rpartition("/")[2]
                names |= {name, *_mapped(definitions[name], definitions)}
            elif key not in {"items", "prefixItems"}:
                names |= _mapped(entry, definitions)
    elif isinstance(node, list):
        for entry in node:
            names |= _mapped(entry, definitions)
    return names
