"""Fits GJR-GARCH(1,1) with Student-t days by maximum likelihood."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.market.calibration.likelihood import estimate, highest_point
from treasury_sim.market.calibration.parameters import Estimate
from treasury_sim.market.models.model import DAYS_IN_YEAR

PERSISTENCE_LIMIT = 0.999
"""Persistence above which a window cannot identify the long-run variance of a GARCH model."""

KEYS = ("drift", "volatility", "alpha", "gamma", "beta", "degrees_of_freedom", "initial_volatility")
PLAIN = frozenset({"alpha", "gamma", "beta", "degrees_of_freedom"})

BACKCAST, BACKCAST_DAYS = 0.94, 75
"""Weight of a day relative to the day after it, and number of days, in the variance before the first day."""
REACH = 15.0
"""Free parameters are searched from minus to plus this."""


def fit_garch(returns: Floats, near: Floats | None = None) -> Estimate:
    """Fit; the volatility of the day after the window is among the parameters."""
    series = GarchSeries(returns)
    starts = [series.free(alpha, alpha, beta, 5.0) for alpha, beta in ((0.05, 0.85), (0.1, 0.88))]
    start = near if near is not None else starts[int(np.argmax(series.log_likelihoods(np.array(starts))))]
    best = highest_point(series.log_likelihoods, [start], REACH)
    persistence = series.persistence(best)
    notes = []
    if persistence > PERSISTENCE_LIMIT:
        notes.append(
            f"alpha + gamma / 2 + beta is {persistence:.4f}: the window does not identify a long-run variance. "
            "beta is lowered, so that the long-run volatility is that of the window; "
            "the log-likelihood is that before this change."
        )
    notes.append("initial_volatility is the volatility of the day after the window.")
    fitted = estimate(
        KEYS, series.annual, best, series.log_likelihoods, series.log_prior, plain=PLAIN, notes=tuple(notes)
    )
    if persistence <= PERSISTENCE_LIMIT:
        return fitted
    error = float(returns.std()) * math.sqrt(DAYS_IN_YEAR / (2.0 * returns.size))
    parameters = (replace(each, error=error) if each.key == "volatility" else each for each in fitted.parameters)
    return replace(fitted, parameters=tuple(parameters))


class GarchSeries:
    """The likelihood of a series of daily log returns.

    Free parameters: mean [standard deviations]; log of omega over the variance of the series; logits of half the
    response to a rise, half that to a fall, and beta against 1 less the persistence; log of the degrees of freedom
    above 2. All of them give a positive and stationary variance.

    Source: the first variance as in the `arch` package, with which the likelihood agrees.
    """

    def __init__(self, returns: Floats) -> None:
        self._returns = returns
        self._mean, self._variance = float(returns.mean()), float(returns.var())
        weight = BACKCAST ** np.arange(min(BACKCAST_DAYS, returns.size))
        self._backcast = weight / weight.sum()

    def free(self, rise: float, fall: float, beta: float, freedom: float) -> Floats:
        """Free parameters of these, with the mean and the variance of the series."""
        rest = 1.0 - rise / 2.0 - fall / 2.0 - beta
        logits = np.log(np.array([rise / 2.0, fall / 2.0, beta]) / rest)
        return np.array([0.0, math.log(rest), *logits, math.log(freedom - 2.0)])

    def daily(self, free: Floats) -> tuple[float, float, float, float, float, float]:
        """Mean, omega, response to a rise, to a fall, beta, degrees of freedom."""
        shares = np.exp(np.append(free[2:5], 0.0) - max(0.0, float(free[2:5].max())))
        rise, fall, beta, _ = (shares / shares.sum()).tolist()
        mean, omega = self._mean + free[0] * math.sqrt(self._variance), self._variance * math.exp(free[1])
        return float(mean), omega, 2.0 * rise, 2.0 * fall, beta, 2.0 + math.exp(free[5])

    def persistence(self, free: Floats) -> float:
        """The share of today's excess variance that remains tomorrow."""
        _, _, rise, fall, beta, _ = self.daily(free)
        return (rise + fall) / 2.0 + beta

    def log_likelihoods(self, free: Floats) -> Floats:
        """Log-likelihood of each parameter set, (sets,)."""
        return np.array([self._log_likelihood(each) for each in free])

    def log_prior(self, free: Floats) -> Floats:
        """Flat in the shares of the variance; a wide normal in the logarithms."""
        logits = np.concatenate([free[:, 2:5], np.zeros((len(free), 1))], axis=1)
        shares = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
        flat: Floats = shares.sum(axis=1)
        return flat - 0.5 * ((free[:, 5] - 1.0) / 2.0) ** 2 - 0.5 * ((free[:, 1] + 4.0) / 4.0) ** 2

    def annual(self, free: Floats) -> Floats:
        """Parameters of a scenario, in the order of `KEYS`."""
        mean, omega, rise, fall, beta, freedom = self.daily(free)
        tomorrow = float(self._variances(free)[-1])
        drift = (mean + self._variance / 2.0) * DAYS_IN_YEAR
        persistence = (rise + fall) / 2.0 + beta
        variance = omega / (1.0 - persistence) if persistence < 1.0 else math.inf
        if persistence > PERSISTENCE_LIMIT:
            # omega is kept: it sets the floor of the variance in quiet times.
            variance = self._variance
            beta = max(0.0, beta - (persistence - (1.0 - omega / variance)))
        return np.array(
            [
                drift,
                math.sqrt(variance * DAYS_IN_YEAR),
                *(rise, fall - rise, beta, freedom),
                math.sqrt(tomorrow * DAYS_IN_YEAR),
            ]
        )

    def _variances(self, free: Floats) -> Floats:
        """Expected variance of each day and of the day after, (days + 1,)."""
        from scipy.linalg.lapack import dtbtrs  # noqa: PLC0415 - slow to import, and needed only here

        mean, omega, rise, fall, beta, _ = self.daily(free)
        shock = self._returns - mean
        square = shock * shock
        added = np.empty(square.size + 1)
        before = float(self._backcast @ square[: self._backcast.size])
        added[0] = omega + ((rise + fall) / 2.0 + beta) * before
        np.multiply(square, np.where(shock < 0.0, fall, rise), out=added[1:])
        added[1:] += omega
        # h(t) - beta h(t-1) = added(t): a triangular system with two bands.
        bands = np.full((2, added.size), -beta)
        variances: Floats = dtbtrs(bands, added[:, None], uplo="L", diag="U")[0][:, 0]
        return variances

    def _log_likelihood(self, free: Floats) -> float:
        mean, *_, freedom = self.daily(free)
        variance = self._variances(free)[:-1]
        shock = self._returns - mean
        constant = math.lgamma((freedom + 1.0) / 2.0) - math.lgamma(freedom / 2.0)
        constant -= 0.5 * math.log(math.pi * (freedom - 2.0))
        tails = np.log1p(shock * shock / (variance * (freedom - 2.0)))
        return float(shock.size * constant - 0.5 * np.log(variance).sum() - (freedom + 1.0) / 2.0 * tails.sum())
