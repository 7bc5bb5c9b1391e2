"""What a command shows on a terminal, and what reaches its output."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from treasury_sim.cli import progress
progress.DELAY = float(sys.argv.pop(1))
from treasury_sim.cli.main import main
main()
"""


def shown_on_terminal(*arguments: str, cwd: Path, delay: float = 0.0) -> tuple[str, str]:
    """Run a command with stderr as a pseudo-terminal: what was shown there, without control codes, and stdout.

    Parameters
    ----------
    delay
        After how many seconds progress is shown.
    """
    import pty

    keeper, terminal = pty.openpty()
    command = [sys.executable, "-c", PROGRAM, str(delay), *arguments]
    size = {"COLUMNS": "120", "TERM": "xterm"}
    with subprocess.Popen(
        command, cwd=cwd, stderr=terminal, stdout=subprocess.PIPE, text=True, env={**os.environ, **size}
    ) as running:
        os.close(terminal)
        shown = b""
        while True:
            try:
                some = os.read(keeper, 65_536)
            except OSError:  # the other end is closed
                break
            if not some:
                break
            shown += some
        printed = running.stdout.read() if running.stdout else ""
    os.close(keeper)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()), printed
