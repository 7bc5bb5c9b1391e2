"""Identities of the Bitcoin network: hashrate, hashprice, shutdown price, retarget, coins mined.

They follow from the protocol (difficulty 1 is 2^32 hashes a block; 600 seconds a block; 2,016 blocks a retarget), so
they are exact. Inputs may be arrays of one shape; results have that shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import Floats

HASHES_OF_DIFFICULTY_1 = 2.0**32
SECONDS_A_BLOCK = 600.0
BLOCKS_A_DAY = 144.0
BLOCKS_A_RETARGET = 2_016
MOST_RETARGET = 4.0
"""A retarget changes difficulty by this factor at most, up or down."""

SUBSIDIES = (
    (date(2012, 11, 28), 25.0),
    (date(2016, 7, 9), 12.5),
    (date(2020, 5, 11), 6.25),
    (date(2024, 4, 20), 3.125),
)
"""First day of each block subsidy [coins/block] since the first halving; the next one falls in 2028."""

HASHES_A_PETAHASH = 1e15
HOURS_A_DAY = 24.0


def subsidy_on(day: date) -> float:
    """New coins a block on `day` [coins]: 50 before the first halving."""
    return next((coins for first, coins in reversed(SUBSIDIES) if day >= first), 50.0)


def implied_hashrate(difficulty: Floats | float) -> Floats:
    """Hashrate that finds a block every 600 seconds at `difficulty` [PH/s]."""
    return np.asarray(difficulty) * HASHES_OF_DIFFICULTY_1 / SECONDS_A_BLOCK / HASHES_A_PETAHASH


def retargeted(difficulty: Floats | float, seconds_a_block: Floats | float) -> Floats:
    """Difficulty after a retarget, from the mean `seconds_a_block` of the 2,016 blocks before it."""
    factor = SECONDS_A_BLOCK / np.asarray(seconds_a_block, dtype=float)
    return np.asarray(difficulty) * np.clip(factor, 1.0 / MOST_RETARGET, MOST_RETARGET)


@dataclass(frozen=True)
class Network:
    """The state of the network on a day.

    Attributes
    ----------
    difficulty
        As published, such as 141.67e12.
    subsidy
        New coins a block [coins].
    fees
        Transaction fees as a share of the subsidy, such as 0.006.
    """

    difficulty: Floats | float
    subsidy: float = SUBSIDIES[-1][1]
    fees: float = 0.0

    @property
    def hashrate(self) -> Floats:
        """Implied hashrate [PH/s]."""
        return implied_hashrate(self.difficulty)

    @property
    def coins_a_day(self) -> float:
        """Coins that all miners earn a day at 144 blocks, fees included [coins]."""
        return BLOCKS_A_DAY * self.subsidy * (1.0 + self.fees)

    def hashprice(self, price: Floats | float) -> Floats:
        """Revenue of one PH/s in one day at `price` [USD/PH/day]."""
        return self.coins_a_day * np.asarray(price) / self.hashrate

    def shutdown_price(
        self, efficiency: Floats | float, power_price: Floats | float, *, pool_fee: float = 0.0
    ) -> Floats:
        """Price of a coin at which the revenue of a machine pays for its electricity only [USD/coin].

        Parameters
        ----------
        efficiency
            Energy a terahash [J/TH].
        power_price
            [USD/kWh]
        pool_fee
            Share of the revenue that the pool keeps.
        """
        # J/TH is kW per PH/s.
        electricity_a_day = HOURS_A_DAY * np.asarray(efficiency) * np.asarray(power_price) * self.hashrate
        price: Floats = electricity_a_day / (self.coins_a_day * (1.0 - pool_fee))
        return price

    def coins_mined(self, hashrate: Floats | float, days: Floats | float, *, pool_fee: float = 0.0) -> Floats:
        """Coins that `hashrate` [PH/s], itself part of the network's, is expected to earn in `days` [coins]."""
        share = np.asarray(hashrate) / self.hashrate
        coins: Floats = share * self.coins_a_day * np.asarray(days) * (1.0 - pool_fee)
        return coins
