"""Streamlit is told to keep everything on this machine."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from tests.app.pages import ROOT
from treasury_sim.cli.app import LOOK, PRIVATE


def test_the_command_sets_the_options_of_the_file() -> None:
    written = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert dict(_flat(written)) == {**PRIVATE, **LOOK}


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value if isinstance(value, str) else str(value).lower()
