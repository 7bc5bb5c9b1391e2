"""Turns the errors of pydantic into plain words, each with its file, line and key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date
from difflib import get_close_matches
from functools import partial
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from treasury_sim.case.checks.draft import Breach
from treasury_sim.case.key_paths import Key, KeyPath, dotted, shown
from treasury_sim.case.scalars import date_fix, number_fix, truth_fix
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.case.strict import TOTALS, WINDOWS, written_fields
from treasury_sim.domain.lookup import nearest
from treasury_sim.errors import MOST_PROBLEMS, InputError, Problem
from treasury_sim.scenario.source.tree import Tree

_LAST_DAYS = {last: first for first, last in WINDOWS.items()}

_EXPECTED = {
    "missing": "this key, which is required",
    "extra_forbidden": "a known key",
    "invalid_key": "a known key",
    "float_type": "a number",
    "int_type": "a whole number",
    "finite_number": "a finite number",
    "date_type": "a date",
    "string_type": "text",
    "bool_type": "true or false",
    "string_too_short": "text that is not empty",
    "too_short": "at least one entry",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "mapping_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
}
_BOUNDS = {
    "greater_than": ("a number above {gt}", "{gt}"),
    "greater_than_equal": ("a number of at least {ge}", "a date on or after {ge}"),
    "less_than_equal": ("a number of at most {le}", "a date on or before {le}"),
}


UNKNOWN_KEY = frozenset({"extra_forbidden", "invalid_key"})
"""pydantic's names for a key that does not exist."""


class Problems:
    """The problems of a scenario, collected; only the first in the order of the files are put into words."""

    def __init__(self, files: Sequence[str] = ()) -> None:
        """Collect the problems of `files`, in whose order they are reported."""
        self._rank = {name: position for position, name in enumerate(files)}
        self._unique: dict[tuple[str, int | None, str], Problem | Callable[[], Problem]] = {}

    def __bool__(self) -> bool:
        return bool(self._unique)

    def add(self, problems: Iterable[Problem]) -> None:
        """Add problems; of several at the same key in a line, the first counts."""
        for problem in problems:
            self._unique.setdefault((problem.where, problem.line, problem.key), problem)

    def add_breaches(self, breaches: Iterable[Breach], tree: Tree) -> None:
        """Add the breaches of rules, each with its place in `tree`."""
        for breach in breaches:
            path = tree.written_path(breach.path)
            place = tree.place(path)
            self._unique.setdefault((place.where, place.line, dotted(path)), partial(_breach, breach, tree))

    def add_all(
        self, error: ValidationError, tree: Tree, model: type[BaseModel] = ScenarioSpec
    ) -> list[tuple[KeyPath, str]]:
        """Add the errors that pydantic found in `tree`; returns the path and the kind of each."""
        added = []
        for details in error.errors(include_url=False):
            path = _path_of(details, tree)
            place = tree.place(path)
            key = (place.where, place.line, dotted(path))
            self._unique.setdefault(key, partial(_problem, details, path, tree, model))
            added.append((path, details["type"]))
        return added

    def error(self) -> InputError:
        """The error that reports them in the order of the files."""
        ordered = sorted(self._unique, key=lambda key: (self._rank.get(key[0], len(self._rank)), key[1] or 0))
        first = (self._unique[key] for key in ordered[:MOST_PROBLEMS])
        in_full = [problem if isinstance(problem, Problem) else problem() for problem in first]
        return InputError(in_full, more=len(ordered) - len(in_full))


def problems_of(error: ValidationError, tree: Tree, model: type[BaseModel] = ScenarioSpec) -> tuple[Problem, ...]:
    """Turn the errors that pydantic found in `tree` into problems, at most one per place and key."""
    problems = Problems()
    problems.add_all(error, tree, model)
    return problems.error().problems


def in_words(details: ErrorDetails, text: str = "", *, quoted: bool = False) -> tuple[str, str, str]:
    """Return the words for expected, found (empty: as written) and fix.

    Parameters
    ----------
    details
        An error from pydantic.
    text, quoted
        The value as written, and whether it was in quotes.
    """
    context = details.get("ctx", {})
    if details["type"] == "fault":
        return context["expected"], context["found"], context["fix"]
    if details["type"] in {"literal_error", "union_tag_invalid"}:
        close = get_close_matches(text, _choices(details), n=1)
        return _expected(details), "", f"Did you mean {close[0]}?" if close else ""
    return _expected(details), "", _fix(details, text, quoted=quoted)


def _breach(breach: Breach, tree: Tree) -> Problem:
    return tree.problem(breach.path, breach.expected, breach.found, breach.fix_in_words)


def _path_of(details: ErrorDetails, tree: Tree) -> KeyPath:
    kind = details["type"]
    path = _written_path(details["loc"], tree, missing=kind == "missing", whole=isinstance(details["input"], list))
    return (*path, details["ctx"]["discriminator"].strip("'")) if kind == "union_tag_invalid" else path


def _problem(details: ErrorDetails, path: KeyPath, tree: Tree, model: type[BaseModel]) -> Problem:
    kind = details["type"]
    name = str(path[-1]) if path else ""
    if kind in UNKNOWN_KEY:
        # `{fee: 1,000}` is two keys to YAML.
        fix = (
            "Write numbers without commas."
            if name.isdigit()
            else nearest(name, known_keys(path, model, details["loc"]))
        )
        return tree.problem(path, "a known key", name, fix)
    if kind == "missing":
        return tree.problem(path, _EXPECTED[kind], "null" if path in tree.places else "nothing")
    if details["loc"][-1:] == ("[key]",):
        expected, _, fix = in_words(details, name, quoted=True)
        return tree.problem(path, f"{expected} as key", shown(path[-1]), fix)
    place, value = tree.places.get(path), tree.get(*path)
    text = place.text if place and place.text else str(value)
    expected, actual, fix = in_words(details, text, quoted=bool(place and place.quoted))
    return tree.problem(path, expected, actual, fix)


def _expected(details: ErrorDetails) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind in {"literal_error", "union_tag_invalid"}:
        return f"one of {', '.join(_choices(details))}"
    if kind in _BOUNDS:
        bound = next(iter(context.values()))
        number, day = _BOUNDS[kind]
        words = day if isinstance(bound, (date, str)) else number  # pydantic gives the bound of a date as text
        plain = f"{int(bound):_}" if isinstance(bound, float) and bound.is_integer() else bound
        return words.format(gt=plain, ge=plain, le=plain)
    return _EXPECTED.get(kind, details["msg"])


def _choices(details: ErrorDetails) -> list[str]:
    context = details.get("ctx", {})
    words = str(context.get("expected", context.get("expected_tags", "")))
    return [choice.strip("'") for choice in words.replace(" or ", ", ").split(", ")]


def _fix(details: ErrorDetails, text: str, *, quoted: bool) -> str:
    kind, loc = details["type"], details["loc"]
    if kind == "date_type" and isinstance(details["input"], (list, tuple)) and loc[-1:] and loc[-1] in WINDOWS:
        return "Write one date, or two as [first, last]."
    if not text or not isinstance(details["input"], (str, int, float, date)):
        return ""
    if kind in {"float_type", "int_type"} and isinstance(details["input"], str):
        return number_fix(text, quoted=quoted)
    if kind == "date_type":
        return date_fix(text, quoted=quoted)
    if kind == "bool_type":
        return truth_fix(text)
    return f'Quote it: "{text}".' if kind == "string_type" else ""


def _written_path(loc: Sequence[int | str], tree: Tree, *, missing: bool, whole: bool) -> KeyPath:
    """Return the path in the file for pydantic's `loc`.

    pydantic names branches of a union, writes a date key by its `repr`, and knows a window as two fields;
    `whole` is for an error of a whole list, not of its first entry.
    """
    path: KeyPath = ()
    node: Any = tree.values
    for number, step in enumerate(loc):
        keys = _step(node, step)
        if keys is None and missing and number == len(loc) - 1:
            return (*path, step)
        if keys is None:
            continue
        keys = keys[:1] if whole and number == len(loc) - 1 else keys
        for key in keys:
            node = node[key]
        path = (*path, *keys)
    return path


def _step(node: object, step: int | str) -> KeyPath | None:
    """Return the keys from `node` to pydantic's `step`; ``None`` if the step is not in the file."""
    if isinstance(node, (list, tuple)):
        return (step,) if isinstance(step, int) and step < len(node) else None
    if not isinstance(node, Mapping):
        return None
    if step in node and step not in WINDOWS:
        return (step,)
    window = _LAST_DAYS.get(str(step), str(step))
    if step not in node and isinstance(node.get(window), (list, tuple)):
        return (window, 1)
    if step in WINDOWS and isinstance(node.get(step), (list, tuple)) and len(node[step]) == 2:
        return (str(step), 0)
    return (step,) if step in node else next(((key,) for key in node if repr(key) == step), None)


def known_keys(path: KeyPath, model: type[BaseModel] = ScenarioSpec, loc: Sequence[int | str] = ()) -> list[str]:
    """Return the names of the keys allowed in place of the last key of `path`.

    `loc`, as in pydantic, selects the branch of a union; without it, all branches count.
    """
    here: list[Any] = [model]
    for position, key in enumerate(path[:-1], start=1):
        below = [kind for owner in here for kind in _classes(_annotations(owner).get(key))]
        here = below or here  # an index, an asset, a label: no field, so still inside the same table
        in_list = isinstance(path[position], int)
        here = [kind for kind in here if is_dataclass(kind) == in_list] or here if below else here
    here = [kind for kind in here if _tag(kind) in loc] or here
    names = [str(name) for owner in here for name in _annotations(owner) if name not in _LAST_DAYS]
    return [*names, "extends"] if here == [ScenarioSpec] else names


def _tag(kind: Any) -> object:
    """The value of `model` that selects this branch of a union; ``None`` if `kind` is not a branch."""
    field = getattr(kind, "model_fields", {}).get("model")
    return get_args(field.annotation)[0] if field else None


def _annotations(owner: Any) -> dict[Key, Any]:
    if isinstance(owner, type) and is_dataclass(owner):
        hints = get_type_hints(owner)
        hinted: dict[Key, Any] = {key: hints[field.name] for key, field in written_fields(owner).items()}
        return hinted | {TOTALS[key]: hint for key, hint in hinted.items() if isinstance(key, str) and key in TOTALS}
    return {info.alias or name: [info.annotation, *info.metadata] for name, info in owner.model_fields.items()}


def _classes(annotation: Any) -> list[Any]:
    """Models and dataclasses in a type expression."""
    if isinstance(annotation, list):
        return [kind for part in annotation for kind in _classes(part)]
    if isinstance(annotation, type) and (issubclass(annotation, BaseModel) or is_dataclass(annotation)):
        return [annotation]
    return [kind for part in get_args(annotation) for kind in _classes(part)]
