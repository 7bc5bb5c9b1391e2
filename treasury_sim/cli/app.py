"""`treasury-sim app`."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from treasury_sim.errors import TreasurySimError

PRIVATE = {
    "server.address": "127.0.0.1",
    "browser.gatherUsageStats": "false",
    "server.showEmailPrompt": "false",
    "server.maxUploadSize": "5",
    "runner.magicEnabled": "false",
    "client.showErrorDetails": "none",
    "client.toolbarMode": "viewer",
}
"""Streamlit options that keep everything on this machine; the same as in `.streamlit/config.toml`."""

LOOK = {"theme.light.primaryColor": "#0072B2", "theme.dark.primaryColor": "#2E8FCC"}
"""A colour that does not look like a loss, for the light and the dark page; the same as there."""


def entry() -> Path:
    """Return the app's file: in an installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "app" / "entry.py"
    return installed if installed.is_file() else package.parent / "app.py"


def app(
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8501,
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
) -> None:
    """Open the app in a browser; it listens on this machine only and sends nothing out."""
    if find_spec("streamlit") is None:
        message = 'The app needs streamlit. Install it with: pip install "treasury-sim[app]"'
        raise TreasurySimError(message)
    options = {**PRIVATE, **LOOK, "server.port": str(port), "server.headless": str(headless).lower()}
    flags = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "treasury_sim.app.serve", "run", str(entry()), *flags]
    raise typer.Exit(subprocess.run(command, check=False).returncode)
