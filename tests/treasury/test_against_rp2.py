"""Lot relief against rp2, a tax calculator of others (Apache 2.0): FIFO, LIFO and HIFO to the cent.

rp2 orders HIFO by spot price without fees, so fees are zero here. Average cost, which it lacks, is held against a loop.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import localcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treasury_sim.domain.holding import Lot
from treasury_sim.domain.plan import Disposal
from treasury_sim.domain.timeline import FiscalCalendar, Timeline
from treasury_sim.treasury.ledgers import Activity, LedgerPolicy, book_cost, build_ledger
from treasury_sim.treasury.windows import Parts

FIRST = date(2023, 1, 1)

HEADERS = """
[general]
assets = BTC
exchanges = Coinbase
holders = Holder
[in_header]
timestamp = 0
asset = 1
exchange = 2
holder = 3
transaction_type = 4
spot_price = 5
crypto_in = 6
[out_header]
timestamp = 0
asset = 1
exchange = 2
holder = 3
transaction_type = 4
spot_price = 5
crypto_out_no_fee = 6
crypto_fee = 7
[intra_header]
timestamp = 0
asset = 1
from_exchange = 2
from_holder = 3
to_exchange = 4
to_holder = 5
spot_price = 6
crypto_sent = 7
crypto_received = 8
"""


@dataclass(frozen=True)
class Trade:
    """A purchase (positive quantity) or a sale, in thousandths of a coin and in cents."""

    day: int
    thousandths: int
    cents: int

    @property
    def quantity(self) -> float:
        return abs(self.thousandths) / 1000

    @property
    def price(self) -> float:
        return self.cents / 100


@st.composite
def histories(draw: st.DrawFn) -> list[Trade]:
    """At most one trade a day, and never more sold than held. Prices differ, so that HIFO knows no ties."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(2, 60))
    days = np.sort(generator.choice(700, count, replace=False))
    cents = generator.choice(np.arange(1_000, 9_000_000), count, replace=False)
    trades, held = [], 0
    for day, price in zip(days.tolist(), cents.tolist(), strict=True):
        if held > 10 and generator.random() < 0.5:
            part = held if generator.random() < 0.15 else int(generator.integers(1, held))
            trades.append(Trade(day, -part, price))
            held -= part
        else:
            bought = int(generator.integers(1, 5_000))
            trades.append(Trade(day, bought, price))
            held += bought
    return trades


def ours(trades: list[Trade], relief: str) -> list[float]:
    """The gain of each sale."""
    bought = [trade for trade in trades if trade.thousandths > 0]
    sold = [trade for trade in trades if trade.thousandths < 0]
    lots = [Lot(FIRST + timedelta(trade.day), trade.quantity, trade.price, id=str(trade.day)) for trade in bought]
    disposals = [
        Disposal("sale", row, FIRST + timedelta(trade.day), "BTC", trade.quantity, trade.quantity * trade.price)
        for row, trade in enumerate(sold)
    ]
    activity = Activity(lots, _parts(bought), disposals, _parts(sold))
    quarters = FiscalCalendar().quarters(FIRST, FIRST + timedelta(699))
    timeline = Timeline.of(np.concatenate([activity.bought.day, activity.sold.day]), quarters)
    pooled = relief == "average"
    policy = LedgerPolicy(relief, lambda _: None, lambda lot: book_cost(lot, capitalise_fees=True), pooled=pooled)
    ledger = build_ledger(activity, timeline, policy)
    gains = ledger.release_gross - ledger.release_cost
    by_sale = np.bincount(ledger.release_disposal, weights=gains, minlength=len(sold))
    return [float(gain) for gain in by_sale]


def _parts(trades: list[Trade]) -> Parts:
    days = np.array([np.datetime64(FIRST) + np.timedelta64(trade.day, "D") for trade in trades], dtype="datetime64[D]")
    quantity = np.array([trade.quantity for trade in trades])
    return Parts(np.arange(len(trades)), days, quantity, np.ones(len(trades)))


@pytest.fixture(scope="module")
def rp2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """What of rp2 is used; importing it makes a folder of logs where one stands, and changes the decimal context."""
    with localcontext():
        yield _rp2(tmp_path_factory)


def _rp2(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder, here = tmp_path_factory.mktemp("rp2"), Path.cwd()
    (folder / "headers.ini").write_text(HEADERS, encoding="utf-8")
    os.chdir(folder)
    try:
        from prezzemolo.avl_tree import AVLTree
        from rp2.abstract_country import AbstractCountry
        from rp2.accounting_engine import AccountingEngine
        from rp2.configuration import Configuration
        from rp2.in_transaction import InTransaction
        from rp2.input_data import InputData
        from rp2.out_transaction import OutTransaction
        from rp2.plugin.accounting_method import fifo, hifo, lifo
        from rp2.rp2_decimal import RP2Decimal
        from rp2.tax_engine import compute_tax
        from rp2.transaction_set import TransactionSet

        class Country(AbstractCountry):  # Those of rp2 load its readers of spreadsheets, too.
            def get_long_term_capital_gain_period(self) -> int:
                return 365

            def get_default_accounting_method(self) -> str:
                return "fifo"

            def get_accounting_methods(self) -> set[str]:
                return {"fifo", "lifo", "hifo"}

            def get_report_generators(self) -> set[str]:
                return set()

            def get_default_generation_language(self) -> str:
                return "en"
    finally:
        os.chdir(here)
    return SimpleNamespace(
        AVLTree=AVLTree,
        AccountingEngine=AccountingEngine,
        configuration=Configuration(str(folder / "headers.ini"), Country("us", "usd")),
        InTransaction=InTransaction,
        InputData=InputData,
        OutTransaction=OutTransaction,
        methods={"fifo": fifo, "lifo": lifo, "hifo": hifo},
        Decimal=RP2Decimal,
        compute_tax=compute_tax,
        TransactionSet=TransactionSet,
    )


def theirs(rp2: Any, trades: list[Trade], relief: str) -> list[float]:
    """The gain of each sale, as rp2 has it."""
    configuration = rp2.configuration
    coming = rp2.TransactionSet(configuration, "IN", "BTC")
    going = rp2.TransactionSet(configuration, "OUT", "BTC")
    for row, trade in enumerate(trades, start=1):
        when = f"{FIRST + timedelta(trade.day)} 12:00:00 +0000"
        price, quantity = rp2.Decimal(str(trade.price)), rp2.Decimal(str(trade.quantity))
        head = (configuration, when, "BTC", "Coinbase", "Holder")
        if trade.thousandths > 0:
            coming.add_entry(rp2.InTransaction(*head, "BUY", price, quantity, row=row))
        else:
            going.add_entry(rp2.OutTransaction(*head, "SELL", price, quantity, rp2.Decimal("0"), row=row))
    methods = rp2.AVLTree()
    methods.insert_node(FIRST.year, rp2.methods[relief].AccountingMethod())
    data = rp2.InputData("BTC", coming, going, rp2.TransactionSet(configuration, "INTRA", "BTC"))
    computed = rp2.compute_tax(configuration, rp2.AccountingEngine(methods), data)
    gains = {row: 0.0 for row, trade in enumerate(trades, start=1) if trade.thousandths < 0}
    for entry in computed.gain_loss_set:
        gains[entry.taxable_event.row] += float(entry.fiat_gain)
    return list(gains.values())


@pytest.mark.parametrize("relief", ["fifo", "lifo", "hifo"])
@settings(max_examples=25)
@given(trades=histories())
def test_realised_gains_are_those_of_rp2(rp2: Any, relief: str, trades: list[Trade]) -> None:
    if any(trade.thousandths < 0 for trade in trades):
        assert ours(trades, relief) == pytest.approx(theirs(rp2, trades, relief), rel=0, abs=0.005)


@given(trades=histories())
def test_average_cost_is_that_of_a_loop(trades: list[Trade]) -> None:
    held = paid = 0.0
    expected = []
    for trade in trades:
        if trade.thousandths > 0:
            held += trade.quantity
            paid += trade.quantity * trade.price
        else:
            cost = paid * min(trade.quantity / held, 1.0)
            expected.append(trade.quantity * trade.price - cost)
            held -= trade.quantity
            paid -= cost
    assert ours(trades, "average") == pytest.approx(expected, rel=0, abs=0.005)
