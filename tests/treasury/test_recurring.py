"""Events that are repeated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from treasury_sim.domain.plan import Every, Purchase, Sale
from treasury_sim.treasury.events import Events, acquired_lots, disposals
from treasury_sim.treasury.recurring import occurrences

START, END = date(2026, 1, 31), date(2026, 6, 30)


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("quarter", ["2026-01-31", "2026-04-30"]),
        ("month", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"]),
    ],
)
def test_months_keep_the_day_of_the_month_where_it_exists(every: Every, days: list[str]) -> None:
    found = occurrences(Purchase(every=every, amount=1.0), START, END)
    assert [one.date.isoformat() for one in found] == days


def test_begins_on_its_date_and_ends_with_until() -> None:
    weekly = Sale(date(2026, 2, 2), 1.0, every="week", until=date(2026, 2, 16))
    assert [one.date.day for one in occurrences(weekly, START, END)] == [2, 9, 16]
    assert list(occurrences(replace(weekly, until=date(2026, 2, 1)), START, END)) == []
    assert len(list(occurrences(weekly, START, date(2026, 2, 15)))) == 2


def test_every_occurrence_buys_and_sells_at_its_own_close() -> None:
    closes = {date(2026, 2, 1): 100.0, date(2026, 3, 1): 50.0}
    events = Events(
        date(2026, 2, 1),
        purchases=(Purchase(every="month", amount=1_000.0, id="plan"),),
        sales=(Sale(every="month", amount=100.0, fee=1.0),),
    )

    def close(asset: str, first: date, last: date | None) -> float:
        return closes[first]

    lots = list(acquired_lots(events, date(2026, 3, 1), close))
    assert [(lot.id, lot.quantity, lot.unit_cost, lot.follows) for lot in lots] == [
        ("plan/2026-02-01", 10.0, 100.0, "money"),
        ("plan/2026-03-01", 20.0, 50.0, "money"),
    ]
    sold = list(disposals(events, date(2026, 3, 1), close))
    assert [(out.row, out.quantity, out.proceeds, out.fee) for out in sold] == [
        (0, 1.0, 100.0, 1.0),
        (0, 2.0, 100.0, 1.0),
    ]
