"""Beancount and hledger read what we export: the real programs, and the balances they find."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.programs import require
from tests.report.close.holders import adopting, busy
from treasury_sim import Result, load, run
from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.report.close.accounts import STANDARD, AccountMap
from treasury_sim.report.close.pack import ClosePack, close_pack
from treasury_sim.report.close.plain_text import beancount, hledger

NAMES = AccountMap(
    {
        "digital_assets": '1500 "Crypto"; own & others',
        "cash": "1000:bank",
        "disposal_gain": "results",
        "disposal_loss": "results",
        "remeasurement_gain": "same name",
        "loan_gain": "same name",
        "loan_receivable": "1000:bank",
        "deferred_tax_asset": "own/others",
        "income_tax_payable": "own others",
        "deferred_tax_liability": "own;others",
    }
)
SCENARIOS: dict[str, Callable[[Path], tuple[Result, list[str]]]] = {
    "every event": lambda folder: (busy(folder, list(FRAMEWORKS)), list(FRAMEWORKS)),
    "adoption": lambda folder: (adopting(folder), ["us_gaap"]),
    "strategy": lambda _: (run(load("strategy_history")), ["us_gaap"]),
}


@pytest.fixture(params=list(SCENARIOS))
def packs(request: pytest.FixtureRequest, tmp_path: Path) -> list[ClosePack]:
    result, keys = SCENARIOS[request.param](tmp_path)
    return [close_pack(result, key, result.reported[-1].label, STANDARD) for key in keys]


def bean_check(file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "beancount.scripts.check", "--no-cache", str(file)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def run_hledger(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [require("hledger"), "-f", str(file), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_bean_check_accepts_every_export(packs: list[ClosePack], tmp_path: Path) -> None:
    for pack in packs:
        for names in (STANDARD, NAMES):
            file = tmp_path / f"{pack.framework}.beancount"
            file.write_text(beancount(pack, names), encoding="utf-8")
            done = bean_check(file)
            assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_hledger_accepts_every_export(packs: list[ClosePack], tmp_path: Path) -> None:
    for pack in packs:
        for names in (STANDARD, NAMES):
            file = tmp_path / f"{pack.framework}.journal"
            file.write_text(hledger(pack, names), encoding="utf-8")
            done = run_hledger(file, "check", "--strict")
            assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_hledger_finds_the_carrying_amount_of_the_engine(packs: list[ClosePack], tmp_path: Path) -> None:
    for pack in packs:
        file = tmp_path / f"{pack.framework}.journal"
        file.write_text(hledger(pack, STANDARD), encoding="utf-8")
        for asset in {asset for key, asset in pack.engine_balances[pack.quarter] if key == "digital_assets"}:
            done = run_hledger(file, "balance", "-N", "--flat", f"^Assets:(Digital assets|Accumulated.*):{asset}$")
            found = sum(round(float(line.split()[0]) * 100) for line in done.stdout.splitlines())
            held = pack.engine_balances[pack.quarter]
            carrying = held["digital_assets", asset] + held["accumulated_impairment", asset]
            assert found == round(carrying * 100)


def test_both_assert_every_quarter_end(tmp_path: Path) -> None:
    pack = close_pack(adopting(tmp_path), "us_gaap", "2025Q4", STANDARD)
    text, journal = beancount(pack, STANDARD), hledger(pack, STANDARD)

    assert text.count(" balance Assets:Digital-assets:BTC ") == 10
    assert journal.count("Assets:Digital assets:BTC  0.00 USD = ") == 10
    assert "2025-01-01 * " in text
    assert 'lot-1: "old | 2023-07-03 | 10.10000000 units' in text


def test_accounts_of_one_name_are_one_account(tmp_path: Path) -> None:
    """Net presentation: impairment on the account of the coins, which is then asserted to hold the carrying amount."""
    pack = close_pack(busy(tmp_path, ["ifrs_cost"]), "ifrs_cost", "2025Q4", STANDARD)
    net = AccountMap({"accumulated_impairment": "Digital assets"})
    file = tmp_path / "net.journal"
    file.write_text(hledger(pack, net), encoding="utf-8")
    held = pack.engine_balances["2025Q4"]
    carrying = held["digital_assets", "BTC"] + held["accumulated_impairment", "BTC"]

    assert f"    Assets:Digital assets:BTC  0.00 USD = {carrying:.2f} USD" in file.read_text(encoding="utf-8")
    assert run_hledger(file, "check", "--strict").returncode == 0


def test_a_wrong_balance_is_refused(tmp_path: Path) -> None:
    """The programs really check: a balance that is a cent off is an error."""
    pack = close_pack(adopting(tmp_path), "us_gaap", "2025Q4", STANDARD)
    books, held = tmp_path / "wrong.journal", pack.engine_balances["2025Q4"]["digital_assets", "BTC"]
    books.write_text(hledger(pack, STANDARD).replace(f"= {held:.2f}", f"= {held + 1:.2f}"), encoding="utf-8")
    beans = tmp_path / "wrong.beancount"
    beans.write_text(beancount(pack, STANDARD).replace(f"BTC  {held:.2f}", f"BTC  {held + 1:.2f}"), encoding="utf-8")

    assert run_hledger(books, "check", "--strict").returncode != 0
    assert bean_check(beans).returncode != 0
