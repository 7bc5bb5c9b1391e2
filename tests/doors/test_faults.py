"""Faults of the machine: a full disk, a disk that cannot be written to, an end at any moment."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from tests.batch.cases import SWEEP, content, write_holder

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="mounts a small file system")]
COMMANDS = {
    "run": ("run", "scenario.yaml", "--out", "disk/out"),
    "close": ("close", "scenario.yaml", "--format", "csv", "--out", "disk/out"),
    "batch": ("batch", "scenario.yaml", "--executor", "inprocess", "--out", "disk/out"),
}
"""Each writes a folder of files."""
HERE = [sys.executable, "-m", "treasury_sim"]


def files_in(folder: Path) -> dict[str, bytes]:
    return content(folder) if folder.is_dir() else {}


def on_small_disk(folder: Path, options: str, command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run a command with ``disk`` as a file system that only it sees; what is left there is copied to ``left``."""
    if shutil.which("unshare") is None or os.geteuid() != 0:
        pytest.skip("only root can mount a file system")
    (folder / "disk").mkdir()
    script = f'mount -t tmpfs -o {options} none disk && "$@"; code=$?; cp -r disk left; exit $code'
    arguments = ["unshare", "--mount", "sh", "-c", script, "sh", *HERE, *command]
    return subprocess.run(arguments, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """What each command writes where nothing fails."""
    written = {}
    for name, command in COMMANDS.items():
        folder = tmp_path_factory.mktemp(name)
        write_holder(folder, sweep=SWEEP) if name == "batch" else write_holder(folder)
        subprocess.run([*HERE, *command], cwd=folder, capture_output=True, timeout=120, check=True)
        written[name] = files_in(folder / "disk" / "out")
    return written


@pytest.mark.parametrize(("name", "kilobytes"), [("run", 4), ("run", 60), ("close", 24), ("batch", 24)])
def test_a_full_disk_is_named_and_holds_no_part_of_a_file(
    tmp_path: Path, name: str, kilobytes: int, complete: dict[str, dict[str, bytes]]
) -> None:
    write_holder(tmp_path, sweep=SWEEP) if name == "batch" else write_holder(tmp_path)
    done = on_small_disk(tmp_path, f"size={kilobytes}k", COMMANDS[name])
    left = files_in(tmp_path / "left" / "out")
    if done.returncode == 0:
        assert left.keys() == complete[name].keys()
        return
    assert done.returncode == 1, done.stderr
    assert "No space left on device" in done.stderr
    assert "disk/out" in done.stderr
    if name == "batch":
        assert "manifest.json" not in left
    else:
        assert not left


@pytest.mark.parametrize("name", ["run", "batch"])
def test_a_disk_that_cannot_be_written_to_is_named(tmp_path: Path, name: str) -> None:
    write_holder(tmp_path)
    done = on_small_disk(tmp_path, "ro", COMMANDS[name])
    assert done.returncode == 1, done.stderr
    assert "Read-only file system" in done.stderr


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", ["run", "close"])
def test_killed_at_any_moment_a_folder_is_whole_or_absent(
    tmp_path: Path, name: str, seed: int, complete: dict[str, dict[str, bytes]]
) -> None:
    write_holder(tmp_path)
    running = subprocess.Popen([*HERE, *COMMANDS[name]], cwd=tmp_path, stdout=subprocess.DEVNULL)
    time.sleep(Random(f"{name}{seed}").uniform(0.3, 2.0))
    running.send_signal(signal.SIGKILL)
    running.wait(timeout=60)
    left = files_in(tmp_path / "disk" / "out")
    assert not left or left.keys() == complete[name].keys()
    subprocess.run([*HERE, *COMMANDS[name]], cwd=tmp_path, capture_output=True, timeout=120, check=True)
    assert files_in(tmp_path / "disk" / "out").keys() == complete[name].keys()
