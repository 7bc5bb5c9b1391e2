"""One pass over a scenario: ledgers, marks, and the measurements of every framework.

The result needs one pass; each corner of the band needs another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from treasury_sim.accounting import ASC_350_60, FRAMEWORKS, AccountingPolicy
from treasury_sim.capital.schedule import month_ends
from treasury_sim.case import Case
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.ledger import Ledger, sum_by_quarter
from treasury_sim.domain.ledger_lines import LedgerLines, ledger_lines
from treasury_sim.domain.plan import Disposal
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.prepare import Prepared, PreparedAsset
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.marks import observe
from treasury_sim.measure.measurer import Measurer, measurer
from treasury_sim.treasury.flows import event_flows
from treasury_sim.treasury.ledgers import (
    Activity,
    LedgerPolicy,
    OversoldError,
    at_cost,
    book_cost,
    build_ledger,
    lent_lots,
    tax_cost,
)
from treasury_sim.treasury.relief_on_paths import ReliefOnPaths
from treasury_sim.treasury.windows import TimingOf, split


@dataclass(frozen=True)
class AssetPass:
    """One asset in one pass.

    Attributes
    ----------
    books, tax
        The two ledgers.
    tax_at_cost
        The tax ledger with the same releases, but cost as tax basis; ``None`` where no lot states a tax basis.
    marks
        Prices observed.
    fees_expensed
        Purchase fees that were not capitalised, negative, (quarters,) [currency].
    flows
        Lines of events other than the holdings, each (paths, quarters) [currency].
    lines
        Units, cost and proceeds of the books and of the tax ledger, where disposals take different units on each path.
    """

    books: Ledger
    tax: Ledger
    marks: Marks
    fees_expensed: Floats
    flows: Mapping[str, Floats]
    tax_at_cost: Ledger | None = None
    lines: tuple[LedgerLines, LedgerLines] | None = None

    def lines_on(self, timeline: Timeline) -> tuple[LedgerLines, LedgerLines]:
        """Units, cost and proceeds by quarter, of the books and of the tax ledger."""
        if self.lines is not None:
            return self.lines
        return ledger_lines(self.books, timeline, self.marks), ledger_lines(self.tax, timeline, self.marks)


@dataclass(frozen=True)
class Pass:
    """One pass over all assets.

    Attributes
    ----------
    measurements
        Measurements by framework key and asset.
    """

    timeline: Timeline
    assets: Mapping[str, AssetPass]
    measurements: Mapping[tuple[str, str], Measurement]


def measure_all(prepared: Prepared, timing_of: TimingOf, quarters: int | None = None) -> Pass:
    """Measure every asset under every framework of the scenario.

    Parameters
    ----------
    timing_of
        How the units of a window are dated, given its last day.
    quarters
        Number of prepared quarters to measure, from the first; all by default.
    """
    timeline, assets = lay_out(prepared, timing_of, quarters)
    return Pass(timeline, assets, measurements(prepared, timeline, assets))


def lay_out(
    prepared: Prepared, timing_of: TimingOf, quarters: int | None = None, *, for_paths: bool = False
) -> tuple[Timeline, dict[str, AssetPass]]:
    """Build the timeline, and the ledgers and marks of every asset, see `measure`.

    Parameters
    ----------
    for_paths
        Whether the ledgers must record which amounts follow the price, for use on other paths than that of a replay.
    """
    kept = prepared.quarters[:quarters]
    activities = {name: activity_of(asset, timing_of, for_paths=for_paths) for name, asset in prepared.assets.items()}
    events = [day for activity in activities.values() for day in _days(activity)]
    spec = prepared.case.spec
    if spec.capital.opening is not None:
        period = spec.period
        events.append(np.array(month_ends(period.start, period.end, spec.calendar.cut), dtype="datetime64[D]"))
    timeline = Timeline.of(np.concatenate([np.empty(0, "datetime64[D]"), *events]), kept)
    assets = {
        name: _asset_pass(prepared, prepared.assets[name], activity, timeline, timing_of)
        for name, activity in activities.items()
    }
    return timeline, assets


def measurements(
    prepared: Prepared, timeline: Timeline, assets: Mapping[str, AssetPass]
) -> dict[tuple[str, str], Measurement]:
    """Measurements by framework key and asset."""
    by_asset = measurers(prepared, timeline, assets)
    return {(key, name): measure_on(assets[name].marks) for (key, name), measure_on in by_asset.items()}


def measurers(
    prepared: Prepared, timeline: Timeline, assets: Mapping[str, AssetPass]
) -> dict[tuple[str, str], Measurer]:
    """A measurer for every framework key and asset; takes any marks with the same shared part."""
    spec = prepared.case.spec
    policy = accounting_policy(prepared, len(timeline.quarters))
    return {
        (key, name): measurer(FRAMEWORKS[applied_to(spec, key, name)], asset.books, timeline, asset.marks, policy)
        for key in spec.accounting.frameworks
        for name, asset in assets.items()
    }


def accounting_policy(prepared: Prepared, quarters: int) -> AccountingPolicy:
    """The accounting policy of the scenario, for the first `quarters` quarters."""
    accounting = prepared.case.spec.accounting
    return AccountingPolicy(
        adoption_quarter=prepared.adoption_quarter,
        disposal_costs=accounting.disposal_costs,
        permanent=prepared.permanent[:quarters],
        remeasure_before_disposal=accounting.remeasure_before_disposal,
        fluctuation_reserve=accounting.fluctuation_reserve,
        year_to_date=accounting.interim == "year_to_date",
    )


def applied_to(spec: ScenarioSpec, framework: str, asset: str) -> str:
    """The framework that applies to `asset` under `framework`; tokens outside the scope of ASC 350-60 use `OUTSIDE`.

    A token inside the scope follows `framework`, its adoption included.
    """
    is_outside = spec.accounting.scope.get(asset) == OUTSIDE
    return OUTSIDE if framework in ASC_350_60 and is_outside else framework


OUTSIDE = "us_gaap_impairment"
"""Framework of a token outside the scope of ASC 350-60."""


@dataclass(frozen=True)
class TaxBooks:
    """The tax ledger of one asset before the waterfall adds to it.

    Attributes
    ----------
    opening_mark
        The last mark before the period; -1 if there is none.
    opening_units
        Coins held in the books at that mark.
    """

    ledger: Ledger
    timeline: Timeline
    opening_mark: int
    opening_units: float


def tax_books(prepared: Prepared, asset: PreparedAsset, timing_of: TimingOf) -> TaxBooks:
    """Build the tax ledger of one asset.

    Raises
    ------
    InputError
        If an event takes more than is held.
    """
    activity = activity_of(asset, timing_of)
    timeline = Timeline.of(np.concatenate(_days(activity)), prepared.quarters)
    books, tax = _ledgers(prepared, asset, activity, timeline, timing_of)
    first = len(prepared.quarters) - len(prepared.reported)
    mark = int(timeline.quarter_marks[first - 1]) if first else -1
    return TaxBooks(tax, timeline, mark, float(books.held(mark).sum()) if first else 0.0)


def activity_of(asset: PreparedAsset, timing_of: TimingOf, *, for_paths: bool = False) -> Activity:
    """Acquisitions and disposals of one asset by day; `for_paths` as in `lay_out`."""
    lots = [(lot.enters, None if lot.opening else lot.acquired_to, lot.quantity) for lot in asset.lots]
    leaving = [(out.date, out.date_to, out.quantity) for out in asset.disposals]
    market = asset.path.daily
    bought = split(lots, timing_of, asset.history, market, [bool(lot.follows) for lot in asset.lots])
    sold = split(leaving, timing_of, asset.history, market, [bool(out.follows) for out in asset.disposals])
    simulated_from = asset.path.sampled_from if for_paths else None
    return Activity(asset.lots, bought, asset.disposals, sold, asset.transfers, simulated_from)


def _days(activity: Activity) -> list[np.ndarray[tuple[int], np.dtype[np.datetime64]]]:
    moved = np.array([transfer.date for transfer in activity.transfers], dtype="datetime64[D]")
    return [activity.bought.day, activity.sold.day, moved]


def _for_tax(asset: PreparedAsset, activity: Activity, timing_of: TimingOf, books: Ledger) -> Activity:
    """The activity for tax: coins lent and returned in kind are not disposals, and lent coins are not sold."""
    if not any(disposal.kind == "loan" for disposal in asset.disposals):
        return activity
    kept = replace(
        asset,
        lots=tuple(lot for lot in asset.lots if lot.kind != "return"),
        disposals=tuple(disposal for disposal in asset.disposals if disposal.kind != "loan"),
    )
    return replace(
        activity_of(kept, timing_of), simulated_from=activity.simulated_from, loans=lent_lots(books, asset.lots)
    )


def _asset_pass(
    prepared: Prepared, asset: PreparedAsset, activity: Activity, timeline: Timeline, timing_of: TimingOf
) -> AssetPass:
    spec = prepared.case.spec
    books, tax = _ledgers(prepared, asset, activity, timeline, timing_of)
    prices = asset.quarter_end_prices(len(timeline.quarters))
    marks = observe(asset.daily, timeline, prices, spec.accounting.impairment_price)
    # A lot with an opening balance was bought earlier: its fee is not an expense of the run.
    fees = np.array([0.0 if lot.opening else lot.fee / lot.quantity for lot in asset.lots])[books.lot] * books.quantity
    expensed = spec.accounting.fees == "expense"
    return AssetPass(
        books=books,
        tax=tax,
        marks=marks,
        fees_expensed=-sum_by_quarter(fees * expensed, books.acquired, timeline),
        flows=event_flows(asset.lots, books, timeline, marks),
        tax_at_cost=at_cost(tax, [lot for lot in asset.lots if lot.kind != "return"]) if _is_typed(asset) else None,
    )


def _is_typed(asset: PreparedAsset) -> bool:
    """Whether any lot states a tax basis."""
    return any(lot.tax_basis is not None for lot in asset.lots)


def _ledgers(
    prepared: Prepared, asset: PreparedAsset, activity: Activity, timeline: Timeline, timing_of: TimingOf
) -> tuple[Ledger, Ledger]:
    """The books, and the tax ledger."""
    books_policy, tax_policy = _ledger_policies(prepared.case.spec)
    try:
        books = build_ledger(activity, timeline, books_policy)
        tax = build_ledger(_for_tax(asset, activity, timing_of, books), timeline, tax_policy)
    except OversoldError as error:
        raise InputError([oversold(prepared.case, error)]) from error
    return books, tax


def reliefs_on_paths(
    prepared: Prepared, asset: PreparedAsset, timeline: Timeline, timing_of: TimingOf, first: int
) -> tuple[ReliefOnPaths, ReliefOnPaths]:
    """Lot relief on each path from the mark `first` on, in the books and for tax; without loans of coins."""
    books_policy, tax_policy = _ledger_policies(prepared.case.spec)
    activity = activity_of(asset, timing_of, for_paths=True)
    return (
        ReliefOnPaths(activity, timeline, books_policy, first),
        ReliefOnPaths(activity, timeline, tax_policy, first),
    )


def _ledger_policies(spec: ScenarioSpec) -> tuple[LedgerPolicy, LedgerPolicy]:
    """The policies of the books and of the tax ledger."""
    plan, accounting = spec.plan, spec.accounting
    tax_relief = plan.tax_lot_relief or plan.lot_relief
    capitalise = accounting.fees == "capitalise"
    books = LedgerPolicy(
        relief=plan.lot_relief,
        relief_of=lambda disposal: disposal.lot_relief,
        cost_of=lambda lot: book_cost(lot, capitalise_fees=capitalise),
        by_wallet=plan.pool == "wallet",
        pooled=plan.lot_relief == "average" or accounting.unit_of_account == "asset",
    )
    tax = LedgerPolicy(
        relief=tax_relief,
        relief_of=lambda disposal: disposal.tax_lot_relief,
        cost_of=tax_cost,
        by_wallet=(plan.tax_pool or plan.pool) == "wallet",
        pooled=tax_relief == "average",
    )
    return books, tax


def oversold(case: Case, error: OversoldError) -> Problem:
    """The problem of an event that takes more than is held, at its place in the file."""
    event = error.event
    if isinstance(event, Disposal):
        table, row, wallet = f"{event.kind}s", event.row, event.wallet
    else:
        table, row, wallet = "transfers", case.spec.plan.transfers.index(event), event.from_wallet
    where = f" in wallet {wallet}" if case.spec.plan.pool == "wallet" else ""
    of_lot = f" of lot {error.lot}" if error.lot else ""
    return case.problem(
        ("plan", table, row, "quantity"),
        f"at most the {error.held:,.8g} {event.asset}{of_lot} held{where} on {event.date}",
        fix="Lower it, or add the lots that are missing.",
    )
