"""The draft note: what each standard asks for, and what is said to be missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.close.holders import busy
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.disclosure import Disclosure, disclosure
from treasury_sim.report.close.formats import disclosure_markdown
from treasury_sim.report.close.pack import close_pack
from treasury_sim.report.tables.table import Table


def tables(note: Disclosure) -> dict[str, Table]:
    return {table.name: table for table in note.tables}


def test_significant_holdings_by_fair_value(tmp_path: Path) -> None:
    note = disclosure(Close(busy(tmp_path, ["us_gaap"]), "us_gaap", "2025Q4"))
    rows = [row.cells for row in tables(note)["holdings_at_fair_value"].rows]

    assert [row[0] for row in rows] == ["BTC", "ETH", "Total"]
    assert rows[0][1] == pytest.approx(10.12520988)
    assert rows[2][3] == pytest.approx(sum(float(row[3] or 0) for row in rows[:2]))
    assert any("first in, first out" in words for words in note.paragraphs)


def test_restrictions_at_the_quarter_end(tmp_path: Path) -> None:
    result = busy(tmp_path, ["us_gaap"])
    first = tables(disclosure(Close(result, "us_gaap", "2025Q1")))["restrictions"].rows
    second = tables(disclosure(Close(result, "us_gaap", "2025Q2")))["restrictions"].rows

    assert [row.cells[0:2] for row in first] == [("BTC", 1.5), ("BTC", 1.0)]
    assert [row.cells[2] for row in second] == [pytest.approx(1.5 * 107_135.11)]
    assert second[0].cells[3:] == ("pledged", "collateral of a loan", "no end is stated")


def test_a_token_outside_the_scope_is_shown_apart(tmp_path: Path) -> None:
    result = busy(tmp_path, ["us_gaap"], scope={"ETH": "us_gaap_impairment"})
    found = tables(disclosure(Close(result, "us_gaap", "2025Q4")))

    assert [row.cells[0] for row in found["holdings_at_fair_value"].rows] == ["BTC", "Total"]
    assert [row.cells[0] for row in found["holdings"].rows] == ["ETH", "Total"]


@pytest.mark.parametrize("key", ["ifrs_cost", "us_gaap_impairment", "hgb_current_asset"])
def test_cost_and_impairment_roll_apart(tmp_path: Path, key: str) -> None:
    found = tables(disclosure(Close(busy(tmp_path, [key]), key, "2025Q4")))["cost_and_impairment"]
    amounts = [tuple(float(cell or 0) for cell in row.cells[1:]) for row in found.rows]
    for asset in range(2):
        rows = amounts[10 * asset : 10 * asset + 10]
        for column in range(2):
            cost, impairment = [row[column] for row in rows[:4]], [row[column] for row in rows[4:9]]
            assert sum(cost[:3]) == pytest.approx(cost[3])
            assert sum(impairment[:4]) == pytest.approx(impairment[4])
            assert cost[3] - impairment[4] == pytest.approx(rows[9][column])


def test_the_surplus_rolls_forward(tmp_path: Path) -> None:
    found = tables(disclosure(Close(busy(tmp_path, ["ifrs_revaluation"]), "ifrs_revaluation", "2025Q3")))["surplus"]
    for asset in range(2):
        rows = [row.cells[1:3] for row in found.rows[5 * asset : 5 * asset + 5]]
        for column in range(2):
            amounts = [float(row[column] or 0) for row in rows]
            assert sum(amounts[:4]) == pytest.approx(amounts[4])
            assert amounts[2] == pytest.approx(0.0, abs=1e-6)


def test_the_carrying_amount_under_the_cost_model_is_told_or_said_to_be_missing(tmp_path: Path) -> None:
    alone = disclosure(Close(busy(tmp_path, ["ifrs_revaluation"]), "ifrs_revaluation", "2025Q4"))
    both = disclosure(Close(busy(tmp_path, ["ifrs_revaluation", "ifrs_cost"]), "ifrs_revaluation", "2025Q4"))

    assert any("add ifrs_cost to accounting.frameworks" in words for words in alone.paragraphs)
    assert any("Under the cost model the carrying amount would be USD BTC" in words for words in both.paragraphs)


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_every_framework_has_a_note_in_markdown(tmp_path: Path, key: str) -> None:
    result = busy(tmp_path, [key])
    text = disclosure_markdown(close_pack(result, key, "2025Q4", STANDARD))

    assert text.startswith("# Digital assets: draft note at 2025-12-31\n")
    assert "Nature of additions and dispositions" in text
    assert "nan" not in text
