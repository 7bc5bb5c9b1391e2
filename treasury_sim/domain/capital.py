"""What a run found of the holder's funding: the runway, what breaks when, at which price, and key figures."""

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
        Key and words.
    unit
        ``money``, ``coins``, ``coins a share``, ``ratio``, ``percent`` or ``months``.
    value
        ``None`` where something it needs is not there, or is nothing.
    definition
        How it is computed, in one sentence.
    caveat
        What it ignores; empty if nothing to say.
    """

    name: str
    title: str
    unit: str
    value: float | None
    definition: str
    caveat: str = ""


@dataclass(frozen=True)
class Trigger:
    """Something that breaks, or would.

    Attributes
    ----------
    name
        Key, such as ``cash_runs_out``.
    framework
        Under which framework; empty where it is no matter of books.
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
    """A price of the coin at which something breaks, with everything else as it is on `day`.

    Attributes
    ----------
    framework
        Under which framework; empty where it is no matter of books.
    price
        [currency/coin]; ``None`` if it cannot be computed, or no price does it.
    words
        What it is and how it is computed, or what is missing.
    """

    name: str
    framework: str
    day: date
    price: float | None
    words: str


@dataclass(frozen=True)
class Instrument:
    """One instrument, as every report shows it.

    Attributes
    ----------
    kind
        ``loan``, ``note``, ``preferred`` or ``issuance``.
    amount
        When the period begins [currency of the holder].
    a_year
        What it costs a year [currency of the holder].
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
    """The funding of the holder, and what came of it.

    Attributes
    ----------
    months
        The last day of each month.
    close : (paths, months)
        Price of the coin then [currency/coin].
    assumptions
        Sentences that belong beside every figure.
    interest_a_year, dividends_a_year
        On what is outstanding when the period begins [currency].
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
