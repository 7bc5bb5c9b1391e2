"""`Measurement` of an asset by a rule, and the quarterly statements built from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.prices import QuarterEndPrice
from treasury_sim.domain.timeline import Quarter


@dataclass(frozen=True)
class Measurement:
    """One asset under one accounting framework, by fiscal quarter. Every array is (paths, quarters) [currency].

    Law: opening carrying + additions - disposed carrying + P&L + OCI + equity_direct = closing carrying.

    Attributes
    ----------
    carrying
        Carrying amount at the quarter end.
    remeasurement_pl, remeasurement_oci
        Remeasurement in profit or loss, and in other comprehensive income; a loss is negative.
    equity_direct
        Adoption of a new standard, before tax; an increase of equity is positive.
    entered_above_cost
        Excess over cost of the balances with which lots enter; part of the additions.
    disposed_carrying
        Carrying amount of the units sold, at the sale.
    realised_pl
        Net proceeds less the carrying amount of the units sold.
    accumulated_impairment
        Cost less carrying amount of the units held, where the rule has a ceiling at cost; else 0.
    revaluation_surplus
        Revaluation surplus on the units held; 0 where the rule has none.
    release_carrying : (releases,)
        Carrying amount of each release of the books; only for a single path, else ``None``.
    lot_carrying : (lots, quarters)
        Carrying amount of each lot at the quarter end; only for a single path, else ``None``.
    release_surplus : (releases,)
        Revaluation surplus within each release; only for a single path, else ``None``.
    lot_surplus : (lots, quarters)
        Revaluation surplus of each lot at the quarter end; only for a single path, else ``None``.
    lot_equity_direct : (lots, quarters)
        `equity_direct` by lot; only for a single path, else ``None``.
    """

    carrying: Floats
    remeasurement_pl: Floats
    remeasurement_oci: Floats
    equity_direct: Floats
    entered_above_cost: Floats
    disposed_carrying: Floats
    realised_pl: Floats
    accumulated_impairment: Floats
    revaluation_surplus: Floats
    release_carrying: Floats | None = None
    lot_carrying: Floats | None = None
    release_surplus: Floats | None = None
    lot_surplus: Floats | None = None
    lot_equity_direct: Floats | None = None


@dataclass(frozen=True)
class AssetStatement:
    """One asset under one framework, by fiscal quarter.

    Attributes
    ----------
    lines
        Line name to (paths, quarters) [currency; coins for ``units``].
    prices
        Price at each quarter end and its source.
    low, low_days
        Lowest price of each quarter under the observation policy, (quarters,) [currency/unit], and its day.
    """

    lines: Mapping[str, Floats]
    prices: tuple[QuarterEndPrice, ...]
    low: tuple[float, ...]
    low_days: tuple[date, ...]


@dataclass(frozen=True)
class QuarterlyStatements:
    """The holder under one framework, by fiscal quarter, from the first purchase on.

    Attributes
    ----------
    framework
        Key of the framework.
    quarters
        All quarters computed; the reported ones are the last of them.
    lines
        Line name (see `treasury_sim.domain.lines`) to (paths, quarters); ``None`` where not computed.
        A value unknown for a quarter before the reported period is not a number.
    assets
        The same, by asset.
    """

    framework: str
    quarters: tuple[Quarter, ...]
    lines: Mapping[str, Floats | None]
    assets: Mapping[str, AssetStatement]
