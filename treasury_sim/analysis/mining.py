"""Economics of mining at one price: hashprice, shutdown prices, and the margin on each named cost basis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from treasury_sim.errors import InputError, Problem
from treasury_sim.market.history import load_history
from treasury_sim.mining.data import CostBasis, Machine, difficulty_on
from treasury_sim.mining.fleet import Fleet
from treasury_sim.mining.network import SUBSIDIES, Network, subsidy_on
from treasury_sim.scenario.amounts import read_amount, read_share

TYPICAL_EFFICIENCY = 20.0
"""Energy of a typical machine of the network in early 2026 [J/TH]; an assumption."""


@dataclass(frozen=True)
class Margin:
    """Price less cost of one coin, on one basis [USD/coin]; negative is a loss."""

    basis: CostBasis
    margin: float


@dataclass(frozen=True)
class Shutdown:
    """Prices at which a machine pays for its electricity only, by power price [USD/coin]."""

    machine: Machine
    prices: tuple[float, ...]


@dataclass(frozen=True)
class MiningEconomics:
    """Mining at one price.

    Attributes
    ----------
    price
        [USD/coin]
    network
        Difficulty, subsidy and fees.
    power_prices : (n,)
        [USD/kWh]
    pool_fee
        Share of revenue.
    hashprice
        [USD/PH/day]
    under_water
        Share of the world's hashrate whose cash cost exceeds its revenue, as estimated by `Fleet`.
    shutdowns
        One row for each machine.
    electricity
        Cost of the electricity of one coin with a typical machine, by power price [USD/coin].
    margins
        One row for each published cost basis.
    """

    price: float
    network: Network
    power_prices: tuple[float, ...]
    pool_fee: float
    hashprice: float
    under_water: float
    shutdowns: tuple[Shutdown, ...]
    electricity: tuple[float, ...]
    margins: tuple[Margin, ...]


def mining_economics(
    price: float,
    network: Network,
    *,
    machines: Sequence[Machine],
    bases: Sequence[CostBasis],
    power_prices: Sequence[float],
    pool_fee: float = 0.0,
) -> MiningEconomics:
    """Compute the economics of mining at `price` [USD/coin].

    Parameters
    ----------
    power_prices : (n,)
        [USD/kWh]
    pool_fee
        Share of the revenue that the pool keeps.
    """

    def shutdown(efficiency: float) -> tuple[float, ...]:
        return tuple(
            float(network.shutdown_price(efficiency, power_price, pool_fee=pool_fee)) for power_price in power_prices
        )

    hashprice = float(network.hashprice(price))
    return MiningEconomics(
        price=price,
        network=network,
        power_prices=tuple(power_prices),
        pool_fee=pool_fee,
        hashprice=hashprice,
        under_water=float(Fleet().under_water(hashprice)),
        shutdowns=tuple(Shutdown(machine, shutdown(machine.efficiency)) for machine in machines),
        electricity=tuple(float(network.shutdown_price(TYPICAL_EFFICIENCY, power)) for power in power_prices),
        margins=tuple(Margin(basis, price - basis.cost) for basis in bases),
    )


@dataclass(frozen=True)
class MiningInputs:
    """Inputs of `mining_economics` as a person states them, read and checked; attributes as there."""

    price: float
    network: Network
    power_prices: tuple[float, ...]
    pool_fee: float


def read_inputs(
    day: date | None, *, price: str | None, difficulty: str | None, fees: str, pool_fee: str, power_prices: str
) -> MiningInputs:
    """Read typed inputs; what is not stated comes from embedded data of `day`.

    Parameters
    ----------
    price, difficulty
        Such as ``60k`` and ``141.67T``.
    fees, pool_fee
        Such as ``0.6%``.
    power_prices
        Separated by commas [USD/kWh].

    Raises
    ------
    InputError
        With every input that is wrong or missing.
    """
    problems: list[Problem] = []

    def read(reader: Callable[[], float]) -> float:
        try:
            return reader()
        except InputError as error:
            problems.extend(error.problems)
            return 1.0

    def stated(text: str | None, name: str, embedded: Callable[[date], float]) -> float:
        if text is not None:
            return read(lambda: _positive(read_amount(text, name), name, text))
        if day is None:
            problems.append(Problem("", None, name, f"{name} or --date", "neither", f"Give {name}, or a day."))
            return 1.0
        return read(lambda: embedded(day))

    at_price = stated(price, "--price", _close_on)
    at_difficulty = stated(difficulty, "--difficulty", difficulty_on)
    fee_share, pool_share = (
        read(lambda text=text, name=name: _below_one(read_share(text, name), name, text))  # type: ignore[misc]
        for text, name in ((fees, "--fees"), (pool_fee, "--pool-fee"))
    )
    powers = [
        read(lambda text=text: _positive(read_amount(text, "--power-price"), "--power-price", text))  # type: ignore[misc]
        for text in power_prices.split(",")
    ]
    if problems:
        raise InputError(problems)
    subsidy = subsidy_on(day) if day else SUBSIDIES[-1][1]
    return MiningInputs(at_price, Network(at_difficulty, subsidy, fee_share), tuple(sorted(powers)), pool_share)


def _close_on(day: date) -> float:
    history = load_history("BTC")
    first, last = (history.days[at].astype(date) for at in (0, -1))
    if not first <= day <= last:
        fix = "Give the price of that day: --price 60k."
        raise InputError([Problem("", None, "--date", f"a day from {first} to {last}", str(day), fix)])
    return float(history.close[(day - first).days])


def _positive(value: float, name: str, text: str) -> float:
    if value <= 0.0:
        raise InputError([Problem("", None, name, "a number above 0", text)])
    return value


def _below_one(value: float, name: str, text: str) -> float:
    if not 0.0 <= value < 1.0:
        raise InputError([Problem("", None, name, "a share from 0% to below 100%", text)])
    return value
