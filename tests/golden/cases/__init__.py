"""Worked accounting cases: what they say, how they are checked, and how they run through the engine.

- ``reference.yaml`` holds cases from filings, standards and textbooks, each with its sources.
- ``derived.yaml`` holds cases computed from a rule, in the same structure.
- ``engine.yaml`` says how a case runs through the engine: prices, scenario, and what each line must be. Its amounts are
  expressions over the case itself (``expected.impairment``), so no figure is typed twice.
- ``ties.yaml`` rolls the components of a case forward to its published closing figure.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent

Case = Mapping[str, Any]
Names = Mapping[str, Any]


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


@cache
def cases() -> dict[str, Case]:
    """Every case by its id, those of the reference first."""
    return {case["id"]: case for name in ("reference.yaml", "derived.yaml") for case in _read(name)["cases"]}


@cache
def engine_runs() -> dict[str, list[dict[str, Any]]]:
    """How cases run through the engine, by id."""
    found: dict[str, list[dict[str, Any]]] = _read("engine.yaml")
    return found


@cache
def ties() -> dict[str, list[list[Any]]]:
    """``[expression over components, closing figure, tolerance]`` by id."""
    found: dict[str, list[list[Any]]] = _read("ties.yaml")
    return found


def short(name: str) -> str:
    """``A03-mstr-fy2022`` is ``A03``."""
    return name.split("-", maxsplit=1)[0]


# --------------------------------------------------------------------- expressions

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_CALLS: dict[str, Callable[..., Any]] = {"min": min, "max": max, "sum": sum, "abs": abs, "round": round}


def evaluate(expression: str, names: Names | None = None) -> Any:
    """Work out arithmetic over numbers and the parts of a case; nothing else is understood."""
    return _value(ast.parse(str(expression), mode="eval").body, names or {})


def _value(node: ast.expr, names: Names) -> Any:  # noqa: PLR0911 - one for each kind of expression
    match node:
        case ast.Constant(value=int() | float() | str() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, names)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_value(left, names), _value(right, names))
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.Attribute(value=of, attr=key):
            return _value(of, names)[key]
        case ast.Subscript(value=of, slice=key):
            return _value(of, names)[_value(key, names)]
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _CALLS:
            return _CALLS[name](*(_value(argument, names) for argument in arguments))
    message = f"not arithmetic: {ast.unparse(node)}"
    raise ValueError(message)


def leaves(expression: str) -> Iterator[str]:
    """The parts of a case that `expression` looks at: ``expected[0].impairment``."""
    for node in ast.walk(ast.parse(str(expression), mode="eval")):
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            yield ast.unparse(node)


def parts_of(case: Case) -> dict[str, Any]:
    """The names that the expressions of a case may use."""
    return {name: case.get(name, {}) for name in ("inputs", "expected", "derived")}


def with_values(tree: Any, names: Names) -> Any:
    """Replace every text that begins with ``=`` in `tree` by its value; keys, too."""
    if isinstance(tree, Mapping):
        return {key: with_values(value, names) for key, value in tree.items()}
    if isinstance(tree, list):
        return [with_values(value, names) for value in tree]
    if isinstance(tree, str) and tree.startswith("="):
        return evaluate(tree[1:], names)
    return tree


def summary() -> str:
    """How many cases run through the engine, and how many only tie out."""
    run = set(engine_runs())
    sourced = [name for name, case in cases().items() if case["status"] == "sourced"]
    return (
        f"accounting cases: {len(cases())}, of which {len(run)} run through the engine "
        f"({len(run.intersection(sourced))} of them sourced) and {len(cases()) - len(run)} only tie out"
    )
