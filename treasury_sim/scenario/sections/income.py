"""`income:`, income besides the holdings."""

from treasury_sim.scenario.fields import PerQuarter, Signed, Spec


class Income(Spec):
    """Income besides the holdings, signed, for each quarter."""

    other_operating: PerQuarter[Signed] = 0.0
    """Other operating income [currency]; an operating loss is negative."""
    interest: PerQuarter[Signed] = 0.0
    """Interest, net [currency]; interest paid is negative."""
