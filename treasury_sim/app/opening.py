"""Ways to open a scenario: uploaded files, or a table of lots. Sizes are limited, contents are checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from treasury_sim.app.history import Opened
from treasury_sim.domain.timeline import Quarter
from treasury_sim.engine import run
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import load, load_given
from treasury_sim.scenario.library import shipped

MOST_MEGABYTES = 5
"""Of one upload; a list of 10,000 lots has about one."""
_YAML = {".yaml", ".yml"}


@dataclass(frozen=True)
class NewHolder:
    """What a table of lots does not say.

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
    scenarios = [name for name in files if PurePath(name).suffix.lower() in _YAML]
    if len(scenarios) != 1:
        found = ", ".join(scenarios) or "none"
        raise InputError([Problem("upload", None, "", "one scenario (.yaml) and the tables that it names", found)])
    (name,) = scenarios
    return _opened(PurePath(name).stem, {name: files[name], **files})


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
    return _opened("own_lots", {"own_lots.yaml": text.encode(), file_name: content})


def from_saved(saved: object) -> Opened:
    """Open what `autosave` kept: the scenario as opened, and as edited.

    Raises
    ------
    InputError
        If it is wrong.
    """
    name, original, edited = _texts(saved)
    check_sizes({name: (original + edited).encode()})
    if not original and name not in {path.stem for path in shipped()}:
        # The text is the browser's: a name that is not shipped would be a file of this machine.
        raise InputError([Problem("autosave", None, "name", "the name of a shipped case", name[:60] or "nothing")])
    first = load_given({f"{name}.yaml": original.encode()}) if original else None
    found = Opened(name, shipped=first is None, original=first or load(name), scenario=first or load(name))
    if not edited:
        return found
    scenario = load_given({f"{name}.yaml": edited.encode()})
    run(scenario)
    return found.to(scenario)


def _texts(saved: object) -> tuple[str, str, str]:
    match saved:
        case {"name": str(name), "original": str(original), "edited": str(edited)}:
            return name, original, edited
        case _:
            raise InputError([Problem("autosave", None, "", "name, original and edited as text", "something else")])


def _opened(name: str, files: Mapping[str, bytes]) -> Opened:
    scenario = load_given(files)
    run(scenario)  # what cannot be run is not opened
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
