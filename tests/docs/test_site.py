"""The documentation site: builds with warnings as errors, needs no other host, and has every command and key."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import treasury_sim
from treasury_sim.cli.main import cli

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(target)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert built.returncode == 0, built.stdout + built.stderr
    return target


def page(site: Path, name: str) -> str:
    return (site / name / "index.html").read_text(encoding="utf-8")


def test_every_command_and_option_is_in_the_reference(site: Path) -> None:
    text = page(site, "reference/commands")
    for name, command in typer.main.get_command(cli).commands.items():  # type: ignore[attr-defined]
        assert f"treasury-sim {name}</code>" in text, name
        for option in [flag for parameter in command.params for flag in parameter.opts if flag.startswith("--")]:
            assert f"<code>{option}" in text, f"{name} {option}"


def test_every_key_of_a_scenario_is_in_the_reference(site: Path) -> None:
    text = page(site, "reference/keys")
    for part in treasury_sim.json_schema()["$defs"].values():
        for key in part.get("properties", {}):
            assert f"<code>{key}</code>" in text, key


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    text = page(site, "reference/python")
    for name in treasury_sim.__all__:
        if name != "__version__":
            assert re.search(rf'id="treasury_sim\.[\w.]*{name}"', text), name


def test_nothing_of_the_site_is_loaded_from_another_host(site: Path) -> None:
    pages = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert len(pages) > 25
    loaded = re.compile(
        r"""<(?:script|img|iframe)[^>]*\ssrc=["']?https?:|<link[^>]*stylesheet[^>]*https?:|url\(["']?https?:"""
    )
    for file in pages:
        assert not loaded.search(file.read_text(encoding="utf-8")), file.name
