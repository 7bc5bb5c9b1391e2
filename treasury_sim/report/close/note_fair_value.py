"""Tables of ASC 350-60-50: significant holdings, the reconciliation, gains and losses realised by dispositions."""

from __future__ import annotations

from treasury_sim.report.close.close import Close
from treasury_sim.report.close.note_tables import asset_amount, period_columns
from treasury_sim.report.close.periods import summed
from treasury_sim.report.close.roll_forward import asc_350_60_reconciliation
from treasury_sim.report.tables.table import Column, Row, Table

SIGNIFICANT = 0.05
"""Share of the fair value of all holdings from which a holding is shown on its own."""


def significant(close: Close, assets: list[str]) -> Table:
    """Name, units, cost basis and fair value of each significant holding; the rest together (50-1)."""
    columns = (
        Column("asset", "Crypto asset"),
        Column("units", "Units", "units"),
        Column("cost_basis", "Cost basis", "money"),
        Column("fair_value", "Fair value", "money"),
    )
    figures = {
        asset: tuple(asset_amount(close, asset, line) for line in ("units", "cost_basis", "fair_value"))
        for asset in assets
    }
    total = sum(value for _, _, value in figures.values())
    is_large = {asset: value >= SIGNIFICANT * total and value > 0.0 for asset, (_, _, value) in figures.items()}
    ordered = sorted((asset for asset in figures if is_large[asset]), key=lambda asset: -figures[asset][2])
    rows = [Row((asset, *figures[asset])) for asset in ordered]
    small = [figures[asset] for asset in figures if not is_large[asset]]
    if small:
        rows.append(Row(("Other crypto assets", None, sum(s[1] for s in small), sum(s[2] for s in small))))
    all_of = list(figures.values())
    rows.append(Row(("Total", None, sum(s[1] for s in all_of), sum(s[2] for s in all_of)), is_total=True))
    note = f"Significant: {SIGNIFICANT:.0%} of the fair value of all holdings, or more."
    return Table("holdings_at_fair_value", "Crypto assets held (ASC 350-60-50-1)", columns, tuple(rows), (note,))


def reconciliation(close: Close) -> list[Table]:
    """The reconciliation of 50-3, in the aggregate."""
    rolled = asc_350_60_reconciliation(close)
    if rolled is None:
        return []
    rows = tuple(Row((line.title, *line.amounts), is_total=line.line == "closing") for line in rolled.lines)
    title = "Reconciliation of crypto assets (ASC 350-60-50-3)"
    return [Table("reconciliation", title, period_columns(close, ""), rows)]


def realised(close: Close, assets: list[str]) -> Table:
    """Cumulative realised gains, and cumulative realised losses, of dispositions, lot by lot."""
    periods = close.periods.each()
    moved = [close.movements(asset) for asset in assets]
    rows = tuple(
        Row((title, *(None if p is None else sum(summed(getattr(m, name), p) or 0.0 for m in moved) for p in periods)))
        for title, name in (
            ("Cumulative realised gains from dispositions", "realised_gains"),
            ("Cumulative realised losses from dispositions", "realised_losses"),
        )
    )
    title = "Realised in the period: disposal fair value less cost basis (memo; contained in gains and losses)"
    return Table("realised", title, period_columns(close, ""), rows)
