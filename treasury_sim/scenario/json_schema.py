"""The keys of a scenario as a JSON Schema, for editors that complete and check YAML while it is written.

An editor reads YAML 1.2, where a date and a number with ``_`` are text. The schema accepts all that we accept; rules
that it cannot express are in `docs/scenario.md`. Bounds, patterns and names come from the fields.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import is_dataclass
from itertools import combinations, pairwise
from typing import Any

from treasury_sim.case.fields import Spec
from treasury_sim.case.scalars import DECIMAL, INTEGER
from treasury_sim.case.schema import ScenarioSpec

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Json = dict[str, Any]

_OWN = ("properties", "discriminator")
_KEYWORDS = {
    # The key that chooses a branch, such as the price model, has a default: more than one branch may fit.
    "oneOf": "anyOf",
    # Bounds of values that our own readers check.
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
}


def json_schema() -> Json:
    """Return the JSON Schema of a scenario file, for editors.

    Returns
    -------
    dict
        JSON Schema, draft 2020-12, with a description of every key.

    Examples
    --------
    >>> from treasury_sim import json_schema
    >>> json_schema()["required"]
    ['schema']
    """
    schema = ScenarioSpec.model_json_schema(mode="validation")
    models = {model.__name__: model for model in _below(Spec)}
    definitions = {name: _widened(_described(entry, models.get(name))) for name, entry in schema.pop("$defs").items()}
    top = _widened(_described(schema, ScenarioSpec))
    top["properties"] = {"extends": {"type": "string", "description": "A scenario to start from."}, **top["properties"]}
    for key, what in (("holder", "a holder file"), ("prices", "a price path")):
        stated = top["properties"][key]
        named = {"type": "string", "description": f"The name of {what}, in place of its keys."}
        top["properties"][key] = {"description": stated.get("description", ""), "anyOf": [stated, named]}
    # A key missing here may be in the file that it extends.
    top["required"] = ["schema"]
    mapped = _mapped(top, definitions)
    for name, entry in definitions.items():
        if name in mapped:
            entry.pop("required", None)
            if entry.get("additionalProperties") is False:
                entry["additionalProperties"] = {"type": "null", "description": "Removes what the file extends."}
        rules = list(_one_of(models[name], is_whole=name not in mapped))
        if rules:
            entry["allOf"] = rules
    return {"$schema": DRAFT, "title": "treasury_sim scenario", **top, "$defs": definitions}


def _given(*keys: str) -> Json:
    """Require that keys have values; ``null`` does not count."""
    return {"required": list(keys), "properties": {key: {"not": {"type": "null"}} for key in keys}}


def _one_of(model: type[Spec], *, is_whole: bool) -> Iterator[Json]:
    """Groups of keys of which exactly one is given; at most one in a mapping that may merge with another."""
    aliases = {name: info.alias or name for name, info in model.model_fields.items()}
    for group in model.one_of:
        keys = [aliases[name] for name in group]
        if is_whole:
            yield {"oneOf": [_given(key) for key in keys]}
        else:
            yield from ({"not": _given(*pair)} for pair in combinations(keys, 2))
    yield from ({"not": _given(*pair)} for pair in model.not_both)


def _below(model: type[Spec]) -> Iterator[type[Spec]]:
    for each in model.__subclasses__():
        yield each
        yield from _below(each)


def _described(node: Json, model: type[Spec] | None) -> Json:
    """Describe each key with the docstring of its field."""
    texts: dict[str, str] = {}
    for owner in () if model is None else model.__mro__[::-1]:
        if issubclass(owner, Spec):
            texts |= _field_texts(owner)
    aliases = {info.alias or name: name for name, info in (model.model_fields if model else {}).items()}
    properties = {
        key: {**entry, "description": texts[aliases[key]]} if aliases.get(key) in texts else entry
        for key, entry in node.get("properties", {}).items()
    }
    return {**node, "properties": properties} if properties else node


def _field_texts(model: type[Spec]) -> dict[str, str]:
    """The docstring of each field of a model, by field name; for a row, the entry in the docstring of its dataclass."""
    stated = getattr(sys.modules[model.__module__], model.__name__)
    if isinstance(stated, type) and is_dataclass(stated):
        return {key: text for each in stated.__mro__ for key, text in _attributes(inspect.getdoc(each) or "").items()}
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
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


def _attributes(docstring: str) -> dict[str, str]:
    """The entries under `Attributes` in a numpydoc docstring, by attribute name."""
    _, _, section = docstring.partition("Attributes\n----------\n")
    entries = re.findall(r"^(\w[\w, ]*)\n((?: +.*\n?)+)", section, flags=re.MULTILINE)
    return {name: " ".join(text.replace("``", "`").split()) for names, text in entries for name in names.split(", ")}


def _widened(node: Any) -> Any:
    """Accept ``null`` for every key, and text for every number and whole number."""
    if isinstance(node, list):
        return [_widened(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    schema: Json = {str(_KEYWORDS.get(key, key)): _widened(entry) for key, entry in node.items() if key not in _OWN}
    if "properties" in node:
        schema["properties"] = {name: _or_null(_widened(entry)) for name, entry in node["properties"].items()}
    if "patternProperties" in node:
        schema["additionalProperties"] = False
    written = _written(schema)
    return {"anyOf": [schema, {"type": "string", "pattern": written}]} if written else schema


def _written(node: Json) -> str:
    """The pattern of a number that YAML 1.2 reads as text because of a ``_``; empty if `node` is not a number."""
    numbers = [value for value in [*node.get("enum", ()), node.get("const")] if type(value) is int]
    if numbers:
        return f"^(?:{'|'.join('_?'.join(str(number)) for number in numbers)})$"
    if node.get("type") not in {"number", "integer"}:
        return ""
    pattern = (DECIMAL if node["type"] == "number" else INTEGER).pattern
    if max(node.get(bound, -1) for bound in ("minimum", "exclusiveMinimum")) >= 0:
        pattern = pattern.replace("[-+]?", r"\+?", 1)
    elif node.get("maximum") == 0:
        pattern = pattern.replace("[-+]?", "-", 1)
    return f"^(?=.*_){pattern}$"


def _or_null(node: Json) -> Json:
    texts: Json = {key: node[key] for key in ("title", "description") if key in node}
    return {**texts, "anyOf": [node, {"type": "null"}]}


def _mapped(node: Any, definitions: Json) -> set[str]:
    """Names of the definitions that are mappings in the file, which merge, and not rows of a list."""
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
