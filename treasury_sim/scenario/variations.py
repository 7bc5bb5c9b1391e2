"""Scenarios that differ in a few values: a section that changes is read again, and the rules that read it run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from treasury_sim.case.checks.across import breaches
from treasury_sim.case.checks.draft import DraftCase
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.domain.lookup import nearest
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario.draft import FIELDS, read_section
from treasury_sim.scenario.loader import Scenario
from treasury_sim.scenario.price_store import held_prices
from treasury_sim.scenario.source.problems import Problems
from treasury_sim.scenario.source.tree import A_KEY_TO_SET, Place, Tree, no_such_place

NO_SUCH_KEY = ("a known key", A_KEY_TO_SET)
"""Expected, where a key that varies does not exist."""

OF_THE_CASE: tuple[KeyPath, ...] = (("sweep",), ("expect",))
"""Keys that a varied scenario drops: expected figures belong to the scenario as written."""

Places = Mapping[KeyPath, Place]
Sections = dict[tuple[str, str], Any]
"""Sections read before, by name and by their changes as text."""


def revised(
    scenario: Scenario,
    changes: Mapping[KeyPath, object],
    places: Places | None = None,
    sections: Sections | None = None,
) -> Scenario:
    """Return the scenario with other values for some keys, see `Scenario.with_values`.

    Parameters
    ----------
    places
        Where the new values are written, for messages.
    sections
        Sections read for earlier changes to the same scenario, to read each value once; gains new ones.

    Raises
    ------
    InputError
        If it is wrong.
    """
    places, sections = places or {}, {} if sections is None else sections
    tree = _changed(scenario, changes, places)
    if any(_names_a_file(path) for path in changes):
        return scenario.read_again(tree)
    touched: dict[str, list[tuple[KeyPath, object]]] = {}
    for path, value in changes.items():
        touched.setdefault(str(path[0]), []).append((path, value))
    unknown = [_unknown(section, places) for section in touched if section not in FIELDS]
    if unknown:
        raise InputError(unknown)
    problems = Problems()
    for section, values in touched.items():
        key = (section, repr(values))
        try:
            if key not in sections:
                sections[key] = read_section(section, tree.values.get(section))
        except ValidationError as error:
            problems.add_all(error, tree)
    wrong = {(section,) for section, values in touched.items() if (section, repr(values)) not in sections}
    read = {section: sections[section, repr(values)] for section, values in touched.items() if (section,) not in wrong}
    spec = scenario.spec.model_copy(update={FIELDS[section]: content for section, content in read.items()})
    draft = DraftCase(
        spec,
        scenario.lots,
        frozenset(wrong),
        states=lambda path: tree.get(*path) is not None,
        shares_prices=scenario.origin.chain.shares_prices,
    )
    problems.add_breaches(breaches(draft, touched), tree)
    if problems:
        raise problems.error()
    return _with(scenario, tree, spec)


class Variations:
    """Makes variations of one scenario, without its expected figures and its sweep.

    A section that no change affects is the same object in all of them; one that is affected is read once for each of
    its values.
    """

    def __init__(self, base: Scenario, places: Places) -> None:
        """Vary `base`; `places` gives the place where each key that varies is written, for messages."""
        tree = base.tree.with_values(dict.fromkeys(OF_THE_CASE))
        without: dict[str, Any] = {"sweep": None, "expect": {}}
        self._base = _with(base, tree, base.spec.model_copy(update=without))
        self._places = places
        self._sections: Sections = {}

    def at(self, changes: Mapping[KeyPath, object]) -> Scenario:
        """Return the scenario with the values of `changes`, see `Scenario.with_values`.

        Raises
        ------
        InputError
            If it is wrong.
        """
        return revised(self._base, changes, self._places, self._sections)


def _with(scenario: Scenario, tree: Tree, spec: ScenarioSpec) -> Scenario:
    """The scenario of `tree`, which reads to `spec`; no file but the price store is read."""
    held = held_prices(spec, scenario.lots, scenario.origin.store)
    return Scenario(replace(scenario.case, spec=spec, held=held, places=tree), scenario.origin.with_tree(tree))


def _changed(scenario: Scenario, changes: Mapping[KeyPath, object], places: Places) -> Tree:
    tree = scenario.tree
    for path, value in changes.items():
        try:
            tree = tree.with_values({path: value}, places)
        except (KeyError, IndexError):
            file = scenario.origin.chain.files[0].name
            raise InputError([no_such_place(tree, path, places.get(path, Place("", None)), file)]) from None
    return tree


def _unknown(section: str, places: Places) -> Problem:
    place = next((place for path, place in places.items() if str(path[0]) == section), Place("", None))
    return Problem(place.where, place.line, section, NO_SUCH_KEY[0], section, nearest(section, sorted(FIELDS)))


def _names_a_file(path: KeyPath) -> bool:
    """Whether a value at `path` may be, or contain, the name of a table; then the whole scenario is read again."""
    if path[0] == "holder":
        return len(path) < 2 or path[1] in ("lots", "currency")
    return path[0] == "prices" and (len(path) < 3 or path[2] == "file")
