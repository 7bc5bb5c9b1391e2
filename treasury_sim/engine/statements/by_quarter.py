"""Expand figures stated once or by quarter into arrays over the quarters of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from treasury_sim.case.fields import in_quarter
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.timeline import Quarter


def stated(value: float | Mapping[str, float], first: date, quarters: Sequence[Quarter]) -> Floats:
    """A figure by quarter, (quarters,): a single one applies to each from `first` on; NaN where nothing is stated."""
    known = [in_quarter(value, q.label) if q.start >= first or isinstance(value, Mapping) else None for q in quarters]
    return np.array([np.nan if figure is None else figure for figure in known])


def stated_flow(value: float | Mapping[str, float], spec: ScenarioSpec, quarters: Sequence[Quarter]) -> Floats:
    """A flow of the period, (quarters,); a quarter to date has its share by days, as the flow accrues evenly."""
    elapsed = np.array([spec.calendar.elapsed(quarter) for quarter in quarters])
    flow: Floats = stated(value, spec.period.start, quarters) * elapsed
    return flow


def filled_back(value: float | Mapping[str, float], quarters: Sequence[Quarter]) -> Floats:
    """A balance, (quarters,): a single figure applies throughout; before the first stated quarter the first applies."""
    if not isinstance(value, Mapping):
        return np.full(len(quarters), float(value))
    balances, last = np.empty(len(quarters)), value[min(value)]
    for number, quarter in enumerate(quarters):
        last = value.get(quarter.label, last)
        balances[number] = last
    return balances
