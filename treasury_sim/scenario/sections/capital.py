"""`capital:`, what per-share figures need."""

from treasury_sim.scenario.fields import NotPositive, PerQuarter, Positive, Spec


class Capital(Spec):
    """What per-share figures need, for each quarter."""

    preferred_dividends: PerQuarter[NotPositive] | None = None
    """Preferred dividends [currency], negative."""
    weighted_shares: PerQuarter[Positive] | None = None
    """Weighted average shares, basic."""
    weighted_shares_diluted: PerQuarter[Positive] | None = None
    """Weighted average shares, diluted."""
