"""`fx:`, exchange rates."""

from treasury_sim.case.fields import Positive, Spec


class FxRate(Spec):
    """The rate of a pair: units of the second currency per unit of the first."""

    rate: Positive
    """Such as 1.175 for `EURUSD`."""
