"""Mining economics as tables: shutdown prices by machine, and the margin on each cost basis."""

from __future__ import annotations

from treasury_sim.analysis.mining import TYPICAL_EFFICIENCY, MiningEconomics
from treasury_sim.report import words
from treasury_sim.report.render.json import json_text, records
from treasury_sim.report.tables.page import Page, Words
from treasury_sim.report.tables.table import Column, Row, Table


def cents(power_price: float) -> str:
    """A price of power in words: ``5 cents``."""
    return f"{power_price * 100.0:.4g} cents"


def headline(mining: MiningEconomics) -> str:
    """The finding in two sentences: what hashrate earns, and how many machines earn less than their power costs."""
    costly = mining.power_prices[-1]
    off = [shutdown.machine.title for shutdown in mining.shutdowns if shutdown.prices[-1] > mining.price]
    below = f"{len(off)} of {len(mining.shutdowns)} machines" if off else "no machine listed"
    verb = "earn" if len(off) > 1 else "earns"
    return (
        f"At {words.price(mining.price)} a coin one PH/s earns {mining.hashprice:,.2f} USD a day. "
        f"At {cents(costly)} a kWh {below} {verb} less than {'their' if len(off) > 1 else 'its'} electricity costs."
    )


def shutdown_table(mining: MiningEconomics) -> Table:
    """Price of a coin at which each machine only pays for its electricity, a column for each price of power."""
    prices = (Column(f"at_{power:g}", f"at {cents(power)} a kWh", "price") for power in mining.power_prices)
    rows = (
        Row((shutdown.machine.title, shutdown.machine.efficiency, *shutdown.prices)) for shutdown in mining.shutdowns
    )
    return Table(
        "shutdown_prices",
        "Shutdown price of a coin",
        (Column("machine", "Machine"), Column("joules_per_terahash", "J/TH", "number"), *prices),
        tuple(rows),
        notes=(
            f"Pool fee {words.percent(mining.pool_fee, 1)}, fees {words.percent(mining.network.fees, 1)} of subsidy.",
            "Efficiency as the makers state it.",
        ),
        currency="USD",
    )


def margin_table(mining: MiningEconomics) -> Table:
    """Price less cost of one coin, on each named basis."""
    electricity = (
        Row((f"Electricity, {TYPICAL_EFFICIENCY:g} J/TH at {cents(power)} a kWh", cost, mining.price - cost, "", ""))
        for power, cost in zip(mining.power_prices, mining.electricity, strict=True)
    )
    published = (
        Row((each.basis.title, each.basis.cost, each.margin, str(each.basis.as_of), each.basis.source))
        for each in mining.margins
    )
    return Table(
        "margins",
        "Margin on one coin, by cost basis",
        (
            Column("basis", "Basis"),
            Column("cost", "Cost", "price"),
            Column("margin", "Margin", "price"),
            Column("as_of", "Period to"),
            Column("source", "Source"),
        ),
        (*electricity, *published),
        notes=("Bases differ in what they include, so a margin means something only with the name of its basis.",),
        currency="USD",
    )


def mining_page(mining: MiningEconomics) -> Page:
    """What `treasury-sim mining` prints."""
    network = Words(
        f"Difficulty {mining.network.difficulty / 1e12:,.2f}T; the network's hashrate by it is "
        f"{float(mining.network.hashrate) / 1e3:,.0f} EH/s. About {words.percent(mining.under_water, 0)} of it mines "
        "below cash cost at this hashprice (an estimate, fitted to one published statement).",
        "note",
    )
    return Page((Words(headline(mining), "title"), network, Words(""), shutdown_table(mining), margin_table(mining)))


def mining_json(mining: MiningEconomics) -> str:
    """Return the economics as JSON: the inputs, hashprice [USD/PH/day], and both tables as rows."""
    return json_text(
        {
            "schema": 1,
            "price": mining.price,
            "difficulty": mining.network.difficulty,
            "subsidy": mining.network.subsidy,
            "fees": mining.network.fees,
            "pool_fee": mining.pool_fee,
            "hashrate": float(mining.network.hashrate),
            "hashprice": mining.hashprice,
            "under_water": mining.under_water,
            "shutdown_prices": records(shutdown_table(mining)),
            "margins": records(margin_table(mining)),
        }
    )
