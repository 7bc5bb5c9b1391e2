"""Holder files and price paths: either is laid over the other, and positions stand for lots that are not known."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim import Scenario, load, run
from treasury_sim.errors import InputError
from treasury_sim.scenario.dump import to_yaml
from treasury_sim.scenario.loader import load_given

HOLDER = """schema: 1
title: Acme
holder:
  name: Acme
  position:
    - {quantity: 100, unit_cost: 60_000, as_of: 2026-06-30, confidence: high, source: 10-Q}
    - {quantity: 20, total_cost: 1_500_000, as_of: 2026-06-30, held: pledged}
    - {quantity: 10, total_cost: 900_000, as_of: 2026-06-30, held: receivable}
accounting: {frameworks: [us_gaap_fair_value], cutoff: "00:00 UTC"}
capital:
  opening: {cash: 100_000, shares: 40_000, share_price: 2}
  notes: [{name: note, principal: 30_000_000, maturity: 2026-02-15, conversion_price: 10}]
  splits: [{date: 2026-05-22, new: 1, old: 40}]
sources: {capital.opening.cash: {source: 10-Q, as_of: 2026-06-30, confidence: low}}
"""
CRASH = """schema: 1
title: Crash
period: {start: 2026-01-01, end: 2026-12-31}
prices:
  BTC: {currency: USD, model: shock, equal_to: 40_000, shape: l, trough: 2026-03-31}
  ETH: {currency: USD, model: shock, relative: -40%, shape: l, trough: 2026-03-31}
holder: {fiscal_year_end: "12-31"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "acme.yaml").write_text(HOLDER)
    (tmp_path / "crash.yaml").write_text(CRASH)
    (tmp_path / "both.yaml").write_text("schema: 1\ntitle: Both\nholder: acme.yaml\nprices: crash.yaml\n")
    return tmp_path


def test_a_path_laid_over_a_holder_equals_a_file_that_names_both(folder: Path) -> None:
    laid, named = load(folder / "acme.yaml", prices=folder / "crash.yaml"), load(folder / "both.yaml")
    for line in ("units", "carrying", "remeasurement_pl", "cash", "unpaid"):
        assert run(laid).line(line, "2026Q1") == run(named).line(line, "2026Q1")
    assert (laid.spec.title, named.spec.title) == ("Acme", "Both")


def test_pledged_and_lent_coins_stay_apart_from_those_that_can_be_sold(folder: Path) -> None:
    result = run(load(folder / "both.yaml"))
    # By hand: 120 coins owned, 100 of them free; in February the path is 32 of 90 days away from 87,497.94.
    assert result.line("units", "2026Q1") == pytest.approx(20.0)
    assert result.line("loan_receivable", "2026Q1") == pytest.approx(10 * 40_000)
    assert result.line("unpaid", "2026Q1") > 0.0


def test_later_splits_restate_every_share_figure(folder: Path) -> None:
    capital = load(folder / "both.yaml").spec.capital
    assert capital.opening is not None
    assert (capital.opening.shares, capital.opening.share_price) == (1_000.0, 80.0)
    assert capital.notes[0].conversion_price == 400.0


def test_an_earlier_split_is_in_the_figures_already(folder: Path) -> None:
    (folder / "acme.yaml").write_text(HOLDER.replace("date: 2026-05-22", "date: 2025-05-22"))
    capital = load(folder / "both.yaml").spec.capital
    assert capital.opening is not None
    assert capital.opening.shares == 40_000.0


def test_a_position_reported_later_enters_on_the_day_before_the_period(folder: Path) -> None:
    lots = load(folder / "both.yaml").lots
    assert {f"{lot.acquired}" for lot in lots} == {"2025-12-31"}


def test_dollar_prices_are_translated_for_a_holder_in_yen(folder: Path) -> None:
    yen = HOLDER.replace("name: Acme", "name: Acme\n  currency: JPY") + "fx: {USDJPY: {rate: 150}}\n"
    (folder / "yen.yaml").write_text(yen)
    in_yen = run(load(folder / "yen.yaml", prices=folder / "crash.yaml"))
    (prices,) = in_yen.statements["us_gaap_fair_value"].assets.values()
    assert prices.prices[-1].price == pytest.approx(150 * 40_000)
    again = load_text(folder, to_yaml(load(folder / "yen.yaml", prices=folder / "crash.yaml")))
    assert run(again).line("carrying", "2026Q1") == pytest.approx(in_yen.line("carrying", "2026Q1"))


def load_text(folder: Path, text: str) -> Scenario:
    # An asset that the holder lacks belongs to a path only.
    (folder / "again.yaml").write_text("\n".join(line for line in text.splitlines() if "ETH" not in line))
    return load(folder / "again.yaml")


def test_a_rate_that_is_missing_is_an_error_with_its_place(folder: Path) -> None:
    (folder / "yen.yaml").write_text(HOLDER.replace("name: Acme", "name: Acme\n  currency: JPY"))
    with pytest.raises(InputError, match="a rate for USDJPY under fx"):
        load(folder / "yen.yaml", prices=folder / "crash.yaml")


def test_a_path_states_prices_and_nothing_of_a_holder(folder: Path) -> None:
    (folder / "crash.yaml").write_text(CRASH + "tax: {rate: 20%}\n")
    with pytest.raises(InputError, match="only sections of a price path"):
        load(folder / "acme.yaml", prices=folder / "crash.yaml")


def test_a_wrong_position_is_reported_at_its_line(folder: Path) -> None:
    (folder / "acme.yaml").write_text(HOLDER.replace("quantity: 100, unit_cost", "quantity: -100, unit_cost"))
    with pytest.raises(InputError, match=r"acme.yaml:6.*quantity"):
        load(folder / "both.yaml")


@given(st.integers(1, 1_000), st.floats(1.0, 200_000.0))
def test_a_position_equals_the_same_coins_as_one_lot(units: int, cost: float) -> None:
    head = "schema: 1\ntitle: x\nperiod: {start: 2026-01-01, end: 2026-03-31}\n"
    head += "accounting: {frameworks: [us_gaap_impairment]}\n"
    position = f"holder: {{name: x, position: [{{quantity: {units}, unit_cost: {cost!r}, as_of: 2025-06-30}}]}}\n"
    lot = f"holder: {{name: x, lots: [{{quantity: {units}, unit_cost: {cost!r}, acquired: 2025-06-30}}]}}\n"
    results = [run(load_given({"x.yaml": (head + holder).encode()})) for holder in (position, lot)]
    assert results[0].line("carrying") == results[1].line("carrying")
