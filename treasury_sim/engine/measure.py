"""One pass: lots over time, marks, and what every framework measures.

A pass is made once for the result, and once for each corner of the band.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.ledger import Ledger, sum_by_quarter
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.prepare import Prepared, PreparedAsset
from treasury_sim.errors import InputError, Problem
from treasury_sim.frameworks import FRAMEWORKS, AccountingPolicy
from treasury_sim.market.marks import observe
from treasury_sim.scenario import Scenario
from treasury_sim.treasury.ledgers import Activity, LedgerPolicy, OversoldError, book_ledger, tax_ledger
from treasury_sim.treasury.windows import TimingOf, split


@dataclass(frozen=True)
class AssetPass:
    """One asset in one pass.

    Attributes
    ----------
    books, tax
        The two ledgers.
    marks
        What can be seen of the price.
    fees_expensed
        Purchase fees that were not capitalised, negative, (quarters,) [currency].
    """

    books: Ledger
    tax: Ledger
    marks: Marks
    fees_expensed: Floats


@dataclass(frozen=True)
class Pass:
    """One pass over all assets.

    Attributes
    ----------
    measurements
        By framework key and asset.
    """

    timeline: Timeline
    assets: Mapping[str, AssetPass]
    measurements: Mapping[tuple[str, str], Measurement]


def measure(prepared: Prepared, timing_of: TimingOf, quarters: int | None = None) -> Pass:
    """Measure every asset under every framework of the scenario.

    Parameters
    ----------
    timing_of
        How a window that ends on a day is bought.
    quarters
        How many of the prepared quarters, from the first; all by default.
    """
    spec = prepared.scenario.spec
    kept = prepared.quarters[:quarters]
    activities = {name: _activity(asset, timing_of) for name, asset in prepared.assets.items()}
    events = [day for activity in activities.values() for day in (activity.bought.day, activity.sold.day)]
    timeline = Timeline.of(np.concatenate([np.empty(0, "datetime64[D]"), *events]), kept)
    assets = {
        name: _asset_pass(prepared, prepared.assets[name], activity, timeline) for name, activity in activities.items()
    }
    policy = AccountingPolicy(adoption_quarter=prepared.adoption_quarter)
    return Pass(
        timeline,
        assets,
        {
            (key, name): FRAMEWORKS[key].measure(asset.books, timeline, asset.marks, policy)
            for key in spec.accounting.frameworks
            for name, asset in assets.items()
        },
    )


def _activity(asset: PreparedAsset, timing_of: TimingOf) -> Activity:
    bought = split([(lot.acquired, lot.acquired_to, lot.quantity) for lot in asset.lots], timing_of, asset.history)
    sold = split([(sale.date, sale.date_to, sale.quantity) for sale in asset.sales], timing_of, asset.history)
    return Activity(asset.lots, bought, asset.sales, sold)


def _asset_pass(prepared: Prepared, asset: PreparedAsset, activity: Activity, timeline: Timeline) -> AssetPass:
    spec = prepared.scenario.spec
    ledger_policy = LedgerPolicy(
        lot_relief=spec.plan.lot_relief,
        tax_lot_relief=spec.plan.tax_lot_relief or spec.plan.lot_relief,
        capitalise_fees=spec.accounting.fees == "capitalise",
    )
    try:
        books = book_ledger(activity, timeline, asset.history, ledger_policy)
        tax = tax_ledger(activity, timeline, asset.history, ledger_policy)
    except OversoldError as error:
        raise InputError([_oversold(prepared.scenario, error)]) from error
    fees = np.array([lot.fee / lot.quantity for lot in asset.lots])[books.lot] * books.quantity
    return AssetPass(
        books=books,
        tax=tax,
        marks=observe(
            asset.daily,
            timeline,
            asset.quarter_end_prices(len(timeline.quarters)),
            spec.accounting.impairment_price,
        ),
        fees_expensed=-sum_by_quarter(fees * (not ledger_policy.capitalise_fees), books.acquired, timeline),
    )


def _oversold(scenario: Scenario, error: OversoldError) -> Problem:
    row = next(row for row, sale in enumerate(scenario.spec.plan.sales) if sale is error.sale)
    return scenario.problem(
        ("plan", "sales", row, "quantity"),
        f"at most the {error.held:,.8g} {error.sale.asset} held on {error.sale.date}",
        fix="Lower it, or add the lots that are missing.",
    )
