"""Use the app, the command and a browser in a network namespace that has only loopback, and report what tried to leave.

Run by `test_isolation.py` as ``unshare --net python -m tests.browser.isolated PHASE``. In such a namespace a packet to
any other machine has no route, and the kernel counts it: the counters are the witness, not the program's own word.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from tests.browser.acts import download, go, press, slider
from tests.browser.server import COMMAND, PAGES, Seen, app, browser, quiet, visit
from tests.programs import require

OUTSIDE = ("192.0.2.1", 443)
"""An address that belongs to nobody (RFC 5737)."""

NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""Debian's browser looks names up on its own account, even on an empty page; what the page asks for is recorded."""


def without_route() -> dict[str, int]:
    """What tried to leave this namespace since it began, by IPv4 and by IPv6."""
    heads, values = (
        line.split() for line in Path("/proc/net/snmp").read_text("utf-8").splitlines() if line.startswith("Ip:")
    )
    six = Path("/proc/net/snmp6")
    lines = six.read_text("utf-8").splitlines() if six.is_file() else []
    return {
        "ipv4": int(dict(zip(heads, values, strict=True))["OutNoRoutes"]),
        "ipv6": sum(int(line.split()[1]) for line in lines if line.startswith("Ip6OutNoRoutes")),
    }


def control() -> list[str]:
    """Open a socket to another machine: this must be seen."""
    with suppress(OSError), socket.create_connection(OUTSIDE, timeout=2):
        pass
    return []


def command() -> list[str]:
    """Run the command line."""
    with tempfile.TemporaryDirectory() as folder:
        for words in (["run", "strategy_2025q4"], ["list"], ["close", "strategy_2025q4"]):
            subprocess.run([*COMMAND, *words], cwd=folder, check=True, capture_output=True, timeout=120)
    return []


def workbench() -> list[str]:
    """Start the server, visit every page in a browser, move a slider, take a file; return addresses outside."""
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryDirectory() as logs:
        log = Path(logs) / "log"
        with app(Path(empty), log) as address, browser(require("chromium"), [NO_NAMES]) as found:
            page = found.new_page(accept_downloads=True)
            page.set_default_timeout(60_000)
            seen = Seen(page)
            visit(page, address)
            for title in (*PAGES.values(), "What if"):
                go(page, title)
            press(slider(page, "BTC price at the end"), "ArrowLeft")
            quiet(page)
            download(page, "Scenario (YAML)", Path(logs))
    return [*seen.outside(), *seen.errors]


PHASES = {"control": control, "command": command, "workbench": workbench}


def main() -> None:
    """Print what was asked for outside, and how many packets had no route."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    before = without_route()
    outside = PHASES[sys.argv[1]]()
    after = without_route()
    print(json.dumps({"outside": outside, **{name: after[name] - before[name] for name in after}}))


if __name__ == "__main__":
    main()
