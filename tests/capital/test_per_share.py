from __future__ import annotations

import numpy as np
import pytest

from treasury_sim.capital.per_share import Potential, earnings_per_share


def test_in_a_loss_potential_shares_do_not_dilute_and_in_a_profit_they_do() -> None:
    common = np.array([[-12_600.0, 10_000.0]])
    potential = Potential(np.array([26.5, 40.0]), np.zeros(2))
    basic, diluted = earnings_per_share(common, np.array([293.5, 280.0]), [potential])
    np.testing.assert_allclose(basic, [[-42.93015332, 35.71428571]])
    np.testing.assert_allclose(diluted, [[-42.93015332, 31.25]])


def test_the_most_dilutive_comes_first_and_what_is_anti_dilutive_stays_out() -> None:
    """1,000 on 100 shares. Options: 1,000 / 110. Notes save 2 a share: 1,040 / 130. Stock that saves 9: 1,130 / 140.

    The last would raise 8.00 to 8.07, so it stays out (ASC 260-10-45-18).
    """
    options = Potential(np.array([[10.0]]), np.array([[0.0]]))
    notes = Potential(np.array([[20.0]]), np.array([[40.0]]))
    preferred = Potential(np.array([[10.0]]), np.array([[90.0]]))
    _, diluted = earnings_per_share(np.array([[1_000.0]]), np.array([[100.0]]), [preferred, notes, options])
    assert diluted[0, 0] == pytest.approx(8.0)


def test_paths_are_judged_each_on_its_own() -> None:
    notes = Potential(np.array([[50.0], [50.0]]), np.array([[100.0], [100.0]]))
    basic, diluted = earnings_per_share(np.array([[150.0], [1_000.0]]), np.array([[100.0]]), [notes])
    assert basic[:, 0].tolist() == [1.5, 10.0]
    assert diluted[:, 0].tolist() == [1.5, pytest.approx(1_100 / 150)]
