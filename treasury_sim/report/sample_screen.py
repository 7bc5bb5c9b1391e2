"""A sample as tables for a screen: every figure with its standard error, and how likely each limit is to fail."""

from __future__ import annotations

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.distribution import LEVEL, Distribution, Estimate, chances, distribution
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, shown_periods
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.finding import signed, spoken
from treasury_sim.report.screen import ScreenTable

LINES_OF_A_SAMPLE = ("remeasurement_pl", "net_income", "pre_tax_income", "carrying", "equity")


def periods_of(result: Result) -> dict[str, Period]:
    """The whole period, the fiscal years and the quarters that a reader may choose, by label."""
    return {period.label: period for period in shown_periods(result.timeline.quarters, result.reported)}


def lines_that_vary(result: Result, key: str) -> list[str]:
    """Lines that were computed and differ from path to path."""
    period = next(iter(periods_of(result).values()))
    found = {name: distribution(result, key, name, period) for name in LINES_OF_A_SAMPLE}
    return [name for name, one in found.items() if one is not None and not one.is_certain]


def sample_finding(found: Distribution, line: str, label: str, currency: str) -> str:
    """Say what is expected, and how bad one path in twenty is."""
    mean, worst = found.mean, found.quantile(1.0 - LEVEL)
    return (
        f"{label}: {LINES[line].title.lower()} of {signed(mean.value, currency)} expected, "
        f"{signed(worst.value, currency)} or worse on one path in {round(1 / (1 - LEVEL))}"
    )


def estimates_table(found: Distribution, currency: str) -> ScreenTable:
    """Mean, quantiles, value at risk and expected shortfall, each with its standard error; losses in parentheses."""
    rows: list[tuple[str, Estimate]] = [
        ("Mean", found.mean),
        *(
            (f"{share:.0%} of paths below", found.quantile(share))
            for share in (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
        ),
        (f"Value at risk, {LEVEL:.0%}", -found.value_at_risk()),
        (f"Mean of the worst {1 - LEVEL:.0%} (CVaR)", -found.expected_shortfall()),
    ]
    scale = words.scale_for(estimate.value for _, estimate in rows)
    unit = scale.label(currency)
    return ScreenTable(
        unit,
        (unit, "Estimate", "± standard error"),
        tuple((title, words.money(e.value, scale), words.money(e.error, scale)) for title, e in rows),
        (False,) * len(rows),
    )


def chances_table(result: Result) -> ScreenTable:
    """How likely each limit is to fail: in any reported quarter, with its error, and in each of them."""
    rows = [
        (
            found.limit.words,
            FRAMEWORKS[found.framework].title,
            f"{words.percent(found.ever.value, 1)} ± {words.percent(found.ever.error, 1)}",
            *(words.percent(estimate.value, 1) for estimate in found.by_quarter),
        )
        for found in chances(result, result.watched)
    ]
    header = ("Limit", "Under", "Ever", *(quarter.label for quarter in result.reported))
    return ScreenTable("", header, tuple(rows), (False,) * len(rows), frozenset({1}))


def probability(found: Distribution, loss: float) -> Estimate:
    """How likely the figure is a loss of `loss` or more [currency]."""
    return Distribution((found.values <= -loss).astype(float), found.replicates).mean


def probability_words(found: Distribution, loss: float, label: str, currency: str) -> str:
    """Say how likely a loss of `loss` or more is."""
    chance = probability(found, loss)
    return (
        f"{label}: a loss of {spoken(loss, currency)} or more on {words.percent(chance.value, 1)} "
        f"± {words.percent(chance.error, 1)} of the paths"
    )
