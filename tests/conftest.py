"""Profiles of hypothesis by HYPOTHESIS_PROFILE: `default` in every run, `thorough`, and `quick` for the fast loop."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Commands that tests run, in this process or another, keep no answers of the person who runs the tests.
os.environ["TREASURY_SIM_ANSWERS"] = "off"
# No test reads the price store of that person; a test of the store gives its own folder.
os.environ["TREASURY_SIM_PRICES"] = "none"

settings.register_profile("default", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many accounting cases there are, from their table: it is the same with and without xdist."""
    from tests.golden.cases import summary

    terminalreporter.write_line(summary())


SLOW = (
    "app",
    "batch",
    "browser",
    "cli",
    "code_health/test_packaging",
    "code_health/test_startup",
    "docs",
    "engine/test_memory",
    "engine/test_simulat",
    "exports",
    "market/test_calibration",
    "market/test_sampled_models",
    "report/board",
    "report/close",
)
"""Folders and files under `tests/` whose tests start other programs or take seconds each."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what the fast loop, ``pytest -m "not slow"``, leaves out."""
    tests = Path(__file__).parent
    for item in items:
        if item.path.relative_to(tests).as_posix().startswith(SLOW):
            item.add_marker(pytest.mark.slow)
