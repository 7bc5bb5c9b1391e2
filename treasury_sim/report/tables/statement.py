"""A `Result` as tables: rows of raw numbers, ready for the screen, a file or a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from treasury_sim.accounting import FRAMEWORKS, Framework
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import Period, average, quarter_periods, shown_periods, single
from treasury_sim.domain.result import Result
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.report.words import known, sentence

Amount = float | None


@dataclass(frozen=True)
class StatementRow:
    """One row of a statement with a column for each framework.

    Attributes
    ----------
    title
        Words.
    kind
        What the amounts are: ``money``, ``per_share``, ``shares``, ``units`` or ``price``.
    amounts
        One for each framework; ``None`` where the framework has no such line.
    is_total
        Whether the row sums the ones above.
    line
        The line of the statement it shows; empty if it is none.
    is_part
        Whether it is part of the row above it that is none; the parts of a row add up to it.
    """

    title: str
    kind: str
    amounts: tuple[Amount, ...]
    is_total: bool = False
    line: str = ""
    is_part: bool = False

    @property
    def is_nil(self) -> bool:
        """Whether nothing is there that two decimals of a currency unit, or eight of a coin, would show."""
        least = 0.5e-8 if self.kind in {"units", "shares"} else 0.005
        return all(amount is None or abs(amount) < least for amount in self.amounts)


def period_of(result: Result, label: str) -> Period:
    """The reported quarter called `label`, or the fiscal year or the whole period of that name."""
    return next(p for p in shown_periods(result.timeline.quarters, result.reported) if p.label == label)


def _amounts(result: Result, period: Period, name: str) -> tuple[Amount, ...]:
    return tuple(single(period, name, statement.lines) for statement in result.statements.values())


PARTS_OF_TAX = {
    "deferred_tax_on_holdings": "  of which deferred on the holdings",
    "current_tax_on_sales": "  of which current on disposals",
    "minimum_tax": "  of which minimum tax",
    "deferred_tax_other": "  of which deferred on other assets",
}
"""Rows of the bridge that are part of the income tax above them; what is left of it is tax on other income."""


def income_bridge(result: Result, label: str) -> list[StatementRow]:
    """From remeasurement to earnings per share, for one quarter or several, a column for each framework."""
    period = period_of(result, label)

    def row(name: str, title: str = "", *, is_total: bool = False) -> StatementRow:
        kind = LINES[name].kind
        shown = "money" if LINES[name].is_money else kind
        return StatementRow(title or LINES[name].title, shown, _amounts(result, period, name), is_total, name)

    optional = [
        row(name) for name in ("realised_pl", "fee_expense", "loan_remeasurement", "coin_revenue", "coin_expense")
    ]
    rows = [
        *_remeasurement_rows(result, period),
        *(found for found in optional if not found.is_nil),
        row("other_operating_income"),
        row("operating_income", "Operating income (loss)", is_total=True),
        row("interest"),
        row("pre_tax_income", "Income (loss) before tax", is_total=True),
        row("income_tax", "Income tax benefit (expense)"),
        *_parts_of_tax(result, period),
        row("net_income", "Net income (loss)", is_total=True),
    ]
    common = [
        row("preferred_dividends"),
        row("net_income_common", "Net income (loss) to common", is_total=True),
        row("eps_basic", "Per share, basic (illustrative)"),
        row("eps_diluted", "Per share, diluted (illustrative)"),
    ]
    outside = [
        row("remeasurement_oci"),
        row("equity_direct"),
        row("adoption_dta_reversal"),
        row("adoption_new_dtl"),
        row("equity_direct_net_of_tax", is_total=True),
    ]
    return rows + [found for found in (*common, *outside) if not found.is_nil]


def _parts_of_tax(result: Result, period: Period) -> Iterator[StatementRow]:
    """What the income tax is made of, the deferred tax on the holdings always, so that the parts add up to it."""
    rest = [0.0 if tax is None else tax for tax in _amounts(result, period, "income_tax")]
    for name, title in PARTS_OF_TAX.items():
        part = StatementRow(title, "money", _amounts(result, period, name), line=name, is_part=True)
        rest = [left - (amount or 0.0) for left, amount in zip(rest, part.amounts, strict=True)]
        if name == "deferred_tax_on_holdings" or not part.is_nil:
            yield part
    other = StatementRow("  of which on other income", "money", tuple(rest), is_part=True)
    if not other.is_nil:
        yield other


def _remeasurement_rows(result: Result, period: Period) -> list[StatementRow]:
    """The remeasurement under the names that the rules give it; frameworks that agree on a name share a row."""
    columns = [{found.name: found.amount for found in remeasurements(result, key, period)} for key in result.statements]
    names = dict.fromkeys(name for column in columns for name in column)
    return [
        StatementRow(sentence(name), "money", tuple(column.get(name) for column in columns), line="remeasurement_pl")
        for name in names
    ]


@dataclass(frozen=True)
class Remeasurement:
    """The remeasurement in profit or loss under one rule.

    Attributes
    ----------
    name
        What the rule calls it, by its sign.
    amount
        Signed [currency].
    framework
        The framework in force whose rule it is.
    """

    name: str
    amount: float
    framework: Framework


def remeasurements(result: Result, key: str, period: Period) -> list[Remeasurement]:
    """The remeasurement under framework `key`, one for each rule that applies to an asset at the end of `period`."""
    adopted = result.adopted[result.timeline.quarters[period.quarters[-1]].label]
    found: dict[tuple[str, str], tuple[Framework, float]] = {}
    for asset, held in result.statements[key].assets.items():
        rule = FRAMEWORKS[result.applied[key, asset]].in_force(adopted=adopted)
        words = (rule.loss_name, rule.gain_name)
        first, so_far = found.get(words, (rule, 0.0))
        found[words] = (first, so_far + average(period, "remeasurement_pl", dict(held.lines)))
    rules = list(found.values()) or [(FRAMEWORKS[key].in_force(adopted=adopted), 0.0)]
    return [Remeasurement(rule.remeasurement_name(amount, adopted=adopted), amount, rule) for rule, amount in rules]


def remeasured(result: Result, key: str, period: Period) -> list[Remeasurement]:
    """`remeasurements` without those of nothing; the first one if all are."""
    found = remeasurements(result, key, period)
    return [item for item in found if item.amount] or found[:1]


def remeasurement_names(result: Result, key: str, period: Period) -> str:
    """What the rules of framework `key` call the remeasurement of `period`; several names are joined."""
    return "; ".join(dict.fromkeys(found.name for found in remeasured(result, key, period)))


def position(result: Result, label: str) -> list[StatementRow]:
    """Units, price and balances at the end of a quarter or of several, a column for each framework."""
    period = period_of(result, label)
    columns = len(result.statements)
    rows = []
    for asset, statement in next(iter(result.statements.values())).assets.items():
        index = period.quarters[-1]
        held = single(period, "units", statement.lines)
        lows = [(low, statement.low_days[n]) for n in period.quarters if (low := known(statement.low[n])) is not None]
        low, day = min(lows, default=(None, None))
        of_day = "" if day is None else f", {day}"
        span = "quarter" if len(period.quarters) == 1 else "period"
        rows += [
            StatementRow(f"{asset} held", "units", (held,) * columns),
            StatementRow(f"{asset} price", "price", (known(statement.prices[index].price),) * columns),
            StatementRow(f"{asset} low of the {span}{of_day}", "price", (low,) * columns),
        ]
    for name in (
        "cost_basis",
        "fair_value",
        "carrying",
        "accumulated_impairment",
        "revaluation_surplus",
        "loan_receivable",
        "tax_basis",
        "deferred_tax_liability",
        "deferred_tax_asset",
        "valuation_allowance",
        "unrecognised_deferred_tax_asset",
        "capital_loss_carryforward",
        "other_deferred_tax_asset",
        "other_valuation_allowance",
        "minimum_tax_credit",
    ):
        row = StatementRow(LINES[name].title, "money", _amounts(result, period, name))
        if not row.is_nil:
            rows.append(row)
    return rows


def quarter_rows(
    result: Result, statement: QuarterlyStatements, periods: Callable[..., Sequence[Period]] = quarter_periods
) -> list[dict[str, object]]:
    """Every line of a statement, a row for each period: ``{"label": ..., line: value}``."""
    return [
        {"label": period.label, **{name: single(period, name, statement.lines) for name in LINES}}
        for period in periods(result.timeline.quarters, result.reported)
    ]


def relevant_policies(result: Result) -> dict[str, str]:
    """The policies that a framework of the result looks at; an IFRS reader is not told of a lowest price."""
    frameworks = [FRAMEWORKS[key] for key in {*result.statements, *result.applied.values()}]
    rules = [framework.rule for framework in frameworks]
    rules += [framework.predecessor.rule for framework in frameworks if framework.predecessor]
    unused = set()
    if not any(rule.price == "lowest_since_acquisition" for rule in rules):
        unused.add("impairment_price")
    if not any(framework.predecessor for framework in frameworks):
        unused.add("adoption_date")
    return {name: value for name, value in result.policies.items() if name not in unused}
