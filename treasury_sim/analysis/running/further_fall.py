"""The effect of a further fall of one unit of currency: if the price then stays, and over all paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from treasury_sim.analysis.distribution import Distribution, Estimate, distribution
from treasury_sim.analysis.running.outlook import FurtherFall
from treasury_sim.analysis.running.running_scenarios import Running, end_price, price_key
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.domain.progress import Progress, parts
from treasury_sim.domain.result import Result
from treasury_sim.engine import run
from treasury_sim.engine.paths.points import run_points, vary_prices_only

PATHS_OF_A_FALL = 1_024
"""Paths for the mean effect of a further fall: differences on the same random numbers need few."""


def further_falls(running: Running, stays: Result, sample: Result, progress: Progress) -> Iterator[FurtherFall]:
    """The effect of a lower price of each asset on the last line computed, under each framework."""
    for asset, within in parts(list(running.models), progress):
        lower, expected = _lower(running, stays, asset), _expected(running, sample, asset, within)
        for key in stays.statements:
            yield FurtherFall(asset, key, _last_line(stays, key), lower.get(key), expected.get(key))


def _expected(running: Running, sample: Result, asset: str, progress: Progress) -> dict[str, Estimate]:
    """By framework: mean change of the last line over paths that begin one lower [currency]."""
    if not sample.is_simulated:
        return {}
    price = float(running.known[asset].close[-1])
    step, paths = _step(price), min(sample.paths, PATHS_OF_A_FALL)
    lower_prices: dict[str | KeyPath, object] = {
        ("prices", asset, "spot"): price - step,
        "simulation.paths": paths,
        "limits": None,
    }
    lower = run(running.simulated.what_if(lower_prices), progress=progress)
    changes = {}
    for key in sample.statements:
        line, label = _last_line(sample, key), running.quarter.label
        before, after = (distribution(each, key, line, each.period(label)) for each in (sample, lower))
        if before is not None and after is not None:
            # A smaller sample is the beginning of a larger one, so the difference is on the same random numbers, and
            # its error excludes their common noise.
            difference = after.values - np.broadcast_to(before.values, sample.paths)[: lower.paths]
            changes[key] = Distribution(difference / step, after.replicates).mean
    return changes


def _step(price: float) -> float:
    """One unit of currency, less for a cheap coin."""
    return min(1.0, price / 100.0)


def _last_line(result: Result, key: str) -> str:
    """Net income, or income before tax where no tax is computed."""
    return "pre_tax_income" if result.statements[key].lines["net_income"] is None else "net_income"


def _lower(running: Running, stays: Result, asset: str) -> dict[str, float]:
    """By framework: change of the last line at a price lower by one, which then stays [currency]."""
    label = running.quarter.label
    price = end_price(stays, asset, label)
    step = _step(price)
    path = price_key(running, asset)
    if vary_prices_only(running.stays.case, [path]):
        both = run_points(running.stays, {path: np.array([price, price - step])})
        results: Sequence[Result] = (both,)
    else:
        results = (stays, run(running.stays.what_if({path: price - step})))
    changes = {}
    for key in stays.statements:
        line = _last_line(stays, key)
        values = np.concatenate([np.atleast_1d(each.line(line, label, framework=key)) for each in results])
        changes[key] = float(values[-1] - values[0]) / step
    return changes
