"""Nothing leaves the machine: server, command and browser work where there is only loopback, and try nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.programs import REQUIRE_ALL, require

ROOT = Path(__file__).parents[2]


def may_isolate() -> bool:
    """Whether this machine lets the test make a namespace."""
    if shutil.which("unshare") is None or os.geteuid() != 0:
        return False
    return subprocess.run(["unshare", "--net", "true"], check=False, capture_output=True).returncode == 0


def isolated(phase: str) -> dict[str, Any]:
    """Run a phase of `isolated` in a namespace of its own."""
    require("chromium")
    if not may_isolate():
        message = "a network namespace needs root and unshare: run the tests as root"
        if os.environ.get(REQUIRE_ALL) == "1":
            pytest.fail(message)
        pytest.skip(message)
    command = ["unshare", "--net", sys.executable, "-m", "tests.browser.isolated", phase]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_socket_to_another_machine_is_caught() -> None:
    assert isolated("control")["ipv4"] > 0


def test_the_command_opens_none() -> None:
    assert isolated("command") == {"outside": [], "ipv4": 0, "ipv6": 0}


def test_nor_do_the_server_and_the_pages() -> None:
    found = isolated("workbench")
    assert found["outside"] == []
    # By IPv6 the browser itself asks the kernel for a route, on an empty page too, and sends nothing.
    assert found["ipv4"] == 0
