"""A purchase shows the day's close to a pool, which is one unit of account."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.tax.years import run_years

COST = "us_gaap_impairment"


@pytest.mark.parametrize("policy", ["daily_close", "period_end"])
def test_a_purchase_shows_its_close_to_the_whole_pool(tmp_path: Path, policy: str) -> None:
    """10 at 100, then 10 more for 100 on a day that closes at 80 and is followed by 150: 20 x 80, a charge of 400."""
    lots = [
        {"acquired": date(2025, 1, 2), "quantity": 10, "unit_cost": 100},
        {"acquired": date(2025, 2, 3), "quantity": 10, "unit_cost": 100},
    ]
    steps = {date(2025, 1, 1): 100.0, date(2025, 2, 3): 80.0, date(2025, 2, 4): 150.0}
    result = run_years(
        tmp_path,
        steps,
        lots,
        frameworks=(COST,),
        plan={"lot_relief": "average"},
        accounting={"frameworks": [COST], "impairment_price": policy},
    )
    charge = result.statements[COST].lines["remeasurement_pl"]
    assert charge is not None
    assert charge[0].tolist() == pytest.approx([-400.0, 0.0, 0.0, 0.0])
