"""Laws of the statement as a whole, on random holders through the whole engine's own pieces."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import run_case, value

PRICES = st.lists(st.floats(1.0, 1000.0), min_size=4, max_size=4)


@settings(max_examples=25)
@given(PRICES, st.floats(1.0, 1000.0), st.floats(0.0, 1.0), st.floats(0.0, 5.0), st.booleans())
def test_tax_is_the_rate_on_income_before_tax_where_the_tax_basis_is_cost(
    prices: list[float], cost: float, rate: float, fee: float, expense: bool
) -> None:
    steps = {date(2025, month, 1): price for month, price in zip((1, 3, 6, 9), prices, strict=True)}
    lots = [{"acquired": date(2025, 1, 5), "quantity": 3.0, "unit_cost": cost, "fee": fee}]
    sales = [{"date": date(2025, 8, 1), "quantity": 1.0, "fee": 0.5}]
    with TemporaryDirectory() as folder:
        result = run_case(
            Path(folder),
            steps,
            lots,
            plan={"sales": sales},
            tax={"rate": rate},
            accounting={"fees": "expense" if expense else "capitalise"},
            income={"other_operating": -7.0, "interest": 2.0},
        )
    for framework in result.statements:
        for quarter in ("2025Q1", "2025Q2", "2025Q3", "2025Q4"):
            before_tax = value(result, framework, quarter, "pre_tax_income")
            tax = value(result, framework, quarter, "income_tax")
            net = value(result, framework, quarter, "net_income")
            assert before_tax is not None
            assert tax is not None
            assert net is not None
            assert tax == pytest.approx(-rate * before_tax, abs=1e-6)
            assert net == pytest.approx(before_tax + tax, abs=1e-6)
