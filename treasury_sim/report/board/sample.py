"""What the board's file says of a simulation: what is expected, one path in twenty, how likely limits fail."""

from __future__ import annotations

from collections.abc import Iterator

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.distribution import (
    QUANTILES,
    Distribution,
    Estimate,
    asset_distribution,
    chances,
    distribution,
)
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.board.section import Section
from treasury_sim.report.finding import KeyFigure, period_name, signed, spoken
from treasury_sim.report.screen import ScreenTable

SHOWN = ("remeasurement_pl", "operating_income", "net_income", "carrying", "deferred_tax_liability")


def bottom(result: Result, key: str, period: Period) -> tuple[str, Distribution]:
    """The last line that was computed, and its distribution."""
    for line in ("net_income", "pre_tax_income"):
        found = distribution(result, key, line, period)
        if found is not None:
            return line, found
    message = "income before tax is always computed"
    raise AssertionError(message)


def sample_headline(result: Result, key: str, period: Period) -> str:
    """The finding in a sentence: what is expected, and the fifth per cent."""
    line, found = bottom(result, key, period)
    mean, low = found.mean.value, found.quantile(QUANTILES[0]).value
    side = "loses" if low < 0.0 else "earns no more than"
    size, expected = spoken(low, result.currency), signed(mean, result.currency)
    return (
        f"{period_name(result, period)}: {LINES[line].title.lower()} of {expected} expected; "
        f"one path in twenty {side} {size}{' or more' if low < 0.0 else ''}"
    )


def sample_figures(result: Result, key: str, period: Period) -> tuple[KeyFigure, ...]:
    """Expected and bad figures of the bottom line."""
    line, found = bottom(result, key, period)
    title = LINES[line].title
    told = (
        (f"{title}, expected", found.mean.value),
        ("1 path in 20 is below", found.quantile(QUANTILES[0]).value),
        ("Half of the paths are below", found.quantile(QUANTILES[1]).value),
        ("1 path in 20 is above", found.quantile(QUANTILES[2]).value),
    )
    return tuple(KeyFigure(name, amount, signed(amount, result.currency)) for name, amount in told)


def sample_sections(result: Result, key: str, period: Period) -> Iterator[Section]:
    """The sections that take the place of bridge, position and lots."""
    name = period_name(result, period)
    drawn = f"{result.paths:,} equally likely paths"
    if result.sampling is not None:
        drawn += f" from {result.sampling.first_day} on ({result.sampling.method}, seed {result.seed})"
    tables = tuple(_lines(result, name, period) for name in result.statements)
    words_of_it = f"{drawn}; ± is the standard error of the simulation."
    yield Section(f"What may come, {name}", (words_of_it,), tables, chart="distribution", in_flash=True)
    yield Section(f"Prices, {name}", tables=(_prices(result, key, period),), in_flash=True)
    limits = list(chances(result, result.watched))
    if limits:
        rows = [
            (
                one.limit.words,
                FRAMEWORKS[one.framework].title,
                words.percent(one.ever.value),
                words.percent(one.ever.error),
            )
            for one in limits
        ]
        header = ("Limit", "Under", "Probability", "±")
        table = ScreenTable("", header, tuple(rows), (False,) * len(rows))
        yield Section(
            "How likely each limit is to fail", tables=(("In any quarter of the period", table),), in_flash=True
        )


def _lines(result: Result, key: str, period: Period) -> tuple[str, ScreenTable]:
    known = [(line, found) for line in SHOWN if (found := distribution(result, key, line, period)) is not None]
    estimates = {line: _estimates(found) for line, found in known}
    scale = words.scale_for(one.value for row in estimates.values() for one in row)
    rows = [
        (
            LINES[line].title,
            *(cell for one in row for cell in (words.money(one.value, scale), words.money(one.error, scale))),
        )
        for line, row in estimates.items()
    ]
    unit = scale.label(result.currency)
    header = (unit, "Mean", "±", "p5", "±", "p50", "±", "p95", "±")
    return FRAMEWORKS[key].title, ScreenTable(unit, header, tuple(rows), (False,) * len(rows))


def _estimates(found: Distribution) -> list[Estimate]:
    return [found.mean, *(found.quantile(share) for share in QUANTILES)]


def _prices(result: Result, key: str, period: Period) -> tuple[str, ScreenTable]:
    rows = []
    for asset, held in result.statements[key].assets.items():
        for line, title in (("price", "at the end"), ("low", "lowest seen")):
            found = asset_distribution(result, held, line, period)
            if found is not None:
                cells = [cell for one in _estimates(found) for cell in (words.price(one.value), words.price(one.error))]
                rows.append((f"{asset}, {title}", *cells))
    unit = f"{result.currency} a coin"
    header = (unit, "Mean", "±", "p5", "±", "p50", "±", "p95", "±")
    return "Price", ScreenTable(unit, header, tuple(rows), (False,) * len(rows))
