"""The sections of the board report on a simulation: the expected figure, one path in twenty, limits."""

from __future__ import annotations

from collections.abc import Iterator

from treasury_sim.analysis.distribution import QUANTILES, Distribution, distribution
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period
from treasury_sim.domain.result import Result
from treasury_sim.report.board.section import Section
from treasury_sim.report.finding import KeyFigure
from treasury_sim.report.tables.sample import (
    STANDARD_ERROR,
    chances_table,
    lines_of_period,
    prices_of_period,
    sample_words,
)
from treasury_sim.report.tables.statement import period_name
from treasury_sim.report.words import sentence, signed, spoken


def bottom(result: Result, key: str, period: Period) -> tuple[str, Distribution]:
    """The last line that was computed, and its distribution."""
    for line in ("net_income", "pre_tax_income"):
        of = distribution(result, key, line, period)
        if of is not None:
            return line, of
    message = "income before tax is always computed"
    raise AssertionError(message)


def sample_headline(result: Result, key: str, period: Period) -> str:
    """The finding in a sentence: the mean, and the fifth per cent."""
    line, of = bottom(result, key, period)
    mean, low = of.mean.value, of.quantile(QUANTILES[0]).value
    side = "loses" if low < 0.0 else "earns no more than"
    size, expected = spoken(low, result.currency), signed(mean, result.currency)
    return (
        f"{period_name(result, period)}: {LINES[line].title.lower()} of {expected} expected; "
        f"one path in twenty {side} {size}{' or more' if low < 0.0 else ''}"
    )


def sample_figures(result: Result, key: str, period: Period) -> tuple[KeyFigure, ...]:
    """Expected and bad figures of the bottom line."""
    line, of = bottom(result, key, period)
    figures = (
        (f"{LINES[line].title}, expected", of.mean.value),
        ("1 path in 20 is below", of.quantile(QUANTILES[0]).value),
        ("Half of the paths are below", of.quantile(QUANTILES[1]).value),
        ("1 path in 20 is above", of.quantile(QUANTILES[2]).value),
    )
    return tuple(KeyFigure(name, amount, signed(amount, result.currency)) for name, amount in figures)


def sample_sections(result: Result, period: Period) -> Iterator[Section]:
    """The sections that take the place of bridge, position and lots."""
    name = period_name(result, period)
    tables = tuple(lines_of_period(result, key, period) for key in result.statements)
    about = f"{sentence(sample_words(result))}. {STANDARD_ERROR}"
    yield Section(f"Range of outcomes, {name}", (about,), tables, chart="distribution", in_flash=True)
    yield Section(f"Prices, {name}", tables=(prices_of_period(result, period),), in_flash=True)
    limits = chances_table(result)
    if limits.rows:
        yield Section("Limits", tables=(limits,), in_flash=True)
