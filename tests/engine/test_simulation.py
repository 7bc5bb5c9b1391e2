"""A simulation measures each of its paths as a replay of that path alone would be."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cases import write_scenario
from treasury_sim import Result, load, run
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.distribution import chances
from treasury_sim.engine.paths.simulate import simulate
from treasury_sim.engine.run import open_path
from treasury_sim.errors import InputError

FIRST = date(2025, 7, 1)
LOTS = [
    {"id": "old", "acquired": date(2025, 1, 5), "quantity": 10, "unit_cost": 90.0, "fee": 3.0},
    {"id": "dear", "acquired": date(2025, 4, 1), "quantity": 4, "unit_cost": 140.0},
    {"id": "later", "acquired": date(2025, 8, 20), "quantity": 2, "unit_cost": 100.0},
]
PLAN: dict[str, Any] = {
    "purchases": [
        {"every": "month", "amount": 100.0, "wallet": "monthly", "fee": 1.0},
        {"date": date(2025, 9, 30), "quantity": 3, "fee": 2.0, "wallet": "bought"},
    ],
    "receipts": [{"date": date(2025, 8, 1), "quantity": 1, "wallet": "mined"}],
    "payments": [{"date": date(2025, 11, 3), "quantity": 0.5}],
    "loans": [{"date": date(2025, 8, 5), "quantity": 1, "returned": date(2025, 12, 1)}],
}
DAILY = {"model": "garch", "alpha": 0.1, "beta": 0.8, "degrees_of_freedom": 5}
SALES = [
    {"date": date(2025, 2, 1), "quantity": 1, "proceeds": 100.0},
    {"date": date(2025, 8, 15), "quantity": 5, "fee": 1.0},
    {"date": date(2025, 12, 10), "quantity": 2, "proceeds": 300.0},
]
QUARTERLY = [{"every": "quarter", "quantity": 1}]
SALES_OF_WHAT_WAS_BOUGHT = [
    {"date": date(2025, 12, 11), "quantity": 1, "wallet": "bought"},
    {"date": date(2025, 12, 12), "quantity": 1, "proceeds": 50.0, "wallet": "bought"},
]


def scenario(folder: Path, frameworks: list[str], **sections: Any) -> Path:
    steps = {date(2025, 1, 1): 100.0, date(2025, 3, 1): (60.0, 80.0), date(2025, 5, 1): 120.0}
    prices = {"BTC": {"file": "prices.csv", "model": "gbm", "from": FIRST, "volatility": "90%", "drift": "10%"}}
    given = {
        "holder": {"lots": LOTS},
        "period": {"start": date(2025, 7, 1), "end": date(2025, 12, 31)},
        "plan": {"sales": SALES},
        "prices": prices,
        "tax": {"rate": 0.25},
        "simulation": {"paths": 64},
        **sections,
    }
    return write_scenario(folder, steps, accounting={"frameworks": frameworks, **given.pop("accounting", {})}, **given)


def assert_paths_are_replays(file: Path, paths: list[int]) -> Result:
    """Every line of every framework, to rounding, on each of `paths`."""
    given = load(file)
    found = run(given)
    assert found.basis == "sample"
    for path in paths:
        alone = open_path(given, path)
        for key, statement in found.statements.items():
            begin = alone.timeline.quarters.index(statement.quarters[0])
            for name, line in statement.lines.items():
                other = alone.statements[key].lines[name]
                if line is None or other is None:
                    assert line is other, name
                    continue
                np.testing.assert_allclose(
                    line[path if len(line) > 1 else 0], other[0, begin:], rtol=1e-9, atol=1e-8, err_msg=f"{key} {name}"
                )
    return found


@pytest.mark.parametrize("interim", ["each_quarter", "year_to_date"])
@pytest.mark.parametrize("plan", [{"sales": SALES}, PLAN, {**PLAN, "sales": SALES + SALES_OF_WHAT_WAS_BOUGHT}])
def test_a_path_is_what_a_replay_of_it_would_be(tmp_path: Path, plan: dict[str, Any], interim: str) -> None:
    """Under all frameworks: lots before and in the simulation, purchases and sales at market, receipts, loans."""
    accounting = {"interim": interim, "permanent": ["2025Q3"], "disposal_costs": 0.01, "fluctuation_reserve": 0.3}
    keys = [key for key in FRAMEWORKS if key != "ifrs_inventory"]
    assert_paths_are_replays(scenario(tmp_path, keys, plan=plan, accounting=accounting), [0, 17, 63])


@pytest.mark.parametrize("policy", ["daily_close", "weekly", "month_end", "period_end"])
def test_a_path_is_a_replay_under_every_observation_policy(tmp_path: Path, policy: str) -> None:
    file = scenario(tmp_path, ["us_gaap_impairment"], accounting={"impairment_price": policy})
    assert_paths_are_replays(file, [3])


def test_one_unit_of_account(tmp_path: Path) -> None:
    plan = {"sales": SALES[:3], "lot_relief": "average"}
    file = scenario(tmp_path, ["us_gaap_impairment", "ifrs_revaluation"], plan=plan)
    assert_paths_are_replays(file, [5, 40])


def test_expensed_fees_and_a_model_that_begins_within_a_quarter(tmp_path: Path) -> None:
    prices = {"BTC": {"file": "prices.csv", "model": "gbm", "from": date(2025, 8, 10), "volatility": 0.9}}
    file = scenario(tmp_path, ["us_gaap", "ifrs_cost"], prices=prices, accounting={"fees": "expense"})
    found = assert_paths_are_replays(file, [0, 33])
    assert found.sampling is not None
    assert found.sampling.first_day == date(2025, 8, 10)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_workers_change_nothing(tmp_path: Path, workers: int) -> None:
    given = load(scenario(tmp_path, ["us_gaap_impairment"], simulation={"paths": 16_384})).case
    lines = simulate(given, workers=workers).statements["us_gaap_impairment"].lines
    expected = simulate(given).statements["us_gaap_impairment"].lines
    for name, line in lines.items():
        np.testing.assert_array_equal(np.array(line, dtype=float), np.array(expected[name], dtype=float))


def test_more_paths_extend_the_sample(tmp_path: Path) -> None:
    few, many = (
        run(load(scenario(tmp_path, ["us_gaap_impairment"], simulation={"paths": paths, "seed": 7})))
        for paths in (1_000, 10_000)
    )
    assert (few.paths, many.paths) == (1_024, 16_384)
    for name in ("carrying", "net_income"):
        line, longer = (
            few.statements["us_gaap_impairment"].lines[name],
            many.statements["us_gaap_impairment"].lines[name],
        )
        assert line is not None
        assert longer is not None
        np.testing.assert_array_equal(longer[:1_024], line)


def test_a_lot_bought_after_a_crash_sees_no_charge(tmp_path: Path) -> None:
    """On every path it is carried at what was paid for it until the price falls below that again."""
    bought = date(2025, 12, 30)
    plan = {"purchases": [{"date": bought, "quantity": 1.0}]}
    file = scenario(tmp_path, ["us_gaap_impairment"], holder={"lots": []}, plan=plan, simulation={"paths": 4_096})
    lines = run(load(file)).statements["us_gaap_impairment"].lines
    charge, additions = lines["remeasurement_pl"], lines["additions"]
    assert charge is not None
    assert additions is not None
    assert (-charge[:, -1] <= additions[:, -1] * 0.5).all()
    assert (additions[:, -1] < 60.0).any()
    assert np.mean(-charge[:, -1] / additions[:, -1]) < 0.05


def test_memory_is_bounded_and_says_how_many_paths_fit(tmp_path: Path) -> None:
    file = scenario(tmp_path, ["us_gaap_impairment"], simulation={"paths": 1_000_000, "memory_gb": 0.01})
    with pytest.raises(InputError, match=r"at most [0-9,]+ paths, which fit into 0.01 GB"):
        run(load(file))
    fits = scenario(tmp_path, ["us_gaap_impairment"], simulation={"paths": 2_048, "memory_gb": 0.01})
    assert run(load(fits)).paths == 2_048


@pytest.mark.parametrize("model", [{"model": "gbm"}, DAILY])
@pytest.mark.parametrize("memory", [1e-9, 5e-5, 5e-4, 5e-3])
def test_what_memory_is_said_to_allow_is_allowed(tmp_path: Path, model: dict[str, Any], memory: float) -> None:
    """Too little for any sample, for one chunk, or for what is asked for: what the message says fits, and is enough."""
    prices = {"BTC": {"file": "prices.csv", "from": FIRST, "volatility": 0.9, **model}}

    def run_with(**simulation: Any) -> Result:
        return run(load(scenario(tmp_path, ["us_gaap_fair_value"], prices=prices, simulation=simulation)))

    with pytest.raises(InputError) as refused:
        run_with(paths=100_000, memory_gb=memory)
    fits = re.search(r"at most ([0-9,]+) paths", str(refused.value))
    assert fits is not None or "for any sample" in str(refused.value)
    if fits is not None:
        count = int(fits[1].replace(",", ""))
        assert run_with(paths=count, memory_gb=memory).paths == count
        with pytest.raises(InputError):
            run_with(paths=count + 1, memory_gb=memory)
    enough = re.search(r"llow memory_gb: ([0-9.e-]+)[,;]", str(refused.value))
    assert enough is not None
    assert run_with(paths=100_000, memory_gb=float(enough[1])).paths >= 100_000


def test_the_low_of_a_quarter_is_that_of_all_its_days(tmp_path: Path) -> None:
    """Also of days before anything was held, in quarters that are history and in the one in which a model begins."""
    lots = [{"id": "a", "acquired": date(2025, 6, 20), "quantity": 1, "unit_cost": 90.0}]
    period = {"start": date(2025, 4, 1), "end": date(2025, 12, 31)}
    prices = {"BTC": {"file": "prices.csv", "from": date(2025, 8, 10), "model": "gbm", "volatility": 0.9}}
    sections = {"holder": {"lots": lots}, "plan": {}, "period": period, "prices": prices}
    given = load(scenario(tmp_path, ["us_gaap_impairment"], **sections))
    found = run(given).statements["us_gaap_impairment"].assets["BTC"]
    for path in (0, 40):
        alone = open_path(given, path).statements["us_gaap_impairment"].assets["BTC"]
        np.testing.assert_allclose(found.lines["low"][path][-3:], alone.low[-3:])
    assert found.lines["low"][0][-3] == 80.0


def test_nothing_of_the_past_is_seen_when_a_simulation_is_all_there_is(tmp_path: Path) -> None:
    plan = {"purchases": [{"date": FIRST, "quantity": 1}]}
    prices = {"BTC": {"file": "prices.csv", "from": FIRST, "model": "gbm", "volatility": 0.1, "spot": 1_000.0}}
    holder = {"lots": [], "fiscal_year_end": "06-30"}
    found = run(load(scenario(tmp_path, ["us_gaap_impairment"], holder=holder, plan=plan, prices=prices)))
    assert (found.statements["us_gaap_impairment"].assets["BTC"].lines["low"] > 500.0).all()


def test_what_has_no_effect_on_a_sample_is_told(tmp_path: Path) -> None:
    window = [date(2025, 2, 1), date(2025, 6, 30)]
    btc = {"file": "prices.csv", "from": FIRST, "model": "bootstrap", "window": window, "block_length": 5}
    eth = {"from": FIRST, "model": "gbm", "volatility": 0.9}
    holder = {"lots": [*LOTS, {"id": "e", "asset": "ETH", "acquired": FIRST, "quantity": 1, "unit_cost": 3_000.0}]}
    sections = {"holder": holder, "prices": {"BTC": btc, "ETH": eth}}
    simulation = {"paths": 16, "correlation": {"BTC/ETH": 0.5}}
    found = run(load(scenario(tmp_path, ["us_gaap"], simulation=simulation, **sections)))
    assert "simulation.correlation BTC/ETH has no effect: BTC not drawn from normals." in found.notes
    unknown = scenario(tmp_path, ["us_gaap"], simulation={"correlation": {"BTC/EHT": 0.5}}, **sections)
    with pytest.raises(InputError, match="expected an asset of the scenario, found EHT"):
        load(unknown)


def test_a_limit_that_no_path_can_judge_is_told(tmp_path: Path) -> None:
    limits = [{"line": "equity", "below": 0.0}, {"line": "carrying", "below": 0.0}]
    file = scenario(tmp_path, ["us_gaap", "us_gaap_fair_value"], limits=limits, simulation={"paths": 16})
    said = [note for note in run(load(file)).notes if "judge" in note]
    assert said == ["Cannot judge “equity below 0” under us_gaap, us_gaap_fair_value: equity not computed."]


def test_a_sample_has_no_band(tmp_path: Path) -> None:
    expect = {"us_gaap": {"2025Q3": {"carrying": {"value": 1, "band": 0.01}}}}
    with pytest.raises(InputError, match=r"expect\.us_gaap\.2025Q3\.carrying\.band: expected a tolerance"):
        run(load(scenario(tmp_path, ["us_gaap"], expect=expect)))
    with pytest.raises(InputError, match="band: expected one price path"):
        run(load(scenario(tmp_path, ["us_gaap"])), band=True)


def test_an_asset_without_prices_is_told_with_its_place(tmp_path: Path) -> None:
    lots = [*LOTS, {"id": "s", "asset": "SOL", "acquired": FIRST, "quantity": 1, "unit_cost": 100.0}]
    prices = {"SOL": {"model": "gbm", "volatility": 0.9}}
    with pytest.raises(InputError, match=r"scenario.yaml:\d+: prices.SOL.file: expected a CSV"):
        run(load(scenario(tmp_path, ["us_gaap"], holder={"lots": lots}, plan={}, prices=prices)))


def test_a_sale_for_money_from_a_wallet_without_coins_is_told(tmp_path: Path) -> None:
    """It takes at most what is held, so that nothing else would tell."""
    plan = {"sales": [{"every": "month", "amount": 5.0, "wallet": "mian"}]}
    with pytest.raises(InputError, match=r"sales\[0\]\.wallet: expected a wallet that holds BTC, found mian. .*: main"):
        run(load(scenario(tmp_path, ["us_gaap"], plan=plan)))
    moved = {"sales": plan["sales"], "transfers": [{"date": FIRST, "quantity": 1, "from": "main", "to": "mian"}]}
    assert run(load(scenario(tmp_path, ["us_gaap"], plan=moved))).paths == 64
    assert run(load(scenario(tmp_path, ["us_gaap"], plan={**plan, "pool": "all"}))).paths == 64


@pytest.mark.parametrize(
    "plan",
    [
        {"purchases": [{"date": "days", "amount": 100.0}]},
        {"purchases": [{"date": "days", "quantity": 1}], "window_timing": "start"},
        {"receipts": [{"date": "days", "quantity": 1}], "window_timing": "end"},
    ],
)
def test_the_mean_price_of_simulated_days_is_refused(tmp_path: Path, plan: dict[str, Any]) -> None:
    for rows in plan.values():
        for row in rows if isinstance(rows, list) else []:
            row["date"] = [FIRST + timedelta(days=1), FIRST + timedelta(days=5)]
    with pytest.raises(InputError, match="a price, or a single day"):
        run(load(scenario(tmp_path, ["us_gaap"], plan=plan)))


def test_units_of_a_window_at_market_follow_the_close_of_their_day_on_every_path(tmp_path: Path) -> None:
    days = [FIRST - timedelta(days=2), FIRST + timedelta(days=5)]
    plan = {table: [{"date": days, "quantity": 2}] for table in ("purchases", "receipts", "sales", "payments")}
    assert_paths_are_replays(scenario(tmp_path, ["us_gaap_impairment", "ifrs_cost"], plan=plan), [0, 20])


def test_coins_received_at_a_stated_value_keep_it_on_every_path(tmp_path: Path) -> None:
    """The value at contract inception is revenue, whatever the price does (ASC 606-10-32-21)."""
    receipts = [{"date": FIRST + timedelta(days=3), "quantity": 2, "unit_value": 90.0}]
    file = scenario(tmp_path, ["us_gaap_fair_value"], plan={"receipts": receipts})
    revenue = run(load(file)).statements["us_gaap_fair_value"].lines["coin_revenue"]
    assert revenue is not None
    assert (np.nansum(revenue, axis=1) == 180.0).all()
    assert_paths_are_replays(file, [0, 20])


def test_a_window_at_a_stated_price_is_spread_evenly(tmp_path: Path) -> None:
    days = [FIRST - timedelta(days=2), FIRST + timedelta(days=5)]
    plan = {
        "purchases": [{"date": days, "quantity": 4, "unit_cost": 90.0}],
        "sales": [{"date": days, "quantity": 1, "proceeds": 90.0}],
    }
    assert_paths_are_replays(scenario(tmp_path, ["us_gaap_impairment", "ifrs_cost"], plan=plan), [0, 20])


MONTHLY = [{"every": "month", "amount": 100.0, "fee": 2.0}]
FOR_MONEY = [{"every": "month", "amount": 50.0, "fee": 1.0}]


@pytest.mark.parametrize(
    ("relief", "interim"),
    [("fifo", "year_to_date"), ("lifo", "each_quarter"), ("hifo", "year_to_date"), ("average", "year_to_date")],
)
@pytest.mark.parametrize(
    "plan",
    [
        {"sales": FOR_MONEY},
        {"sales": [{"every": "month", "amount": 500.0}], "purchases": MONTHLY},
        {"purchases": MONTHLY, "sales": QUARTERLY},
        {"purchases": [{"every": "month", "quantity": 1, "fee": 3.0}], "sales": [SALES[0], *FOR_MONEY, *QUARTERLY]},
        {"purchases": MONTHLY},
        {
            "purchases": [{"every": "month", "amount": 100.0, "wallet": "cold", "id": "w"}],
            "transfers": [
                {"date": date(2025, 9, 5), "quantity": 3, "from": "main", "to": "cold"},
                {"date": date(2025, 10, 5), "quantity": 1, "from": "cold", "to": "main"},
            ],
            "sales": [{"every": "month", "amount": 90.0, "wallet": "cold", "lot_relief": "hifo"}, *QUARTERLY],
        },
        {
            "receipts": PLAN["receipts"],
            "payments": PLAN["payments"],
            "purchases": MONTHLY,
            "sales": [*FOR_MONEY, {"date": date(2025, 11, 12), "quantity": 2, "lots": {"old": 2}}],
            "tax_lot_relief": "fifo",
        },
    ],
)
def test_where_other_coins_leave_on_each_path_it_is_what_a_replay_of_it_would_be(
    tmp_path: Path, plan: dict[str, Any], relief: str, interim: str
) -> None:
    """Books and tax ledger, under all frameworks: purchases and sales in units and for money, wallets, named lots."""
    accounting = {"interim": interim, "permanent": ["2025Q3"], "disposal_costs": 0.01, "fluctuation_reserve": 0.3}
    reliefs = {"lot_relief": relief, **plan}
    if relief == "average":
        reliefs["sales"] = [
            {k: v for k, v in row.items() if k not in {"lot_relief", "lots"}} for row in reliefs.get("sales", ())
        ]
    interchangeable = relief in {"fifo", "average"} and "hifo" not in str(plan) and "lots" not in str(plan)
    keys = [key for key in FRAMEWORKS if key != "ifrs_inventory" or interchangeable]
    file = scenario(tmp_path, keys, plan=reliefs, accounting=accounting, simulation={"paths": 32})
    found = assert_paths_are_replays(file, [0, 15, 31])
    assert not any("one by one" in note for note in found.notes)


@pytest.mark.parametrize(
    ("lots", "plan", "why"),
    [
        (LOTS, {"loans": PLAN["loans"], "lot_relief": "lifo"}, "is lent"),
        ([{**LOTS[0], "tax_basis": 50.0}, *LOTS[1:]], {}, "has a tax basis other than cost"),
    ],
)
def test_what_cannot_differ_on_many_paths_is_replayed_one_by_one(
    tmp_path: Path, lots: list[dict[str, Any]], plan: dict[str, Any], why: str
) -> None:
    given = {"lot_relief": "hifo", "purchases": MONTHLY, "sales": FOR_MONEY, **plan}
    file = scenario(tmp_path, ["us_gaap", "ifrs_cost"], plan=given, holder={"lots": lots}, simulation={"paths": 16})
    found = assert_paths_are_replays(file, [0, 9])
    assert any("one by one" in note and why in note for note in found.notes)


def test_an_opened_path_sells_for_money_what_its_relief_says(tmp_path: Path) -> None:
    """By hand: a sale for 140 at a price of 70 takes 2 of the dearest coins, which cost 280 of 1,663."""
    prices = {"BTC": {"file": "prices.csv", "model": "gbm", "from": FIRST, "volatility": 1e-9, "spot": 70.0}}
    plan = {"sales": [{"date": date(2025, 9, 1), "amount": 140.0}], "lot_relief": "hifo"}
    given = load(scenario(tmp_path, ["ifrs_cost"], prices=prices, plan=plan, simulation={"paths": 16}))
    for found in (run(given), open_path(given, 3)):
        lines = found.statements["ifrs_cost"].lines
        for name, expected in {"realised_gain_disclosed": -140.0, "tax_basis": 1_383.0, "units": 14.0}.items():
            line = lines[name]
            assert line is not None
            assert line[0, -2] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("amount", [50.0, 400.0])
@pytest.mark.parametrize("interim", ["each_quarter", "year_to_date"])
def test_sales_for_money_along_one_order(tmp_path: Path, amount: float, interim: str) -> None:
    """All at once, under all frameworks; with the larger amount some paths sell out."""
    plan = {
        "sales": [{"every": "month", "amount": amount, "fee": 1.0}, SALES[0]],
        "purchases": [{"date": date(2025, 10, 10), "quantity": 3, "unit_cost": 95.0}],
    }
    accounting = {"interim": interim, "permanent": ["2025Q3"], "disposal_costs": 0.01, "fluctuation_reserve": 0.3}
    file = scenario(tmp_path, list(FRAMEWORKS), plan=plan, accounting=accounting)
    found = assert_paths_are_replays(file, [0, 9, 17, 40, 63])
    assert not any("one by one" in note for note in found.notes)
    units = found.statements["us_gaap"].lines["units"]
    assert units is not None
    assert (units[:, -1] < 1e-9).any() == (amount > 100.0)


def test_a_waterfall_goes_its_own_way_on_each_path(tmp_path: Path) -> None:
    """Sales that debt forces follow the price: the chance that equity is negative is that of the paths."""
    capital = {
        "opening": {"cash": 10.0, "equity": {"us_gaap_fair_value": 900.0}},
        "loans": [{"name": "Loan", "principal": 800.0, "rate": 0.09}],
        "operating_cash_flow": -300.0,
    }
    limits = [{"line": "equity", "below": 0.0}]
    file = scenario(tmp_path, ["us_gaap_fair_value"], plan={}, capital=capital, limits=limits, simulation={"paths": 32})
    found = assert_paths_are_replays(file, [0, 7, 31])
    equity, units = (found.statements["us_gaap_fair_value"].lines[name] for name in ("equity", "units"))
    assert equity is not None
    assert units is not None
    assert np.unique(units[:, -1]).size == 32
    chance = chances(found, found.watched)[0]
    assert chance.ever.value == np.mean((equity[:, -2:] < 0.0).any(axis=1))


@pytest.mark.parametrize("correlation", [0.8, -0.5])
def test_two_assets_are_drawn_jointly(tmp_path: Path, correlation: float) -> None:
    """Log-prices of BTC and ETH move together as stated, whatever the volatilities; the holder is their sum."""
    lots = [*LOTS[:1], {"id": "ether", "acquired": date(2025, 1, 5), "quantity": 50, "unit_cost": 4.0, "asset": "ETH"}]
    (tmp_path / "ether.csv").write_text(
        "\n".join(["date,low,close", *(f"{date(2025, 1, 1) + timedelta(days=n)},4,4" for n in range(365))]) + "\n",
        encoding="utf-8",
    )
    prices = {
        "BTC": {"file": "prices.csv", "model": "gbm", "from": FIRST, "volatility": 0.5},
        "ETH": {"file": "ether.csv", "model": "gbm", "from": FIRST, "volatility": 0.9},
    }
    simulation = {"paths": 4_096, "correlation": {"ETH/BTC": correlation}}
    file = scenario(
        tmp_path, ["us_gaap_fair_value"], holder={"lots": lots}, plan={}, prices=prices, simulation=simulation
    )
    found = assert_paths_are_replays(file, [0, 1_000])
    held = found.statements["us_gaap_fair_value"].assets
    btc, eth = (np.log(held[asset].lines["price"][:, -1]) for asset in ("BTC", "ETH"))
    assert np.corrcoef(btc, eth)[0, 1] == pytest.approx(correlation, abs=4.0 / np.sqrt(4_096))
    total = found.statements["us_gaap_fair_value"].lines["carrying"]
    assert total is not None
    np.testing.assert_allclose(total, sum(asset.lines["carrying"] for asset in held.values()))


def test_assets_that_begin_apart_and_impossible_correlations_are_told(tmp_path: Path) -> None:
    names = ("BTC", "ETH", "SOL")
    lots = [{"id": a, "acquired": date(2025, 1, 5), "quantity": 1, "unit_cost": 4.0, "asset": a} for a in names]
    gbm = {"file": "prices.csv", "model": "gbm", "volatility": 0.5}
    prices = {asset: {**gbm, "from": FIRST} for asset in names}
    apart = {**prices, "ETH": {**gbm, "from": date(2025, 8, 1)}}
    given = {"holder": {"lots": lots}, "plan": {}}
    with pytest.raises(InputError, match=r"prices\.ETH\.from: expected 2025-07-01, when BTC begins"):
        run(load(scenario(tmp_path, ["us_gaap"], prices=apart, **given)))
    impossible = {"paths": 16, "correlation": {"BTC/ETH": 0.9, "ETH/SOL": 0.9, "BTC/SOL": -0.9}}
    with pytest.raises(InputError, match="a valid correlation matrix"):
        run(load(scenario(tmp_path, ["us_gaap"], prices=prices, simulation=impossible, **given)))


def test_as_many_units_may_leave_twice_in_a_quarter(tmp_path: Path) -> None:
    """Units at one price are measured together over quarters one after another, not over sales of one quarter."""
    lots = [{"id": "a", "acquired": date(2025, 1, 5), "quantity": 10, "unit_cost": 110.0}]
    sales = [{"date": date(2025, 8, 15), "quantity": 1}, {"date": date(2025, 9, 15), "quantity": 1}]
    plan = {"sales": [*sales, {"date": date(2026, 2, 2), "quantity": 1}]}
    period = {"start": date(2025, 7, 1), "end": date(2026, 6, 30)}
    file = scenario(tmp_path, sorted(FRAMEWORKS), holder={"lots": lots}, plan=plan, period=period)
    assert_paths_are_replays(file, [0, 31, 63])
