"""When instruments accrue, pay and fall due."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from treasury_sim.capital.schedule import Instruments, claims, month_ends, rate_on
from treasury_sim.capital.share_price import mnav_path
from treasury_sim.domain.claims import NEVER
from treasury_sim.domain.instruments import ConvertibleNote, Debt, PreferredStock

MONTHS = month_ends(date(2026, 1, 1), date(2026, 12, 31))


def test_coupons_are_counted_back_from_the_maturity() -> None:
    """15 March 2030, half-yearly: March and September; three months have accrued at the start of January."""
    note = ConvertibleNote("N", 1_200.0, date(2030, 3, 15), 10.0, coupon=0.01, put_date=date(2026, 5, 15))
    (claim,) = claims(Instruments(notes=(note,)), MONTHS)
    assert np.flatnonzero(claim.pays).tolist() == [2, 8]
    assert claim.accrued == pytest.approx(1_200 * 0.01 * 3 / 12)
    assert claim.accrues.sum() == pytest.approx(0.01)
    assert (claim.put, claim.due) == (4, NEVER)


def test_dividends_go_by_the_calendar_and_a_variable_rate_by_its_steps() -> None:
    stock = PreferredStock("S", 100.0, 0.10, rates={date(2026, 2, 1): 0.12, date(2026, 7, 1): 0.06})
    (claim,) = claims(Instruments(preferred=(stock,)), MONTHS)
    assert np.flatnonzero(claim.pays).tolist() == [2, 5, 8, 11]
    assert (claim.accrues * 12).tolist() == pytest.approx([0.10, *[0.12] * 5, *[0.06] * 6])
    assert rate_on(stock, date(2026, 1, 31)) == 0.10


def test_seniority_and_currency() -> None:
    held = Instruments(
        loans=(Debt("L", 10.0, 0.05, maturity=date(2026, 6, 1)),),
        notes=(ConvertibleNote("N", 20.0, date(2027, 1, 1), 5.0),),
        preferred=(PreferredStock("P", 30.0, 0.1, currency="EUR"),),
        fx={"EUR": 1.2},
    )
    found = claims(held, MONTHS)
    assert [claim.name for claim in found] == ["L", "N", "P"]
    assert found[2].amount == pytest.approx(36.0)
    assert found[0].due == 5
    assert held.dividends_a_year(date(2026, 1, 1)) == pytest.approx(3.6)


def test_the_share_price_reverts_at_the_stated_speed() -> None:
    path = mnav_path(2.0, 1.0, 1.0, 24)
    assert path[11] == pytest.approx(1.0 + np.exp(-1.0))
    assert mnav_path(1.3, 1.3, 0.0, 5).tolist() == [1.3] * 5
