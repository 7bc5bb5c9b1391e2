"""What runs share changes nothing: a variation gives the same result alone and after any others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treasury_sim import Result, load, run, to_json
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.one_pass import AssetPass, lay_out
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.run_cache import MOST_REMEMBERED, RunCache
from treasury_sim.scenario.sweep import sweep_of
from treasury_sim.scenario.variations import Variations
from treasury_sim.treasury.windows import TimingOf

BASE = load("strategy_2025q4")

VALUES: dict[KeyPath, list[object]] = {
    ("plan", "lot_relief"): ["fifo", "lifo", "hifo"],
    ("plan", "tax_lot_relief"): ["fifo", "average", None],
    ("plan", "window_timing"): ["start", "end"],
    ("accounting", "impairment_price"): ["weekly", "period_end"],
    ("accounting", "frameworks"): [["us_gaap"], ["ifrs_revaluation", "us_gaap_impairment"]],
    ("accounting", "fees"): ["expense"],
    ("tax", "rate"): [None, 0.0, "21%"],
    ("income", "interest"): [-5, {"2025Q4": -6}],
    ("capital", "weighted_shares"): [1_000_000, None],
    ("limits",): [[{"line": "carrying", "below": 1e12}]],
    ("title",): ["Another"],
}
CHANGES = st.fixed_dictionaries({}, optional={path: st.sampled_from(values) for path, values in VALUES.items()})


def alone(changes: dict[KeyPath, object]) -> Result:
    return run(BASE.with_values({**changes, ("expect",): None}))


@settings(max_examples=12)
@given(st.lists(CHANGES, min_size=2, max_size=4))
def test_a_shared_run_gives_the_bytes_of_a_run_alone(several: list[dict[KeyPath, object]]) -> None:
    cache, variations = RunCache(), Variations(BASE, {})
    for changes in several:
        assert to_json(run(variations.at(changes), cache=cache)) == to_json(alone(changes))


def test_a_tax_rate_measures_nothing_anew_and_a_relief_does(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def counted(prepared: Prepared, timing_of: TimingOf) -> tuple[Timeline, dict[str, AssetPass]]:
        calls.append(prepared)
        return lay_out(prepared, timing_of)

    monkeypatch.setattr("treasury_sim.engine.run_cache.lay_out", counted)
    sweep = sweep_of(BASE, ["plan.lot_relief=fifo,hifo", "tax.rate=10%,20%,30%"])
    variations, cache = Variations(BASE, sweep.places), RunCache()
    for number in range(len(sweep)):
        run(variations.at(sweep.changes(number)), cache=cache)
    assert len(calls) == 2


def test_only_so_many_are_remembered() -> None:
    cache = RunCache()
    for _ in range(MOST_REMEMBERED + 3):
        cache.run_of(load("kulr_2025").case)
    assert len(cache._laid_out) == MOST_REMEMBERED


FUNDING = (
    "tax.state_rate=4%,6%,4.0%",
    "income.interest=0,-5_000_000",
    "capital.operating_cash_flow=-1_000_000,-3_000_000",
)


@pytest.mark.parametrize("vary", FUNDING)
def test_funding_may_depend_on_what_else_is_read_late(vary: str) -> None:
    """Where coins are sold for what is owed, lots depend on tax and capital, too."""
    base = load("no_debt")
    sweep = sweep_of(base, [vary])
    cache, variations = RunCache(), Variations(base, sweep.places)
    for number in range(len(sweep)):
        changes = sweep.changes(number)
        one = run(variations.at(changes), cache=cache)
        assert to_json(one) == to_json(run(base.with_values({**changes, ("expect",): None})))
