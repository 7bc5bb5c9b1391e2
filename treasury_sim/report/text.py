"""A `Result` as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.attribution.between_frameworks import Bridge
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.domain.limit import LimitOutcome
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.periods import single
from treasury_sim.domain.result import Outcome, Result
from treasury_sim.report import words
from treasury_sim.report.expected import allowance, has_evidence, missed, verdict
from treasury_sim.report.lots import lot_summaries
from treasury_sim.report.sample_text import sample_tables, sample_words
from treasury_sim.report.tables.statement import (
    StatementRow,
    income_bridge,
    period_of,
    position,
    quarter_rows,
    relevant_policies,
    remeasurement_names,
)
from treasury_sim.report.text_table import Column, TextTable

MOST_FRAMEWORKS = 4
"""Columns of frameworks that stand side by side in one table."""


def run_report(result: Result) -> Group:
    """What `treasury-sim run` prints: the quarter, the bridge, the position, the lots, the checks."""
    last = result.reported[-1]
    parts: list[RenderableType] = [_heading(result)]
    if result.sampling is not None:
        checks = [_checks(result.outcomes)] if result.outcomes else []
        return Group(*parts, *sample_tables(result), *checks, _notes(result))
    if len(result.reported) > 1:
        parts += [_quarters(result, key) for key in result.statements]
    parts.append(_statement(f"Income bridge, {last.label}", result, income_bridge(result, last.label)))
    parts.append(_statement(f"Position at {last.end}", result, position(result, last.label)))
    parts.append(_lots(result, last.label))
    if result.outcomes:
        parts.append(_checks(result.outcomes))
    if result.limits:
        parts.append(_limits(result.limits))
    if result.bands:
        parts.append(_band(result, last.label))
    parts.append(_notes(result))
    return Group(*parts)


def _heading(result: Result) -> Text:
    first, last = result.reported[0], result.reported[-1]
    span = f"{first.start} to {last.end}"
    text = Text(f"{result.title}\n", style="bold")
    text.append(f"{result.holder}, {span}, {sample_words(result)}\n", style="not bold")
    for key in result.statements:
        framework = FRAMEWORKS[key]
        text.append(f"{key}: {framework.citation}. {framework.summary}\n", style="not bold dim")
    return text


def _spaced(table: TextTable) -> RenderableType:
    return Padding(table, (0, 0, 1, 0))


def _new_table(title: str, others: Sequence[str]) -> TextTable:
    """Make a table whose first column names the row and whose others are figures."""
    return TextTable(title, (Column("", is_text=True), *map(Column, others)))


def _statement(title: str, result: Result, rows: Sequence[StatementRow]) -> RenderableType:
    scale = words.scale_for(amount for row in rows if row.kind == "money" for amount in row.amounts)
    columns = (Column("", is_text=True), *map(Column, result.statements))
    table = TextTable(f"{title} ({scale.label(result.currency)})", columns, most=MOST_FRAMEWORKS)
    for row in rows:
        cells = [amount_text(row.kind, amount, scale) for amount in row.amounts]
        table.add(row.title, *cells, style="bold" if row.is_total else "")
    return _spaced(table)


def amount_text(kind: str, amount: float | None, scale: words.Scale) -> str:
    """Write one amount of a statement by what it is."""
    if kind == "units":
        return words.units(amount)
    if kind in {"price", "per_share"}:
        return words.money(amount)
    if kind == "shares":
        return words.MISSING if words.known(amount) is None else f"{amount:,.0f}"
    return words.money(amount, scale)


def _quarters(result: Result, key: str) -> RenderableType:
    rows = quarter_rows(result, result.statements[key])
    names = ("remeasurement_pl", "realised_pl", "pre_tax_income", "net_income", "carrying")
    scale = words.scale_for(_number(row[name]) for row in rows for name in names)
    assets = result.statements[key].assets
    figures = ("remeasurement", "on disposals", "before tax", "net", "carrying", *assets)
    columns = (Column("", is_text=True), Column("called", is_text=True), *map(Column, figures))
    table = TextTable(f"{key} by quarter ({scale.label(result.currency)})", columns)
    for row in rows:
        label = str(row["label"])
        table.add(
            label,
            remeasurement_names(result, key, period_of(result, label)),
            *(words.money(_number(row[name]), scale) for name in names),
            *(words.units(held_units(result, key, asset, label)) for asset in assets),
        )
    return _spaced(table)


def held_units(result: Result, key: str, asset: str, label: str) -> float | None:
    """Units of `asset` held at the end of quarter `label` [coins]."""
    return single(period_of(result, label), "units", dict(result.statements[key].assets[asset].lines))


def _number(value: object) -> float | None:
    return value if isinstance(value, float) else None


def _lots(result: Result, label: str) -> RenderableType:
    columns = ("opening", "in", "out", "closing", "lots", "average cost", "cheapest", "dearest", "above price")
    table = _new_table(f"Lots, {label} (units; cost in {result.currency} a unit)", columns)
    sources = []
    for lots in lot_summaries(result, label):
        table.add(
            lots.asset,
            *(words.units(n) for n in (lots.opening, lots.came, lots.gone, lots.closing)),
            str(lots.lots),
            *(words.price(cost) for cost in (lots.average_cost, lots.cheapest, lots.dearest)),
            f"{lots.below_cost} of {lots.lots}",
        )
        sources.append(f"{lots.asset} price: {lots.price_source}. Daily: {result.holdings[lots.asset].daily.source}.")
    return Padding(Group(table, Text("\n".join(sources), style="dim")), (0, 0, 1, 0))


def _limits(outcomes: Sequence[LimitOutcome]) -> RenderableType:
    """The limits: how many failed, and a sentence for each that failed or could not be judged."""
    failed = [outcome for outcome in outcomes if outcome.failed]
    unjudged = [outcome for outcome in outcomes if outcome.failed is None]
    sentence = f"{len(failed)} of {words.counted(len(outcomes), 'limit')} failed"
    sentence += f", {len(unjudged)} cannot be judged" if unjudged else ""
    lines = [Text(sentence, style="bold red" if failed else "bold yellow" if unjudged else "bold green")]
    lines += [
        Text(f"  {'not judged' if outcome.failed is None else outcome.limit.severity}: {outcome.sentence}")
        for outcome in outcomes
        if outcome.failed is not False
    ]
    if any(outcome.limit.measured_as != "line" for outcome in outcomes):
        lines.append(Text("  A loss or a charge is a positive number: minus the line.", style="dim"))
    return Padding(Group(*lines), (0, 0, 1, 0))


def _checks(outcomes: Sequence[Outcome]) -> RenderableType:
    failed = [outcome for outcome in outcomes if not outcome.passed]
    style = "bold red" if failed else "bold green" if has_evidence(outcomes) else "bold"
    lines = [Text(verdict(outcomes), style=style)]
    lines += [Text(f"  {missed(outcome)}", style="red") for outcome in failed]
    return Padding(Group(*lines), (0, 0, 1, 0))


def _band(result: Result, label: str) -> RenderableType:
    names = ("remeasurement_pl", "carrying", "accumulated_impairment", "income_tax", "net_income")
    rows = []
    for key, statement in result.statements.items():
        found = quarter_rows(result, statement)[-1]
        for name in names:
            band = result.bands.get((key, label), {}).get(name)
            if band is not None and band[0] != band[1]:
                rows.append((key, name, band[0], _number(found[name]), band[1]))
    if not rows:
        return Text(f"Band, {label}: no figure depends on the days inside the windows.\n")
    scale = words.scale_for(amount for row in rows for amount in row[2:])
    timing = result.policies["window_timing"]
    title = f"Band, {label}: earlier and own windows at start or end ({scale.label(result.currency)})"
    columns = (Column("", is_text=True), Column("line", is_text=True), *map(Column, ("lowest", timing, "highest")))
    table = TextTable(title, columns)
    for key, name, low, got, high in rows:
        table.add(key, name, *(words.money(amount, scale) for amount in (low, got, high)))
    return _spaced(table)


def _notes(result: Result) -> Text:
    policies = ", ".join(f"{name} {value}" for name, value in relevant_policies(result).items())
    about = [f"About this scenario: {result.description.strip()}"] if result.description else []
    return Text("\n".join([*about, *result.notes, f"Policies: {policies}."]), style="dim")


def bridge_report(bridge: Bridge, first: str, second: str, spec: ScenarioSpec) -> Group:
    """What `treasury-sim bridge` prints: from one framework to another, one answer at a time."""
    rows = [(first, bridge.first), *(("", step) for step in bridge.steps), (second, bridge.second)]
    scale = words.scale_for(amount for _, step in rows for amount in (step.income, step.oci, step.carrying))
    title = f"{spec.title}: {first} to {second}, {bridge.label} ({scale.label(spec.holder.currency)})"
    columns = (Column("", is_text=True), *map(Column, ("income", "OCI", "carrying")), Column("why", is_text=True))
    table = TextTable(title, columns)
    for key, step in rows:
        amounts = (words.money(amount, scale) for amount in (step.income, step.oci, step.carrying))
        table.add(key or "  change", *amounts, step.words, style="bold" if key else "")
    return Group(_spaced(table), Text("income = remeasurement in profit or loss and results of disposals", style="dim"))


def tie_out_report(result: Result) -> Group:
    """What `treasury-sim tie-out` prints: every expectation beside what was computed."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in result.outcomes:
        groups.setdefault(outcome.line, []).append(outcome)
    tables = [_tie_out_table(result, line, outcomes) for line, outcomes in groups.items()]
    return Group(_heading(result), *tables, _checks(result.outcomes), _notes(result))


def _tie_out_table(result: Result, line: str, outcomes: Sequence[Outcome]) -> RenderableType:
    is_money = LINES[line].is_money
    scale = words.scale_for(o.value for o in outcomes) if is_money else words.UNITS
    show = (lambda amount: words.money(amount, scale)) if is_money else words.units
    unit = f" ({scale.label(result.currency)})" if is_money else ""
    figures = ("reported", "±", "computed", "band low", "band high", "difference", "allowed", "")
    columns = (Column("", is_text=True), *map(Column, figures), Column("source", is_text=True))
    table = TextTable(f"{LINES[line].title}{unit}", columns)
    for o in outcomes:
        low, high = o.band or (None, None)
        difference = None if o.got is None or not o.value else (o.got - o.value) / abs(o.value)
        table.add(
            o.period,
            show(o.value),
            words.MISSING if o.rounding is None else words.units(o.rounding / scale.divisor),
            show(o.got),
            show(low),
            show(high),
            words.percent(difference, 3),
            allowance(o),
            "FAIL" if not o.passed else "input" if o.source_of else "pass",
            o.source,
            style="" if o.passed else "red",
        )
    return _spaced(table)
