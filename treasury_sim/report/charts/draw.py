"""Pictures of charts, drawn by another process: what draws them may abort, and takes nothing else down with it."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64decode
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from signal import Signals
from typing import Any, Literal

from treasury_sim.errors import TreasurySimError

PATIENCE = 120.0
"""How long the pictures of one report may take [s]."""

_CHILD = Path(__file__).with_name("draw_child.py")


class DrawingError(TreasurySimError):
    """A chart could not be drawn as a picture."""


def drawn(specs: Sequence[Mapping[str, Any]], form: Literal["png", "svg"]) -> list[bytes]:
    """Draw Vega-Lite specifications as files, without a browser and without a network.

    Parameters
    ----------
    specs
        Of `spec_of`, each with its width.
    form
        A PNG has two pixels for each point.

    Raises
    ------
    DrawingError
        If the process that draws ends, or takes longer than `PATIENCE`.
    ModuleNotFoundError
        If vl-convert is not installed.
    """
    if find_spec("vl_convert") is None:
        raise ModuleNotFoundError(name="vl_convert")
    if not specs:
        return []
    job = json.dumps({"form": form, "specs": list(specs)}, default=str)
    # -P: the folder of the child holds modules with names of others.
    command = [sys.executable, "-P", str(_CHILD)]
    try:
        done = subprocess.run(command, input=job.encode(), capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 - our own file
    except subprocess.TimeoutExpired:
        raise DrawingError(_message(f"took longer than {PATIENCE:g} s")) from None
    except OSError as error:
        raise DrawingError(_message(f"could not be started: {error.strerror or error}")) from error
    if done.returncode:
        raise DrawingError(_message(f"ended {_how(done.returncode)}"))
    return [b64decode(picture) for picture in json.loads(done.stdout)]


def _how(code: int) -> str:
    return f"with {Signals(-code).name}" if code < 0 else f"with code {code}"


def _message(what: str) -> str:
    return (
        f"A chart cannot be drawn as a picture: what draws it {what}. The figures are not affected; "
        "look for odd characters in names and ids, or for too little memory."
    )
