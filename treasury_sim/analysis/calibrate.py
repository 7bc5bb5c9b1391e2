"""Fit price models to a window of history, and put each to the test against it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from importlib.util import find_spec

from treasury_sim.domain.prices import DailyPrices
from treasury_sim.errors import InputError, Problem, TreasurySimError
from treasury_sim.market.calibration import Fit, fit
from treasury_sim.market.drawdowns import DrawdownTest, drawdown_test
from treasury_sim.market.history import Window

FEWEST = 250
"""Days below which a fit says nothing."""
BY_DEFAULT = 5 * 365
"""Days of the window if its first day is not given."""
NEEDS_ARCH = {"garch", "bootstrap"}


def calibrated(
    history: DailyPrices, models: Sequence[str], days: tuple[date | None, date | None], seed: int
) -> list[tuple[Fit, DrawdownTest]]:
    """Fit each of `models` to `history` from the first to the last of `days`.

    Raises
    ------
    InputError
        If the window is not inside the history, or too short.
    TreasurySimError
        If a package is missing.
    """
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
    window = Window(first, last)
    if window.days < FEWEST:
        expected = f"a window of at least {FEWEST} days"
        raise InputError([Problem("", None, "--from, --to", expected, f"{window}, {window.days} days")])
    if NEEDS_ARCH & set(models) and find_spec("arch") is None:
        message = 'garch and bootstrap are fitted by the arch package: pip install "treasury-sim[calibrate]"'
        raise TreasurySimError(message)
    found = [fit(model, history, window) for model in models]
    return [(fitted, drawdown_test(history, fitted, seed)) for fitted in found]
