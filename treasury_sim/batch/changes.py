"""Changes since a batch was made: inputs, files of its folder, seeds, versions, platform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from treasury_sim.batch.folder import Folder
from treasury_sim.batch.input_changes import changes_in
from treasury_sim.batch.manifest import Manifest


def changes_between(then: Manifest, now: Manifest, old: Folder, new: Folder, altered: Iterable[Path]) -> Iterator[str]:
    """Report each change in a sentence: inputs first, then files of the folder, seeds, versions and the platform.

    Parameters
    ----------
    old, new
        The folders of the two batches, with copies of their inputs.
    altered
        Files of the old folder that differ from what was written.
    """
    before, after = _by_name(then.sources), _by_name(now.sources)
    broken = [{each.name for each in manifest.broken} for manifest in (then, now)]
    yield from (f"{name} is new." for name in now.sources if name not in then.sources)
    yield from (f"{name} no longer exists." for name in then.sources if name not in now.sources)
    yield from (f"{name} can no longer be read." for name in then.sources if name in broken[1] - broken[0])
    for name, digest in before.items():
        if name in after and after[name] != digest:
            yield from changes_in(name, old.input(digest), new.input(after[name]) or b"")
    yield from (f"{path} differs from what was written." for path in altered)
    for name, seed in then.seeds.items():
        if now.seeds.get(name, seed) != seed:
            yield f"The seed of {name} was {seed}, is now {now.seeds[name]}."
    for name, digest in then.history.items():
        if now.history.get(name) != digest:
            yield f"The embedded table {name.removeprefix('history:')} has changed."
    yield from _versions(then, now)


def _by_name(sources: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {name: digest for inputs in sources.values() for name, digest in inputs.items()}


def _versions(then: Manifest, now: Manifest) -> Iterator[str]:
    versions = [
        (name, then.dependencies.get(name, "missing"), now.dependencies.get(name, "missing"))
        for name in dict.fromkeys((*then.dependencies, *now.dependencies))
    ]
    for name, before, after in (
        ("treasury-sim", then.engine, now.engine),
        ("Python", then.python, now.python),
        *versions,
        ("The platform", then.platform, now.platform),
    ):
        if before != after:
            yield f"{name} was {before}, is now {after}."
