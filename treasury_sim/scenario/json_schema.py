"""The keys of a scenario as a JSON Schema, for editors that complete and check YAML while it is written.

An editor reads YAML 1.2: a date is text to it, and so is a number with ``_``. What we accept, it must accept.
"""

from __future__ import annotations

from typing import Any

from treasury_sim.scenario.schema import ScenarioSpec

DRAFT = "https://json-schema.org/draft/2020-12/schema"
NUMBER = r"^[-+]?[0-9][0-9_]*(\.[0-9]+)?([eE][-+]?[0-9]+)?$"
"""A number as text: with ``_`` between its digits."""

Json = dict[str, Any]

_OWN = ("properties", "discriminator")


def json_schema() -> Json:
    """The JSON Schema of a scenario file."""
    schema = ScenarioSpec.model_json_schema(mode="validation")
    definitions = {name: _widened(entry) for name, entry in schema.pop("$defs").items()}
    top = _widened(schema)
    top["properties"] = {"extends": {"type": "string", "description": "A scenario to start from."}, **top["properties"]}
    # What a file leaves out, the one that it extends may have.
    top["required"] = ["schema"]
    for name in _mapped(top, definitions):
        definitions[name].pop("required", None)
    return {"$schema": DRAFT, "title": "treasury_sim scenario", **top, "$defs": definitions}


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
