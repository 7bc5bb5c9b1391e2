from __future__ import annotations

import numpy as np

from treasury_sim.capital.per_share import earnings_per_share


def test_in_a_loss_potential_shares_do_not_dilute_and_in_a_profit_they_do() -> None:
    common = np.array([[-12_600.0, 10_000.0]])
    basic, diluted = earnings_per_share(common, np.array([293.5, 280.0]), np.array([320.0, 320.0]))
    np.testing.assert_allclose(basic, [[-42.93015332, 35.71428571]])
    np.testing.assert_allclose(diluted, [[-42.93015332, 31.25]])
