"""Peak memory of a process."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any


def peak_memory() -> int:
    """Return the peak memory of this process [bytes]; 0 where the system does not report it."""
    try:
        resource: Any = import_module("resource")
    except ImportError:  # Windows
        return 0
    peak: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
