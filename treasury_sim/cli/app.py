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
"""Streamlit options that keep all data on this machine; `.streamlit/config.toml` holds the same."""

LOOK = {"theme.light.primaryColor": "#0072B2", "theme.dark.primaryColor": "#2E8FCC"}
"""A colour that nobody reads as a loss, for the light and the dark page; `.streamlit/config.toml` holds the same."""


def entry() -> Path:
    """Return the path of the app's file: inside an installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "app" / "entry.py"
    return installed if installed.is_file() else package.parent / "app.py"


def app(
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine to listen on.")] = 8501,
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
) -> None:
    """Open the app in a browser, on this machine only.

    It listens on 127.0.0.1 and sends nothing to other machines.
    """
    if find_spec("streamlit") is None:
        message = 'The app needs streamlit. Install it with: pip install "treasury-sim[app]"'
        raise TreasurySimError(message)
    options = {**PRIVATE, **LOOK, "server.port": str(port), "server.headless": str(headless).lower()}
    flags = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "treasury_sim.app.serve", "run", str(entry()), *flags]
    raise typer.Exit(subprocess.run(command, check=False).returncode)
