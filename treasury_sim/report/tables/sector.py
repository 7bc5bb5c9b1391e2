"""The sector in tables: holders under a price path, one figure over all paths, totals, and how many sell together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from treasury_sim.domain.outcome import HolderOutcome, Sector
from treasury_sim.report import words
from treasury_sim.report.render.json import Json, json_text
from treasury_sim.report.tables.page import Page, Part, Words
from treasury_sim.report.tables.table import Cell, Column, Kind, Row, Table

BREACHES = {
    "cash_runs_out": "cash runs out",
    "put_not_met": "a put is not met",
    "covenant_breaks": "covenant breached",
    "forced_sale": "coins are sold",
    "margin_call": "margin call",
    "dividend_missed": "dividend missed",
    "value_below_debt": "coins worth less than the debt",
    "carrying_below_debt": "coins carried below the debt",
    "equity_negative": "equity negative",
}
NOT_KNOWN = "not known"
LASTS = "no outflow"


@dataclass(frozen=True)
class Measure:
    """A figure of a holder under a path, as the matrix and the heat map show it.

    Attributes
    ----------
    name, title
        Key, and heading for people.
    kind
        Kind of its cells.
    of
        The figure of an outcome; ``None`` where it is not known.
    is_bad
        Whether a large figure is bad.
    """

    name: str
    title: str
    kind: Kind
    of: Callable[[HolderOutcome], float | None]
    is_bad: bool = True


def _over(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


def _share_sold(outcome: HolderOutcome) -> float | None:
    return _over(outcome.to_sell, outcome.available)


MEASURES = {
    measure.name: measure
    for measure in (
        Measure("share_sold", "Coins to sell, share of those owned and mined", "share", _share_sold),
        Measure(
            "loss",
            "Loss on the coins, share of their opening value",
            "share",
            lambda o: _over(_minus(o.result), o.value),
        ),
        Measure("loan_to_value", "Highest loan to value", "share", lambda o: o.loan_to_value),
        Measure("coverage", "Coverage in months", "number", lambda o: o.coverage, is_bad=False),
        Measure("mnav", "mNAV at the end", "number", lambda o: o.mnav, is_bad=False),
        Measure("chance", "Chance that coins must be sold", "share", lambda o: o.chance),
    )
}
"""Figures that the matrix and the heat map can show, by key."""


def _minus(amount: float | None) -> float | None:
    return None if amount is None else -amount


def holders_table(sector: Sector, path: str) -> Table:
    """Every holder under one path, the worst first; money in dollars, coins with their day, age and confidence."""
    columns = (
        Column("holder", "Holder"),
        Column("asset", "Coin"),
        Column("units", "Coins owned", "shares"),
        Column("pledged", "Pledged", "shares"),
        Column("receivable", "Lent", "shares"),
        Column("cost", "Cost", "money", missing=NOT_KNOWN),
        Column("value", "Value at the start", "money", missing=NOT_KNOWN),
        Column("result", "Gain or loss on coins", "money", missing=NOT_KNOWN),
        Column("net_income", "Net income", "money", only_in_files=True),
        Column("equity", "Equity at the end", "money", only_in_files=True),
        Column("loan_to_value", "Highest loan to value", "share", decimals=0),
        Column("coverage", "Months covered", "figure"),
        Column("mnav", "mNAV", "number", only_in_files=True),
        Column("chance", "Chance of a sale", "share", decimals=1, only_in_files=not sector.is_sample(path)),
        Column("to_sell", "Coins to sell", "shares", missing=NOT_KNOWN),
        Column("first_sale", "First sale"),
        Column("breach", "First breach"),
        Column("breach_day", "On"),
        Column("as_of", "As of"),
        Column("age", "Age in days", "count"),
        Column("confidence", "Confidence"),
        Column("currency", "Currency", only_in_files=True),
        Column("reason", "Reason", only_in_files=True),
        Column("not_known", "Not known", "count", note="Number of figures that are not known; sector.json lists them."),
        Column("missing", "What is not known", only_in_files=True),
        Column("consolidated_in", "Consolidated in", only_in_files=True),
    )
    rows = tuple(Row(_cells(outcome)) for outcome in sector.ranked(path))
    notes = [
        f"{outcome.holder} is consolidated in {outcome.consolidated_in}: totals count it once."
        for outcome in sector.under(path)
        if outcome.consolidated_in
    ]
    not_run = [f"Not run: {name}: {reason}" for name, reason in sector.not_run if name.endswith(f" / {path}")]
    title = f"{sector.titles.get(path, path)}: holders, the worst first"
    return Table(f"holders_{path}", title, columns, rows, (*notes, *not_run), currency="USD", most=len(columns))


def _cells(outcome: HolderOutcome) -> tuple[Cell, ...]:
    coverage = LASTS if outcome.lasts else words.MISSING if outcome.coverage is None else f"{outcome.coverage:,.1f}"
    missing = "; ".join(f"{key}: {why}" for key, why in outcome.missing)
    has_coins = bool(outcome.units)
    return (
        outcome.holder,
        outcome.asset or words.MISSING,
        outcome.units.get(outcome.asset) if has_coins else None,
        *((outcome.pledged, outcome.receivable) if has_coins else (None, None)),
        *(outcome.in_dollars(amount) for amount in (outcome.cost, outcome.value, outcome.result)),
        outcome.in_dollars(outcome.net_income),
        outcome.in_dollars(outcome.equity),
        outcome.loan_to_value,
        coverage,
        outcome.mnav,
        outcome.chance,
        outcome.to_sell,
        outcome.first_sale or words.MISSING,
        BREACHES.get(outcome.breach, "none" if outcome.is_judged else NOT_KNOWN),
        outcome.breach_day or words.MISSING,
        outcome.as_of or words.MISSING,
        outcome.age,
        outcome.confidence or words.MISSING,
        outcome.currency,
        outcome.reason,
        len(outcome.missing),
        missing,
        outcome.consolidated_in,
    )


def matrix_table(sector: Sector, measure: Measure = MEASURES["share_sold"]) -> Table:
    """One figure of every holder under every path, and its change against the base, the first path."""
    base, *others = sector.paths
    columns = (
        Column("holder", "Holder"),
        *(Column(path, path, measure.kind, missing=NOT_KNOWN) for path in sector.paths),
        *(Column(f"{path}_less_{base}", f"{path} less {base}", measure.kind) for path in others),
    )
    by_path = {path: {outcome.holder: measure.of(outcome) for outcome in sector.under(path)} for path in sector.paths}
    rows = []
    for name in dict.fromkeys(outcome.holder for outcome in sector.ranked(sector.paths[-1])):
        figures = [by_path[path].get(name) for path in sector.paths]
        deltas = [None if figures[0] is None or each is None else each - figures[0] for each in figures[1:]]
        rows.append(Row((name, *figures, *deltas)))
    return Table("matrix", measure.title, columns, tuple(rows), currency="USD", most=len(columns))


def totals_table(sector: Sector) -> Table:
    """Totals by path: coins and what must be sold by asset, cost, value and loss; consolidated holders once."""
    columns = (
        Column("path", "Price path"),
        Column("asset", "Coin"),
        Column("holders", "Holders", "count"),
        Column("units", "Coins owned", "shares"),
        Column("cost", "Cost, where known", "money"),
        Column("without_cost", "Without a cost", "count"),
        Column("value", "Value at the start", "money"),
        Column("result", "Gain or loss", "money"),
        Column("must_sell", "Holders that must sell", "count"),
        Column("to_sell", "Coins to sell", "shares"),
        Column("not_judged", "Not judged", "count"),
    )
    rows = tuple(
        Row((sector.titles.get(path, path), asset, *_total(group)))
        for path in sector.paths
        for asset, group in _by_asset(sector.under(path))
    )
    notes = ("Coins of a holder in further assets are in its value and its gain or loss, not in its count.",)
    return Table("totals", "The sector in total", columns, rows, notes, currency="USD", most=len(columns))


def _by_asset(outcomes: Sequence[HolderOutcome]) -> Iterator[tuple[str, list[HolderOutcome]]]:
    counted = [outcome for outcome in outcomes if outcome.units and not outcome.consolidated_in]
    for asset in dict.fromkeys(outcome.asset for outcome in counted):
        yield asset, [outcome for outcome in counted if outcome.asset == asset]


def _total(group: Sequence[HolderOutcome]) -> tuple[Cell, ...]:
    def added(amounts: Sequence[float | None]) -> float:
        return sum(amount for amount in amounts if amount is not None and amount == amount)  # noqa: PLR0124 - not NaN

    return (
        len(group),
        added([outcome.units[outcome.asset] for outcome in group]),
        added([outcome.in_dollars(outcome.cost) for outcome in group]),
        sum(outcome.cost is None for outcome in group),
        added([outcome.in_dollars(outcome.value) for outcome in group]),
        added([outcome.in_dollars(outcome.result) for outcome in group]),
        sum(outcome.must_sell for outcome in group),
        added([outcome.to_sell for outcome in group]),
        sum(not outcome.is_judged for outcome in group),
    )


def joint_table(sector: Sector, path: str) -> Table:
    """How likely it is that exactly k, and at least k, of the holders must sell on the same path."""
    chances = sector.joint(path)
    columns = (
        Column("k", "Holders that must sell", "count"),
        Column("exactly", "Chance of exactly so many", "share", decimals=1),
        Column("at_least", "Chance of at least so many", "share", decimals=1),
    )
    rows = tuple(Row((k, float(chance), float(chances[k:].sum()))) for k, chance in enumerate(chances))
    note = "All holders have the same random numbers, so that they break together on the same paths."
    return Table(f"joint_{path}", f"How many of {len(chances) - 1} holders must sell together", columns, rows, (note,))


def tables(sector: Sector) -> list[Table]:
    """Every table, in the order in which a reader needs them."""
    joint = [joint_table(sector, path) for path in sector.paths if sector.is_sample(path)]
    return [
        totals_table(sector),
        *([matrix_table(sector)] if len(sector.paths) > 1 else []),
        *(holders_table(sector, path) for path in sector.paths),
        *joint,
    ]


def finding(sector: Sector, path: str) -> str:
    """The sentence above a table or chart of one path."""
    judged = [outcome for outcome in sector.under(path) if outcome.is_judged]
    sellers = [outcome for outcome in sector.ranked(path) if outcome.must_sell]
    others = len(sector.under(path)) - len(judged)
    names = ", ".join(outcome.holder for outcome in sellers[:5]) + (" and others" if len(sellers) > 5 else "")
    of = f"{len(sellers)} of {words.counted(len(judged), 'holder')} must sell coins"
    unknown = f"; {others} cannot be judged" if others else ""
    return f"{sector.titles.get(path, path)}: {of}{': ' + names if names else ''}{unknown}"


MOST_SHOWN = 60
"""Holders that a page or a chart shows, the worst first; files have all."""


def first_rows(table: Table, most: int = MOST_SHOWN) -> Table:
    """The first rows of a table, with a note on the others."""
    others = len(table.rows) - most
    if others <= 0:
        return table
    note = f"{words.counted(others, 'more row')} in sector_{table.name}.csv."
    return replace(table, rows=table.rows[:most], notes=(*table.notes[:most], note))


def sector_page(sector: Sector) -> Page:
    """What `treasury-sim sector` prints."""
    parts: list[Part] = [Words("The sector", "title")]
    parts += [Words(f"{finding(sector, path)}.") for path in sector.paths]
    return Page((*parts, *map(first_rows, tables(sector))))


def sector_json(sector: Sector) -> str:
    """The tables as JSON; money in US dollars, ``null`` where a figure is not known."""
    from treasury_sim.report.render.json import records  # noqa: PLC0415 - beside its use

    content: Json = {
        "schema": 1,
        "currency": "USD",
        "paths": [{"name": path, "title": sector.titles.get(path, path)} for path in sector.paths],
        "not_run": [{"scenario": name, "reason": reason} for name, reason in sector.not_run],
        **{table.name: records(table) for table in tables(sector)},
    }
    return json_text(content)
