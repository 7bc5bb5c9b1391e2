"""`simulation:`, the number of paths, their seed and the memory they may use."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from treasury_sim.case.fields import Positive, Spec, Text, Whole, fault

MOST_PATHS = 100_000_000


def _check_pairs(correlation: Mapping[str, float]) -> Mapping[str, float]:
    for pair in correlation:
        if len({name for name in pair.split("/") if name}) != 2 or pair.count("/") != 1:
            raise fault("two assets with a slash between them", found=pair, fix="Write it as BTC/ETH: 0.8.")
    seen: set[frozenset[str]] = set()
    for pair in correlation:
        if frozenset(pair.split("/")) in seen:
            raise fault("each pair of assets once", found=f"{pair} again")
        seen.add(frozenset(pair.split("/")))
    return correlation


Correlations = Annotated[
    Mapping[
        Annotated[Text, WithJsonSchema({"type": "string", "pattern": "^[^/]+/[^/]+$"})],
        Annotated[float, Field(ge=-1, le=1)],
    ],
    AfterValidator(_check_pairs),
]
"""``{BTC/ETH: 0.8}``: a correlation of two assets."""


class Simulation(Spec):
    """Simulation of the prices that have a model."""

    paths: Annotated[int, Field(ge=1, le=MOST_PATHS), Whole] = 16_384
    """Number of paths; rounded up, see `docs/simulation.md`."""
    common: bool = False
    """Whether every day and every simulated asset is drawn, held or not: then all holders have the same paths."""
    seed: Annotated[int, Field(ge=0), Whole] = 42
    """The same seed gives the same paths."""
    memory_gb: Positive = 2.0
    """Memory for the results of all paths [10^9 bytes]."""
    correlation: Correlations = Field(default_factory=dict)
    """Correlation of the normal shocks of two assets; by default 0."""
    price_correlation: Correlations = Field(default_factory=dict)
    """Correlation of the log returns of two assets; the correlation of their shocks is solved for it."""
