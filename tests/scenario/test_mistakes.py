"""Every mistake a scenario can hold is told with file, line, key, what was expected, found, and a fix."""

# ruff: noqa: E501 - a case is a row of a table

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from pydantic import BaseModel, ValidationError

from treasury_sim.errors import Problem
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.source.problems import problems_of
from treasury_sim.scenario.source.reader import read_yaml

from .conftest import HEAD, Problems

TWO = HEAD.replace("2025-10-01", "2025-07-01")
"""A period of two quarters."""
GOOD_LOT = "acquired: 2025-01-02, quantity: 1, unit_cost: 90_000"


def lots(*rows: str) -> str:
    """The scenario with these rows as lots."""
    table = ", ".join(f"{{{row}}}" for row in rows)
    return HEAD.replace("y}", f"y, lots: [{table}]}}")


def lot(**changes: str) -> str:
    cells = {"acquired": "2025-01-02", "quantity": "1", "unit_cost": "90_000"} | changes
    return lots(", ".join(f"{key}: {value}" for key, value in cells.items()))


# text of the scenario, line, key, and gists of expected, found and fix
CASES = {
    "a number in quotes": (lot(quantity='"220"'), 3, "holder.lots[0].quantity", "a number", "text '220'", "quotes"),
    "a number with a unit": (lot(quantity="220 BTC"), 3, "holder.lots[0].quantity", "a number", "220 BTC", "220,"),
    "a unit before a number": (lot(unit_cost="$ 90"), 3, "holder.lots[0].unit_cost", "a number", r"\$ 90", "90,"),
    "a time of day": (lot(quantity="12:30"), 3, "holder.lots[0].quantity", "a number", "12:30", "2025-12-30"),
    "a time for a date": (lot(acquired="12:30"), 3, "holder.lots[0].acquired", "a date", "12:30", "2025-12-30"),
    "a leading zero": (lot(quantity="010"), 3, "holder.lots[0].quantity", "a number", "010", "Write 10, or quote"),
    "infinity": (lot(quantity="1e999"), 3, "holder.lots[0].quantity", "a finite number", "1e999", ""),
    "no number by name": (lot(quantity=".nan"), 3, "holder.lots[0].quantity", "a number", r"\.nan", "digits"),
    "truth for a number": (lot(quantity="true"), 3, "holder.lots[0].quantity", "a number", "true", ""),
    "a negative quantity": (lot(quantity="-1"), 3, "holder.lots[0].quantity", "a number above 0", "-1", ""),
    "a negative cost": (lot(unit_cost="-1"), 3, "holder.lots[0].unit_cost", "a number of at least 0", "-1", ""),
    "a negative fee": (lot(fee="-0.5"), 3, "holder.lots[0].fee", "a number of at least 0", r"-0\.5", ""),
    "a negative tax basis": (lot(tax_basis="-1"), 3, "holder.lots[0].tax_basis", "a number of at least 0", "-1", ""),
    "a number with commas in flow style": (lot(fee="1,000"), 3, "holder.lots[0].000", "known key", "000", "commas"),
    "a number with commas": (HEAD + "income:\n  interest: 1,000\n", 6, "income.interest", "a number", "1,000", "1_000"),
    "an empty asset": (lot(asset='""'), 3, "holder.lots[0].asset", "not empty", "", ""),
    "an unknown key of a lot": (lot(quantitty="1"), 3, "holder.lots[0].quantitty", "a known key", "", "mean quantity"),
    "a window backwards": (
        lot(acquired="[2025-02-02, 2025-01-02]"), 3, r"holder.lots[0].acquired[1]", "on or after 2025-02-02", "01-02", ""),
    "a window of one": (lot(acquired="[2025-02-02]"), 3, "holder.lots[0].acquired", "a date", "a list", "first, last"),
    "half a window that is no date": (
        lot(acquired="[2025-02-02, x]"), 3, "holder.lots[0].acquired[1]", "a date", "x", "2025-12-30"),
    "a window by its column": (lot(acquired_to="2025-02-02"), 3, "holder.lots[0].acquired_to", "known", "", "first, last"),
    "a lot without cost": (
        lots("acquired: 2025-01-02, quantity: 1"), 3, "holder.lots[0].unit_cost", "required", "nothing", ""),
    "an id twice": (
        lots(f"{GOOD_LOT}, id: a", f"{GOOD_LOT}, id: a"), 3, "holder.lots[1].id", "a unique id", "a again", ""),
    "an id as given by position": (
        lots(f"{GOOD_LOT}, id: lot-2", GOOD_LOT), 3, "holder.lots[1].id", "a unique id", "lot-2 again", ""),
    "lots that are neither": (
        HEAD.replace("y}", "y, lots: 5}"), 3, "holder.lots", "CSV or XLSX file, a list", "5", ""),
    "no such day": (lot(acquired="2025-02-30"), 3, "holder.lots[0].acquired", "a date", "2025-02-30", "day does not exist"),
    "a date in quotes": (lot(acquired='"2025-02-03"'), 3, "holder.lots[0].acquired", "a date", "text", "quotes"),
    "a date with slashes": (lot(acquired="2025/2/3"), 3, "holder.lots[0].acquired", "a date", "", "2025-02-03"),
    "a mistyped year": (lot(acquired="0205-01-02"), 3, "holder.lots[0].acquired", "on or after 1900-01-01", "0205", ""),
    "a number for text": (HEAD.replace("A case", "2025"), 2, "title", "text", "2025", 'Quote it: "2025"'),
    "an empty title": (HEAD.replace("A case", '""'), 2, "title", "not empty", "", ""),
    "a key repeated": (HEAD + "title: B\n", 5, "title", "once", "line 5, after line 2", "Keep one"),
    "a merge key": (HEAD + "tax: {<<: {rate: 1%}}\n", 5, "tax.<<", "written out", "merge key", "extends"),
    "a tag": (HEAD + "author: !!int 5\n", 5, "author", "without a tag", "!!int", ""),
    "a list as key": (HEAD + "tax: {[1]: 2}\n", 5, "tax", "as key", "a list", ""),
    "a misspelt section": (HEAD + "incomes: {}\n", 5, "incomes", "a known key", "incomes", "mean income"),
    "a misspelt section that is null": (HEAD + "holdr:\n", 5, "holdr", "a known key", "holdr", "mean holder"),
    "a key of a version to come": (HEAD + "liquidity: {}\n", 5, "liquidity", "a known key", "liquidity", "Known here: schema"),
    "no title": (HEAD.replace("title: A case\n", ""), 1, "title", "required", "nothing", ""),
    "a title that is null": (HEAD.replace("A case", "null"), 2, "title", "required", "null", ""),
    "no name": (HEAD.replace("name: A Company", ""), 3, "holder.name", "required", "nothing", ""),
    "another schema": (HEAD.replace("schema: 1", "schema: 2"), 1, "schema", "one of 1", "2", ""),
    "a true schema": (HEAD.replace("schema: 1", "schema: true"), 1, "schema", "a whole number", "true", ""),
    "a section that is a list": (HEAD + "tax: [1]\n", 5, "tax", "a mapping", "a list", ""),
    "a currency in words": (HEAD.replace("y}", "y, currency: dollars}"), 3, "holder.currency", "USD", "dollars", ""),
    "odd units": (HEAD.replace("y}", "y, units: 100}"), 3, "holder.units", "one of 1, 1000, 1000000", "100", ""),
    "a year end that is a date": (
        HEAD.replace("y}", "y, fiscal_year_end: 2025-12-31}"), 3, "holder.fiscal_year_end", "quotes", "2025", '"12-31"'),
    "a year end that is a number": (
        HEAD.replace("y}", "y, fiscal_year_end: 1231}"), 3, "holder.fiscal_year_end", "quotes", "1231", ""),
    "a year end that is no day": (
        HEAD.replace("y}", 'y, fiscal_year_end: "06-31"}'), 3, "holder.fiscal_year_end", "last month and day", "06-31", ""),
    "a period that starts inside a quarter": (
        HEAD.replace("2025-10-01", "2025-10-05"), 4, "period.start", "first day", "10-05", "2025-10-01 to 2025-12-31"),
    "a period that ends inside a quarter": (
        HEAD.replace("2025-12-31", "2026-03-01"), 4, "period.end", "last day", "03-01", "2025Q4 to 2026Q1"),
    "a period backwards": (HEAD.replace("2025-12-31", "2025-09-30"), 4, "period.end", "after 2025-10-01", "09-30", ""),
    "a relief that is none": (HEAD + "plan: {lot_relief: fifoo}\n", 5, "plan.lot_relief", "one of fifo, lifo, hifo, specific, average", "", "fifo"),
    "a purchase without size": (
        HEAD + "plan: {purchases: [{date: 2025-10-02}]}\n", 5, "plan.purchases[0]", "quantity", "neither", ""),
    "a purchase with two sizes": (
        HEAD + "plan: {purchases: [{date: 2025-10-02, quantity: 1, amount: 1}]}\n", 5, "plan.purchases[0]", "one of", "both", ""),
    "a purchase for nothing": (
        HEAD + "plan: {purchases: [{date: 2025-10-02, amount: 0}]}\n", 5, "plan.purchases[0].amount", "above 0", "0", ""),
    "a sale of less than nothing": (
        HEAD + "plan: {sales: [{date: 2025-10-02, quantity: -1}]}\n", 5, "plan.sales[0].quantity", "above 0", "-1", ""),
    "a sale for less than nothing": (
        HEAD + "plan: {sales: [{date: 2025-10-02, quantity: 1, proceeds: -1}]}\n",
        5, "plan.sales[0].proceeds", "a number of at least 0", "-1", ""),
    "sales that are no list": (HEAD + "plan: {sales: 5}\n", 5, "plan.sales", "a list", "5", ""),
    "a model that is none": (
        HEAD + "prices: {BTC: {model: grach}}\n", 5, "prices.BTC.model", "one of historical, target, shock, gbm", "grach", "mean garch"),
    "a model that is a list": (HEAD + "prices: {BTC: {model: [gbm]}}\n", 5, "prices.BTC.model", "one of historical", "", ""),
    "prices that are a number": (HEAD + "prices: {BTC: 5}\n", 5, "prices.BTC", "a mapping", "5", ""),
    "a key of another model": (
        HEAD + "prices: {BTC: {model: gbm, volatility: 50%, beta: 0.9}}\n",
        5, "prices.BTC.beta", "a known key", "beta", "Known here: file, venue, from, spot, quarter_end, quarter_low, currency, overlay, drift, model, volatility."),
    "no volatility": (HEAD + "prices: {BTC: {model: gbm}}\n", 5, "prices.BTC.volatility", "required", "nothing", ""),
    "a negative volatility": (
        HEAD + "prices: {BTC: {model: gbm, volatility: -5%}}\n", 5, "prices.BTC.volatility", "from 0 to 10", "-5%", ""),
    "a volatility of nothing": (
        HEAD + "prices: {BTC: {model: gbm, volatility: 0}}\n", 5, "prices.BTC.volatility", "above 0", "0", ""),
    "a volatility of many times": (
        HEAD + "prices: {BTC: {model: gbm, volatility: 55}}\n", 5, "prices.BTC.volatility", "a rate", "55", "mean 55%"),
    "a spot of nothing": (
        HEAD + "prices: {BTC: {model: gbm, volatility: 5%, spot: 0}}\n", 5, "prices.BTC.spot", "above 0", "0", ""),
    "a model that begins before the period": (
        HEAD + "prices: {BTC: {model: gbm, volatility: 5%, from: 2025-09-30}}\n",
        5, "prices.BTC.from", "a day of the period, 2025-10-01 to 2025-12-31", "2025-09-30", "earlier quarter"),
    "a model that begins after the period": (
        HEAD + "prices: {BTC: {model: target, from: 2026-01-01}}\n", 5, "prices.BTC.from", "a day of the period", "2026", ""),
    "a price of a quarter that is simulated": (
        HEAD + "prices: {BTC: {model: gbm, volatility: 5%, quarter_end: {2025-12-31: 5}}}\n",
        5, "prices.BTC.quarter_end.2025-12-31", "before 2025-10-01", "2025-12-31", "target"),
    "jumps less than none": (
        HEAD + "prices: {BTC: {model: jump_diffusion, volatility: 5%, jumps_per_year: -1, jump_mean: 0, jump_volatility: 5%}}\n",
        5, "prices.BTC.jumps_per_year", "a number of at least 0", "-1", ""),
    "a variance without long run": (
        HEAD + "prices: {BTC: {model: garch, volatility: 50%, alpha: 0.1, gamma: 0.1, beta: 0.85, degrees_of_freedom: 4}}\n",
        5, "prices.BTC", r"alpha \+ gamma / 2 \+ beta below 1", "1", "lower one"),
    "a negative alpha": (
        HEAD + "prices: {BTC: {model: garch, volatility: 50%, alpha: -0.1, beta: 0.85, degrees_of_freedom: 4}}\n",
        5, "prices.BTC.alpha", "a number of at least 0", "-0.1", ""),
    "tails too fat": (
        HEAD + "prices: {BTC: {model: garch, volatility: 50%, alpha: 0.1, beta: 0.85, degrees_of_freedom: 2}}\n",
        5, "prices.BTC.degrees_of_freedom", "above 2", "2", ""),
    "a probability above one": (
        HEAD + "prices: {BTC: {model: regime, calm: {volatility: 40%, leave: 120%}, turbulent: {volatility: 90%, leave: 5%}}}\n",
        5, "prices.BTC.calm.leave", "from 0 to 1", "120%", ""),
    "a probability below zero": (
        HEAD + "prices: {BTC: {model: regime, calm: {volatility: 40%, leave: 2%}, turbulent: {volatility: 90%, leave: -5%}}}\n",
        5, "prices.BTC.turbulent.leave", "from 0 to 1", "-5%", ""),
    "a state without volatility": (
        HEAD + "prices: {BTC: {model: regime, calm: {leave: 2%}, turbulent: {volatility: 90%, leave: 5%}}}\n",
        5, "prices.BTC.calm.volatility", "required", "nothing", ""),
    "a block of nothing": (
        HEAD + "prices: {BTC: {model: bootstrap, window: [2020-01-01, 2024-12-31], block_length: 0}}\n",
        5, "prices.BTC.block_length", "of at least 1", "0", ""),
    "a window with another name": (
        HEAD + "prices: {BTC: {window: 2018 Winter}}\n", 5, "prices.BTC.window", "name of one", "2018 Winter", "mean 2018 winter"),
    "a past window backwards": (
        HEAD + "prices: {BTC: {window: [2018-02-01, 2018-01-01]}}\n", 5, "prices.BTC.window", "on or after its first", "2018-02-01 to", ""),
    "a past window of one day": (HEAD + "prices: {BTC: {window: [2018-02-01]}}\n", 5, "prices.BTC.window", "first, last", "", "2022"),
    "a replay of nothing": (
        HEAD + "prices: {BTC: {replay: levels}}\n", 5, "prices.BTC.replay", "a window as well", "none", "Add a window"),
    "levels from a spot": (
        HEAD + "prices: {BTC: {window: 2018 winter, replay: levels, spot: 5}}\n", 5, "prices.BTC.spot", "no spot", "5", "returns"),
    "a target without a price": (
        TWO + "prices: {BTC: {model: target, quarter_end: {2025-12-31: 5}}}\n",
        5, "prices.BTC.quarter_end", "every quarter end from 2025-07-01", "none for 2025-09-30", "Add"),
    "a low without a day": (
        HEAD + "prices: {BTC: {quarter_low: {2025-12-31: {price: 5}}}}\n",
        5, "prices.BTC.quarter_low.2025-12-31.date", "required", "nothing", ""),
    "a low of the past without a day": (
        TWO + "prices: {BTC: {model: target, from: 2025-10-01, quarter_end: {2025-12-31: 5}, quarter_low: {2025-09-30: {price: 5}}}}\n",
        5, "prices.BTC.quarter_low.2025-09-30", "a date", "none", "Add the `date`"),
    "a shock of no size": (HEAD + "prices: {BTC: {model: shock}}\n", 5, "prices.BTC", "one of absolute", "none", ""),
    "a shock of two sizes": (
        HEAD + "prices: {BTC: {model: shock, relative: -5%, equal_to: 5}}\n", 5, "prices.BTC", "one of", "relative and equal_to", ""),
    "a shock of everything": (
        HEAD + "prices: {BTC: {model: shock, relative: -100%}}\n", 5, "prices.BTC", "above -100%", "-1", "above 0"),
    "a v without a trough": (
        HEAD + "prices: {BTC: {model: shock, relative: -5%, shape: v}}\n", 5, "prices.BTC", "a trough", "shape v", ""),
    "a trough of nothing": (
        HEAD + "prices: {BTC: {model: shock, relative: -5%, trough: 2025-11-01}}\n", 5, "prices.BTC", "v or l only", "instant", ""),
    "an l that ends": (
        HEAD + "prices: {BTC: {model: shock, relative: -5%, shape: l, trough: 2025-11-01, end: 2025-12-01}}\n",
        5, "prices.BTC", "linear or v only", "shape l", ""),
    "a shock backwards": (
        HEAD + "prices: {BTC: {model: shock, relative: -5%, shape: v, trough: 2025-11-01, end: 2025-10-15}}\n",
        5, "prices.BTC", "in this order", "2025-11-01, 2025-10-15", ""),
    "a shock after the period": (
        HEAD + "prices: {BTC: {model: shock, relative: -5%, shape: v, trough: 2026-11-01}}\n",
        5, "prices.BTC.trough", "a day of the period", "2026-11-01", ""),
    "a rate of many times": (HEAD + "tax: {rate: 28.73}\n", 5, "tax.rate", "28.73%", "28.73", "28.73%?"),
    "a rate below zero": (HEAD + "tax: {rate: -1%}\n", 5, "tax.rate", "from 0 to 1", "-1%", ""),
    "a rate above all": (HEAD + "tax: {rate: 101%}\n", 5, "tax.rate", "from 0 to 1", "101%", ""),
    "a rate in quotes": (HEAD + 'tax: {rate: "0.28"}\n', 5, "tax.rate", "a rate", "text '0.28'", "quotes"),
    "a quarter that is none": (
        HEAD + "income: {interest: {2025Q5: 1}}\n", 5, "income.interest.2025Q5", "quarter such as", "2025Q5", ""),
    "a quarter's money in words": (
        HEAD + "income: {interest: {2025Q4: none}}\n", 5, "income.interest.2025Q4", "a number", "none", "digits"),
    "a quarter without a figure": (
        TWO + "income: {interest: {2025Q4: 1}}\n", 5, "income.interest", "every quarter of the period", "none for 2025Q3", "Write 0"),
    "no quarter with a figure": (
        TWO + "capital: {weighted_shares: {}}\n", 5, "capital.weighted_shares", "at least one entry", "an empty mapping", ""),
    "diluted shares alone": (
        HEAD + "capital: {weighted_shares_diluted: 5}\n",
        5, "capital.weighted_shares_diluted", "capital.weighted_shares as well", "none", "Add"),
    "a quantity beyond all": (
        lot(quantity="1e16"), 3, "holder.lots[0].quantity", "a number of at most 1_000_000_000_000_000", "1e16", ""),
    "a loss beyond all": (
        HEAD + "income: {interest: -1e16}\n", 5, "income.interest", "a number of at least -1_000_000_000_000_000", "-1e16", ""),
    "dividends beyond all": (
        HEAD + "capital: {preferred_dividends: -1e16}\n", 5, "capital.preferred_dividends", "a number of at least -1_0", "-1e16", ""),
    "a tolerance beyond all": (
        HEAD + "expect: {us_gaap: {2025Q4: {carrying: {value: 1, tolerance: 1e16}}}}\n",
        5, "expect.us_gaap.2025Q4.carrying.tolerance", "a number of at most 1_000", "1e16", ""),
    "preferred dividends of the wrong sign": (
        HEAD + "capital: {preferred_dividends: 5}\n", 5, "capital.preferred_dividends", "a number of at most 0", "5", ""),
    "no shares": (HEAD + "capital: {weighted_shares: 0}\n", 5, "capital.weighted_shares", "above 0", "0", ""),
    "no frameworks": (HEAD + "accounting: {frameworks: []}\n", 5, "accounting.frameworks", "one entry", "empty", ""),
    "a framework that is none": (
        HEAD + "accounting: {frameworks: [us_gap]}\n", 5, "accounting.frameworks[0]", "framework", "us_gap", "mean us_gaap"),
    "a framework twice": (
        HEAD + "accounting: {frameworks: [us_gaap, us_gaap]}\n", 5, "accounting.frameworks[1]", "once", "again", ""),
    "an adoption inside a year": (
        HEAD + "accounting: {adoption_date: 2024-11-01}\n",
        5, "accounting.adoption_date", "first day of a fiscal year", "2024-11-01", "2025-01-01"),
    "an adoption just after new year": (
        HEAD + "accounting: {adoption_date: 2024-01-02}\n",
        5, "accounting.adoption_date", "first day of a fiscal year", "2024-01-02", "2024-01-01"),
    "a price of no quarter end": (
        HEAD + "prices: {BTC: {quarter_end: {2025-12-30: 5}}}\n",
        5, "prices.BTC.quarter_end.2025-12-30", "last day of a fiscal quarter", "12-30", "2025-12-31"),
    "a price date in quotes": (
        HEAD + 'prices: {BTC: {quarter_end: {"2025-12-31": 5}}}\n',
        5, "prices.BTC.quarter_end.2025-12-31", "a date as key", "text '2025-12-31'", "quotes"),
    "a price of nothing": (
        HEAD + "prices: {BTC: {quarter_end: {2025-12-31: 0}}}\n",
        5, "prices.BTC.quarter_end.2025-12-31", "above 0", "0", ""),
    "a low outside its quarter": (
        HEAD + "prices: {BTC: {quarter_low: {2025-12-31: {price: 5, date: 2025-09-30}}}}\n",
        5, "prices.BTC.quarter_low.2025-12-31.date", "a day of 2025Q4", "2025-09-30", ""),
    "a low above the end": (
        HEAD + "prices: {BTC: {quarter_end: {2025-12-31: 4}, quarter_low: {2025-12-31: {price: 5, date: 2025-10-30}}}}\n",
        5, "prices.BTC.quarter_low.2025-12-31.price", "at most the quarter-end price 4", "5", ""),
    "an expectation of another framework": (
        HEAD + "expect: {us_gaap_fair_value: {2025Q4: {carrying: {value: 1, tolerance: 1}}}}\n",
        5, "expect.us_gaap_fair_value", "accounting.frameworks", "us_gaap_fair_value", "us_gaap"),
    "an expectation outside the period": (
        HEAD + "expect: {us_gaap: {2025Q3: {carrying: {value: 1, tolerance: 1}}}}\n",
        5, "expect.us_gaap.2025Q3", "in the period", "2025Q3", "2025Q4"),
    "an expectation of no line": (
        HEAD + "expect: {us_gaap: {2025Q4: {carying: {value: 1, tolerance: 1}}}}\n",
        5, "expect.us_gaap.2025Q4.carying", "a line", "carying", "carrying"),
    "an expectation without tolerance": (
        HEAD + "expect: {us_gaap: {FY2025: {carrying: {value: 1}}}}\n",
        5, "expect.us_gaap.FY2025.carrying", "a tolerance, a rounding or a band", "none", "0.02%"),
    "a zero within a percentage": (
        HEAD + "expect: {us_gaap: {2025Q4: {carrying: {value: 0, tolerance: 1%}}}}\n",
        5, "expect.us_gaap.2025Q4.carrying", "an absolute tolerance", "1%", "plain number"),
    "a zero within a band": (
        HEAD + "expect: {us_gaap: {2025Q4: {carrying: {value: 0, band: 1%}}}}\n",
        5, "expect.us_gaap.2025Q4.carrying", "an absolute tolerance", "none", "plain number"),
    "a negative tolerance": (
        HEAD + "expect: {us_gaap: {2025Q4: {carrying: {value: 1, tolerance: -1}}}}\n",
        5, "expect.us_gaap.2025Q4.carrying.tolerance", "0 or more", "-1", ""),
    "a tolerance in words": (
        HEAD + "expect: {us_gaap: {2025Q4: {carrying: {value: 1, tolerance: some}}}}\n",
        5, "expect.us_gaap.2025Q4.carrying.tolerance", "0.02% of", "some", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_mistake_is_told_once_with_its_place(problems: Problems, case: tuple[str, int, str, str, str, str]) -> None:
    text, line, key, expected, found, fix = case

    (problem,) = problems(text)

    assert (problem.where, problem.line, problem.key) == ("case/x.yaml", line, key)
    assert re.search(expected, problem.expected)
    assert re.search(found, problem.found)
    assert problem.found
    assert fix in problem.fix


def test_the_scenario_the_mistakes_are_put_into_is_right(read: Callable[[str], Scenario]) -> None:
    assert read(HEAD).spec.title == "A case"
    assert read(lot()).lots[0].quantity == 1


@pytest.mark.parametrize("word", ["yes", "on", "True", "no", "off"])
def test_other_words_for_true_and_false_get_the_spelling(word: str) -> None:
    class Switch(BaseModel, strict=True):
        on: bool

    tree = read_yaml(f"x: 1\n'on': {word}\n", "x.yaml")
    with pytest.raises(ValidationError) as caught:
        Switch.model_validate({"on": word})

    (problem,) = problems_of(caught.value, tree, Switch)

    right = "false" if word in {"no", "off"} else "true"
    assert problem == Problem("x.yaml", 2, "on", "true or false", word, f"Write {right}.")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(problems: Problems) -> None:
    told = problems("""\
schema: 1
title: Everything wrong
holder:
  name: A Company
  lots:
    - {acquired: [2025-03-01, 2025-01-01], quantity: -5, unit_cost: "220"}
    - {acquired: 2025-02-30, quantity: 12:30, unit_cost: 010}
  lots: table.csv
period: {start: 2025-10-02, end: 2025-12-31}
tax: {rate: 28.73}
holdr: {}
prices: {BTC: {file: none.csv}}
""")

    assert [(problem.line, problem.key) for problem in told] == [
        (6, "holder.lots[0].quantity"),
        (6, "holder.lots[0].unit_cost"),
        (6, "holder.lots[0].acquired[1]"),
        (7, "holder.lots[1].acquired"),
        (7, "holder.lots[1].quantity"),
        (7, "holder.lots[1].unit_cost"),
        (8, "holder.lots"),
        (9, "period.start"),
        (10, "tax.rate"),
        (11, "holdr"),
        (12, "prices.BTC.file"),
    ]


def test_a_problem_reads_as_one_sentence(problems: Problems) -> None:
    (problem,) = problems(lot(quantity='"220"'))

    assert str(problem) == (
        "case/x.yaml:3: holder.lots[0].quantity: expected a number, found text '220'. Remove the quotes."
    )
