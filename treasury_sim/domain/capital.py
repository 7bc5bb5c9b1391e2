"""`CapitalResult`: the runway of a holder, the triggers and break-even prices of its funding, and key figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.claims import Funding, Runway


@dataclass(frozen=True)
class Kpi:
    """One key figure.

    Attributes
    ----------
    name, title
        Key, and name for people.
    unit
        ``money``, ``coins``, ``coins a share``, ``ratio``, ``percent`` or ``months``.
    value
        ``None`` where an input is missing or 0.
    definition
        How it is computed, in one sentence.
    caveat
        What it leaves out; empty if nothing.
    """

    name: str
    title: str
    unit: str
    value: float | None
    definition: str
    caveat: str = ""


@dataclass(frozen=True)
class Trigger:
    """An event that endangers the holder, such as a margin call or cash that runs out.

    Attributes
    ----------
    name
        Key, such as ``cash_runs_out``.
    framework
        Framework under which it happens; empty where it does not depend on the books.
    when
        Month end or quarter end; ``None`` if it does not happen in the run.
    sentence
        What happens and why, in plain words.
    """

    name: str
    framework: str
    when: date | None
    sentence: str


@dataclass(frozen=True)
class BreakEven:
    """The coin price at which a limit of the funding is reached, everything else as on `day`.

    Attributes
    ----------
    framework
        Framework under which it happens; empty where it does not depend on the books.
    price
        [currency/coin]; ``None`` if it cannot be computed, or if no price reaches the limit.
    words
        What the price is and how it is computed, or which input is missing.
    """

    name: str
    framework: str
    day: date
    price: float | None
    words: str


@dataclass(frozen=True)
class Instrument:
    """One instrument, as all reports show it.

    Attributes
    ----------
    kind
        ``loan``, ``note``, ``preferred`` or ``issuance``.
    amount
        Outstanding when the period begins [currency of the holder].
    a_year
        Annual cost [currency of the holder].
    terms
        Its terms in words.
    """

    name: str
    kind: str
    amount: float
    a_year: float
    terms: str
    source: str


@dataclass(frozen=True)
class CapitalResult:
    """The funding of the holder and its results.

    Attributes
    ----------
    months
        The last day of each month.
    close : (paths, months)
        Price of the coin at the month end [currency/coin].
    assumptions
        Sentences to be shown beside the figures.
    interest_a_year, dividends_a_year
        On amounts outstanding when the period begins [currency].
    kpis
        By date: the opening, and each quarter end.
    """

    asset: str
    months: tuple[date, ...]
    funding: Funding
    runway: Runway
    close: Floats
    instruments: tuple[Instrument, ...]
    assumptions: tuple[str, ...]
    interest_a_year: float
    dividends_a_year: float
    triggers: tuple[Trigger, ...]
    break_evens: tuple[BreakEven, ...]
    kpis: Mapping[date, tuple[Kpi, ...]]
