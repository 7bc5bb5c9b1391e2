"""The tax of Strategy as filed: the adoption entry in its two parts, from the balances that were reported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from tests.cases import value
from treasury_sim import Result, load, run

UNITS, CARRYING, COST = 447_470, 23_909_373_000, 27_968_248_000
"""At 2024-12-31: 10-K 2024 and XBRL company facts."""


@pytest.fixture(scope="module")
def adoption(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """One lot with the reported carrying amount, so that no assumption on purchase days is in it."""
    lot = {
        "acquired": date(2024, 12, 1),
        "quantity": UNITS,
        "unit_cost": COST / UNITS,
        "opening": {"date": date(2024, 12, 31), "framework": "us_gaap", "carrying": CARRYING / UNITS},
    }
    spec = {
        "schema": 1,
        "title": "Adoption of ASU 2023-08 by Strategy",
        "holder": {"name": "Strategy Inc", "lots": [lot]},
        "period": {"start": date(2025, 1, 1), "end": date(2025, 3, 31)},
        "accounting": {"frameworks": ["us_gaap"]},
        "tax": {"rate": 0.2873, "support": 0, "appreciation_supports": True},
    }
    folder: Path = tmp_path_factory.mktemp("adoption")
    file = folder / "adoption.yaml"
    file.write_text(yaml.safe_dump(spec), encoding="utf-8")
    return run(load(file))


@pytest.mark.parametrize(
    ("line", "published"),
    [
        # XBRL contexts at 2025-01-01; 8-K 2025-04-07.
        ("equity_direct", 17_881.048e6),
        ("adoption_dta_reversal", -1_165.605e6),
        ("adoption_new_dtl", -3_969.065e6),
        ("equity_direct_net_of_tax", 12_746.378e6),
    ],
)
def test_the_adoption_entry_in_its_parts(adoption: Result, line: str, published: float) -> None:
    assert value(adoption, "us_gaap", "2025Q1", line) == pytest.approx(published, rel=0.005)


def test_a_fall_through_the_tax_basis_is_not_taxed_like_the_one_before() -> None:
    """A fall of 17.44bn brought 5.01bn, one of 14.46bn the 2.42bn that were left of the liability."""
    result = run(load("strategy_2026q1"))
    benefit = value(result, "us_gaap_fair_value", "2026Q1", "deferred_tax_on_holdings")
    opening = value(result, "us_gaap_fair_value", "2025Q4", "deferred_tax_liability")
    assert benefit == pytest.approx(opening)
    assert benefit == pytest.approx(2_420e6, rel=0.005)
