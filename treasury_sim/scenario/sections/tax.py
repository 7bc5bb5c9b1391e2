"""`tax:`, income tax."""

from treasury_sim.scenario.fields import Rate, Spec


class Tax(Spec):
    """Income tax."""

    rate: Rate | None = None
    """Combined rate, `0.2873` or `28.73%`."""
