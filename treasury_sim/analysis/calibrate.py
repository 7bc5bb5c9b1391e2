"""Fit price models to a window of history, and test each against the drawdowns of that window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from treasury_sim.domain.arrays import Ints
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.calibration import Fit, fit, window_returns
from treasury_sim.market.drawdowns import DrawdownTest, drawdown_test
from treasury_sim.market.following import FollowTest, fit_follower
from treasury_sim.market.history import Window
from treasury_sim.market.models.follows import FIRST_DAYS

FEWEST = 250
"""Fewest days for a meaningful fit."""
BY_DEFAULT = 5 * 365
"""Length of the window in days if its first day is not given."""
SAME = 0.1
"""Share of days with the same return at which prices are taken as not daily, or hardly moving: the density of daily
returns then has a spike, on which the likelihood of the models in `SPIKED` is unbounded."""
SPIKED = {"jump_diffusion", "garch", "regime", "follows"}


def calibrated(
    history: DailyPrices,
    models: Sequence[str],
    days: tuple[date | None, date | None],
    seed: int,
    progress: Progress | None = None,
) -> list[tuple[Fit, DrawdownTest]]:
    """Fit each of `models` to `history` from the first to the last of `days`.

    Parameters
    ----------
    progress
        Called as the work proceeds with (done, total), see `treasury_sim.domain.progress`.

    Raises
    ------
    InputError
        If the window is outside the history or too short, or its prices do not move.
    """
    window = _window(history, days)
    check_fit(history, window, models)
    fits = []
    for model, within in parts(models, progress or silent):
        fitted = fit(model, history, window)
        within(1, 2)
        fits.append((fitted, drawdown_test(history, fitted, seed)))
    return fits


def calibrated_follower(
    history: DailyPrices, leader: DailyPrices, days: tuple[date | None, date | None]
) -> tuple[Fit, FollowTest]:
    """Fit how `history` follows `leader`, from the first to the last of `days`.

    Raises
    ------
    InputError
        If the two are the same, or the window is outside the history that they share, or too short.
    """
    if history.asset == leader.asset:
        fix = "Choose another asset to fit, such as --asset ETH."
        raise InputError([Problem("", None, "--leader", f"an asset other than {history.asset}", leader.asset, fix)])
    first = max(history.first, leader.first) + timedelta(days=FIRST_DAYS)
    window = _window(_between(history, first, min(history.last, leader.last)), days)
    check_fit(history, window, ["follows"])
    check_fit(leader, window, ["follows"])
    return fit_follower(history, leader, window)


def _between(history: DailyPrices, first: date, last: date) -> DailyPrices:
    """The days of `history` from `first` to `last`; as it is where there are none."""
    rows = slice((first - history.first).days, (last - history.first).days + 1)
    if first > last:
        return history
    return replace(history, days=history.days[rows], low=history.low[rows], close=history.close[rows])


def _window(history: DailyPrices, days: tuple[date | None, date | None]) -> Window:
    """The window from the first to the last of `days`, inside `history`."""
    last = days[1] or history.last
    first = days[0] or max(last - timedelta(days=BY_DEFAULT - 1), history.first + timedelta(days=1))
    if last < first:
        raise InputError(
            [Problem("", None, "--from, --to", "a window that ends after its first day", f"{first} to {last}")]
        )
    earliest = history.first + timedelta(days=1)
    if not earliest <= first <= last <= history.last:
        expected = f"a window inside the history of {history.asset}, {earliest} to {history.last} ({history.source})"
        raise InputError([Problem("", None, "--from, --to", expected, f"{first} to {last}")])
    return Window(first, last)


def check_fit(history: DailyPrices, window: Window, models: Sequence[str]) -> None:
    """Refuse a window, inside `history`, to which `models` cannot be fitted.

    Raises
    ------
    InputError
        If it is too short, or its prices do not move.
    """
    if window.days < FEWEST:
        expected, fix = f"a window of at least {FEWEST} days", "Give longer prices, or state a model with its keys."
        raise InputError([Problem("", None, f"prices of {history.asset}", expected, f"{window.days} days", fix)])
    _check_moving(history, window, SAME if SPIKED & set(models) else 1.0)


def is_spiked(history: DailyPrices, window: Window) -> bool:
    """Whether so many days of a window have the same return that models in `SPIKED` cannot be fitted to it."""
    return int(_same_returns(history, window).max()) >= SAME * window.days


def _same_returns(history: DailyPrices, window: Window) -> Ints:
    """Number of days with each daily return of a window, (returns,)."""
    _, counts = np.unique(np.round(window_returns(history, window), 12), return_counts=True)
    return counts


def _check_moving(history: DailyPrices, window: Window, share: float) -> None:
    """Raise an error if `share` or more of the daily returns are the same."""
    counts = _same_returns(history, window)
    if counts.size > 1 and counts.max() < share * window.days:
        return
    expected = f"prices that move: fewer than {share:.0%} of the days with the same return"
    same_days = f"{counts.max():,} of {window.days:,} in {window}"
    fix = "" if counts.size == 1 else "Give a price for every day, or fit only gbm or bootstrap (--model)."
    raise InputError([Problem("", None, f"prices of {history.asset}", expected, same_days, fix)])
