"""A folder with a scenario in it, and a library of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario, library, load

HEAD = """\
schema: 1
title: A case
holder: {name: A Company}
period: {start: 2025-10-01, end: 2025-12-31}
"""

Write = Callable[[str, str], Path]
Problems = Callable[..., tuple[Problem, ...]]


@pytest.fixture(autouse=True)
def _own_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use a library made for the test, and name files relative to the folder of the test."""
    (tmp_path / "shipped").mkdir()
    (tmp_path / "case").mkdir()
    monkeypatch.setattr(library, "library_dir", lambda: tmp_path / "shipped")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file into the folder of the test."""

    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def read(write: Write) -> Callable[[str], Scenario]:
    """Load a scenario from its text."""

    def load_text(text: str) -> Scenario:
        write("case/x.yaml", text)
        return load("case/x.yaml")

    return load_text


@pytest.fixture
def problems(write: Write) -> Problems:
    """Load a scenario from its text, which must be wrong, and return what is."""

    def load_wrong(text: str) -> tuple[Problem, ...]:
        write("case/x.yaml", text)
        with pytest.raises(InputError) as caught:
            load("case/x.yaml")
        return caught.value.problems

    return load_wrong
