"""A sweep: one scenario as many. The keys that vary, and the values of combination n.

Combinations are computed on request, so a sweep of a million scenarios needs no more memory than one of ten.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import overload

from treasury_sim.case.key_paths import KeyPath, dotted, key_path
from treasury_sim.case.sections.sweep import MOST, NAME, Range, SweepSpec, Values, exact
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario.loader import Scenario
from treasury_sim.scenario.source.problems import problems_of
from treasury_sim.scenario.source.reader import read_yaml
from treasury_sim.scenario.source.tree import Place, Tree

VARY = "--vary"

OF_THE_FILE: tuple[KeyPath, ...] = (("schema",), ("extends",), ("sweep",), ("expect",), ("holder", "units"))
"""Keys that describe the file, not the scenario: they cannot vary."""

Changes = Mapping[KeyPath, object]


@dataclass(frozen=True)
class Spread(Sequence[float]):
    """Evenly spaced numbers, computed on request in exact decimals: 0.1 and 0.2 give 0.3."""

    first: Fraction
    step: Fraction
    length: int

    def __len__(self) -> int:
        return self.length

    @overload
    def __getitem__(self, index: int) -> float: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[float]: ...
    def __getitem__(self, index: int | slice) -> float | Sequence[float]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(self.length))]
        if not 0 <= index < self.length:
            raise IndexError(index)
        return float(self.first + index * self.step)


@dataclass(frozen=True)
class SweepAxis:
    """Keys that vary together.

    Attributes
    ----------
    columns
        The values of each key, all of the same length.
    names
        A name for each row; empty if it is built from the values.
    places
        Where each key is written, for messages.
    """

    columns: Mapping[KeyPath, Sequence[object]]
    names: tuple[str, ...]
    places: Mapping[KeyPath, Place]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))


UNCHANGED = object()
"""Marks a row of a list that does not set the key."""


@dataclass(frozen=True)
class Sweep:
    """Every combination of the rows of the axes; the last axis varies fastest.

    Attributes
    ----------
    axes
        Empty for a scenario that does not vary: a sweep of one.
    """

    axes: tuple[SweepAxis, ...] = ()

    def __len__(self) -> int:
        return prod(len(axis) for axis in self.axes)

    @property
    def keys(self) -> tuple[KeyPath, ...]:
        """Every key that varies."""
        return tuple(path for axis in self.axes for path in axis.columns)

    @property
    def is_full(self) -> bool:
        """Whether every combination sets every key."""
        columns = (column for axis in self.axes for column in axis.columns.values())
        return all(isinstance(column, Spread) or UNCHANGED not in column for column in columns)

    @property
    def places(self) -> dict[KeyPath, Place]:
        """Where each key is written."""
        return {path: place for axis in self.axes for path, place in axis.places.items()}

    def rows(self, number: int) -> Iterator[tuple[SweepAxis, int]]:
        """The row of each axis in combination `number`."""
        rows = []
        for axis in reversed(self.axes):
            number, row = divmod(number, len(axis))
            rows.append((axis, row))
        return reversed(rows)

    def changes(self, number: int) -> dict[KeyPath, object]:
        """The values of combination `number`, by path."""
        return {
            path: column[row]
            for axis, row in self.rows(number)
            for path, column in axis.columns.items()
            if column[row] is not UNCHANGED
        }

    def name(self, number: int) -> str:
        """The name of combination `number`, from the values that vary: ``plan.lot_relief=fifo, tax.rate=0.2``."""
        return ", ".join(_row_name(axis, row) for axis, row in self.rows(number))


def _row_name(axis: SweepAxis, row: int) -> str:
    if axis.names and axis.names[row]:
        return axis.names[row]
    values = ((path, column[row]) for path, column in axis.columns.items())
    return ", ".join(f"{dotted(path)}={in_words(value)}" for path, value in values if value is not UNCHANGED)


def in_words(value: object) -> str:
    """Write the value of a key on one line."""
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return value if isinstance(value, str) else json.dumps(_with_text_keys(value), default=str, ensure_ascii=False)


def _with_text_keys(value: object) -> object:
    """Replace days as keys, which JSON does not allow."""
    if isinstance(value, Mapping):
        return {str(key): _with_text_keys(entry) for key, entry in value.items()}
    return [_with_text_keys(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def sweep_of(scenario: Scenario, vary: Sequence[str] = ()) -> Sweep:
    """The sweep stated by the scenario, times the keys varied on the command line.

    Parameters
    ----------
    vary
        Each ``key=a,b,c``, or ``key={from: a, to: b, count: n}``.

    Raises
    ------
    InputError
        If a key is varied twice, the columns of a zip differ in length, or `vary` cannot be read.
    """
    stated = scenario.spec.sweep
    tree = scenario.tree
    axes = [] if stated is None else list(_axes(stated, tree, ("sweep",)))
    for text in vary:
        axes += _axes(*_vary(text), ())
    seen: set[KeyPath] = set()
    for axis in axes:
        for path, place in axis.places.items():
            if path in seen:
                problem = Problem(place.where, place.line, dotted(path), "every key varied once", "it again")
                raise InputError([problem])
            if not path or not isinstance(path[0], str):
                expected = "a key of the scenario, such as tax.rate"
                raise InputError([Problem(place.where, place.line, dotted(path), expected, "not the name of a key")])
            of_the_file = next((key for key in OF_THE_FILE if path[: len(key)] == key), None)
            if of_the_file is not None:
                expected = f"a key of the scenario, not one of {', '.join(map(dotted, OF_THE_FILE))}"
                raise InputError([Problem(place.where, place.line, dotted(path), expected, dotted(of_the_file))])
            seen.add(path)
        _check_that_rows_differ(axis)
    sweep = Sweep(tuple(axes))
    # Not len(sweep), which overflows for a number that large.
    count = prod(map(len, axes))
    if count > MOST:
        path, place = next(iter(axes[-1].places.items()))
        fix = "Give fewer values."
        too_many = Problem(place.where, place.line, dotted(path), f"at most {MOST:,} scenarios", f"{count:,}", fix)
        raise InputError([too_many])
    return sweep


def _check_that_rows_differ(axis: SweepAxis) -> None:
    """Two scenarios of the same name could not be distinguished in a table."""
    if any(isinstance(column, Spread) for column in axis.columns.values()):
        return
    seen: set[str] = set()
    for row in range(len(axis)):
        name = _row_name(axis, row)
        if name in seen:
            path, place = next(iter(axis.places.items()))
            fix = "Remove one, or give it another name in a list."
            again = Problem(place.where, place.line, dotted(path), "rows that differ", f"{name} again", fix)
            raise InputError([again])
        seen.add(name)


def _axes(stated: SweepSpec, tree: Tree, above: KeyPath) -> Iterator[SweepAxis]:
    if stated.by_list:
        yield _listed(stated.by_list, tree, (*above, "list"))
    if stated.by_zip:
        columns = {key: column_of(values) for key, values in stated.by_zip.items()}
        lengths = {key: len(column) for key, column in columns.items()}
        if len(set(lengths.values())) > 1:
            counts = ", ".join(f"{key} with {length}" for key, length in lengths.items())
            raise InputError([tree.problem((*above, "zip"), "the same number of values for every key", counts)])
        paths = {key: key_path(key) for key in columns}
        places = {path: tree.place((*above, "zip", key)) for key, path in paths.items()}
        yield SweepAxis({paths[key]: column for key, column in columns.items()}, (), places)
    for key, values in stated.by_grid.items():
        path = key_path(key)
        yield SweepAxis({path: column_of(values)}, (), {path: tree.place((*above, "grid", key))})


def _listed(rows: Sequence[Mapping[str, object]], tree: Tree, above: KeyPath) -> SweepAxis:
    keys = list(dict.fromkeys(key for row in rows for key in row if key != NAME))
    columns = {key_path(key): [row.get(key, UNCHANGED) for row in rows] for key in keys}
    names = tuple(str(row.get(NAME, "")) for row in rows)
    first = {key: next(number for number, row in enumerate(rows) if key in row) for key in keys}
    places = {key_path(key): tree.place((*above, number, key)) for key, number in first.items()}
    return SweepAxis(columns, names, places)


def column_of(values: Values) -> Sequence[object]:
    """The values of a key, each computed on request."""
    if not isinstance(values, Range):
        return values
    first, steps = exact(values.first), values.steps
    step = (exact(values.last) - first) / steps if steps else Fraction(0)
    return Spread(first, step, int(steps) + 1)


def _vary(text: str) -> tuple[SweepSpec, Tree]:
    """Read ``key=a,b,c`` from the command line, with the scalars of a scenario file."""
    key, separator, values = text.partition("=")
    if not separator or not key.strip() or not values.strip():
        fix = "Write it as key=a,b,c: --vary plan.lot_relief=fifo,hifo."
        raise InputError([Problem(VARY, None, "", "a key and its values", text or "nothing", fix)])
    if not key_path(key.strip()):
        raise InputError([Problem(VARY, None, "", "a key of the scenario, such as tax.rate", key.strip())])
    values = values if values.lstrip().startswith("{") else f"[{values}]"
    tree = read_yaml(f"grid: {{{json.dumps(key.strip())}: {values}}}", VARY, "a sweep")
    tree = Tree(tree.values, {path: Place(VARY, None, place.text, place.quoted) for path, place in tree.places.items()})
    try:
        return SweepSpec.model_validate(tree.values), tree
    except ValueError as error:
        raise InputError(problems_of(error, tree, SweepSpec)) from None  # type: ignore[arg-type]
