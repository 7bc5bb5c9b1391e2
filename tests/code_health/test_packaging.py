"""What people install: the pins fit the declared needs, and the wheel runs alone in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PLATFORMS = {
    "linux": ("posix", "Linux"),
    "darwin": ("posix", "Darwin"),
    "win32": ("nt", "Windows"),
}


def environment(python: str, platform: str) -> dict[str, str]:
    os_name, system = PLATFORMS[platform]
    return {
        "python_version": python,
        "python_full_version": f"{python}.4",
        "implementation_name": "cpython",
        "implementation_version": f"{python}.4",
        "platform_python_implementation": "CPython",
        "sys_platform": platform,
        "os_name": os_name,
        "platform_system": system,
        "platform_machine": "x86_64",
        "extra": "",
    }


def requirements(lines: list[str], where: dict[str, str]) -> list[Requirement]:
    parsed = (Requirement(line) for line in lines)
    return [need for need in parsed if need.marker is None or need.marker.evaluate(where)]


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_constraints_satisfy_every_requirement(python: str, platform: str) -> None:
    where = environment(python, platform)
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins: dict[str, str] = {}
    for pin in requirements([line for line in lines if line and not line.lstrip().startswith("#")], where):
        (exact,) = pin.specifier
        assert exact.operator == "=="
        name = canonicalize_name(pin.name)
        assert name not in pins, f"{name} is pinned twice on Python {python}, {platform}"
        pins[name] = exact.version
    needs = [
        *PROJECT["dependencies"],
        *(line for extra in PROJECT["optional-dependencies"].values() for line in extra),
    ]
    for need in requirements(needs, where):
        name = canonicalize_name(need.name)
        if name == canonicalize_name(PROJECT["name"]):
            continue
        assert name in pins, f"{name} is not in constraints.txt"
        assert need.specifier.contains(pins[name]), f"{need} is not met by {pins[name]}"


def test_every_python_of_the_classifiers_is_allowed() -> None:
    said = {line.rpartition(" ")[2] for line in PROJECT["classifiers"] if "Python :: 3." in line}
    assert said == {"3.11", "3.12", "3.13"}
    assert PROJECT["requires-python"] == ">=3.11"


def run(*command: str, cwd: Path, extra: dict[str, str] | None = None) -> str:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=kept | (extra or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_wheel_runs_alone(tmp_path: Path) -> None:
    run("-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist"), cwd=ROOT)
    (wheel,) = (tmp_path / "dist").iterdir()
    held = set(ZipFile(wheel).namelist())
    assert {
        "treasury_sim/py.typed",
        "treasury_sim/app/entry.py",
        "treasury_sim/report/methodology.md",
        "treasury_sim/library/strategy_2025q4.yaml",
        "treasury_sim/library/strategy/base.yaml",
        "treasury_sim/library/strategy/lots.csv",
        "treasury_sim/library/mappings/coinbase.yaml",
        "treasury_sim/library/templates/lots.csv",
        "treasury_sim/market/history/btc_usd_daily.csv",
        "treasury_sim/market/history/SOURCE.md",
    } <= held

    target, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    install = ("-m", "pip", "install", "--no-deps", "--no-index", "--quiet")
    run(*install, "--target", str(target), str(wheel), cwd=elsewhere)

    alone = {"PYTHONPATH": str(target), "PYTHONDONTWRITEBYTECODE": "1"}
    place = run("-c", "import treasury_sim; print(treasury_sim.__file__)", cwd=elsewhere, extra=alone)
    assert Path(place.strip()).is_relative_to(target)
    assert "strategy_2025q4" in run("-m", "treasury_sim", "list", cwd=elsewhere, extra=alone)
    assert run("-m", "treasury_sim", "run", "strategy_2025q4", cwd=elsewhere, extra=alone)
    assert list(elsewhere.iterdir()) == []
