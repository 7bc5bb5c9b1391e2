"""Ways to open a scenario: uploaded files, or a table of lots. Sizes are limited, contents are checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from treasury_sim.app.edits import edited
from treasury_sim.app.history import Opened
from treasury_sim.domain.timeline import Quarter
from treasury_sim.engine import run
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import load, load_given
from treasury_sim.scenario.library import shipped

MOST_MEGABYTES = 5
"""Size of one upload; a list of 10,000 lots has about 1 MB."""
_YAML = {".yaml", ".yml"}
OWN_LOTS = "own_lots"
"""Name of a scenario that is a table of lots and a `NewHolder`."""


@dataclass(frozen=True)
class NewHolder:
    """Facts about a holder that a table of lots does not contain.

    Attributes
    ----------
    name
        Of the company.
    fiscal_year_end
        ``MM-DD``.
    first, last
        Quarters of the period.
    rate
        Tax rate; ``None`` computes no tax.
    frameworks
        Keys.
    """

    name: str
    fiscal_year_end: str
    first: Quarter
    last: Quarter
    rate: float | None
    frameworks: tuple[str, ...]


def from_files(files: Mapping[str, bytes]) -> Opened:
    """Open an uploaded scenario; the other files are tables that it names.

    Raises
    ------
    InputError
        If there is not one YAML file, a file is too large, or the scenario is wrong.
    """
    check_sizes(files)
    scenarios = [name for name in files if is_scenario(name)]
    if len(scenarios) != 1:
        given = ", ".join(scenarios) or "none"
        raise InputError([Problem("upload", None, "", "one scenario (.yaml) and the tables that it names", given)])
    (name,) = scenarios
    return _opened(PurePath(name).stem, {name: files[name], **files})


def is_scenario(name: str) -> bool:
    """Whether a file of that name is a scenario, not a table."""
    return PurePath(name).suffix.lower() in _YAML


def from_lots(file_name: str, content: bytes, holder: NewHolder) -> Opened:
    """Open the scenario of a new holder with an uploaded table of lots.

    Raises
    ------
    InputError
        With every wrong cell of the table.
    """
    check_sizes({file_name: content})
    rate = [] if holder.rate is None else [f"tax: {{rate: {holder.rate:.8f}}}"]
    lines = [
        "schema: 1",
        f"title: {json.dumps(holder.name, ensure_ascii=False)}",
        "holder:",
        f"  name: {json.dumps(holder.name, ensure_ascii=False)}",
        f'  fiscal_year_end: "{holder.fiscal_year_end}"',
        f"  lots: {json.dumps(file_name, ensure_ascii=False)}",
        f"period: {{start: {holder.first.start}, end: {holder.last.end}}}",
        f"accounting: {{frameworks: [{', '.join(holder.frameworks)}]}}",
        *rate,
    ]
    text = "\n".join(lines) + "\n"
    return _opened(OWN_LOTS, {f"{OWN_LOTS}.yaml": text.encode(), file_name: content})


def is_own(opened: Opened) -> bool:
    """Whether `opened` is a table of lots with the facts of a `NewHolder`."""
    return not opened.shipped and opened.name == OWN_LOTS


def holder_of(opened: Opened) -> NewHolder:
    """Return the facts about the holder of the open scenario."""
    spec = opened.scenario.spec
    first, *_, last = (*spec.quarters[:1], *spec.quarters)
    name, year_end = spec.holder.name, spec.holder.fiscal_year_end
    return NewHolder(name, year_end, first, last, spec.tax.rate, tuple(spec.accounting.frameworks))


def held_by(opened: Opened, holder: NewHolder) -> Opened:
    """Change the facts about the holder; its lots and the edits stay.

    An edited price belongs to a quarter, so it is undone if the period changes.

    Raises
    ------
    InputError
        If the new scenario is wrong.
    """
    changes: dict[tuple[Any, ...], object] = {
        ("holder", "name"): holder.name,
        ("holder", "fiscal_year_end"): holder.fiscal_year_end,
        ("period", "start"): holder.first.start,
        ("period", "end"): holder.last.end,
        ("tax", "rate"): holder.rate,
        ("accounting", "frameworks"): list(holder.frameworks),
    }
    original = opened.original.with_values({("title",): holder.name, **changes})
    scenario = original
    if opened.edited:
        before = holder_of(opened)
        if (before.first, before.last) != (holder.first, holder.last):
            changes["prices",] = opened.original.get("prices")
        scenario = edited(opened.scenario, original, changes)
    run(scenario)  # a scenario that cannot be run is not opened
    return Opened(opened.name, shipped=False, original=original, scenario=scenario)


def from_saved(saved: object) -> Opened:
    """Open what `autosave` kept: the scenario as opened, and as edited.

    Raises
    ------
    InputError
        If it is wrong.
    """
    name, original, changed = _texts(saved)
    check_sizes({name: (original + changed).encode()})
    if not original and name not in {path.stem for path in shipped()}:
        # The text is the browser's: a name that is not shipped would be a file of this machine.
        raise InputError([Problem("autosave", None, "name", "the name of a shipped case", name[:60] or "nothing")])
    first = load_given({f"{name}.yaml": original.encode()}) if original else None
    opened = Opened(name, shipped=first is None, original=first or load(name), scenario=first or load(name))
    if not changed:
        return opened
    scenario = load_given({f"{name}.yaml": changed.encode()})
    run(scenario)
    return opened.to(scenario)


def _texts(saved: object) -> tuple[str, str, str]:
    match saved:
        case {"name": str(name), "original": str(original), "edited": str(edited)} if _is_text(
            name + original + edited
        ):
            return name, original, edited
        case _:
            raise InputError([Problem("autosave", None, "", "name, original and edited as text", "something else")])


def _is_text(*texts: str) -> bool:
    """Whether every sign is a character: JSON can hold halves of one, which no file can."""
    return not any("\ud800" <= sign <= "\udfff" for text in texts if not text.isascii() for sign in text)


def _opened(name: str, files: Mapping[str, bytes]) -> Opened:
    scenario = load_given(files)
    run(scenario)  # a scenario that cannot be run is not opened
    return Opened(name, shipped=False, original=scenario, scenario=scenario)


def check_sizes(files: Mapping[str, bytes]) -> None:
    """Refuse files that are too large."""
    problems = [
        Problem(name, None, "", f"a file of at most {MOST_MEGABYTES} MB", f"{len(content) / 1e6:.1f} MB")
        for name, content in files.items()
        if len(content) > MOST_MEGABYTES * 1_000_000
    ]
    if problems:
        raise InputError(problems)
