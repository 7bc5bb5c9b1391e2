"""Lots and prices from CSV: every wrong cell with its file, line and column."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.domain.holding import Lot
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario.importers.lots_table import read_lots_csv
from treasury_sim.scenario.importers.prices_csv import read_prices

LOTS = "acquired,quantity,unit_cost\n"
PRICES = "date,low,close\n"


def wrong_lots(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_lots_csv(text, "lots.csv")
    return caught.value.problems


def wrong_prices(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_prices(text, "own/prices.csv", "BTC")
    return caught.value.problems


def test_a_full_table_of_lots_is_read() -> None:
    text = (
        "id,acquired,acquired_to,asset,quantity,unit_cost,fee,wallet,tax_basis,source\n"
        'a,2021-10-01,2021-11-29,BTC,"7_002", 59187.5 ,12,cold,59200,"8-K, 2021"\n'
        "\n"
        ",2025-10-06,,,220,123561,,,,\n"
    )

    assert read_lots_csv(text, "lots.csv").lots == (
        Lot(date(2021, 10, 1), 7_002, 59_187.5, date(2021, 11, 29), "BTC", "a", 12, "cold", 59_200, "8-K, 2021"),
        Lot(date(2025, 10, 6), 220, 123_561),
    )


def test_a_byte_order_mark_and_windows_line_ends_are_tolerated() -> None:
    text = "\ufeff" + (LOTS + "2025-10-06,220,123561\n").replace("\n", "\r\n")

    assert read_lots_csv(text, "lots.csv").lots == (Lot(date(2025, 10, 6), 220, 123_561),)


LOT_CASES = {
    "quantity of text": ("2025-10-06,many,1\n", "quantity", "a number", "many", "digits"),
    "quantity with a comma": ('2025-10-06,"1,000",1\n', "quantity", "a number", "1,000", "1000 or 1_000"),
    "quantity with zeros": ("2025-10-06,010,1\n", "quantity", "a number", "010", "Write 10"),
    "no quantity": ("2025-10-06,,1\n", "quantity", "a number", "an empty cell", ""),
    "a short row": ("2025-10-06,1\n", "unit_cost", "a number", "an empty cell", ""),
    "too many cells": ("2025-10-06,1,000,1\n", "", "3 cells", "4 cells", "quotes"),
    "a negative quantity": ("2025-10-06,-1,1\n", "quantity", "a number above 0", "-1", ""),
    "a negative cost": ("2025-10-06,1,-1\n", "unit_cost", "a number of at least 0", "-1", ""),
    "infinity": ("2025-10-06,1e999,1\n", "quantity", "a finite number", "1e999", ""),
    "no such day": ("2025-02-30,1,1\n", "acquired", "a date", "2025-02-30", "day does not exist"),
    "a date the other way round": (
        "06.10.2025,1,1\n",
        "acquired",
        "a date",
        "06.10.2025",
        "Write 2025-10-06 for 6 October or 2025-06-10 for 10 June.",
    ),
    "an open quote": ('2025-10-06,"1,1\n', "", "a CSV table", "unexpected end", ""),
}


@pytest.mark.parametrize(("row", "column", "expected", "found", "fix"), LOT_CASES.values(), ids=LOT_CASES)
def test_a_wrong_cell_of_a_lot_is_told(row: str, column: str, expected: str, found: str, fix: str) -> None:
    problem = wrong_lots(f"{LOTS}2025-10-06,1,1\n{row}")[0]

    assert (problem.where, problem.line, problem.key) == ("lots.csv", 3, column)
    assert expected in problem.expected
    assert found in problem.found
    assert fix in problem.fix


def test_a_window_backwards_is_told_at_its_last_day() -> None:
    (problem,) = wrong_lots("acquired,acquired_to,quantity,unit_cost\n2025-10-06,2025-10-05,1,1\n")

    assert (problem.line, problem.key, problem.found) == (2, "acquired_to", "2025-10-05")


def test_an_id_twice_is_told() -> None:
    (problem,) = wrong_lots("id,acquired,quantity,unit_cost\na,2025-10-06,1,1\na,2025-10-06,1,1\n")

    assert (problem.line, problem.key, problem.found) == (3, "id", "a again")


def test_all_wrong_cells_of_lots_are_told_at_once() -> None:
    told = wrong_lots(LOTS + "x,-1,y\n2025-10-06,1,1\n2025-10-06,0,-2\n")

    assert [(problem.line, problem.key) for problem in told] == [
        (2, "acquired"), (2, "unit_cost"), (2, "quantity"), (4, "quantity"), (4, "unit_cost")]  # fmt: skip


HEADERS = {
    "an unknown column": ("acquired,quantity,unit_cost,walet\n", "walet", "a known column", "wallet?"),
    "a missing column": ("acquired,quantity\n", "unit_cost", "required", ""),
    "a column twice": ("acquired,quantity,unit_cost,fee,fee\n", "fee", "once", ""),
    "semicolons": ("acquired;quantity;unit_cost\n", "", "commas", "not semicolons"),
    "nothing at all": ("", "", "acquired, quantity, unit_cost", ""),
}


@pytest.mark.parametrize(("text", "column", "expected", "fix"), HEADERS.values(), ids=HEADERS)
def test_wrong_columns_are_told_in_the_first_line(text: str, column: str, expected: str, fix: str) -> None:
    (problem,) = wrong_lots(text)

    assert (problem.line, problem.key) == (1, column)
    assert expected in problem.expected
    assert fix in problem.fix


def test_daily_prices_are_read_and_read_only() -> None:
    prices = read_prices("date,open,low,close\n2025-01-01,9,4,5\n2025-01-02,9,5.5,5.5\n", "own/prices.csv", "BTC")

    assert (prices.asset, prices.first, prices.last) == ("BTC", date(2025, 1, 1), date(2025, 1, 2))
    assert prices.source == "prices.csv (user's file)"
    np.testing.assert_array_equal(prices.low, [4, 5.5])
    np.testing.assert_array_equal(prices.close, [5, 5.5])
    assert not any(array.flags.writeable for array in (prices.days, prices.low, prices.close))


PRICE_CASES = {
    "a low above the close": ("2025-01-02,6,5\n", "low", "at most the day's close, 5", "6"),
    "a price of nothing": ("2025-01-02,0,5\n", "low", "a price above 0", "0"),
    "a negative close": ("2025-01-02,1,-5\n", "close", "a price above 0", "-5"),
    "a price without end": ("2025-01-02,1,1e999\n", "close", "a finite number", "1e999"),
    "a price beyond all": ("2025-01-02,1,1e16\n", "close", "a price up to 1_000_000_000_000_000", "1e16"),
    "no price": ("2025-01-02,,5\n", "low", "a number", "an empty cell"),
    "a date in words": ("tomorrow,1,5\n", "date", "a date", "tomorrow"),
    "a day twice": ("2025-01-01,1,5\n", "date", "every day once", "2025-01-01 again"),
    "a day before": ("2024-12-31,1,5\n", "date", "days in order", "2024-12-31 after 2025-01-01"),
    "a missing day": ("2025-01-03,1,5\n", "date", "a row for every day", "no 2025-01-02"),
    "missing days": ("2025-01-09,1,5\n", "date", "a row for every day", "none from 2025-01-02 to 2025-01-08"),
}


@pytest.mark.parametrize(("row", "column", "expected", "found"), PRICE_CASES.values(), ids=PRICE_CASES)
def test_a_wrong_row_of_prices_is_told(row: str, column: str, expected: str, found: str) -> None:
    (problem,) = wrong_prices(f"{PRICES}2025-01-01,1,5\n{row}")

    assert (problem.where, problem.line, problem.key) == ("own/prices.csv", 3, column)
    assert (problem.expected, problem.found) == (expected, found)


def test_a_table_of_prices_without_rows_is_told() -> None:
    (problem,) = wrong_prices(PRICES)

    assert problem.expected == "a row for every day"


def test_all_wrong_rows_of_prices_are_told_at_once() -> None:
    told = wrong_prices(PRICES + "2025-01-01,1,5\n2025-01-03,9,5\n2025-01-04,x,5\n")

    assert [(problem.line, problem.key) for problem in told] == [(3, "date"), (3, "low"), (4, "low")]


@given(st.text('acquired,quantity\n"\r\0 12-_.;é', max_size=80))
def test_no_table_raises_anything_but_an_input_error(rows: str) -> None:
    for text in (rows, LOTS + rows):
        with suppress(InputError):
            assert all(lot.quantity > 0 for lot in read_lots_csv(text, "x.csv").lots)
    with suppress(InputError):
        assert read_prices(PRICES + rows, "x.csv", "BTC").days.size
