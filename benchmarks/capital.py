"""Times the monthly waterfall: `python benchmarks/capital.py`.

10,000 paths, 24 months, 15 instruments, 100 lots, once so well funded that no coin is sold and once so poorly that
coins are sold on every path. The baseline is the plain loop of Python floats (`plain_waterfall.py`), run on some of
the same paths in the same process and scaled up; both must agree. Best of several runs, in seconds; memory by
tracemalloc.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from plain_waterfall import PlainHolder, plain_waterfall

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.claims import NEVER, Claim, Funding, Program, ReliefOrder
from treasury_sim.treasury.waterfall import run_waterfall

MONTHS, RATE = 24, 0.2873


def claims() -> tuple[Claim, ...]:
    """Fifteen instruments like those of a large holder: three loans, six notes, six preferred series."""

    def claim(kind: str, amount: float, rate: float, every: int, **more: object) -> Claim:
        pays = np.array([(month + 1) % every == 0 for month in range(MONTHS)])
        return Claim(kind, kind, amount, np.full(MONTHS, rate / 12), pays, 0.0, **more)  # type: ignore[arg-type]

    secured = {"collateral": 4_000.0, "max_ltv": 0.75, "restored_ltv": 0.5}
    return (
        claim("loan", 120e6, 0.09, 3, **secured),
        claim("loan", 40e6, 0.052, 3),
        claim("loan", 60e6, 0.08, 1, due=14),
        *(
            claim("note", 8e8, 0.0063 * n, 6, due=(11 + 4 * n), put=8 + n, conversion_price=150.0 + 60 * n)
            for n in range(6)
        ),
        *(claim("preferred", 1.2e9, 0.08 + 0.005 * n, 1 if n == 1 else 3, cumulative=n != 4) for n in range(6)),
    )


def holder(*, rich: bool) -> Funding:
    """A holder with ample funding, or with little."""
    zeros = np.zeros(MONTHS)
    return Funding(
        claims=claims(),
        programs=(Program(-1, 50e6, 1.0, NEVER, 0.8, 1.0, 0.01),),
        cash=2e10 if rich else 2e8,
        reserve=1e9 if rich else 1e8,
        shares=3e8,
        units=600_000.0,
        operating=zeros - 5e6,
        planned_cash=zeros,
        planned_units=zeros,
        planned_sold=zeros,
        planned_proceeds=zeros,
        mnav=np.full(MONTHS, 1.2 if rich else 0.9),
        beta=0.0,
        share_price=0.0,
        spot=87_515.0,
        sells=True,
        sells_for_dividends=True,
        quarter_ends=tuple(range(2, MONTHS, 3)),
    )


def price_paths(paths: int) -> tuple[Floats, Floats]:
    """Monthly closes and lows of a geometric Brownian motion with 55 % volatility."""
    generator = np.random.default_rng(42)
    steps = generator.normal(-0.0126, 0.55 / np.sqrt(12), (paths, MONTHS))
    close = 87_515.0 * np.exp(np.cumsum(steps, axis=1))
    before = np.concatenate([np.full((paths, 1), 87_515.0), close[:, :-1]], axis=1)
    return close, np.minimum(close, before) * np.exp(-np.abs(generator.normal(0.0, 0.05, close.shape)))


def tax(gains: Floats) -> Floats:
    return RATE * np.maximum(gains[:, -1], 0.0)


def plain_tax(gains: list[float]) -> float:
    return RATE * max(gains[-1], 0.0)


def best(action: Callable[[], object], times: int) -> float:
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=10_000)
    parser.add_argument("--plain", type=int, default=500, help="number of paths of the plain loop")
    options = parser.parse_args()
    close, low = price_paths(options.paths)
    lots = np.random.default_rng(7).uniform([2_000, 9_000], [10_000, 115_000], (100, 2))
    lots[:, 0] *= 600_000 / lots[:, 0].sum()
    order, listed = ReliefOrder.of(*lots.T), [(float(q), float(c)) for q, c in lots]
    for name, rich in (("without a sale", True), ("with sales", False)):
        funding = holder(rich=rich)
        if rich:
            funding = replace(funding, claims=(replace(funding.claims[0], max_ltv=1e9), *funding.claims[1:]))

        def vectorised(funding: Funding = funding) -> object:
            return run_waterfall(funding, close, low, cash_tax=tax, basis=order)

        def plain(funding: Funding = funding) -> list[dict[str, list[float]]]:
            rows = zip(close[: options.plain].tolist(), low[: options.plain].tolist(), strict=True)
            plain_holder = PlainHolder(funding, listed)
            return [plain_waterfall(plain_holder, c, m, plain_tax) for c, m in rows]

        fast, slow = best(vectorised, 5), best(plain, 2) * options.paths / options.plain
        runway, checked = run_waterfall(funding, close, low, cash_tax=tax, basis=order), plain()
        sold = runway.forced_sold + runway.called_sold
        for path, row in enumerate(checked[:50]):
            np.testing.assert_allclose(runway.cash[path], row["cash"], rtol=1e-9, atol=1.0)
            np.testing.assert_allclose(runway.units[path], row["units"], rtol=1e-9)
        tracemalloc.start()
        vectorised()
        memory = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        print(
            f"{name}: {options.paths:,} paths x {MONTHS} months x 15 instruments x 100 lots: {fast:.3f} s, plain loop "
            f"{slow:.1f} s (scaled from {options.plain} paths), {slow / fast:.0f} times; {memory:.0f} MB; "
            f"coins sold on {(sold.sum(axis=1) > 0).mean():.0%} of the paths"
        )


if __name__ == "__main__":
    main()
