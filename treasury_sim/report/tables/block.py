"""A sale of the holder's coins beside their fair value, as a page and as JSON."""

from __future__ import annotations

from treasury_sim.analysis.block import Block
from treasury_sim.market.flows.impact import PUBLISHED_COEFFICIENTS
from treasury_sim.report import words
from treasury_sim.report.render.json import json_text, records
from treasury_sim.report.tables.page import Page, Words
from treasury_sim.report.tables.table import Column, Row, Table

COLUMNS = (
    Column("share", "Share", "share", decimals=0),
    Column("units", "Coins", "units"),
    Column("fair_value", "Fair value", "money"),
    Column("fetched", "Fetched", "money"),
    Column("discount", "Less", "share", decimals=2),
    Column("least", "at least", "money"),
    Column("most", "at most", "money"),
    Column("of_volume", "Of a day's volume", "share", decimals=1),
    Column("price_risk", "±, price while selling", "money"),
)


def block_report(block: Block) -> Page:
    """What `treasury-sim block` prints."""
    return Page((Words(finding(block), "title"), Words(""), block_table(block)))


def finding(block: Block) -> str:
    """The proceeds of the largest sale, in a sentence."""
    sale = max(block.sales, key=lambda each: each.share)
    spoken = [words.spoken(amount, block.currency) for amount in (sale.fetched, sale.fair_value, sale.least, sale.most)]
    ranged = f"{spoken[2]} to {spoken[3]} over the published coefficients"
    return (
        f"Sold over {_days(block)} after {block.quarter}, {sale.share:.0%} of the {block.asset} would fetch "
        f"{spoken[0]} of a fair value of {spoken[1]} ({ranged})."
    )


def block_table(block: Block) -> Table:
    """A row for each size of the sale."""
    rows = tuple(
        Row(
            (
                sale.share,
                sale.units,
                sale.fair_value,
                sale.fetched,
                1.0 - sale.fetched / sale.fair_value,
                sale.least,
                sale.most,
                sale.of_volume,
                sale.price_risk,
            )
        )
        for sale in block.sales
    )
    least, most = PUBLISHED_COEFFICIENTS
    law = f"Impact {block.impact.coefficient:g} x volatility {block.volatility:.1%} a day x root of (sale / volume of "
    notes = (
        "Beside the fair value, never in the books: ASC 820-10-35-36B forbids a discount for the size of a block.",
        f"{law}{block.impact.volume / 1e9:,.0f}bn); coefficients {least:g} to {most:g} are published.",
        "The law is free of scale, so the mean discount does not depend on the days; the price while selling does.",
    )
    title = f"A sale of {block.asset} over {_days(block)}, {block.quarter}"
    return Table("block", title, COLUMNS, rows, notes, currency=block.currency)


def block_json(block: Block) -> str:
    """The sales as rows, with the assumptions."""
    return json_text(
        {
            "schema": 1,
            "title": block.title,
            "asset": block.asset,
            "quarter": block.quarter,
            "currency": block.currency,
            "price": block.price,
            "daily_volatility": block.volatility,
            "days": block.days,
            "coefficient": block.impact.coefficient,
            "volume": block.impact.volume,
            "sales": records(block_table(block)),
        }
    )


def _days(block: Block) -> str:
    return "a day" if block.days == 1.0 else f"{block.days:g} days"
