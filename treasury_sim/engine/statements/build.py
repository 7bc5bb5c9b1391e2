"""From measurements to quarterly statements: holdings, income, tax, per share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from treasury_sim.accounting import FRAMEWORKS, Framework
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.ledger import sum_by_quarter
from treasury_sim.domain.ledger_lines import LedgerLines, ledger_lines
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.statements import AssetStatement, Measurement, QuarterlyStatements
from treasury_sim.domain.timeline import Quarter, Timeline
from treasury_sim.engine.one_pass import AssetPass, Pass, applied_to
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.statements.by_quarter import stated_flow
from treasury_sim.engine.statements.capital_lines import funded_lines, funded_quarters, per_share_lines
from treasury_sim.engine.statements.tax_lines import PreTaxIncome, tax_lines

Lines = dict[str, Floats]


HOLDING_LINES = (
    "units",
    "opening_carrying",
    "additions",
    "disposed_carrying",
    "net_proceeds",
    "carrying",
    "cost_basis",
    "tax_basis",
    "fair_value",
    "accumulated_impairment",
    "revaluation_surplus",
    "remeasurement_pl",
    "remeasurement_oci",
    "equity_direct",
    "realised_pl",
    "realised_gain_disclosed",
    "fee_expense",
    "coin_revenue",
    "coin_expense",
    "loan_receivable",
    "loan_remeasurement",
    "unrealised_at_fair_value",
    "deferred_tax_basis",
    "tax_basis_released",
    "taxable_proceeds",
    "initial_difference",
)
"""Lines of each asset; those of the holder are their sum."""


def holding_lines(measured: Pass, spec: ScenarioSpec) -> dict[tuple[str, str], Lines]:
    """The lines from ledgers and measurements, by framework key and asset; income and tax do not affect them."""
    return {
        (key, name): asset_lines(
            measured.timeline, measured.assets[name], measurement, FRAMEWORKS[applied_to(spec, key, name)]
        )
        for (key, name), measurement in measured.measurements.items()
    }


def statements(
    prepared: Prepared, measured: Pass, held: Mapping[tuple[str, str], Lines] | None = None
) -> dict[str, QuarterlyStatements]:
    """Prepare the statements of every framework of the scenario, by framework key.

    Parameters
    ----------
    held
        The lines of `holding_lines`, if already computed.
    """
    by_asset = holding_lines(measured, prepared.case.spec) if held is None else held
    return {key: statement_of(key, prepared, measured, by_asset) for key in prepared.case.spec.accounting.frameworks}


def statement_of(
    key: str, prepared: Prepared, measured: Pass, holdings: Mapping[tuple[str, str], Lines]
) -> QuarterlyStatements:
    """Prepare the statements of one framework from the lines of `holding_lines`."""
    timeline = measured.timeline
    spec = prepared.case.spec
    by_asset = {name: holdings[key, name] for name in measured.assets}
    known_from = _known_from(prepared)
    held = _added_up(by_asset, (1, len(timeline.quarters)))
    funded = funded_quarters(prepared, len(timeline.quarters))
    own = _income(spec, timeline.quarters, key, held, 0.0 if funded is None else funded.interest)
    own |= per_share_lines(spec, timeline.quarters, own) if funded is None else funded_lines(funded, spec, key, own)
    lines = {**dict.fromkeys(LINES), **held, **own}
    lines = {name: None if line is None else _known(name, line, known_from) for name, line in lines.items()}
    by_asset = {
        asset: {name: _known(name, line, known_from) for name, line in own.items()} for asset, own in by_asset.items()
    }
    return QuarterlyStatements(
        framework=key,
        quarters=timeline.quarters,
        lines={name: lines[name] for name in LINES},
        assets={name: _asset_statement(name, prepared, timeline, lines) for name, lines in by_asset.items()},
    )


def _known_from(prepared: Prepared) -> int:
    """The first quarter whose flows are known: the one after the last opening balance, else the first of all."""
    typed = [lot.enters for asset in prepared.assets.values() for lot in asset.lots if lot.opening is not None]
    return sum(quarter.start <= max(typed) for quarter in prepared.quarters) if typed else 0


def _known(name: str, line: Floats, known_from: int) -> Floats:
    """`line` with NaN for the flows of quarters before an opening balance."""
    if not known_from or name not in LINES or LINES[name].kind not in {"flow", "opening"}:
        return line
    known = np.array(line, dtype=float)
    known[:, :known_from] = np.nan
    return known


def _asset_statement(name: str, prepared: Prepared, timeline: Timeline, lines: Lines) -> AssetStatement:
    asset = prepared.assets[name]
    known = len(timeline.quarters)
    lows, days = zip(*asset.lowest[:known], strict=True)
    return AssetStatement(lines, asset.quarter_end[:known], lows, days)


def asset_lines(timeline: Timeline, asset: AssetPass, measurement: Measurement, framework: Framework) -> Lines:
    """The lines of one asset under one framework, each (paths, quarters); income and tax do not affect them."""
    held, for_tax = asset.lines_on(timeline)
    for_deferred, at_entry = _for_deferred_tax(timeline, asset, for_tax, framework)
    carrying = measurement.carrying
    equity_direct = measurement.equity_direct
    opening = np.concatenate([np.zeros_like(carrying[:, :1]), carrying[:, :-1]], axis=1)
    return {
        "units": held.units,
        "opening_carrying": opening,
        "additions": held.additions + measurement.entered_above_cost,
        "disposed_carrying": measurement.disposed_carrying,
        "net_proceeds": held.net,
        "carrying": carrying,
        "cost_basis": held.cost_basis,
        "tax_basis": for_tax.cost_basis,
        "fair_value": held.units * asset.marks.quarter_end,
        "accumulated_impairment": measurement.accumulated_impairment,
        "revaluation_surplus": measurement.revaluation_surplus,
        "remeasurement_pl": measurement.remeasurement_pl,
        "remeasurement_oci": measurement.remeasurement_oci,
        "equity_direct": equity_direct,
        "realised_pl": measurement.realised_pl,
        "realised_gain_disclosed": held.gross - held.released_cost,
        "fee_expense": asset.fees_expensed[None, :],
        "unrealised_at_fair_value": unrealised(
            framework, measurement.remeasurement_pl, measurement.disposed_carrying, held.released_cost
        ),
        "deferred_tax_basis": for_deferred.cost_basis,
        "tax_basis_released": for_tax.released_cost,
        "initial_difference": (
            held.additions
            + measurement.entered_above_cost
            - asset.fees_expensed
            - for_deferred.additions
            - at_entry
            - asset.flows["returned"]
        ),
        "taxable_proceeds": for_tax.net,
        **{name: flow for name, flow in asset.flows.items() if name in LINES},
    }


def unrealised(framework: Framework, remeasurement_pl: Floats, disposed: Floats, cost_released: Floats) -> Floats:
    """Unrealised fair-value gains and losses in profit or loss, signed, (paths, quarters) [currency].

    A disposal realises the difference between carrying amount and cost, whenever and wherever it was recognised before.
    Impairments are not fair-value results.
    """
    if framework.rule.ceiling_at_cost:
        return np.zeros_like(remeasurement_pl)
    return remeasurement_pl - (disposed - cost_released)


def _for_deferred_tax(
    timeline: Timeline, asset: AssetPass, for_tax: LedgerLines, framework: Framework
) -> tuple[LedgerLines, float | Floats]:
    """Lines of the tax ledger that deferred tax uses, and the initial difference of coins bought.

    A stated tax basis is a difference on initial recognition. Most standards exempt it for good (IAS 12.15 and 12.24),
    so deferred tax uses cost. US GAAP taxes it and grosses up the asset by that tax (ASC 740-10-25-51); the gross-up
    above the price is written off at once, so the tax is an expense.
    """
    at_cost = asset.tax_at_cost
    if at_cost is None:
        return for_tax, 0.0
    if framework.family != "us":
        return ledger_lines(at_cost, timeline, asset.marks), 0.0
    is_bought = np.isnan(asset.tax.opening)
    above = asset.tax.quantity * (at_cost.unit_cost - asset.tax.unit_cost) * is_bought
    return for_tax, sum_by_quarter(above, asset.tax.acquired, timeline)


def _added_up(by_asset: Mapping[str, Lines], shape: tuple[int, int]) -> dict[str, Floats]:
    """Sum the assets into the lines of the holder; zeros without assets."""
    total: dict[str, Floats] = {name: np.zeros(shape) for name in HOLDING_LINES}
    for lines in by_asset.values():
        for name in HOLDING_LINES:
            total[name] = total[name] + lines[name]
    return total


def _income(
    spec: ScenarioSpec,
    quarters: Sequence[Quarter],
    key: str,
    held: Mapping[str, Floats],
    on_instruments: float | Floats,
) -> dict[str, Floats | None]:
    """The lines from operating income to comprehensive income; ``None`` where an input is missing.

    Income stated once applies to each quarter of the period. Quarters before the period have none, so the lines that
    need it are NaN there. Interest `on_instruments` of the waterfall is added.
    """
    other = stated_flow(spec.income.other_operating, spec, quarters)
    interest = stated_flow(spec.income.interest, spec, quarters) + on_instruments
    from_coins = held["coin_revenue"] + held["coin_expense"]
    operating = (
        held["remeasurement_pl"]
        + held["realised_pl"]
        + held["fee_expense"]
        + held["loan_remeasurement"]
        + from_coins
        + other
    )
    pre_tax = operating + interest
    lines: dict[str, Floats | None] = {
        "other_operating_income": np.broadcast_to(other, operating.shape),
        "operating_income": operating,
        "interest": np.broadcast_to(interest, operating.shape),
        "pre_tax_income": pre_tax,
    }
    if not spec.tax.is_computed:
        return lines
    income = PreTaxIncome(pre_tax, other + interest + from_coins, held["unrealised_at_fair_value"])
    tax = tax_lines(spec, quarters, key, held, income)
    net_income = pre_tax + tax["income_tax"]
    return {
        **lines,
        **tax,
        "equity_direct_net_of_tax": held["equity_direct"] + tax["income_tax_equity"],
        "net_income": net_income,
        "comprehensive_income": net_income + held["remeasurement_oci"] + tax["income_tax_oci"],
    }
