"""Draws that holders under one price path share: drawn once in a process, then reused for the next holder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock

from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.domain.arrays import Days
from treasury_sim.market.models import NodePrices

MOST_BYTES = 64 << 20
"""Largest draw that is kept: the memory of a worker does not grow with the number of paths."""

_lock = Lock()
_kept: dict[object, Mapping[str, NodePrices]] = {}


def common_draws(
    spec: ScenarioSpec,
    nodes: Days,
    spots: Mapping[str, float],
    chunk: int,
    draw: Callable[[], Mapping[str, NodePrices]],
) -> Mapping[str, NodePrices]:
    """The prices of a chunk, those of the last call if everything that they depend on is the same.

    Parameters
    ----------
    spec
        States the models, the seed and the number of paths.
    spots
        Price before the first node, by asset [currency/coin].
    draw
        Draws them.
    """
    key = (
        repr(sorted(spec.prices.items())),
        repr(spec.simulation),
        nodes.tobytes(),
        repr(sorted(spots.items())),
        chunk,
    )
    with _lock:
        if key in _kept:
            return _kept[key]
    drawn = draw()
    arrays = [array for prices in drawn.values() for array in (prices.close, prices.low)]
    for array in arrays:
        array.flags.writeable = False
    if sum(array.nbytes for array in arrays) <= MOST_BYTES:
        with _lock:
            _kept.clear()
            _kept[key] = drawn
    return drawn
