"""How the price model of a scenario has forecast past quarters: its row of the backtest."""

from __future__ import annotations

from treasury_sim.analysis.backtest.targets import TARGETS
from treasury_sim.case.sections.prices import Sampled
from treasury_sim.market.history import forecast_record
from treasury_sim.report.tables.table import Column, Row, Table
from treasury_sim.scenario import Scenario

COLUMNS = (
    Column("asset", "Asset"),
    Column("model", "Model"),
    Column("target", "Figure"),
    Column("count", "Quarters", "count"),
    Column("inside_50", "Inside 50 %", "share", decimals=0),
    Column("inside_90", "Inside 90 %", "share", decimals=0),
    Column("below_5", "Below 5 %", "count"),
    Column("above_95", "Above 95 %", "count"),
    Column("skill", "Skill over gbm", "share", decimals=1),
    Column("skill_over_no_change", "over no change", "share", decimals=0),
)


def record_tables(scenario: Scenario) -> tuple[Table, ...]:
    """The record of every simulated model of a scenario; empty where it simulates none or none has a record."""
    rows = tuple(
        Row((asset, row["model"], TARGETS[row["target"]].words, *(float(row[each.name]) for each in COLUMNS[3:])))
        for asset, prices in scenario.spec.prices.items()
        if isinstance(prices, Sampled)
        for row in forecast_record()
        if row["model"] == prices.model
    )
    note = (
        "treasury-sim backtest: forecasts of bitcoin since 2016 with parameters fitted before each quarter, not those "
        "of this scenario. An ensemble stands for the default one of treasury-sim now."
    )
    title = "Record of the price model: the next quarter, forecast"
    return (Table("record", title, COLUMNS, rows, (note,)),) if rows else ()
