"""Time to answer: `python benchmarks/answers.py`.

Best of five after import, in seconds, on the machine at hand; the target beside each.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from treasury_sim import load, run
from treasury_sim.analysis.attribution.attribute import attribute
from treasury_sim.analysis.lot_ladder import lot_ladder
from treasury_sim.analysis.sensitivity.tornado import tornado
from treasury_sim.analysis.solve.solve import loss_target, solve
from treasury_sim.report.board.content import board
from treasury_sim.report.board.html import html
from treasury_sim.report.board.pdf import pdf
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.live.sheets import live_sheets
from treasury_sim.report.close.pack import close_pack
from treasury_sim.report.close.workbook import workbook
from treasury_sim.report.explain import explain
from treasury_sim.scenario import Scenario

REPEATS = 5
LOTS = 120
DRIVERS = (
    *("price", "low", "tax.rate", "income.interest", "income.other_operating", "capital.preferred_dividends"),
    *("capital.weighted_shares", "plan.purchases[0].quantity", "plan.purchases[1].quantity"),
    *("plan.purchases[2].quantity", "plan.purchases[3].quantity", "plan.purchases[4].quantity"),
)
"""Twelve drivers of the tornado."""


def best(action: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def made_up(folder: Path) -> Scenario:
    """A holder of 120 lots, each bought over a week."""
    generator = np.random.default_rng(5)
    rows = io.StringIO()
    rows.write("id,acquired,acquired_to,asset,quantity,unit_cost\n")
    for number in range(LOTS):
        day = date(2022, 1, 3) + timedelta(days=12 * number)
        cost = float(generator.uniform(20_000, 110_000))
        rows.write(f"lot-{number},{day},{day + timedelta(days=6)},BTC,{generator.uniform(10, 500):.4f},{cost:.2f}\n")
    (folder / "lots.csv").write_text(rows.getvalue(), encoding="utf-8")
    purchases = "\n".join(f"    - {{date: 2025-10-{day:02}, quantity: {day}}}" for day in (3, 8, 14, 21, 28))
    (folder / "holder.yaml").write_text(
        "schema: 1\ntitle: A holder of 120 lots\nholder: {name: Holder, lots: lots.csv}\n"
        "period: {start: 2025-10-01, end: 2025-12-31}\n"
        f"plan:\n  purchases:\n{purchases}\n"
        "accounting: {frameworks: [us_gaap_impairment, us_gaap_fair_value]}\n"
        "tax: {rate: 25%}\nincome: {interest: -1_000_000, other_operating: -2_000_000}\n"
        "capital: {preferred_dividends: -500_000, weighted_shares: 10_000_000}\n",
        encoding="utf-8",
    )
    return load(folder / "holder.yaml")


def main() -> None:
    strategy = load("strategy_2025q4")
    result = run(strategy)
    with tempfile.TemporaryDirectory() as name:
        holder = made_up(Path(name))
    holder_result = run(holder)
    key, label = "us_gaap_impairment", "2025Q4"
    parts = holder_result.holdings["BTC"].ledger.quantity.size

    def written() -> bytes:
        pack = close_pack(holder_result, key, label, STANDARD)
        return workbook(pack, live_sheets(holder, pack))

    shown = board(strategy, result)
    rows: list[tuple[str, Callable[[], object], str]] = [
        ("solve on the ladder, Strategy", lambda: solve(strategy, loss_target("remeasurement_pl", 10e9)), "0.050"),
        ("an ordinary run, for comparison", lambda: run(strategy), ""),
        ("ladder, Strategy", lambda: lot_ladder(strategy), ""),
        (f"tornado of {len(DRIVERS)} drivers", lambda: tornado(holder, keys=DRIVERS), "2"),
        ("attribution, Strategy", lambda: attribute(strategy), ""),
        ("explain net income, Strategy", lambda: explain(result, "net_income"), ""),
        (f"workbook, {LOTS} lots as {parts:,} day parts", written, "3"),
        ("HTML report, Strategy", lambda: html(board(strategy)), "3"),
        ("PDF report, content prepared", lambda: pdf(shown), ""),
    ]
    for words, action, target in rows:
        print(f"{words:48} {best(action):7.3f} s{f'   target {target} s' if target else ''}")


if __name__ == "__main__":
    main()
