"""`fx:`, rates of exchange."""

from treasury_sim.scenario.fields import Positive, Spec


class FxRate(Spec):
    """The rate of a pair: how much of the second currency one unit of the first is."""

    rate: Positive
    """Such as 1.175 for `EURUSD`."""
