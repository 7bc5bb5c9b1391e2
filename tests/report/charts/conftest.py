"""Results that charts are drawn from."""

from __future__ import annotations

import pytest

from treasury_sim import load, run
from treasury_sim.domain.result import Result


@pytest.fixture(scope="package")
def result() -> Result:
    return run(load("strategy_2025q4"))


@pytest.fixture(scope="package")
def history() -> Result:
    return run(load("strategy_history").with_values({("expect",): None}))
