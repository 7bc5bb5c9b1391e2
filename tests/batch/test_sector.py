"""The sector: holders under price paths, by hand, in common random numbers, and from the shipped folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from treasury_sim.batch.order import BatchOrder
from treasury_sim.batch.reperform import reperform
from treasury_sim.batch.sector import anonymised, run_sector
from treasury_sim.domain.outcome import NEVER, Sector
from treasury_sim.report.charts.sector import breaks_chart, heat_map, joint_chart, ranking_chart
from treasury_sim.report.sector_files import write_sector
from treasury_sim.report.tables.sector import MEASURES, holders_table, joint_table, matrix_table, totals_table

HOLDER = """schema: 1
title: {name}
holder: {{name: {name}, position: [{{asset: {asset}, quantity: {units}, unit_cost: {cost}, as_of: 2025-12-31}}]}}
accounting: {{frameworks: [us_gaap_fair_value], cutoff: "00:00 UTC"}}
capital:
  asset: {asset}
  opening: {{cash: {cash}, shares: 1_000}}
  notes: [{{name: note, principal: {debt}, maturity: 2026-05-15, conversion_price: 1_000_000}}]
"""
FALL = """schema: 1
title: A fall to {to}
period: {{start: 2026-01-01, end: 2026-06-30}}
prices:
  BTC: {{model: shock, equal_to: {to}, shape: l, trough: 2026-03-31}}
  ETH: {{model: shock, relative: -50%, shape: l, trough: 2026-03-31}}
holder: {{fiscal_year_end: "12-31"}}
"""
SAMPLE = """schema: 1
title: Many paths
period: {start: 2026-01-01, end: 2026-06-30}
prices: {BTC: {model: gbm, volatility: 60%}, ETH: {model: gbm, volatility: 80%}}
simulation: {paths: 256, seed: 7, correlation: {BTC/ETH: 1}}
holder: {fiscal_year_end: "12-31"}
"""


def holder(
    folder: Path, name: str, *, units: float = 100, cash: float = 0, debt: float = 1, asset: str = "BTC"
) -> None:
    text = HOLDER.format(name=name, units=units, cost=50_000, cash=cash, debt=debt, asset=asset)
    (folder / f"{name}.yaml").write_text(text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    holders = tmp_path / "holders"
    holders.mkdir()
    holder(holders, "rich", cash=5_000_000, debt=4_000_000)
    holder(holders, "poor", debt=2_000_000)
    (holders / "unknown.yaml").write_text(
        HOLDER.format(name="unknown", units=10, cost=1, cash=0, debt=1, asset="BTC")
        + "missing: {capital.opening.cash: not in the sources}\n"
    )
    for to in (40_000, 20_000):
        (tmp_path / f"to{to}.yaml").write_text(FALL.format(to=to))
    (tmp_path / "sample.yaml").write_text(SAMPLE)
    return tmp_path


def sector(folder: Path, *paths: str, **options: object) -> Sector:
    order = BatchOrder(
        paths=(str(folder / "holders"),),
        prices=tuple(str(folder / path) for path in paths),
        out=folder / "out",
        executor="inprocess",
        **options,  # type: ignore[arg-type]
    )
    return run_sector(order)[0]


def test_what_must_be_sold_is_the_debt_over_the_price(folder: Path) -> None:
    rows = {row.holder: row for row in sector(folder, "to40000.yaml", "to20000.yaml").under("to40000")}
    # By hand: 2,000,000 due in May at 40,000 a coin, and no cash.
    assert rows["poor"].to_sell == pytest.approx(50.0)
    assert (rows["poor"].first_sale, rows["poor"].breach) == ("2026-05-31", "forced_sale")
    assert rows["rich"].to_sell == 0.0
    assert rows["poor"].result == pytest.approx(100 * (40_000 - 87_497.94))
    assert rows["poor"].cost == pytest.approx(5_000_000)


def test_a_figure_that_is_missing_is_shown_as_missing(folder: Path) -> None:
    compared = sector(folder, "to40000.yaml")
    (row,) = [row for row in compared.under("to40000") if row.holder == "unknown"]
    assert (row.to_sell, row.coverage, row.is_judged) == (None, None, False)
    cells = {r.cells[0]: r.cells for r in matrix_table(compared).rows}
    assert cells["unknown"][1] is None
    assert [r.cells[0] for r in holders_table(compared, "to40000").rows] == ["poor", "rich", "unknown"]


def test_the_matrix_subtracts_the_base(folder: Path) -> None:
    table = matrix_table(sector(folder, "to40000.yaml", "to20000.yaml"), MEASURES["share_sold"])
    (row,) = [row for row in table.rows if row.cells[0] == "poor"]
    assert row.cells[1:] == pytest.approx((0.5, 1.0, 0.5))


def test_totals_add_up_and_count_a_consolidated_holder_once(folder: Path) -> None:
    part = HOLDER.format(name="part", units=30, cost=1, cash=0, debt=1, asset="BTC")
    part = part.replace("name: part, position", "name: part, consolidated_in: rich, position")
    (folder / "holders" / "part.yaml").write_text(part)
    compared = sector(folder, "to40000.yaml")
    (total,) = totals_table(compared).rows
    units, must_sell, to_sell = (total.cells[number] for number in (3, 8, 9))
    assert (units, must_sell) == (210.0, 1)
    assert to_sell == pytest.approx(50.0)


def test_holders_break_together_on_the_same_paths(folder: Path) -> None:
    # Ether moves with bitcoin one for one here, so thresholds at the same fall are crossed on the same paths.
    holder(folder / "holders", "ether", asset="ETH", debt=2_000_000, cash=0, units=5_000)
    compared = sector(folder, "sample.yaml")
    sales = {row.holder: row.first_sales < NEVER for row in compared.under("sample") if row.sales}
    assert sales["poor"].all()
    assert sales["ether"].all()
    chances = compared.joint("sample")
    assert chances.sum() == pytest.approx(1.0)
    assert chances[:2].sum() == 0.0
    assert [row.cells[0] for row in joint_table(compared, "sample").rows] == list(range(len(sales) + 1))


def test_the_same_holder_twice_breaks_on_exactly_the_same_paths(folder: Path) -> None:
    # A lender that calls at 80 % makes the sale depend on the path.
    text = HOLDER.format(name="{name}", units=100, cost=1, cash=0, debt=1, asset="BTC").replace("{{name}}", "{name}")
    loan = "  loans: [{name: loan, principal: 5_000_000, rate: 0%, collateral: 100, max_ltv: 80%, restored_ltv: 60%}]\n"
    for name in ("first", "second"):
        (folder / "holders" / f"{name}.yaml").write_text(text.replace("{name}", name) + loan)
    rows = {row.holder: row for row in sector(folder, "sample.yaml").under("sample")}
    np.testing.assert_array_equal(rows["first"].first_sales, rows["second"].first_sales)


def test_a_batch_of_a_sector_can_be_repeated(folder: Path) -> None:
    sector(folder, "to40000.yaml", "sample.yaml")
    assert reperform(folder / "out", executor="inprocess").verdict == "identical"


def test_an_anonymous_holder_keeps_ratios_and_loses_amounts(folder: Path) -> None:
    compared = anonymised(sector(folder, "to40000.yaml"), "poor")
    write_sector(compared, folder / "shared")
    text = "".join(path.read_text() for path in (folder / "shared").iterdir())
    assert "poor" not in text
    assert "2000000" not in text
    (row,) = [
        row
        for row in json.loads((folder / "shared" / "sector.json").read_text())["holders_to40000"]
        if row["holder"] == "Own company"
    ]
    assert (row["units"], row["value"], row["first_sale"]) == (None, None, "2026-05-31")
    assert row["loan_to_value"] > 0.0


def test_charts_and_files_are_made_of_the_same_rows(folder: Path) -> None:
    compared = sector(folder, "to40000.yaml", "sample.yaml")
    for chart in (
        heat_map(compared),
        ranking_chart(compared, "to40000"),
        breaks_chart(compared, "to40000"),
        joint_chart(compared, "sample"),
    ):
        assert chart.to_dict()["title"]["text"]
    files = write_sector(compared, folder / "shared", xlsx=True)
    assert {path.name for path in files} >= {
        "sector.json",
        "sector.xlsx",
        "sector_matrix.csv",
        "sector_joint_sample.csv",
    }


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cash=st.integers(0, 3_000_000), debt=st.integers(1, 3_000_000))
def test_sales_pay_exactly_what_cash_does_not(folder: Path, cash: int, debt: int) -> None:
    holder(folder / "holders", "poor", cash=cash, debt=debt)
    (row,) = [row for row in sector(folder, "to40000.yaml").under("to40000") if row.holder == "poor"]
    assert row.to_sell == pytest.approx(max(debt - cash, 0) / 40_000, abs=1e-6)
    assert row.must_sell == (debt > cash)


def test_bitcoin_and_ether_holders_share_their_paths_whatever_else_they_hold(tmp_path: Path) -> None:
    (tmp_path / "holders").mkdir()
    (tmp_path / "sample.yaml").write_text(SAMPLE.replace("volatility: 80%", "volatility: 60%"))
    # The lender calls after the same fall: both loans are 57 % of their collateral at the start.
    text = HOLDER.replace(
        "  notes: [{{",
        "  loans: [{{name: loan, principal: {loan}, rate: 0%, collateral: 100, "
        "max_ltv: 80%, restored_ltv: 60%, margin_call: sell}}]\n  notes: [{{",
    )
    for name, asset, spot in (("bitcoin", "BTC", 87_497.94), ("ether", "ETH", 2_966.84)):
        written = text.format(name=name, asset=asset, units=100, cost=1, cash=1_000, debt=1, loan=57 * spot)
        (tmp_path / "holders" / f"{name}.yaml").write_text(written)
    mixed = (tmp_path / "holders" / "ether.yaml").read_text().replace("name: ether", "name: mixed")
    mixed = mixed.replace("as_of: 2025-12-31}]", "as_of: 2025-12-31}, {quantity: 1, unit_cost: 1, as_of: 2025-12-31}]")
    mixed += "plan: {receipts: [{every: week, asset: ETH, quantity: 0.001, unit_value: 2_000}]}\n"
    (tmp_path / "holders" / "mixed.yaml").write_text(mixed)
    rows = {row.holder: row.first_sales for row in sector(tmp_path, "sample.yaml").under("sample")}
    # The low of a day is each asset's own, so a few paths may differ between assets, none between holders of one.
    np.testing.assert_array_equal(rows["ether"], rows["mixed"])
    assert (rows["bitcoin"] == rows["ether"]).mean() > 0.9
    assert 0.05 < (rows["ether"] < NEVER).mean() < 0.95
