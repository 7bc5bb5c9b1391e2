"""Tables of the note outside ASC 350-60: IAS 38, ASC 350-30 and local rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.periods import Period
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.note_tables import asset_amount, period_columns
from treasury_sim.report.close.periods import closing, opening, summed
from treasury_sim.report.tables.table import Column, Row, Table

Flow = tuple[str, Callable[[Floats, Period | None], float | None], Floats]
"""Words, how a period is taken of a line, and the line by quarter."""


def _rows(flows: Sequence[Flow], close: Close) -> list[Row]:
    periods = close.periods.each()
    return [
        Row((title, *(of(amounts, period) for period in periods)), is_total="closing" in title)
        for title, of, amounts in flows
    ]


def holdings(close: Close, assets: list[str]) -> Table:
    """Units, cost, accumulated impairment, carrying amount and market value of each asset (rules A-13 and E-5)."""
    columns = (
        Column("asset", "Asset"),
        Column("units", "Units", "units"),
        Column("cost", "Cost", "money"),
        Column("accumulated_impairment", "Accumulated impairment", "money"),
        Column("carrying", "Carrying amount", "money"),
        Column("fair_value", "Market value", "money"),
    )
    lines = ("units", "cost_basis", "accumulated_impairment", "carrying", "fair_value")
    rows = [Row((asset, *(asset_amount(close, asset, line) for line in lines))) for asset in assets]
    totals = [sum(asset_amount(close, asset, line) for asset in assets) for line in lines[1:]]
    rows.append(Row(("Total", None, *totals), is_total=True))
    return Table("holdings", "Digital assets held", columns, tuple(rows))


def cost_and_impairment(close: Close, assets: list[str]) -> list[Table]:
    """Gross cost and accumulated impairment rolled apart; disposals release their share (IAS 38.118, rule C-8)."""
    kept = [asset for asset in assets if close.rule(asset).rule.ceiling_at_cost]
    if not kept:
        return []
    rows = []
    for asset in kept:
        statement = {name: values[0] for name, values in close.statements.assets[asset].lines.items()}
        moved = close.movements(asset)
        cost, impaired = statement["cost_basis"], statement["accumulated_impairment"]
        none = np.zeros(cost.size)
        bought, entered = sum(moved.cost_in.values(), none), sum(moved.entered.values(), none)
        released_cost, carried = sum(moved.cost_out.values(), none), sum(moved.carrying_out.values(), none)
        flows: list[Flow] = [
            (f"{asset}: cost, opening", opening, cost),
            ("  Additions", summed, bought),
            ("  Disposals", summed, -released_cost),
            (f"{asset}: cost, closing", closing, cost),
            (f"{asset}: accumulated impairment, opening", opening, impaired),
            ("  Impairment, net of reversals", summed, -statement["remeasurement_pl"]),
            ("  Entered with opening balances", summed, -entered),
            ("  Released by disposals", summed, carried - released_cost),
            (f"{asset}: accumulated impairment, closing", closing, impaired),
            (f"{asset}: carrying amount, closing", closing, statement["carrying"]),
        ]
        rows += _rows(flows, close)
    title = "Cost and accumulated impairment"
    return [Table("cost_and_impairment", title, period_columns(close, ""), tuple(rows))]


def surplus(close: Close, assets: list[str]) -> list[Table]:
    """The revaluation surplus: additions, and releases to retained earnings on disposal (IAS 38.85 to 38.87)."""
    kept = [asset for asset in assets if close.rule(asset).rule.surplus_to_oci]
    if not kept:
        return []
    rows = []
    for asset in kept:
        lines = {name: values[0] for name, values in close.statements.assets[asset].lines.items()}
        released = close.movements(asset).surplus_out
        balance, oci = lines["revaluation_surplus"], lines["remeasurement_oci"]
        entered = balance - oci + released
        entered[1:] -= balance[:-1]
        flows: list[Flow] = [
            (f"{asset}: surplus before tax, opening", opening, balance),
            ("  Revaluation in other comprehensive income", summed, oci),
            ("  Entered with opening balances", summed, entered),
            ("  To retained earnings, with coins disposed of", summed, -released),
            (f"{asset}: surplus before tax, closing", closing, balance),
        ]
        rows += _rows(flows, close)
    return [Table("surplus", "Revaluation surplus", period_columns(close, ""), tuple(rows))]


_COST_MODEL = {"ifrs_revaluation": "ifrs_cost", "frs102_revaluation": "frs102_cost"}


def cost_model_words(close: Close, assets: list[str]) -> list[str]:
    """The carrying amount under the cost model (IAS 38.124(a)(iii)), if that is among the frameworks."""
    other = _COST_MODEL.get(close.framework)
    if other is None:
        return []
    if other not in close.result.statements:
        add = f"add {other} to accounting.frameworks"
        return [f"The carrying amount under the cost model (IAS 38.124(a)(iii)) is not computed: {add}."]
    amounts = {asset: asset_amount(Close(close.result, other, close.label), asset, "carrying") for asset in assets}
    by_asset = ", ".join(f"{asset} {amount:,.2f}" for asset, amount in amounts.items())
    return [
        f"Under the cost model the carrying amount would be {close.result.currency} {by_asset} (IAS 38.124(a)(iii))."
    ]
