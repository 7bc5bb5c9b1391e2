"""A scenario that is given by its content reads the library and what is given with it, and no file of this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from treasury_sim.errors import InputError
from treasury_sim.scenario import load_given, to_yaml

OURS = """schema: 1
title: Ours
holder: {name: Us, lots: LOTS}
period: {start: 2025-10-01, end: 2025-12-31}
"""
LOTS = b"acquired,quantity,unit_cost\n2025-10-06,220,123561\n"


def test_it_finds_what_is_given_with_it() -> None:
    scenario = load_given({"ours.yaml": OURS.replace("LOTS", "our lots.csv").encode(), "our lots.csv": LOTS})
    assert [lot.quantity for lot in scenario.lots] == [220.0]
    assert set(scenario.inputs) == {"ours.yaml", "our lots.csv"}
    alone = load_given({"ours.yaml": to_yaml(scenario).encode()})
    assert alone.lots == scenario.lots


def test_it_finds_the_library(tmp_path: Path) -> None:
    (tmp_path / "shipped" / "lots.csv").write_bytes(LOTS)
    given = load_given({"ours.yaml": OURS.replace("LOTS", "library:lots.csv").encode()})
    assert given.lots


@pytest.mark.parametrize("escape", ["{folder}/lots.csv", "../../lots.csv", "lots.csv", "library:../../etc/passwd"])
def test_no_other_file_of_this_machine_is_read(tmp_path: Path, escape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lots.csv").write_bytes(LOTS)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as told:
        load_given({"ours.yaml": OURS.replace("LOTS", escape.format(folder=tmp_path)).encode()})
    assert "uploaded with the scenario" in str(told.value)
    assert "--allow-path" not in str(told.value)


def test_nor_through_a_base() -> None:
    with pytest.raises(InputError, match="Upload it together"):
        load_given({"ours.yaml": b"schema: 1\nextends: other.yaml\ntitle: a\n"})


def test_mistakes_are_told_with_the_name_that_was_given() -> None:
    with pytest.raises(InputError) as told:
        load_given({"ours.yaml": OURS.replace("LOTS", "l.csv").encode(), "l.csv": LOTS.replace(b"220", b"many")})
    assert str(told.value).startswith("l.csv:2: quantity: expected a number, found many")
