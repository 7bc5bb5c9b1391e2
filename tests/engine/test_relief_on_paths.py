"""Coins that leave differently on each path: random plans, several assets, and more than some paths hold."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.test_simulation import FIRST, LOTS, assert_paths_are_replays, scenario
from treasury_sim import load, run
from treasury_sim.engine.run import open_path
from treasury_sim.errors import InputError

DAYS = st.integers(1, 180).map(lambda days: FIRST + timedelta(days=days))
SIZE = st.one_of(
    st.floats(0.1, 2.0).map(lambda units: {"quantity": round(units, 3)}),
    st.floats(10.0, 80.0).map(lambda money: {"amount": round(money, 2)}),
)
RELIEFS = ("fifo", "lifo", "hifo", "average")
FEE = st.sampled_from([{}, {"fee": 1.5}])


def rows(most: int, *parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Events on simulated days, each of `parts` joined."""
    row = st.tuples(DAYS, *parts).map(
        lambda given: {"date": given[0], **{k: v for d in given[1:] for k, v in d.items()}}
    )
    return st.lists(row, max_size=most)


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """Purchases into two wallets, transfers and sales; the 16 coins held from the start outlast all sales."""
    relief = draw(st.sampled_from(RELIEFS))
    own: st.SearchStrategy[dict[str, Any]] = st.just({})
    if relief != "average":
        own = st.sampled_from([{}, {"lot_relief": "hifo"}, {"lot_relief": "lifo"}])
    tax = {"tax_lot_relief": draw(st.sampled_from(RELIEFS[:3]))} if relief != "average" and draw(st.booleans()) else {}
    wallets = st.sampled_from([{}, {"wallet": "cold"}])
    moved = st.just({"quantity": 0.25, "from": "main", "to": "cold"})
    return {
        "lot_relief": relief,
        **tax,
        "pool": draw(st.sampled_from(["wallet", "all"])),
        "purchases": draw(rows(4, SIZE, FEE, wallets)),
        "sales": draw(rows(3, SIZE, FEE, own)) or [{"date": date(2025, 9, 1), "amount": 50.0}],
        "transfers": draw(rows(2, moved)),
    }


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(plans(), st.integers(0, 15))
def test_any_plan_is_measured_on_each_path_as_a_replay_of_it(plan: dict[str, Any], path: int) -> None:
    with TemporaryDirectory() as folder:
        file = scenario(Path(folder), ["us_gaap", "ifrs_cost"], plan=plan, simulation={"paths": 16})
        assert_paths_are_replays(file, [path])


@pytest.mark.parametrize("relief", ["hifo", "lifo", "average"])
def test_several_assets_each_by_its_own_prices(tmp_path: Path, relief: str) -> None:
    """Both sold for money from lots that were bought at market, so other coins leave on each path in each."""
    lots = [{**lot, "id": f"{asset} {lot['id']}", "asset": asset} for asset in ("BTC", "ETH") for lot in LOTS]
    prices = {
        asset: {"file": "prices.csv", "model": "gbm", "from": FIRST, "volatility": volatility}
        for asset, volatility in (("BTC", 0.5), ("ETH", 0.9))
    }
    plan = {
        "lot_relief": relief,
        "purchases": [{"every": "month", "amount": 60.0, "asset": asset} for asset in ("BTC", "ETH")],
        "sales": [
            {"date": date(2025, 9, 10), "amount": 300.0, "asset": "BTC"},
            {"date": date(2025, 11, 10), "amount": 500.0, "asset": "ETH", "fee": 2.0},
        ],
    }
    simulation = {"paths": 32, "correlation": {"BTC/ETH": 0.7}}
    keys = ["us_gaap", "ifrs_cost", "us_gaap_impairment"]
    file = scenario(tmp_path, keys, holder={"lots": lots}, prices=prices, plan=plan, simulation=simulation)
    result = assert_paths_are_replays(file, [0, 13, 31])
    assert not any("one by one" in note for note in result.notes)


@pytest.mark.parametrize("relief", ["hifo", "lifo"])
def test_an_event_that_asks_for_more_than_some_paths_hold_is_a_mistake_with_its_place(
    tmp_path: Path, relief: str
) -> None:
    """One coin held, 500 spent at market: at more than 125 a coin, that makes fewer than the 5 coins sold later."""
    plan = {
        "lot_relief": relief,
        "purchases": [{"date": date(2025, 8, 1), "amount": 500.0}],
        "sales": [{"date": date(2025, 9, 15), "quantity": 5.0}],
    }
    file = scenario(
        tmp_path, ["us_gaap"], holder={"lots": [{**LOTS[0], "quantity": 1}]}, plan=plan, simulation={"paths": 16}
    )
    loaded = load(file)
    held = []
    for path in range(16):
        try:
            open_path(loaded, path)
        except InputError as error:
            held.append(_held(error))
    assert 0 < len(held) < 16
    with pytest.raises(InputError, match=r"plan\.sales\[0\]\.quantity: expected at most the") as raised:
        run(loaded)
    assert _held(raised.value) == held[0]


def _held(error: InputError) -> str:
    match = re.search(r"at most the (\S+) BTC", str(error))
    assert match is not None
    return match[1]
