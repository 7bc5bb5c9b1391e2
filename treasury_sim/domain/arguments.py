"""Type checks of the Python interface: a wrong argument is a readable error before anything is computed."""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from numbers import Integral, Real
from typing import Any, ParamSpec, TypeVar

import numpy as np

from treasury_sim.errors import InputError, Problem

P = ParamSpec("P")
R = TypeVar("R")

_WORDS: dict[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a finite number",
    bool: "True or False",
    type(None): "None",
}
_FIXES = {
    ("Scenario", "str"): "Read it first: load({!r}).",
    ("Scenario", "Result"): "Give the scenario that was run, not its result.",
    ("Result", "Scenario"): "Run it first: run(scenario).",
    ("Result", "str"): "Read and run it first: run(load({!r})).",
}


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Make a public function refuse arguments that its annotations do not allow.

    Only types are checked: the function itself checks names and ranges.

    Raises
    ------
    InputError
        On a call with wrong types, listing every such argument.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        hints = _hints(function)
        bound = signature.bind(*args, **kwargs)
        problems = [
            _problem(function.__name__, name, value, hints[name])
            for name, value in bound.arguments.items()
            if name in hints and not _fits(value, hints[name])
        ]
        if problems:
            raise InputError(problems)
        return function(*args, **kwargs)

    return call


@functools.cache
def _hints(function: Callable[..., Any]) -> Mapping[str, Any]:
    return typing.get_type_hints(function)


def _fits(value: object, hint: Any) -> bool:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        # Where None asks for the default, an empty name is a mistake and not the same as None.
        is_empty_name = type(None) in inner and isinstance(value, str) and not value
        return not is_empty_name and any(_fits(value, each) for each in inner)
    if origin is typing.Literal:
        return any(type(value) is type(each) and value == each for each in inner)
    if hint in {bool, int, float}:
        return _is_number(value, hint)
    if origin is None:
        return hint is Any or isinstance(hint, TypeVar) or isinstance(value, hint)
    return _is_collection(value, origin, inner)


def _is_collection(value: Any, origin: type, inner: tuple[Any, ...]) -> bool:
    if _is_pair(origin, inner):
        return isinstance(value, tuple) and len(value) == len(inner) and all(map(_fits, value, inner))
    if issubclass(origin, Mapping):
        is_mapping = isinstance(value, Mapping)
        return is_mapping and all(_fits(key, inner[0]) and _fits(entry, inner[1]) for key, entry in value.items())
    if issubclass(origin, Sequence):
        is_list = isinstance(value, (Sequence, np.ndarray)) and not isinstance(value, (str, bytes))
        return is_list and all(_fits(each, inner[0]) for each in value)
    return isinstance(value, origin)


def _is_pair(origin: Any, inner: tuple[Any, ...]) -> bool:
    return origin is tuple and inner[-1] is not Ellipsis


def _is_number(value: object, kind: type) -> bool:
    if kind is bool or isinstance(value, (bool, np.bool_)):
        return kind is bool and isinstance(value, (bool, np.bool_))
    if kind is int:
        return isinstance(value, Integral)
    return isinstance(value, Real) and isfinite(value)


def _problem(function: str, name: str, value: object, hint: Any) -> Problem:
    expected = _in_words(hint)
    template = _FIXES.get((expected.removeprefix("a "), type(value).__name__), "")
    return Problem(f"{function}()", None, name, expected, _shown(value), template.format(value))


def _in_words(hint: Any) -> str:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint in _WORDS:
        return _WORDS[hint]
    if origin in {typing.Union, types.UnionType}:
        return " or ".join(map(_in_words, inner))
    if origin is typing.Literal:
        return f"one of {', '.join(map(str, inner))}"
    return _collection_in_words(hint if origin is None else origin, inner)


def _collection_in_words(kind: Any, inner: tuple[Any, ...]) -> str:
    if inner and _is_pair(kind, inner):
        return f"a pair of {' and '.join(map(_in_words, inner))}"
    if inner and issubclass(kind, Mapping):
        return f"a mapping from {_in_words(inner[0])} to {_in_words(inner[1])}"
    if inner and issubclass(kind, Sequence):
        return f"a list, each {_in_words(inner[0])}"
    if kind is Callable:
        return "a function"
    return "an array" if kind is np.ndarray else f"a {getattr(kind, '__name__', kind)}"


def _shown(value: object) -> str:
    if value is None:
        return "None"
    if isinstance(value, (str, bool, int, float)):
        return f"text {value[:60]!r}" if isinstance(value, str) else repr(value)[:60]
    return f"a {type(value).__name__}"
