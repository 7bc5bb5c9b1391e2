"""The lot schedule: what each lot was, is, was tested at and was charged; it adds up to the statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.result import Result
from treasury_sim.report.close.grid import MONEY_TIES, UNITS_TIE, Check, money_tie, units_tie
from treasury_sim.report.close.movements import (
    Detail,
    entered_above_cost,
    money_scale,
    movements,
    release_carrying,
    rule_in_force,
    units_scale,
)
from treasury_sim.report.close.observed import Observer, TestPrice


@dataclass(frozen=True, slots=True)
class LotLine:
    """One unit of account in one quarter: a lot, or all units of an asset where they are one unit of account.

    Attributes
    ----------
    acquired
        Day or window.
    wallet
        Where its units are.
    units_opening, units_acquired, units_released, units_closing
        [coins]
    unit_cost
        Original cost of a unit in the books, capitalised fees included [currency/coin].
    cost
        Cost of the units held [currency].
    test_price, test_day, test_source
        Price that the rule looks at [currency/coin], the day on which it was seen, and where it is from.
    carrying_opening, additions, disposed, adoption, remeasurement_pl, remeasurement_oci, carrying_closing
        Opening + additions - disposed + adoption + P&L + OCI = closing [currency].
    accumulated
        Under cost models the accumulated impairment; otherwise closing carrying amount less cost [currency].
    """

    asset: str
    lot: str
    acquired: str
    wallet: str
    units_opening: float
    units_acquired: float
    units_released: float
    units_closing: float
    unit_cost: float
    cost: float
    test_price: float
    test_day: date
    test_source: str
    carrying_opening: float
    additions: float
    disposed: float
    adoption: float
    remeasurement_pl: float
    remeasurement_oci: float
    carrying_closing: float
    accumulated: float


def lot_schedule(result: Result, key: str, label: str) -> list[LotLine]:
    """Every lot that was held in quarter `label`, in acquisition order.

    Raises
    ------
    NotOnePathError
        If the result is not a single path.
    """
    quarter = result.timeline.index_of(label)
    rows: list[LotLine] = []
    for asset, holding in result.holdings.items():
        rows += (_pool if holding.ledger.pooled else _lots)(result, key, asset, quarter)
    return rows


def schedule_checks(result: Result, key: str, label: str) -> list[Check]:
    """Whether the schedule adds up to the statement of each asset."""
    quarter = result.timeline.index_of(label)
    rows = lot_schedule(result, key, label)
    checks = []
    for asset, statement in result.statements[key].assets.items():
        cost_model = rule_in_force(result, key, asset, label).rule.ceiling_at_cost
        in_units = units_tie(units_scale(result, asset))
        in_money = money_tie(money_scale(result, key, [asset], quarter))
        for line, field in FIELDS.items():
            if line == "accumulated_impairment" and not cost_model:
                continue
            total = sum(getattr(row, field) for row in rows if row.asset == asset)
            expected = float(statement.lines[line][0, quarter])
            tolerance = in_units if line == "units" else in_money
            checks.append(Check(f"Lot schedule, {asset}: {line}", total, expected, tolerance))
    return checks


FIELDS = {
    "units": "units_closing",
    "cost_basis": "cost",
    "opening_carrying": "carrying_opening",
    "additions": "additions",
    "disposed_carrying": "disposed",
    "equity_direct": "adoption",
    "remeasurement_pl": "remeasurement_pl",
    "remeasurement_oci": "remeasurement_oci",
    "carrying": "carrying_closing",
    "accumulated_impairment": "accumulated",
}
"""Line of the statement -> the column of the schedule that adds up to it."""


def remeasured_lots(result: Result, key: str, asset: str, quarter: int) -> tuple[Detail, ...]:
    """What each lot was remeasured by in profit or loss, for the entry that books it."""
    return _as_details(result, key, asset, quarter, "remeasurement_pl")


def adopted_lots(result: Result, key: str, asset: str, quarter: int) -> tuple[Detail, ...]:
    """What each lot brings to the adoption of a new standard."""
    return _as_details(result, key, asset, quarter, "adoption")


def _as_details(result: Result, key: str, asset: str, quarter: int, field: str) -> tuple[Detail, ...]:
    rows = (_pool if result.holdings[asset].ledger.pooled else _lots)(result, key, asset, quarter)
    return tuple(
        Detail(row.lot, row.test_day, row.test_day, row.units_closing, getattr(row, field))
        for row in rows
        if abs(getattr(row, field)) > MONEY_TIES
    )


def _before(by_quarter: Floats, quarter: int) -> Floats:
    """The column of the quarter before; zeros before the first."""
    found: Floats = by_quarter[:, quarter - 1] if quarter else np.zeros(len(by_quarter))
    return found


def _lots(result: Result, key: str, asset: str, quarter: int) -> list[LotLine]:
    ledger, lots = result.holdings[asset].ledger, result.holdings[asset].lots
    measured = result.measurements[key, asset]
    carried_out, surplus_out = release_carrying(result, key, asset)
    carrying, surplus, adopted = measured.lot_carrying, measured.lot_surplus, measured.lot_equity_direct
    if carrying is None or surplus is None or adopted is None:
        return []
    came = result.timeline.quarter_of_mark[ledger.acquired] == quarter
    went = result.timeline.quarter_of_mark[ledger.release_mark] == quarter
    part_of = ledger.lot[ledger.release_part]
    size = len(lots)

    def by_lot(amounts: Floats) -> Floats:
        return np.bincount(ledger.lot[came], weights=amounts[came], minlength=size).astype(float)

    def gone(amounts: Floats) -> Floats:
        return np.bincount(part_of[went], weights=amounts[went], minlength=size).astype(float)

    marks = result.timeline.quarter_marks
    held = ledger.held(int(marks[quarter]))
    opening = ledger.units_by_lot(int(marks[quarter - 1])) if quarter else np.zeros(size)
    units_closing = ledger.units_by_lot(int(marks[quarter]))
    cost = np.bincount(ledger.lot, weights=held * ledger.unit_cost, minlength=size)
    bought = np.bincount(ledger.lot, weights=ledger.quantity, minlength=size)
    paid = np.bincount(ledger.lot, weights=ledger.quantity * ledger.unit_cost, minlength=size)
    acquired, released = map(ledger.grain.exact, (by_lot(ledger.quantity), gone(ledger.release_quantity)))
    additions = by_lot(ledger.quantity * ledger.unit_cost + entered_above_cost(result, asset))
    disposed = gone(carried_out)
    # A typed balance enters with its surplus; nothing of it is income.
    entered = np.array([lot.opening is not None for lot in lots]) & (acquired > 0.0)
    moved = surplus[:, quarter] - _before(surplus, quarter) + gone(surplus_out)
    oci = np.where(entered, 0.0, moved)
    pl = carrying[:, quarter] - _before(carrying, quarter) - additions + disposed - adopted[:, quarter] - oci
    observer = Observer(result, key, asset, quarter)
    framework = rule_in_force(result, key, asset, result.timeline.quarters[quarter].label)
    rows = []
    for n in np.flatnonzero((opening > 0.0) | (acquired > 0.0)).tolist():
        lot = lots[n]
        closing = float(units_closing[n])
        left = None if closing else _last_release(result, ledger, n, quarter)
        seen = observer.of_rule(framework.rule, lot.enters, lot.opening.carrying if lot.opening else None, left)
        above = float(carrying[n, quarter] - cost[n])
        rows.append(
            LotLine(
                asset=asset,
                lot=lot.id,
                acquired=f"{lot.acquired}" if lot.last_day == lot.acquired else f"{lot.acquired} to {lot.last_day}",
                wallet=_wallets(ledger, n, held),
                units_opening=float(opening[n]),
                units_acquired=float(acquired[n]),
                units_released=float(released[n]),
                units_closing=closing,
                unit_cost=float(paid[n] / bought[n]),
                cost=float(cost[n]),
                test_price=seen.price,
                test_day=seen.day,
                test_source=seen.source,
                carrying_opening=float(_before(carrying, quarter)[n]),
                additions=float(additions[n]),
                disposed=float(disposed[n]),
                adoption=float(adopted[n, quarter]),
                remeasurement_pl=float(pl[n]),
                remeasurement_oci=float(oci[n]),
                carrying_closing=float(carrying[n, quarter]),
                accumulated=-above if framework.rule.ceiling_at_cost else above,
            )
        )
    return rows


def _last_release(result: Result, ledger: Ledger, lot: int, quarter: int) -> date:
    mine = ledger.lot[ledger.release_part] == lot
    marks = ledger.release_mark[mine]
    inside = marks[result.timeline.quarter_of_mark[marks] <= quarter]
    day: date = result.timeline.days[int(inside.max())].astype(date)
    return day


def _wallets(ledger: Ledger, lot: int, held: Floats) -> str:
    """The wallets in which the lot's parts are; of all its parts, if none is held."""
    mine = np.flatnonzero(ledger.lot == lot)
    shown = [part for part in mine.tolist() if held[part] > 0.0] or mine.tolist()
    return ", ".join(dict.fromkeys(ledger.wallet[part] for part in shown))


def _pool(result: Result, key: str, asset: str, quarter: int) -> list[LotLine]:
    """All units as one row: the unit of account is the asset."""
    ledger, lots = result.holdings[asset].ledger, result.holdings[asset].lots
    lines = {name: float(values[0, quarter]) for name, values in result.statements[key].assets[asset].lines.items()}
    moved = movements(result, key, asset)
    units_in = sum(float(units[quarter]) for units in moved.units_in.values())
    units_out = sum(float(units[quarter]) for units in moved.units_out.values())
    opening = lines["units"] - units_in + units_out
    if not units_in and abs(opening) <= UNITS_TIE:
        return []
    framework = rule_in_force(result, key, asset, result.timeline.quarters[quarter].label)
    observer = Observer(result, key, asset, quarter)
    if framework.rule.price == "lowest_since_acquisition":
        low = result.statements[key].assets[asset]
        source = f"lowest price of the quarter; {result.holdings[asset].daily.source}"
        seen = TestPrice(low.low[quarter], low.low_days[quarter], source)
    else:
        seen = observer.at_reporting_date()
    above = lines["carrying"] - lines["cost_basis"]
    return [
        LotLine(
            asset=asset,
            lot=f"all {asset}",
            acquired=f"{min(lot.acquired for lot in lots)} on",
            wallet=", ".join(dict.fromkeys(ledger.wallet)),
            units_opening=opening,
            units_acquired=units_in,
            units_released=units_out,
            units_closing=lines["units"],
            unit_cost=lines["cost_basis"] / lines["units"] if lines["units"] > UNITS_TIE else 0.0,
            cost=lines["cost_basis"],
            test_price=seen.price,
            test_day=seen.day,
            test_source=seen.source,
            carrying_opening=lines["opening_carrying"],
            additions=lines["additions"],
            disposed=lines["disposed_carrying"],
            adoption=lines["equity_direct"],
            remeasurement_pl=lines["remeasurement_pl"],
            remeasurement_oci=lines["remeasurement_oci"],
            carrying_closing=lines["carrying"],
            accumulated=-above if framework.rule.ceiling_at_cost else above,
        )
    ]
