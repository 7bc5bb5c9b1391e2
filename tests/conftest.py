"""Profiles of hypothesis: `default` in every run, `thorough` with HYPOTHESIS_PROFILE=thorough."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("default", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many accounting cases there are, from their table: it is the same with and without xdist."""
    from tests.golden.cases import summary

    terminalreporter.write_line(summary())
