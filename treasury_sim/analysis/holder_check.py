"""Whether the figures of holders tie: units, cost and fair value against each other and against prices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from treasury_sim.domain.holder_facts import Fact
from treasury_sim.market.history import EMBEDDED, EMBEDDED_CURRENCY, load_history

CLOSE_ENOUGH = 0.01
"""Largest difference of a pair that ties, as a share."""


@dataclass(frozen=True)
class Pair:
    """A figure computed from others of the table, and the one reported.

    Attributes
    ----------
    holder, ticker, as_of
        The holder and the day.
    what
        Figures compared, in words.
    computed, reported
        Both in the unit of the reported figure.
    confidence
        Of the reported figure.
    line
        Its line in the file.
    explanation
        Why they differ, as the table says; empty if it does not.
    """

    holder: str
    ticker: str
    as_of: date
    what: str
    computed: float
    reported: float
    confidence: str
    line: int
    explanation: str

    @property
    def difference(self) -> float:
        """Reported less computed, as a share of the computed figure."""
        return self.reported / self.computed - 1.0 if self.computed else float("nan")

    @property
    def verdict(self) -> str:
        """``ties``, ``explained``, or ``does not tie``."""
        if abs(self.difference) <= CLOSE_ENOUGH:
            return "ties"
        return "explained" if self.explanation else "does not tie"


@dataclass(frozen=True)
class Latest:
    """The latest figure of one key of a holder, and its age.

    Attributes
    ----------
    fact
        The figure.
    age
        Days from its day to the day of the check.
    """

    fact: Fact
    age: int


def pairs(facts: Sequence[Fact]) -> Iterator[Pair]:
    """Every pair that can be compared, in the order of the file.

    Fair value against units at the UTC close, cost against units at their average, and the gain of a quarter against
    the change in the price of the units, where they are the same on both days.
    """
    known = {(fact.ticker, fact.as_of, fact.key): fact for fact in facts if fact.number is not None}
    assets = {fact.ticker: fact.value for fact in facts if fact.key == "asset"}
    for fact in facts:
        if fact.number is None:
            continue
        units = known.get((fact.ticker, fact.as_of, "units_held"))
        if units is None or units.number is None:
            continue
        if fact.key == "fair_value" and fact.unit == EMBEDDED_CURRENCY:
            price = _close(assets.get(fact.ticker, ""), fact.as_of)
            if price is not None:
                yield _pair(fact, "fair value: units at the UTC close", units.number * price)
        elif fact.key == "cost_basis_total":
            average = known.get((fact.ticker, fact.as_of, "avg_cost"))
            if average is not None and average.number is not None and average.basis != "derived":
                yield _pair(fact, "cost: units at their average", units.number * average.number)
        elif fact.key == "unrealised_gain_loss_quarter" and fact.unit == EMBEDDED_CURRENCY:
            before = _quarter_before(fact.as_of)
            held = known.get((fact.ticker, before, "units_held"))
            prices = [_close(assets.get(fact.ticker, ""), day) for day in (before, fact.as_of)]
            if held is not None and held.number == units.number and prices[0] is not None and prices[1] is not None:
                yield _pair(
                    fact, "gain of the quarter: units at the change in price", units.number * (prices[1] - prices[0])
                )


def _pair(fact: Fact, what: str, computed: float) -> Pair:
    assert fact.number is not None  # noqa: S101 - checked by the caller
    return Pair(
        fact.holder, fact.ticker, fact.as_of, what, computed, fact.number, fact.confidence, fact.line, fact.explanation
    )


def _close(asset: str, day: date) -> float | None:
    """The embedded UTC close; ``None`` if the asset or the day is not embedded."""
    if asset not in EMBEDDED:
        return None
    daily = load_history(asset)
    return float(daily.close[(day - daily.first).days]) if daily.first <= day <= daily.last else None


def _quarter_before(end: date) -> date:
    """The last day of the month three months before that of `end`."""
    year, month = (end.year, end.month - 2) if end.month > 2 else (end.year - 1, end.month + 10)
    return date(year, month, 1) - timedelta(days=1)


SHOWN = ("units_held", "cost_basis_total", "fair_value", "cash", "shares_basic", "debt_principal_total")
"""Keys whose latest figure is listed with its age."""


def latest(facts: Sequence[Fact], today: date) -> Iterator[Latest]:
    """The latest figure of each of `SHOWN`, by holder, with its age on `today`."""
    newest: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        if fact.key in SHOWN and fact.as_of <= today:
            at = (fact.ticker, fact.key)
            if at not in newest or newest[at].as_of <= fact.as_of:
                newest[at] = fact
    for ticker in dict.fromkeys(fact.ticker for fact in facts):
        for key in SHOWN:
            if (ticker, key) in newest:
                fact = newest[ticker, key]
                yield Latest(fact, (today - fact.as_of).days)
