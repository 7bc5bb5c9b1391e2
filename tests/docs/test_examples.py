"""The examples in the docstrings of public names give what they say."""

from __future__ import annotations

import doctest
import sys

import pytest

import treasury_sim

MODULES = sorted(
    {getattr(treasury_sim, name).__module__ for name in treasury_sim.__all__ if name != "__version__"}
    | {"treasury_sim.accounting", "treasury_sim.report.notebook"}
)


@pytest.mark.parametrize("module", MODULES)
def test_examples_of_public_names(module: str) -> None:
    failed, _ = doctest.testmod(sys.modules[module], verbose=False)
    assert not failed


def test_there_are_examples() -> None:
    assert sum(doctest.testmod(sys.modules[module]).attempted for module in MODULES) >= 12
