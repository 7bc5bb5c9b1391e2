"""`income:`, income other than from the coins."""

from treasury_sim.case.fields import PerQuarter, Signed, Spec


class Income(Spec):
    """Income other than from the coins, signed, by quarter."""

    other_operating: PerQuarter[Signed] = 0.0
    """Other operating income [currency]; an operating loss is negative."""
    interest: PerQuarter[Signed] = 0.0
    """Net interest [currency]; interest paid is negative."""
