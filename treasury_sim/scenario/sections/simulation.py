"""`simulation:`, how many paths are drawn, from which seed, and how much memory they may take."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from treasury_sim.scenario.fields import Positive, Spec, Text, Whole, fault

MOST_PATHS = 100_000_000


def _check_pairs(correlation: Mapping[str, float]) -> Mapping[str, float]:
    for pair in correlation:
        if len({name for name in pair.split("/") if name}) != 2 or pair.count("/") != 1:
            raise fault("two assets with a slash between them", found=pair, fix="Write BTC/ETH: 0.8, say.")
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
    """How prices are simulated, where a model of `prices` is."""

    paths: Annotated[int, Field(ge=1, le=MOST_PATHS), Whole] = 16_384
    """Paths asked for; rounded up, see `docs/simulation.md`."""
    seed: Annotated[int, Field(ge=0), Whole] = 42
    """The same seed gives the same paths."""
    memory_gb: Positive = 2.0
    """What the results of all paths may take [10^9 bytes]."""
    correlation: Correlations = Field(default_factory=dict)
    """Correlation of the normal shocks of two assets; 0 where none is given."""
    price_correlation: Correlations = Field(default_factory=dict)
    """Correlation that the log returns of two assets are to have; that of their shocks is solved for."""
