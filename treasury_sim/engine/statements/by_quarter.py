"""Expand figures stated once or by quarter into arrays over the quarters of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.timeline import Quarter
from treasury_sim.scenario.fields import in_quarter


def stated(value: float | Mapping[str, float], first: date, quarters: Sequence[Quarter]) -> Floats:
    """A flow, (quarters,): a single figure applies to each quarter from `first` on; NaN where nothing is stated."""
    known = [in_quarter(value, q.label) if q.start >= first or isinstance(value, Mapping) else None for q in quarters]
    return np.array([np.nan if figure is None else figure for figure in known])


def filled_back(value: float | Mapping[str, float], quarters: Sequence[Quarter]) -> Floats:
    """A balance, (quarters,): a single figure applies throughout; before the first stated quarter the first applies."""
    if not isinstance(value, Mapping):
        return np.full(len(quarters), float(value))
    balances, last = np.empty(len(quarters)), value[min(value)]
    for number, quarter in enumerate(quarters):
        last = value.get(quarter.label, last)
        balances[number] = last
    return balances
