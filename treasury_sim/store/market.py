"""A market of a venue, while it is being asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from treasury_sim.errors import TreasurySimError
from treasury_sim.market.held.tables import ONE_DAY, Series
from treasury_sim.store.bars import Source, last_whole_day
from treasury_sim.store.venues import UNCHANGED, Line

MOST_APART = 600.0
"""Most by which this machine's clock may differ from the venue's [seconds]."""
SLACK = 2 * ONE_DAY
"""Days by which prices held may be later than the last whole day, just after midnight."""


@dataclass(frozen=True)
class Market:
    """A market of a venue.

    Attributes
    ----------
    symbol
        Its name in ccxt.
    is_traded
        Whether it is still traded.
    now
        UTC.
    """

    line: Line
    symbol: str
    is_traded: bool
    now: datetime

    @classmethod
    def of(cls, series: Series, line: Line, now: datetime) -> Market:
        """Find the market of `series`; raises as `Line.symbol` does."""
        symbol, is_traded = line.symbol(series.asset, series.currency)
        return cls(line, symbol, is_traded, now.astimezone(UTC))

    @property
    def source(self) -> Source:
        """The label of what is downloaded now."""
        return Source(self.line.venue.name, self.now.strftime("%Y-%m-%dT%H:%M:%SZ"))

    @property
    def last(self) -> date:
        """The last whole day."""
        return last_whole_day(self.now)

    def check_clock(self, held_to: date | None) -> None:
        """Refuse a wrong clock of this machine: it decides which day is over.

        Raises
        ------
        TreasurySimError
            If it differs from the venue's, or prices are held of days that have not been.
        """
        theirs, fix = self.line.clock(), f"Set the clock of this machine. {UNCHANGED}"
        here = f"this machine's clock says {self.now:%Y-%m-%d %H:%M} UTC"
        if theirs is not None and abs((theirs - self.now).total_seconds()) > MOST_APART:
            message = f"The clocks differ: {here}, that of {self.line.venue.name} {theirs:%Y-%m-%d %H:%M}. {fix}"
            raise TreasurySimError(message)
        if held_to is not None and held_to > self.last + SLACK:
            message = f"The clock may be wrong: {here}, but prices are held to {held_to}. {fix}"
            raise TreasurySimError(message)
