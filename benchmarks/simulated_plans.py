"""Times simulations with a plan, and with a daily model: `python -m benchmarks.simulated_plans`."""

from __future__ import annotations

import time

from benchmarks.simulation import RULE, best_of, peak, scenario
from treasury_sim.domain.sold_in_order import SoldInOrder
from treasury_sim.engine.funding.scenario_waterfall import prepare_funded
from treasury_sim.engine.one_pass import measure_all
from treasury_sim.engine.paths.simulate import simulate
from treasury_sim.engine.paths.simulation_plan import SimulationPlan
from treasury_sim.engine.statements.build import statements

GARCH = {"alpha": 0.05, "gamma": 0.02, "beta": 0.90, "degrees_of_freedom": 4}


def daily_model() -> None:
    """GJR-GARCH with the daily bridge, two years, 16,384 paths."""
    prices = {"BTC": {"model": "garch", "spot": 87_515.0, "volatility": 0.55, **GARCH}}
    given = scenario(paths=16_384, prices=prices)
    simulation = SimulationPlan.of(given)
    one_chunk = best_of(3, lambda: simulation.prices(0))
    drawn, whole = one_chunk * simulation.sample.chunks, best_of(3, lambda: simulate(given))
    print(f"GJR-GARCH, 730 days, 16,384 paths: {drawn:.2f} s to draw on one thread")
    print(f"  {whole:.2f} s for the whole simulation on two; peak {peak():.0f} MB")


def weekly_purchases() -> None:
    """Weekly purchases at market for two years, 16,384 paths: the measurement alone, and the whole simulation."""
    for row in ({"every": "week", "amount": 1_000_000.0}, {"every": "week", "quantity": 10.0}):
        given = scenario(paths=16_384, lots=100, plan={"purchases": [row]})
        simulation = SimulationPlan.of(given)
        marks = [
            simulation.observers["BTC"].marks(simulation.prices(chunk)["BTC"])
            for chunk in range(simulation.sample.chunks)
        ]
        measure = simulation.measurers[RULE, "BTC"]

        def everything(marks=marks, measure=measure) -> None:
            for chunk in marks:
                measure(chunk)

        print(f"{row}: {best_of(3, everything):.2f} s to measure the lowest-price rule on one thread, "
              f"{best_of(3, lambda g=given: simulate(g)):.2f} s for the whole simulation on two")  # fmt: skip


def plain_selling(simulation: SimulationPlan, amount: float, paths: int) -> float:
    """The lowest-price rule with sales for money, as a plain loop over paths, marks and lots of Python floats."""
    books, timeline = simulation.assets["BTC"].books, simulation.timeline
    marks = simulation.observers["BTC"].marks(simulation.prices(0)["BTC"])
    first, ends = marks.first, set(timeline.quarter_marks.tolist())
    close, low = marks.close.tolist(), marks.low.tolist()
    start = marks.path(0).close[0, books.acquired].tolist()
    sales = {taking.mark for taking in SoldInOrder(books, timeline, marks).on(marks)}
    quantity, unit_cost, total = books.quantity.tolist(), books.unit_cost.tolist(), 0.0
    for path in range(paths):
        lots = [
            [units, min(cost, first_price)] for units, cost, first_price in zip(quantity, unit_cost, start, strict=True)
        ]
        head = 0
        for number, price in enumerate(close[path]):
            lowest, charge = low[path][number], 0.0
            for lot in lots[head:]:
                if lot[1] > lowest:
                    charge += lot[0] * (lot[1] - lowest)
                    lot[1] = lowest
            if first + number in sales:
                wanted = amount / price
                while wanted > 0.0 and head < len(lots):
                    lot = lots[head]
                    if lot[0] > wanted:
                        lot[0] -= wanted
                        break
                    wanted -= lot[0]
                    head += 1
            if first + number in ends:
                total += sum(lot[0] * lot[1] for lot in lots[head:])
            total += charge
    return total


def selling() -> None:
    """10,000 paths, 20 quarters, 100 lots, a sale for an amount of money each quarter, first in, first out."""
    amount, paths = 20_000_000.0, 10_000
    plan = {"sales": [{"every": "quarter", "date": "2026-03-31", "amount": amount}]}
    simulation = SimulationPlan.of(scenario(quarters=20, paths=paths, plan=plan))
    assert not simulation.one_by_one, simulation.one_by_one
    measure = simulation.measurers[RULE, "BTC"]
    marks = [
        simulation.observers["BTC"].marks(simulation.prices(chunk)["BTC"]) for chunk in range(simulation.sample.chunks)
    ]
    ours = best_of(9, lambda: [measure(chunk) for chunk in marks]) / simulation.sample.paths * paths
    started = time.perf_counter()
    plain_selling(simulation, amount, 200)
    plain = (time.perf_counter() - started) / 200 * paths
    print(f"selling, {paths:,} paths x 20 quarters x 100 lots: ours {ours * 1e3:.0f} ms on one thread")
    print(f"  plain loop {plain:.2f} s: ours is {plain / ours:.0f} times faster; peak {peak():.0f} MB in all")


def dearest_first() -> None:
    """Purchases every week and sales every quarter for money, dearest first: 4,096 paths, 8 quarters, 120 lots."""
    plan = {
        "purchases": [{"every": "week", "amount": 1_000_000.0}],
        "sales": [{"every": "quarter", "date": "2026-03-31", "amount": 20_000_000.0}],
        "lot_relief": "hifo",
    }
    given = scenario(paths=4_096, lots=120, plan=plan)
    ours, simulation, replays = best_of(3, lambda: simulate(given, workers=1)), SimulationPlan.of(given), 16
    prices = simulation.prices(0)

    def replayed(row: int) -> None:
        prepared = prepare_funded(given, simulation.path(prices, row, "simulated"))
        statements(prepared, measure_all(prepared, lambda _: given.spec.plan.window_timing))

    plain = best_of(3, lambda: [replayed(row) for row in range(replays)]) / replays * 4_096
    print(f"dearest first, weekly purchases: ours {ours:.2f} s on one thread")
    print(f"  each path replayed alone {plain:.0f} s: ours is {plain / ours:.0f} times faster; peak {peak():.0f} MB")


def one_run() -> None:
    """A simulated run as a whole process."""
    import subprocess
    import sys
    import tempfile
    from pathlib import Path

    from treasury_sim import to_yaml

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "workload.yaml"
        file.write_text(to_yaml(scenario(paths=16_384)), encoding="utf-8")
        command = [sys.executable, "-m", "treasury_sim", "run", str(file)]
        took = best_of(5, lambda: subprocess.run(command, check=True, capture_output=True))
    print(f"treasury-sim run, 16,384 paths, as a whole process: {took:.2f} s")


if __name__ == "__main__":
    daily_model()
    selling()
    weekly_purchases()
    dearest_first()
    one_run()
