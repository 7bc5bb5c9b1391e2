"""The tables of `now`: collected once, shown alike in every format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from treasury_sim.analysis.running.outlook import RANGE, LineOutlook, Now, PeriodOutlook
from treasury_sim.analysis.running.record import Change, Record, changes
from treasury_sim.analysis.running.scores import Score, Scored
from treasury_sim.domain.lines import LINES, YEAR_TO_DATE
from treasury_sim.domain.lines import Kind as LineKind
from treasury_sim.report import words
from treasury_sim.report.tables.table import Cell, Column, Kind, Row, Table

_KINDS: Mapping[LineKind, Kind] = {"units": "units", "shares": "shares", "per_share": "per_share"}
_RANGE = tuple(Column(f"p{share * 100:g}", f"{share * 100:g} %", "money") for share in RANGE)
_TOTALS = {"operating_income", "pre_tax_income", "net_income", "carrying", "equity"}
STAYS = "Whole, if the price stays"


def now_tables(answer: Now, last: Record | None = None, now: Record | None = None) -> list[Table]:
    """Every table of an answer; with the record of the last answer, also what changed since."""
    of_quarter, *longer = [
        [lines_table(period, key, answer.currency) for key in period.lines] for period in answer.periods
    ]
    tables = [price_table(answer), *of_quarter]
    tables += [limits_table(answer)] if answer.limits else []
    tables.append(further_fall_table(answer))
    if last is not None and now is not None:
        tables.append(changes_table(changes(last, now), answer.currency))
    return [*tables, *(table for period in longer for table in period)]


def finding(answer: Now) -> str:
    """The answer in a sentence: the last line of the first framework, to date, if the price stays, and its range."""
    key, lines = next(iter(answer.of_quarter.items()))
    name = "net_income" if lines["net_income"].stays is not None else "pre_tax_income"
    line = lines[name]

    def say(amount: float | None) -> str:
        return words.signed(amount, answer.currency)

    booked = f" {say(line.to_date)} to date," if answer.is_running else ""
    between, reach = "", line.range
    if reach is not None and answer.days_left:
        between = f"; nine in ten paths between {say(reach[0].value)} and {say(reach[-1].value)}"
    title = f"{LINES[name].title} of {answer.quarter.label} under {words.in_titles(key)}"
    return f"{title}:{booked} {say(line.stays)} if the price stays{between}."


def about(answer: Now) -> list[str]:
    """Sentences above the tables: days, prices, model."""
    quarter = answer.quarter
    whole = (quarter.end - quarter.start).days + 1
    days = f"{answer.days_left} of {whole} days still to come" if answer.is_running else "not begun"
    lines = [f"{answer.holder}, {quarter.label} ({quarter.start} to {quarter.end}), {days}; prices to {answer.as_of}."]
    for name, asset in answer.assets.items():
        lines.append(f"{name} {words.price(asset.price)} {answer.currency} on {answer.as_of}: {asset.source}.")
        if answer.days_left:
            lines.append(f"{name} after that: {asset.model.words}; {answer.paths:,} paths, seed {answer.seed}.")
    return lines


def price_table(answer: Now) -> Table:
    """The price of each asset at the end of the quarter, and its lowest."""
    rows = []
    for name, asset in answer.assets.items():
        rows.append(_row(f"{name}, quarter-end price", asset.at_end, "price"))
        rows.append(_row(f"{name}, lowest price observed", asset.lowest, "price"))
    columns = _columns("To date", to_come=False)
    return Table("prices", "Price of a unit", columns, tuple(rows), currency=answer.currency)


def _columns(to_date: str, *, to_come: bool = True) -> tuple[Column, ...]:
    middle = (Column("to_come", "Still to come", "money"),) if to_come else ()
    return (
        Column("line", ""),
        Column("to_date", to_date, "money"),
        *middle,
        Column("if_price_stays", STAYS, "money"),
        *_RANGE,
    )


def _row(title: str, line: LineOutlook, kind: Kind) -> Row:
    return Row((title, line.to_date, line.stays, *_quantiles(line)), kind)


def _quantiles(line: LineOutlook) -> list[Cell]:
    return [None] * len(RANGE) if line.range is None else [estimate.value for estimate in line.range]


def lines_table(period: PeriodOutlook, key: str, currency: str, decimals: Mapping[Kind, int] | None = None) -> Table:
    """The lines of a period under one framework: to date, still to come, the whole period, and its range.

    Parameters
    ----------
    decimals
        Decimals by kind, negative before the point, to which amounts are rounded before they are subtracted, so that
        the three columns foot as shown; by default amounts are exact.
    """
    rows, is_year = [], "YTD" in period.label
    for name, line in period.lines[key].items():
        is_shown = LINES[name].kind == "flow" or name in YEAR_TO_DATE or not is_year
        if name in YEAR_TO_DATE.values() or not is_shown or not _is_of_note(line):
            continue
        kind = _KINDS.get(LINES[name].kind, "money")
        to_date, stays, *reach = (
            _rounded(amount, kind, decimals) for amount in (line.to_date, line.stays, *_quantiles(line))
        )
        to_come = None if to_date is None or stays is None else stays - to_date
        if decimals is None:
            to_come = line.to_come
        rows.append(Row((LINES[name].title, to_date, to_come, stays, *reach), kind, is_total=name in _TOTALS))
    name = f"{period.label} {key}".replace(" ", "_").lower()
    title = f"{period.label}, {words.in_titles(key)}"
    return Table(name, title, _columns("To date"), tuple(rows), currency=currency)


def _is_of_note(line: LineOutlook) -> bool:
    """Whether a line was computed, and is not zero throughout."""
    return any(amount for amount in (line.to_date, line.stays, *_quantiles(line)))


def _rounded(amount: Cell, kind: Kind, decimals: Mapping[Kind, int] | None) -> float | None:
    if not isinstance(amount, float):
        return None
    return amount if decimals is None or kind not in decimals else round(amount, decimals[kind])


def limits_table(answer: Now) -> Table:
    """Each limit: whether it is breached, how likely a breach is, and the price at which it breaks."""
    columns = (
        Column("limit", "Limit"),
        Column("framework", "Under", "framework"),
        Column("severity", "Severity"),
        Column("to_date", "To date"),
        Column("if_price_stays", "If the price stays"),
        Column("probability", "Probability", "share"),
        Column("error", "±", "share"),
        Column("breaks_at", "Breaks at a quarter-end price of"),
    )
    rows = tuple(
        Row(
            (
                each.limit.words,
                each.framework,
                each.limit.severity,
                _breached(each.to_date),
                _breached(each.stays),
                None if each.probability is None else each.probability.value,
                None if each.probability is None else each.probability.error,
                "; ".join(_breaks(at.asset, at.prices, at.reason, len(answer.assets)) for at in each.breaks_at),
            )
        )
        for each in answer.limits
    )
    note = "The price falls or rises at once to the one shown, with other prices as they are, and stays until the end."
    return Table("limits", f"Limits in {answer.quarter.label}", columns, rows, (note,), answer.currency)


def _breached(verdict: bool | None) -> str:
    return words.MISSING if verdict is None else "breached" if verdict else "kept"


def _breaks(asset: str, prices: Sequence[float], reason: str, assets: int) -> str:
    name = f"{asset} " if assets > 1 else ""
    return f"{name}{' and '.join(words.price(price) for price in prices)}" if prices else f"{name}none: {reason}"


def further_fall_table(answer: Now) -> Table:
    """The cost of a price that is lower by one."""
    columns = (
        Column("price", "Price lower by 1"),
        Column("framework", "Under", "framework"),
        Column("line", "changes"),
        Column("if_price_stays", "If it then stays", "money"),
        Column("expected", "Mean over the paths", "money"),
        Column("error", "±", "money"),
    )
    rows = tuple(
        Row(
            (
                each.asset,
                each.framework,
                LINES[each.line].title,
                each.stays,
                None if each.expected is None else each.expected.value,
                None if each.expected is None else each.expected.error,
            )
        )
        for each in answer.further_fall
    )
    title = f"A further fall of 1 {answer.currency} a unit"
    return Table("further_fall", title, columns, rows, currency=answer.currency, in_full=True)


def changes_table(changed: Sequence[Change], currency: str) -> Table:
    """What changed since the last answer."""
    columns = (
        Column("figure", "Figure"),
        Column("under", "Under", "framework"),
        Column("what", ""),
        Column("before", "Before", "money"),
        Column("now", "Now", "money"),
        Column("change", "Change", "money"),
    )
    rows = tuple(
        Row((_figure(each.of), each.under, each.what, each.before, each.now, _difference(each)), each.kind)
        for each in changed
    )
    return Table("changes", "Changed since the last answer", columns, rows, currency=currency)


def _difference(change: Change) -> float | None:
    return None if change.before is None or change.now is None else change.now - change.before


def _figure(of: str) -> str:
    return "Price" if of == "price" else LINES[of].title if of in LINES else of


def scores_table(scores: Sequence[Score], currency: str) -> Table:
    """The score of each figure over all its forecasts."""
    columns = (
        Column("figure", "Figure"),
        Column("under", "Under", "framework"),
        Column("forecasts", "Forecasts", "count"),
        Column("inside_50", "Inside 50 %", "share"),
        Column("inside_90", "Inside 90 %", "share"),
        Column("below_5", "Below 5 %", "count"),
        Column("above_95", "Above 95 %", "count"),
        Column("crps", "CRPS", "money"),
        Column("no_change", "No change", "money"),
        Column("skill", "Skill", "share"),
    )
    rows = tuple(
        Row(
            (
                _figure(each.of),
                each.under,
                float(each.count),
                each.inside_50,
                each.inside_90,
                float(each.below_5),
                float(each.above_95),
                each.crps,
                each.no_change,
                each.skill,
            )
        )
        for each in scores
    )
    note = (
        "CRPS: continuous ranked probability score, in the unit of the figure, less is better. No change: that of the "
        "forecast that the price stays. Skill: one less CRPS over no change. Forecasts of the same quarter are not "
        "independent."
    )
    return Table("scores", "Score of the forecasts whose quarter has ended", columns, rows, (note,), currency)


def forecasts_table(rows: Sequence[Scored], currency: str) -> Table:
    """Each forecast whose quarter has ended, and what came."""
    columns = (
        Column("answered_at", "Answered"),
        Column("as_of", "Prices to"),
        Column("quarter", "Quarter", "quarter"),
        Column("days_ahead", "Days ahead", "count"),
        Column("figure", "Figure"),
        Column("under", "Under", "framework"),
        *_RANGE,
        Column("came", "Came", "money"),
        Column("percentile", "Percentile", "share"),
        Column("crps", "CRPS", "money"),
    )
    return Table("forecasts", "Forecasts, and what came", columns, tuple(_forecast_rows(rows)), currency=currency)


def _forecast_rows(rows: Sequence[Scored]) -> Iterator[Row]:
    for row in rows:
        record, forecast = row.record, row.forecast
        yield Row(
            (
                record.answered_at,
                record.as_of.isoformat(),
                record.quarter,
                float(row.days_ahead),
                _figure(forecast.of),
                forecast.under,
                *(forecast.at(share) for share in RANGE),
                row.came,
                row.percentile,
                row.crps,
            ),
            forecast.kind,
        )
