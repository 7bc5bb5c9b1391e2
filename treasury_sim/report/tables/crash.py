"""A crash day by day, as a page and as JSON."""

from __future__ import annotations

import math

from treasury_sim.analysis.crash import Crash
from treasury_sim.market.flows.impact import PUBLISHED_COEFFICIENTS
from treasury_sim.market.sentiment import ERROR
from treasury_sim.report import words
from treasury_sim.report.render.json import json_text, records
from treasury_sim.report.tables.page import Page, Words
from treasury_sim.report.tables.table import Column, Row, Table

COLUMNS = (
    Column("day", "Day"),
    Column("close", "Close", "price"),
    Column("low", "Low", "price"),
    Column("fall", "Fall to the low", "share", decimals=1),
    Column("liquidated_by_rule", "Coins liquidated, rule", "count"),
    Column("liquidated_by_book", "Coins liquidated, book", "count"),
    Column("impact", "Explained by them", "share", decimals=2),
    Column("impact_least", "at least", "share", decimals=2),
    Column("impact_most", "at most", "share", decimals=2),
    Column("low_without", "Low without forced sellers", "price"),
    Column("low_with_twice_the_leverage", "Low at twice the leverage", "price"),
    Column("sentiment", "Fear and greed, from prices", "number", decimals=0),
)


def headline(crash: Crash) -> str:
    """The finding on the deepest fall, in one sentence."""
    worst = crash.worst
    least, most = (words.percent(share, 1) for share in worst.impact_range)
    return (
        f"On {worst.day} bitcoin fell {words.percent(worst.fall, 1)} to its low; liquidations explain "
        f"{words.percent(worst.impact, 1)} of the price ({least} to {most} over the published coefficients)."
    )


def crash_table(crash: Crash) -> Table:
    """One row a day."""
    rows = (
        Row(
            (
                str(each.day),
                each.close,
                each.low,
                each.fall,
                each.by_rule,
                each.by_book,
                each.impact,
                *each.impact_range,
                each.low_without,
                each.low_with_twice,
                None if math.isnan(each.sentiment) else each.sentiment,
            )
        )
        for each in crash.days
    )
    least, most = PUBLISHED_COEFFICIENTS
    return Table(
        "crash",
        "Forced selling by day",
        COLUMNS,
        tuple(rows),
        notes=(
            f"Open interest {crash.open_interest:,.0f} coins every day; volume {crash.impact.volume / 1e9:,.0f}bn USD.",
            f"Coefficient of impact {crash.impact.coefficient:g}; published range {least:g} to {most:g}.",
            "Rule and book are fitted to three days of 2026 and right within a factor of 2.6 on others.",
            "Both miss May 2021 by a factor of about ten.",
            f"Fear and greed (0 to 100) as far as prices give it, ± {ERROR:.0f}: an output, which drives nothing.",
            f"Prices: {crash.source}.",
        ),
        currency="USD",
    )


def crash_page(crash: Crash) -> Page:
    """What `treasury-sim crash` prints."""
    return Page((Words(headline(crash), "title"), Words(""), crash_table(crash)))


def crash_json(crash: Crash) -> str:
    """The days as rows, with the assumptions."""
    return json_text(
        {
            "schema": 1,
            "open_interest": crash.open_interest,
            "volume": crash.impact.volume,
            "coefficient": crash.impact.coefficient,
            "source": crash.source,
            "days": records(crash_table(crash)),
        }
    )
