"""From the days of a daily model to prices at the requested nodes."""

from __future__ import annotations

from datetime import date

import numpy as np

from treasury_sim.domain.arrays import Days, Floats, Ints
from treasury_sim.market.models.model import NodePrices


def day_gaps(nodes: Days, start: date) -> Ints:
    """Days from each node's predecessor, from `start` for the first, (nodes,)."""
    before = np.concatenate([[np.datetime64(start, "D")], nodes[:-1]])
    gaps: Ints = (nodes - before).astype(np.intp)
    return gaps


def at_nodes(change: Floats, low: Floats, spot: float, gaps: Ints) -> NodePrices:
    """Cumulate daily changes to prices at nodes.

    Parameters
    ----------
    change : (days, paths)
        Change of the log price from close to close; written over.
    low : (days, paths)
        Lowest log price of the day less the log of the previous close; written over.
    spot
        Close before the first day [currency/unit].
    gaps : (nodes,)
        Days from the previous node to each node.
    """
    last = np.cumsum(gaps) - 1
    total = np.zeros(change.shape[1])
    lowest = np.full_like(total, np.inf)
    node = 0
    # Day by day, so that a day stays in the processor's cache. Node n is never before day n, so results can be
    # written over the rows of days already read.
    for day in range(change.shape[0]):
        low[day] += total
        np.minimum(lowest, low[day], out=lowest)
        total += change[day]
        if day == last[node]:
            _priced(total, spot, change[node])
            _priced(lowest, spot, low[node])
            np.minimum(low[node], change[node], out=low[node])
            lowest[:] = np.inf
            node += 1
    return NodePrices(change[:node].T, low[:node].T)


def _priced(log_price: Floats, spot: float, out: Floats) -> None:
    np.exp(log_price, out=out)
    out *= spot
