"""Compares quarterly falls under a fitted model with the falls observed in its window.

A fall is 1 - lowest price of a quarter / close before it, at least 0: what an impairment test at the lowest price
measures. Observed quarters are stretches of 91 days, from the end of the window backwards; simulated ones follow each
other on paths of the fitted model, without the first year, by which a model with memory has forgotten its start.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from treasury_sim.domain.arrays import DAY, Floats
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.calibration import Fit
from treasury_sim.market.models import SAMPLED_MODELS
from treasury_sim.market.sampling import CHUNK, Sample

QUARTER = 91
"""Days of a quarter in this comparison."""
LEFT_OUT = 4
"""Quarters left out at the beginning of a simulated path."""
SIMULATED = 8
"""Quarters of each path that are compared."""
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
FEW = 20
"""With fewer observed quarters only gross differences show."""


@dataclass(frozen=True)
class DrawdownTest:
    """Observed and simulated quarterly falls.

    Attributes
    ----------
    real
        Falls of the observed quarters, (quarters,).
    real_quantiles, simulated_quantiles
        Falls at `LEVELS`.
    distance
        Kolmogorov-Smirnov distance of the observed falls from the simulated distribution.
    p_value
        Probability of a distance at least as large if the model were right and its parameters known, not fitted.
    covered
        Share of the observed falls between the simulated 5 % and 95 % quantiles; 90 % if the model is right.
    verdict
        Conclusion in plain words.
    """

    real: Floats
    real_quantiles: Floats
    simulated_quantiles: Floats
    distance: float
    p_value: float
    covered: float
    verdict: str


def real_falls(history: DailyPrices, fitted: Fit) -> Floats:
    """Falls of the 91-day quarters in the window, the last one first."""
    first = (fitted.window.first - history.first).days
    ends = np.arange(first + fitted.window.days, first + QUARTER - 1, -QUARTER)
    return np.array([_fall(history.low[end - QUARTER : end].min() / history.close[end - QUARTER - 1]) for end in ends])


def simulated_falls(history: DailyPrices, fitted: Fit, seed: int) -> Floats:
    """Falls of 8 quarters on each of 4,096 paths of the fitted model."""
    model = SAMPLED_MODELS[fitted.model](fitted.asset, keys_of(fitted), history)
    sample = Sample(seed, CHUNK, "pseudorandom", (fitted.asset,), np.eye(1))
    nodes = np.datetime64(fitted.window.last) + np.arange(1, LEFT_OUT + SIMULATED + 1) * QUARTER * DAY
    drawn = model.draw(nodes, fitted.window.last, 1.0, sample.noise(0))
    ratio = drawn.low[:, LEFT_OUT:] / drawn.close[:, LEFT_OUT - 1 : -1]
    return np.asarray(np.maximum(1.0 - ratio, 0.0)).ravel()


def drawdown_test(history: DailyPrices, fitted: Fit, seed: int) -> DrawdownTest:
    """Compare the falls of the window with those of the fitted model."""
    from scipy.stats import kstwo  # noqa: PLC0415 - slow to import, and needed only here

    real, simulated = np.sort(real_falls(history, fitted)), np.sort(simulated_falls(history, fitted, seed))
    below = np.searchsorted(simulated, real, side="left") / simulated.size
    up_to = np.searchsorted(simulated, real, side="right") / simulated.size
    steps = np.arange(real.size + 1) / real.size
    distance = float(max((steps[1:] - below).max(), (up_to - steps[:-1]).max())) if real.size else math.nan
    p_value = float(kstwo.sf(distance, real.size)) if real.size else math.nan
    quantiles = np.quantile(simulated, LEVELS)
    covered = float(((real >= quantiles[0]) & (real <= quantiles[-1])).mean()) if real.size else math.nan
    real_quantiles = np.quantile(real, LEVELS) if real.size else np.full(len(LEVELS), math.nan)
    verdict = _verdict(real, p_value, real_quantiles[2], quantiles[2])
    return DrawdownTest(real, real_quantiles, quantiles, distance, p_value, covered, verdict)


def keys_of(fitted: Fit) -> Any:
    """The fitted parameters under the key names of a scenario."""
    keys = SimpleNamespace(window=fitted.window, drift=None, spread=1.0)
    keys.first_state, keys.turbulent_first, keys.initial_volatility = "stationary", None, None
    for parameter in fitted.parameters:
        *above, name = parameter.key.split(".")
        table = keys
        for key in above:
            if not hasattr(table, key):
                setattr(table, key, SimpleNamespace())
            table = getattr(table, key)
        setattr(table, name, parameter.value)
    return keys


def _fall(ratio: float) -> float:
    return max(1.0 - ratio, 0.0)


def _verdict(real: Floats, p_value: float, real_median: float, simulated_median: float) -> str:
    if not real.size:
        return f"The window is shorter than a quarter of {QUARTER} days, so falls cannot be compared."
    which = "deeper" if simulated_median > real_median else "milder"
    if p_value < 0.01:
        words = (
            f"No: simulated quarterly falls differ clearly from observed ones; the median simulated fall is {which}."
        )
    elif p_value < 0.10:
        words = f"Doubtful: simulated quarterly falls differ from observed ones; the median simulated fall is {which}."
    else:
        words = "Yes: the observed quarterly falls are consistent with this model."
    few = f" With {real.size} quarters only gross differences show." if real.size < FEW else ""
    return words + few
