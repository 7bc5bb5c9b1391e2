"""Fits a price model to a window of history: parameters, standard errors, and the log-likelihood.

Models are fitted to daily log returns by maximum likelihood. Standard errors come from the observed information
(numerical second derivatives of the log-likelihood), from closed forms where they exist, and for `garch` from the
robust covariance of the `arch` package; for functions of several parameters the delta method is used. Only this
module imports `arch`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.market.history import Window
from treasury_sim.market.likelihood import delta_errors, lowest_point, second_derivatives
from treasury_sim.market.models.model import DAYS_IN_YEAR

PERSISTENCE_LIMIT = 0.999
"""Persistence above which a window cannot identify the long-run variance of a GARCH model."""

_JUMPS = 12
"""Number of jumps a day at which the likelihood of a jump-diffusion is cut off; more have negligible probability."""


@dataclass(frozen=True)
class Parameter:
    """One fitted parameter.

    Attributes
    ----------
    key
        Key path within `prices.ASSET` of a scenario, such as ``calm.leave``.
    value
        In the unit of the key: annual rate as a share, or plain number.
    error
        Its standard error; not a number if unknown.
    is_rate
        Whether a scenario writes it in per cent.
    """

    key: str
    value: float
    error: float
    is_rate: bool = True


@dataclass(frozen=True)
class Fit:
    """A model fitted to a window.

    Attributes
    ----------
    model, asset, window
        The model, and the data it was fitted to.
    returns
        Number of daily returns in the window.
    parameters
        In the order of the documentation.
    log_likelihood
        Of the daily log returns; not a number if the model has none.
    free
        Number of estimated parameters.
    notes
        Sentences that a reader of the figures must know.
    """

    model: str
    asset: str
    window: Window
    returns: int
    parameters: tuple[Parameter, ...]
    log_likelihood: float
    free: int
    notes: tuple[str, ...] = ()

    @property
    def akaike(self) -> float:
        """Akaike's information criterion, 2 x estimated parameters - 2 x log-likelihood; lower is better."""
        return 2.0 * self.free - 2.0 * self.log_likelihood

    def value(self, key: str) -> float:
        """The fitted value of parameter `key`."""
        return next(parameter.value for parameter in self.parameters if parameter.key == key)


Fitter = Callable[[Floats], tuple[list[Parameter], float, int, list[str]]]


def fit(model: str, history: DailyPrices, window: Window) -> Fit:
    """Fit `model`, one of `FITTERS`, to `window`; `history` must cover it and the day before."""
    first = (window.first - history.first).days
    returns = np.diff(np.log(history.close[first - 1 : first + window.days]))
    parameters, log_likelihood, free, notes = FITTERS[model](returns)
    return Fit(model, history.asset, window, returns.size, tuple(parameters), log_likelihood, free, tuple(notes))


def _gbm(returns: Floats) -> tuple[list[Parameter], float, int, list[str]]:
    count, variance = returns.size, float(returns.var())
    volatility = math.sqrt(variance * DAYS_IN_YEAR)
    drift = (float(returns.mean()) + variance / 2.0) * DAYS_IN_YEAR
    drift_error = math.sqrt(variance / count + variance**2 / (2.0 * count)) * DAYS_IN_YEAR
    log_likelihood = -count / 2.0 * (math.log(2.0 * math.pi * variance) + 1.0)
    parameters = [
        Parameter("drift", drift, drift_error),
        Parameter("volatility", volatility, volatility / math.sqrt(2.0 * count)),
    ]
    return parameters, log_likelihood, 2, []


def _jump_diffusion(returns: Floats) -> tuple[list[Parameter], float, int, list[str]]:
    """Merton's model: a day has a Poisson number of normal jumps, so its return is a mixture of normals."""
    factorials = np.array([math.lgamma(number + 1.0) for number in range(_JUMPS)])
    numbers = np.arange(_JUMPS, dtype=float)

    def negative(free: Floats) -> float:
        """Negative log-likelihood, in daily figures: mean, deviation, intensity, and mean and deviation of a jump."""
        mean, deviation, intensity, jump_mean, jump_deviation = _daily_jumps(free)
        variance = deviation**2 + numbers * jump_deviation**2
        off = returns[:, None] - mean - numbers * jump_mean
        weight = numbers * np.log(intensity) - intensity - factorials
        logs = weight - 0.5 * (np.log(2.0 * math.pi * variance) + off**2 / variance)
        return -float(np.logaddexp.reduce(logs, axis=1).sum())

    deviation = float(returns.std())
    starts = [
        np.array([returns.mean(), math.log(deviation * share), math.log(intensity), 0.0, math.log(deviation * 1.5)])
        for intensity, share in ((0.05, 0.8), (0.2, 0.6), (0.6, 0.4))
    ]
    best = lowest_point(negative, starts)

    def annual(free: Floats) -> Floats:
        mean, deviation, intensity, jump_mean, jump_deviation = _daily_jumps(free)
        mean_jump = math.expm1(jump_mean + jump_deviation**2 / 2.0)
        growth = (mean + deviation**2 / 2.0 + intensity * mean_jump) * DAYS_IN_YEAR
        volatility = deviation * math.sqrt(DAYS_IN_YEAR)
        return np.array([growth, volatility, intensity * DAYS_IN_YEAR, jump_mean, jump_deviation])

    keys = ("drift", "volatility", "jumps_per_year", "jump_mean", "jump_volatility")
    return _parameters(keys, annual, best, negative, {"jumps_per_year"}), -negative(best), best.size, []


def _daily_jumps(free: Floats) -> tuple[float, float, float, float, float]:
    mean, log_deviation, log_intensity, jump_mean, log_jump = (float(number) for number in free)
    return mean, math.exp(log_deviation), math.exp(log_intensity), jump_mean, math.exp(log_jump)


def _garch(returns: Floats) -> tuple[list[Parameter], float, int, list[str]]:
    from arch import arch_model  # noqa: PLC0415 - slow to import, and needed only here

    percent = 100.0  # the optimiser of `arch` works best with figures of about this size
    model = arch_model(percent * returns, mean="Constant", vol="GARCH", p=1, o=1, q=1, dist="studentst", rescale=False)
    fitted = model.fit(disp="off", show_warning=False)
    names = ("mu", "omega", "alpha[1]", "gamma[1]", "beta[1]", "nu")
    estimate = fitted.params[list(names)].to_numpy(dtype=float, copy=True)
    covariance = fitted.param_cov.loc[list(names), list(names)].to_numpy(dtype=float)
    estimate[:2] /= (percent, percent**2)
    scale = np.array([percent, percent**2, 1.0, 1.0, 1.0, 1.0])
    covariance = covariance / np.outer(scale, scale)
    sample = float(returns.var())
    persistence = estimate[2] + estimate[3] / 2.0 + estimate[4]
    notes = []
    has_long_run = persistence <= PERSISTENCE_LIMIT
    if not has_long_run:
        # omega is kept: it sets the floor of the variance in quiet times.
        target = 1.0 - estimate[1] / sample
        notes.append(
            f"alpha + gamma / 2 + beta is {persistence:.4f}: the window does not identify a long-run variance. "
            f"beta is lowered to make it {target:.4f}, so that the long-run volatility is that of the window; "
            "the log-likelihood is that before this change."
        )
        estimate[4] = max(0.0, estimate[4] - (persistence - target))

    def annual(daily: Floats) -> Floats:
        mean, omega, alpha, gamma, beta, freedom = daily
        variance = omega / (1.0 - alpha - gamma / 2.0 - beta) if has_long_run else sample
        drift = (mean + sample / 2.0) * DAYS_IN_YEAR
        return np.array([drift, math.sqrt(variance * DAYS_IN_YEAR), alpha, gamma, beta, freedom])

    keys = ("drift", "volatility", "alpha", "gamma", "beta", "degrees_of_freedom")
    errors = delta_errors(annual, estimate, covariance)
    if not has_long_run:
        errors[1] = math.sqrt(sample * DAYS_IN_YEAR / (2.0 * returns.size))
    rates = {"drift", "volatility"}
    parameters = [
        Parameter(key, float(value), float(error), key in rates)
        for key, value, error in zip(keys, annual(estimate), errors, strict=True)
    ]
    ahead = float(fitted.forecast(horizon=1, reindex=False).variance.to_numpy(dtype=float)[-1, 0]) / percent**2
    parameters.append(Parameter("initial_volatility", math.sqrt(ahead * DAYS_IN_YEAR), math.nan))
    notes.append("initial_volatility is the volatility of the day after the window.")
    return parameters, float(fitted.loglikelihood) + returns.size * math.log(percent), estimate.size, notes


def _regime(returns: Floats) -> tuple[list[Parameter], float, int, list[str]]:
    """Two-state Markov switching normal returns; the likelihood by Hamilton's filter."""
    # The filter is sequential, and a loop over plain floats is faster than one over NumPy scalars.
    data = returns.tolist()

    def negative(free: Floats) -> float:
        """Negative log-likelihood: means, log deviations, logits of the probability to leave; calm first."""
        mean_0, mean_1, deviation_0, deviation_1, leave_0, leave_1 = _daily_states(free)
        share = leave_0 / (leave_0 + leave_1)
        if min(deviation_0, deviation_1, share, 1.0 - share) < 1e-12:
            return math.inf
        scale_0, scale_1 = -0.5 / deviation_0**2, -0.5 / deviation_1**2
        total = 0.0
        for value in data:
            calm = (1.0 - share) / deviation_0 * math.exp(scale_0 * (value - mean_0) ** 2)
            turbulent = share / deviation_1 * math.exp(scale_1 * (value - mean_1) ** 2)
            both = calm + turbulent
            if both <= 0.0:
                return math.inf
            total += math.log(both)
            share = (calm * leave_0 + turbulent * (1.0 - leave_1)) / both
        return 0.5 * len(data) * math.log(2.0 * math.pi) - total

    deviation, mean = float(returns.std()), float(returns.mean())
    starts = [
        np.array([mean, mean, math.log(0.5 * deviation), math.log(1.6 * deviation), _logit(leave), _logit(2.0 * leave)])
        for leave in (0.03, 0.15)
    ]
    best = lowest_point(negative, starts)
    if best[2] > best[3]:
        best = best[[1, 0, 3, 2, 5, 4]]

    def annual(free: Floats) -> Floats:
        mean_0, mean_1, deviation_0, deviation_1, leave_0, leave_1 = _daily_states(free)
        share = leave_0 / (leave_0 + leave_1)
        growth_0, growth_1 = mean_0 + deviation_0**2 / 2.0, mean_1 + deviation_1**2 / 2.0
        both = (1.0 - share) * growth_0 + share * growth_1
        year = math.sqrt(DAYS_IN_YEAR)
        states = (
            deviation_0 * year,
            leave_0,
            growth_0 * DAYS_IN_YEAR,
            deviation_1 * year,
            leave_1,
            growth_1 * DAYS_IN_YEAR,
        )
        return np.array([both * DAYS_IN_YEAR, *states])

    keys = (
        "drift",
        *(f"{state}.{key}" for state in ("calm", "turbulent") for key in ("volatility", "leave", "relative_drift")),
    )
    return _parameters(keys, annual, best, negative, set()), -negative(best), best.size, []


def _daily_states(free: Floats) -> tuple[float, ...]:
    mean_0, mean_1, log_0, log_1, logit_0, logit_1 = (float(number) for number in free)
    leaves = (1.0 / (1.0 + math.exp(-min(max(logit, -30.0), 30.0))) for logit in (logit_0, logit_1))
    return mean_0, mean_1, math.exp(log_0), math.exp(log_1), *leaves


def _logit(probability: float) -> float:
    return math.log(probability / (1.0 - probability))


def _bootstrap(returns: Floats) -> tuple[list[Parameter], float, int, list[str]]:
    """The best block length for the mean of returns and of absolute returns; the longer of the two."""
    from arch.bootstrap import optimal_block_length  # noqa: PLC0415 - slow to import, and needed only here

    lengths = [float(optimal_block_length(data)["stationary"].iloc[0]) for data in (returns, np.abs(returns))]
    note = (
        f"Best block length of Politis and White (2004): {lengths[0]:.1f} days for returns, {lengths[1]:.1f} for "
        "absolute returns; the longer is used, since it is volatility that clusters."
    )
    return [Parameter("block_length", max(1.0, *lengths), math.nan, is_rate=False)], math.nan, 1, [note]


FITTERS: Mapping[str, Fitter] = {
    "gbm": _gbm,
    "jump_diffusion": _jump_diffusion,
    "garch": _garch,
    "regime": _regime,
    "bootstrap": _bootstrap,
}
"""Model -> the function that fits it to daily log returns."""


def _parameters(
    keys: tuple[str, ...],
    annual: Callable[[Floats], Floats],
    best: Floats,
    negative: Callable[[Floats], float],
    plain: set[str],
) -> list[Parameter]:
    """Parameters of a scenario and their standard errors, from the maximum of a likelihood in other parameters."""
    information = second_derivatives(negative, best)
    try:
        covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    except np.linalg.LinAlgError:
        covariance = np.full(information.shape, math.nan)
    errors = delta_errors(annual, best, covariance)
    return [
        Parameter(key, float(value), float(error), key not in plain)
        for key, value, error in zip(keys, annual(best), errors, strict=True)
    ]
