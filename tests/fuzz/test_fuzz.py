"""A minute of changed inputs at every door, and every input again that once broke a promise."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.doors import DOORS, made, seeds

CORPUS = sorted(path for path in (Path(__file__).parent / "corpus").iterdir() if not path.name.startswith("."))
SLOW = {"scenario": 60, "scenario-bytes": 60, "lots-csv": 150, "lots-xlsx": 100}
"""Inputs in one run of the tests; 400 at the other doors."""


@pytest.mark.parametrize("name", DOORS)
def test_a_door_answers_with_a_result_or_an_error_in_words(name: str) -> None:
    @settings(
        max_examples=SLOW.get(name, 400),
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(st.integers(0, 2**64))
    def enter(seed: int) -> None:
        random = Random(seed)
        DOORS[name].enter(random, made(name, random))

    enter()


@pytest.mark.parametrize("name", DOORS)
def test_every_seed_is_a_valid_input(name: str) -> None:
    for content in seeds(name):
        assert DOORS[name].enter(Random(0), content)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_an_input_that_once_broke_a_promise(path: Path) -> None:
    name, _, _ = path.name.rpartition("-")
    DOORS[name].enter(Random(0), path.read_bytes())
