"""Scenarios that differ in a few values: their common part is read and validated once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from treasury_sim.case.key_paths import KeyPath
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.domain.lookup import nearest
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario.checks.across import check, check_assets
from treasury_sim.scenario.loader import Scenario
from treasury_sim.scenario.source.problems import in_file_order, problems_of
from treasury_sim.scenario.source.tree import A_KEY_TO_SET, Place, Tree, no_such_place

NO_SUCH_KEY = ("a known key", A_KEY_TO_SET)
"""Expected, where a key that varies does not exist."""

OF_THE_CASE: tuple[KeyPath, ...] = (("sweep",), ("expect",))
"""Keys that a varied scenario drops: expected figures belong to the scenario as written."""

_FIELDS = {info.alias or name: name for name, info in ScenarioSpec.model_fields.items()}


class Variations:
    """Makes variations of one scenario.

    A section that no change affects is the same object in all of them. One that is affected is
    validated once for each of its values; rules that span sections are checked every time.
    """

    def __init__(self, base: Scenario, places: Mapping[KeyPath, Place]) -> None:
        """Vary `base`; `places` gives the place where each key that varies is written, for messages."""
        tree = base.tree.with_values(dict.fromkeys(OF_THE_CASE))
        unswept: dict[str, Any] = {"sweep": None, "expect": {}}
        self._spec = base.spec.model_copy(update=unswept)
        self._base = _revised(base, tree, self._spec)
        self._places = places
        self._sections: dict[tuple[object, ...], Any] = {}

    def at(self, changes: Mapping[KeyPath, object]) -> Scenario:
        """Return the scenario with the values of `changes`, see `Scenario.with_values`.

        Raises
        ------
        InputError
            If it is wrong.
        """
        tree = self._changed(changes)
        if any(_names_a_file(path) for path in changes):
            return self._base.read_again(tree)
        touched: dict[str, list[tuple[KeyPath, object]]] = {}
        for path, value in changes.items():
            touched.setdefault(str(path[0]), []).append((path, value))
        problems = [self._unknown(section) for section in touched if section not in _FIELDS]
        if problems:
            raise InputError(problems)
        sections = {}
        for section, values in touched.items():
            try:
                sections[_FIELDS[section]] = self._section(section, tuple(values), tree)
            except ValidationError as error:
                problems += problems_of(error, tree)
        problems += check(tree)
        problems += check_assets(tree, [lot.asset for lot in self._base.lots]) if not problems else ()
        if problems:
            raise InputError(in_file_order(problems, ()))
        spec = self._spec.model_copy(update=sections)
        return _revised(self._base, tree, spec)

    def _changed(self, changes: Mapping[KeyPath, object]) -> Tree:
        tree = self._base.tree
        for path, value in changes.items():
            try:
                tree = tree.with_values({path: value}, self._places)
            except (KeyError, IndexError):
                place = self._places.get(path, Place("", None))
                file = self._base.origin.chain.files[0].name
                raise InputError([no_such_place(tree, path, place, file)]) from None
        return tree

    def _unknown(self, section: str) -> Problem:
        place = next((place for path, place in self._places.items() if str(path[0]) == section), Place("", None))
        return Problem(place.where, place.line, section, NO_SUCH_KEY[0], section, nearest(section, sorted(_FIELDS)))

    def _section(self, section: str, values: tuple[tuple[KeyPath, object], ...], tree: Tree) -> Any:
        """Validate one section; the others stay as validated before."""
        key = (section, repr(values))
        if key not in self._sections:
            written = {alias: getattr(self._spec, name) for alias, name in _FIELDS.items()}
            changed = tree.values.get(section)
            written = {**written, section: changed} if changed is not None else _without(written, section)
            self._sections[key] = getattr(ScenarioSpec.model_validate(written), _FIELDS[section])
        return self._sections[key]


def _revised(scenario: Scenario, tree: Tree, spec: ScenarioSpec) -> Scenario:
    """The scenario of `tree`, which reads to `spec`; no file is read."""
    return Scenario(replace(scenario.case, spec=spec, places=tree), scenario.origin.with_tree(tree))


def _without(values: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != key}


def _names_a_file(path: KeyPath) -> bool:
    """Whether a value at `path` may be, or contain, the name of a table; then the whole scenario is read again."""
    return path[:1] == ("holder",) or (path[:1] == ("prices",) and (len(path) < 3 or path[2] == "file"))
