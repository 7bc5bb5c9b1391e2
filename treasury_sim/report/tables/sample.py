"""A sample: how lines and prices are distributed, each figure with its standard error; how likely limits fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.distribution import (
    LEVEL,
    QUANTILES,
    Chance,
    Distribution,
    Estimate,
    asset_distribution,
    chances,
    distribution,
)
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, cumulative, fiscal_years, quarter_periods, shown_periods
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.tables.statement import PERIODS, line_kind, remeasurement_names
from treasury_sim.report.tables.table import Cell, Column, Kind, Row, Table
from treasury_sim.report.words import signed, spoken

SHOWN = ("remeasurement_pl", "realised_pl", "net_income", "pre_tax_income", "carrying")
"""Lines that are shown by quarter, where they were computed and are not the same on all paths."""
BY_PERIOD = ("remeasurement_pl", "operating_income", "net_income", "carrying", "deferred_tax_liability")
"""Lines that are shown for one period."""
CHOSEN_FROM = ("remeasurement_pl", "net_income", "pre_tax_income", "carrying", "equity")
"""Lines that a reader may choose."""
SHARES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
"""Quantiles of a single line."""


def sample_words(result: Result) -> str:
    """The basis of a result in words."""
    sampling = result.sampling
    if sampling is None:
        return f"{result.basis} of one price path"
    return (
        f"sample of {result.paths:,} equally likely price paths from {sampling.first_day} on ({sampling.method}, "
        f"{sampling.replicates} replicates, seed {result.seed})"
    )


def periods_of(result: Result) -> dict[str, Period]:
    """The whole period, the fiscal years and the quarters that a reader may choose, by label."""
    return {period.label: period for period in shown_periods(result.timeline.quarters, result.reported)}


def lines_that_vary(result: Result, key: str) -> list[str]:
    """Lines that were computed and differ from path to path."""
    period = next(iter(periods_of(result).values()))
    spread = {name: distribution(result, key, name, period) for name in CHOSEN_FROM}
    return [name for name, of in spread.items() if of is not None and not of.is_certain]


def statistics(of: Distribution, shares: Sequence[float] = QUANTILES) -> dict[str, Estimate]:
    """Mean and quantiles by name: ``mean``, ``p5``."""
    return {"mean": of.mean, **{f"p{share * 100:.0f}": of.quantile(share) for share in shares}}


def estimate_columns(kind: Kind, names: Sequence[str] = ("mean", "p5", "p50", "p95")) -> Iterator[Column]:
    """A column for each statistic, and one for its standard error."""
    for name in names:
        yield Column(name, words.sentence(name) if name == "mean" else name, kind)
        yield Column("se" if name == "mean" else f"{name}_se", "±", kind)


def cells(estimates: Sequence[Estimate]) -> list[Cell]:
    """Each figure and its standard error."""
    return [cell for estimate in estimates for cell in (estimate.value, estimate.error)]


STANDARD_ERROR = "± is the standard error of the simulation."


def tables(result: Result) -> Iterator[Table]:
    """Every table of a sample, in the order in which it is read; without those of nothing."""
    yield prices_by_quarter(result)
    for key in result.statements:
        yield from (line_table(result, key, line) for line in _varying(result, key))
    likely = chances_table(result)
    if likely.rows:
        yield likely
    for key in result.statements:
        settles = convergence_table(result, key)
        if settles.rows:
            yield settles


def _varying(result: Result, key: str) -> Iterator[str]:
    """The lines of `SHOWN` that differ from path to path; income before tax only where there is none after it."""
    for name in SHOWN:
        spread = [distribution(result, key, name, period) for period in _periods(result, name)]
        is_twice = name == "pre_tax_income" and result.statements[key].lines["net_income"] is not None
        if not is_twice and not all(of is None or of.is_certain for of in spread):
            yield name


def _periods(result: Result, line: str) -> list[Period]:
    """The quarters, and of a flow the fiscal years and everything."""
    quarters, reported = result.timeline.quarters, result.reported
    periods = quarter_periods(quarters, reported)
    if LINES[line].kind != "flow":
        return periods
    periods += fiscal_years(quarters, reported)
    return periods if len(reported) == 1 else [*periods, cumulative(quarters, reported)[-1]]


def line_table(result: Result, key: str, line: str) -> Table:
    """A line by period, with the mean of the worst paths if it is a flow."""
    is_flow = LINES[line].kind == "flow"
    kind = line_kind(line)
    periods = _periods(result, line)
    worst = (
        Column("expected_shortfall", f"Mean of the worst {1 - LEVEL:.0%}", kind),
        Column("expected_shortfall_se", "±", kind),
    )
    rows = []
    for period in periods:
        of = distribution(result, key, line, period)
        if of is not None:
            estimates = [*statistics(of).values(), *([-of.expected_shortfall()] if is_flow else [])]
            rows.append(Row((period.label, *cells(estimates)), line=line))
    called = f", {remeasurement_names(result, key, periods[-1])}" if line == "remeasurement_pl" else ""
    columns = (Column("period", "", "quarter"), *estimate_columns(kind), *(worst if is_flow else ()))
    title = f"{FRAMEWORKS[key].title}: {LINES[line].title}{called}"
    return Table(line, title, columns, tuple(rows), (STANDARD_ERROR,), currency=result.currency)


def lines_of_period(result: Result, key: str, period: Period) -> Table:
    """The main lines of one period."""
    spread = [(line, distribution(result, key, line, period)) for line in BY_PERIOD]
    rows = tuple(
        Row((LINES[line].title, *cells(list(statistics(of).values()))), line_kind(line), line=line)
        for line, of in spread
        if of is not None
    )
    columns = (Column("line", ""), *estimate_columns("money"))
    return Table("lines", FRAMEWORKS[key].title, columns, rows, currency=result.currency)


def estimates_table(of: Distribution, currency: str) -> Table:
    """Mean, quantiles, value at risk and expected shortfall of a line, each with its standard error."""
    rows = {
        "Mean": of.mean,
        **{f"{share:.0%} of paths below": of.quantile(share) for share in SHARES},
        f"Value at risk, {LEVEL:.0%}": -of.value_at_risk(),
        f"Mean of the worst {1 - LEVEL:.0%} (CVaR)": -of.expected_shortfall(),
    }
    columns = (
        Column("statistic", ""),
        Column("value", "Estimate", "money"),
        Column("error", "± standard error", "money"),
    )
    shown = tuple(Row((title, estimate.value, estimate.error)) for title, estimate in rows.items())
    return Table("estimates", "Figures and their standard errors", columns, shown, currency=currency)


def prices_by_quarter(result: Result) -> Table:
    """Quarter-end prices and lows of every asset."""
    periods = quarter_periods(result.timeline.quarters, result.reported)
    return _prices(result, periods, "Prices at the quarter end, and the lows that the rules observe")


def prices_of_period(result: Result, period: Period) -> Table:
    """The price at the end of a period, and its low."""
    return _prices(result, [period], "Prices")


def _prices(result: Result, periods: Sequence[Period], title: str) -> Table:
    rows = []
    for asset, held in next(iter(result.statements.values())).assets.items():
        for period in periods:
            for line, of_line in (("price", "end"), ("low", "low")):
                of = asset_distribution(result, held, line, period)
                if of is not None:
                    rows.append(Row((f"{asset}, {period.label}, {of_line}", *cells(list(statistics(of).values())))))
    columns = (Column("price", "Price"), *estimate_columns("price"))
    return Table("prices", title, columns, tuple(rows), currency=result.currency)


def chance_columns(result: Result) -> tuple[Column, ...]:
    """Probability in any quarter, its error, and the probability in each."""
    return (
        Column("probability", "Ever", "share", decimals=1),
        Column("probability_se", "±", "share", decimals=1),
        *(Column(quarter.label, quarter.label, "share", decimals=1) for quarter in result.reported),
    )


def chance_row(chance: Chance) -> list[Cell]:
    """The cells of `chance_columns`."""
    return [chance.ever.value, chance.ever.error, *(estimate.value for estimate in chance.by_quarter)]


def chances_table(result: Result) -> Table:
    """How likely each limit is to fail, in any reported quarter and in each of them; a limit not judged has no row."""
    columns = (Column("limit", "Limit"), Column("framework", "Framework", "framework"), *chance_columns(result))
    rows = tuple(
        Row((chance.limit.words, chance.framework, *chance_row(chance))) for chance in chances(result, result.watched)
    )
    return Table("chances", "How likely each limit is to fail", columns, rows)


def convergence_table(result: Result, key: str, line: str = "remeasurement_pl") -> Table:
    """How the figures settle as paths are added: the first paths, and twice as many, up to all."""
    period = cumulative(result.timeline.quarters, result.reported)[-1]
    of = distribution(result, key, line, period)
    steps = [] if of is None or of.is_certain else of.convergence()
    rows = tuple(Row((paths, *cells([mean, low]))) for paths, mean, low in steps)
    columns = (Column("paths", "Paths", "count"), *estimate_columns(line_kind(line), ("mean", "p5")))
    title = f"{FRAMEWORKS[key].title}: {LINES[line].title}, {period.label}, by number of paths"
    return Table("convergence", title, columns, rows, currency=result.currency)


def every_distribution(result: Result) -> Table:
    """How every line is distributed, long: one figure a row, in whole currency units, for files."""
    names = ("framework", "kind", "period", "line", "statistic", "value", "standard_error")
    rows = []
    for key in result.statements:
        for kind, periods in {**PERIODS, "cumulative": cumulative}.items():
            for period in periods(result.timeline.quarters, result.reported):
                for line in LINES:
                    of = distribution(result, key, line, period)
                    figures = {} if of is None else with_losses(of, line)
                    for name, estimate in figures.items():
                        rows.append(Row((key, kind, period.label, line, name, estimate.value, estimate.error)))
    return Table("distributions", "Distributions", tuple(Column(name, name) for name in names), tuple(rows))


def with_losses(of: Distribution, line: str) -> dict[str, Estimate]:
    """The statistics of a line; a flow has the loss in the worst paths beside them, positive: minus the line."""
    losses = {f"var_{LEVEL * 100:.0f}": of.value_at_risk(), f"cvar_{LEVEL * 100:.0f}": of.expected_shortfall()}
    return statistics(of) | (losses if LINES[line].kind == "flow" else {})


def sample_finding(of: Distribution, line: str, label: str, currency: str) -> str:
    """Say what is expected, and how bad one path in twenty is."""
    mean, worst = of.mean, of.quantile(1.0 - LEVEL)
    return (
        f"{label}: {LINES[line].title.lower()} of {signed(mean.value, currency)} expected, "
        f"{signed(worst.value, currency)} or worse on one path in {round(1 / (1 - LEVEL))}"
    )


def probability_words(of: Distribution, loss: float, label: str, currency: str) -> str:
    """Say how likely a loss of `loss` [currency] or more is."""
    chance = probability(of, loss)
    return (
        f"{label}: a loss of {spoken(loss, currency)} or more on {words.percent(chance.value, 1)} "
        f"± {words.percent(chance.error, 1)} of the paths"
    )


def probability(of: Distribution, loss: float) -> Estimate:
    """How likely the figure is a loss of `loss` or more [currency]."""
    return Distribution((of.values <= -loss).astype(float), of.replicates).mean
