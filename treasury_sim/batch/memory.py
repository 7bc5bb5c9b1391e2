"""How much memory a process has needed."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any


def peak_memory() -> int:
    """Return the largest memory that this process has needed [bytes]; 0 where the system does not tell."""
    try:
        resource: Any = import_module("resource")
    except ImportError:  # Windows
        return 0
    peak: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
