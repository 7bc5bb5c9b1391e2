"""What a command imports: a fast start is a promise, and a heavy import breaks it unseen."""

from __future__ import annotations

import subprocess
import sys

import pytest

ALWAYS_HEAVY = {"pandas", "scipy", "streamlit", "altair", "arch", "dask", "pyarrow", "openpyxl", "xlsxwriter"}


def modules_after(statement: str) -> set[str]:
    program = f"import sys\n{statement}\nprint('MODULES', *sorted(n for n in sys.modules if '.' not in n))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.rsplit("MODULES", 1)[1].split())


def test_importing_the_package_imports_nothing_else() -> None:
    assert not modules_after("import treasury_sim") & (ALWAYS_HEAVY | {"numpy", "pydantic", "yaml", "typer"})


def test_help_needs_no_engine() -> None:
    statement = (
        "sys.argv = ['treasury-sim', '--help']\n"
        "from treasury_sim.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass"
    )
    assert not modules_after(statement) & (ALWAYS_HEAVY | {"numpy", "yaml", "rich"})


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_replay_needs_numpy_only(format_: str) -> None:
    statement = (
        f"sys.argv = ['treasury-sim', 'run', 'strategy_2025q4', '--format', {format_!r}]\n"
        "from treasury_sim.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass"
    )
    loaded = modules_after(statement)
    assert "numpy" in loaded
    assert not loaded & ALWAYS_HEAVY
