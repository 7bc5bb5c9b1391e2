"""Looking more often at the same paths: the shipped example, its order, and its chart."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.test_exact import scenario
from treasury_sim import load, run
from treasury_sim.analysis.observation import by_policy
from treasury_sim.analysis.solve.exact import exact
from treasury_sim.errors import InputError
from treasury_sim.report.charts.sample import policy_chart
from treasury_sim.report.charts.theme import LOOKS, spec_of


def test_the_shipped_example() -> None:
    """One lot at cost, 60 %, no drift, a quarter: 11.9, 15.2, 18.2, 20.4 and 21.7 % of cost for 91 days; here 90."""
    given = load("observation_policy")
    rows = by_policy(given)
    assert [row.policy for row in rows] == ["period_end", "month_end", "weekly", "daily_close", "intraday_low"]
    assert [row.share * 100 for row in rows] == pytest.approx([11.9, 15.2, 18.2, 20.4, 21.7], abs=0.25)
    truth = exact(given)[0].mean[0]
    assert rows[-1].charge.value == pytest.approx(-truth, abs=4.0 * rows[-1].charge.error)
    spec = spec_of(policy_chart(rows, currency="USD"), LOOKS["light"])
    assert "1.8 times as large" in " ".join(spec["title"]["text"])


def test_a_finer_observation_never_gives_a_smaller_cumulative_charge(tmp_path: Path) -> None:
    """What is seen at quarter ends is seen daily, too, and what is seen daily is seen always."""
    charged = []
    for policy in ("period_end", "daily_close", "intraday_low"):
        given = load(scenario(tmp_path, ["us_gaap_impairment"], accounting={"impairment_price": policy}))
        line = run(given).statements["us_gaap_impairment"].lines["accumulated_impairment"]
        assert line is not None
        charged.append(line[:, -1].mean())
    assert charged == sorted(charged)
    assert charged[0] > 0.0


def test_a_rule_that_looks_at_quarter_ends_only_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="uses the lowest price"):
        by_policy(load(scenario(tmp_path, ["us_gaap_fair_value"])))
