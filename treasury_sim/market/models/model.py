"""The interface of simulated price models: from random numbers to prices and lows of one asset on many paths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Protocol

import numpy as np

from treasury_sim.domain.arrays import Days, Floats
from treasury_sim.domain.prices import DailyPrices

Number = float | Floats
"""A parameter of a model: one for all paths, or one for each, (paths,)."""

DAYS_IN_YEAR = 365.0
"""Annual figures are based on a year of 365 days: the market never closes."""


class Noise(Protocol):
    """Random numbers for one chunk of paths; the same calls in the same order give the same numbers.

    Columns are in the order of time. All arrays are (paths, count), and the caller may change them.
    """

    @property
    def paths(self) -> int:
        """Number of paths."""

    def normals(self, asset: str, count: int) -> Floats:
        """Draw standard normals; columns j of two assets have the correlation stated in the scenario."""

    def uniforms(self, asset: str, count: int) -> Floats:
        """Draw uniforms above 0 and below 1, independent of everything else."""

    def exponentials(self, asset: str, count: int) -> Floats:
        """Draw exponentials of mean 1, independent of everything else."""

    def generator(self, name: str) -> np.random.Generator:
        """Return the stream of this chunk with that name, from its beginning: the same for every asset."""


@dataclass(frozen=True)
class NodePrices:
    """Prices of one asset at the requested nodes [currency/unit].

    Attributes
    ----------
    close : (paths, nodes)
        Price at the end of each node's day.
    low : (paths, nodes)
        Lowest price since the previous node, the day of the node included; at most the close.
    """

    close: Floats
    low: Floats


class SampledModel(Protocol):
    """A simulated price model.

    Attributes
    ----------
    daily
        Whether it is simulated day by day: every day is then a node.
    """

    daily: ClassVar[bool]

    @property
    def asset(self) -> str:
        """The asset whose prices it draws."""

    def draw(self, nodes: Days, start: date, spot: float, noise: Noise) -> NodePrices:
        """Draw prices at `nodes`.

        Parameters
        ----------
        nodes : (nodes,)
            Days, increasing, all after `start`.
        start
            The day whose close is `spot`.
        spot
            [currency/unit]
        """


ModelOf = Callable[[str, Any, DailyPrices], SampledModel]
"""(asset, its keys in the scenario, its price history) -> the model."""


def years_between(nodes: Days, start: date) -> Floats:
    """Time since the previous node, since `start` for the first, (nodes,) [years of 365 days]."""
    before = np.concatenate([[np.datetime64(start, "D")], nodes[:-1]])
    years: Floats = (nodes - before).astype(float) / DAYS_IN_YEAR
    return years
