"""The lot schedule: units, cost, test price, carrying amount and charge of each lot; it adds up to the statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.ledger import Ledger
from treasury_sim.report.close.checks import MONEY_TIES, UNITS_TIE, Check, money_tie, units_tie
from treasury_sim.report.close.close import Close, once
from treasury_sim.report.close.lot_details import Detail
from treasury_sim.report.close.movements import entered_above_cost, release_carrying
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
        Test price [currency/coin], the day on which it was observed, and its source.
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


@once
def lot_schedule(close: Close) -> list[LotLine]:
    """Every lot held in the quarter, in acquisition order.

    Raises
    ------
    NotOnePathError
        If the result is not a single path.
    """
    return [row for asset in close.result.holdings for row in lots_of(close, asset)]


@once
def lots_of(close: Close, asset: str) -> list[LotLine]:
    """The lots of one asset."""
    return (_pool if close.holding(asset).ledger.pooled else _lots)(close, asset)


def schedule_checks(close: Close) -> list[Check]:
    """Whether the schedule adds up to the statement of each asset."""
    quarter = close.quarter
    rows = lot_schedule(close)
    checks = []
    for asset, statement in close.statements.assets.items():
        cost_model = close.rule(asset).rule.ceiling_at_cost
        in_units = units_tie(close.units_scale(asset))
        in_money = money_tie(close.money_scale([asset]))
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


def remeasured_lots(close: Close, asset: str) -> tuple[Detail, ...]:
    """Remeasurement of each lot in profit or loss, for the entry that books it."""
    return _as_details(close, asset, "remeasurement_pl")


def adopted_lots(close: Close, asset: str) -> tuple[Detail, ...]:
    """Effect of the adoption of a new standard on each lot."""
    return _as_details(close, asset, "adoption")


def _as_details(close: Close, asset: str, field: str) -> tuple[Detail, ...]:
    return tuple(
        Detail(row.lot, row.test_day, row.test_day, row.units_closing, getattr(row, field))
        for row in lots_of(close, asset)
        if abs(getattr(row, field)) > MONEY_TIES
    )


def _before(by_quarter: Floats, quarter: int) -> Floats:
    """The column of the quarter before; zeros before the first."""
    column: Floats = by_quarter[:, quarter - 1] if quarter else np.zeros(len(by_quarter))
    return column


def _lots(close: Close, asset: str) -> list[LotLine]:
    ledger, lots, quarter = close.holding(asset).ledger, close.holding(asset).lots, close.quarter
    measured = close.result.measurements[close.framework, asset]
    carried_out, surplus_out = release_carrying(measured)
    carrying, surplus, adopted = measured.lot_carrying, measured.lot_surplus, measured.lot_equity_direct
    if carrying is None or surplus is None or adopted is None:
        return []
    came = close.result.timeline.quarter_of_mark[ledger.acquired] == quarter
    went = close.result.timeline.quarter_of_mark[ledger.release_mark] == quarter
    part_of = ledger.lot[ledger.release_part]
    size = len(lots)

    def by_lot(amounts: Floats) -> Floats:
        return np.bincount(ledger.lot[came], weights=amounts[came], minlength=size).astype(float)

    def gone(amounts: Floats) -> Floats:
        return np.bincount(part_of[went], weights=amounts[went], minlength=size).astype(float)

    marks = close.result.timeline.quarter_marks
    held = ledger.held(int(marks[quarter]))
    opening = ledger.units_by_lot(int(marks[quarter - 1])) if quarter else np.zeros(size)
    units_closing = ledger.units_by_lot(int(marks[quarter]))
    cost = np.bincount(ledger.lot, weights=held * ledger.unit_cost, minlength=size)
    bought = np.bincount(ledger.lot, weights=ledger.quantity, minlength=size)
    paid = np.bincount(ledger.lot, weights=ledger.quantity * ledger.unit_cost, minlength=size)
    acquired, released = map(ledger.grain.exact, (by_lot(ledger.quantity), gone(ledger.release_quantity)))
    additions = by_lot(ledger.quantity * ledger.unit_cost + entered_above_cost(ledger))
    disposed = gone(carried_out)
    # A typed balance enters with its surplus; nothing of it is income.
    entered = np.array([lot.opening is not None for lot in lots]) & (acquired > 0.0)
    moved = surplus[:, quarter] - _before(surplus, quarter) + gone(surplus_out)
    oci = np.where(entered, 0.0, moved)
    pl = carrying[:, quarter] - _before(carrying, quarter) - additions + disposed - adopted[:, quarter] - oci
    observer = Observer(close, asset)
    framework = close.rule(asset)
    last_release = _last_releases(close, ledger, size)
    wallets = _wallets(ledger, held, size)
    rows = []
    for n in np.flatnonzero((opening > 0.0) | (acquired > 0.0)).tolist():
        lot = lots[n]
        closing = float(units_closing[n])
        left = None if closing else last_release[n]
        seen = observer.of_rule(framework.rule, lot.enters, lot.opening.carrying if lot.opening else None, left)
        above = float(carrying[n, quarter] - cost[n])
        rows.append(
            LotLine(
                asset=asset,
                lot=lot.id,
                acquired=f"{lot.acquired}" if lot.last_day == lot.acquired else f"{lot.acquired} to {lot.last_day}",
                wallet=wallets[n],
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


def _last_releases(close: Close, ledger: Ledger, lots: int) -> list[date]:
    """The day of each lot's last disposal until the quarter end; the first day of the timeline without any."""
    timeline = close.result.timeline
    until_now = timeline.quarter_of_mark[ledger.release_mark] <= close.quarter
    last = np.zeros(lots, dtype=np.intp)
    np.maximum.at(last, ledger.lot[ledger.release_part[until_now]], ledger.release_mark[until_now])
    days: list[date] = timeline.days[last].astype(object).tolist()
    return days


def _wallets(ledger: Ledger, held: Floats, lots: int) -> list[str]:
    """The wallets that hold the parts of each lot; of all its parts, if none is held."""
    now: list[dict[str, None]] = [{} for _ in range(lots)]
    ever: list[dict[str, None]] = [{} for _ in range(lots)]
    for lot, wallet, units in zip(ledger.lot.tolist(), ledger.wallet, held.tolist(), strict=True):
        ever[lot][wallet] = None
        if units > 0.0:
            now[lot][wallet] = None
    return [", ".join(here or once_here) for here, once_here in zip(now, ever, strict=True)]


def _pool(close: Close, asset: str) -> list[LotLine]:
    """All units as one row: the unit of account is the asset."""
    ledger, lots, quarter = close.holding(asset).ledger, close.holding(asset).lots, close.quarter
    lines = {name: float(values[0, quarter]) for name, values in close.statements.assets[asset].lines.items()}
    moved = close.movements(asset)
    units_in = sum(float(units[quarter]) for units in moved.units_in.values())
    units_out = sum(float(units[quarter]) for units in moved.units_out.values())
    opening = lines["units"] - units_in + units_out
    if not units_in and abs(opening) <= UNITS_TIE:
        return []
    framework = close.rule(asset)
    observer = Observer(close, asset)
    if framework.rule.price == "lowest_since_acquisition":
        low = close.statements.assets[asset]
        source = f"lowest price of the quarter; {close.result.holdings[asset].daily.source}"
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
