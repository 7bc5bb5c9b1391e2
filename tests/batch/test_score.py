"""The two numbers of a score, and the ranking with its edge cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.batch.cases import write_holder
from treasury_sim import Result, load, run
from treasury_sim.batch.block import figures_of
from treasury_sim.batch.score import Score, scores_of
from treasury_sim.domain.lines import LINES

FAIR_VALUE = "us_gaap_fair_value"


def result(folder: Path, **sections: Any) -> Result:
    accounting = {"frameworks": [FAIR_VALUE], **sections.pop("accounting", {})}
    return run(load(write_holder(folder, plan={"sales": []}, accounting=accounting, **sections)))


def score(found: Result) -> Score:
    (one,) = scores_of(["x"], found, list(dict.fromkeys(outcome.limit for outcome in found.limits)))
    return one


def test_the_worst_quarter_by_hand(tmp_path: Path) -> None:
    """10 coins at 100, 5 at 95: from 120 to 60 in the fourth quarter 15 x 60 = 900 are lost, at cost 1,475."""
    found = score(result(tmp_path, tax={"rate": None}))
    assert (found.quarter, found.framework, found.against) == ("2025Q4", FAIR_VALUE, "cost")
    assert found.result == pytest.approx(-900)
    assert found.share == pytest.approx(-900 / 1_475)
    assert found.sentence == f"The worst quarter is 2025Q4 under {FAIR_VALUE}: a loss of 900, 61.0% of cost."


def test_with_tax_the_result_is_after_tax_and_a_quarter_of_purchases_counts_them(tmp_path: Path) -> None:
    found = score(result(tmp_path))
    assert found.result == pytest.approx(-900 * 0.75)
    first = score(result(tmp_path, tax={"rate": None}, period={"end": date(2025, 3, 31)}))
    assert (first.result, first.share) == (0.0, 0.0)  # bought at 100 and worth 100: the cost is that of the purchase
    assert first.sentence.endswith("a gain of 0, 0.0% of cost.")


def test_the_worst_framework_counts_and_oci_with_it(tmp_path: Path) -> None:
    accounting = {"frameworks": ["us_gaap_impairment", "ifrs_revaluation"]}
    found = score(result(tmp_path, tax={"rate": None}, accounting=accounting))
    # Impairment: 10 x (70 - 55) + 5 x (95 - 55); revaluation: 900, part of it in OCI.
    assert found.framework == "ifrs_revaluation"
    assert found.result == pytest.approx(-900)


def test_equity_at_the_beginning_comes_before_cost_where_it_is_above_zero(tmp_path: Path) -> None:
    found = result(tmp_path, tax={"rate": None})
    statement = found.statements[FAIR_VALUE]
    for opening, against, share in ((3_000.0, "opening equity", -0.3), (-5.0, "cost", -900 / 1_475)):
        equity = np.array([[opening, opening, opening, 0.0]])
        own = replace(statement, lines={**statement.lines, "equity": equity})
        one = score(replace(found, statements={FAIR_VALUE: own}))
        assert one.against == against
        assert one.share == pytest.approx(share)


def test_the_first_quarter_of_a_forward_scenario_is_held_against_the_opening_balance_sheet() -> None:
    found = run(load("no_debt"))
    statement = found.statements[FAIR_VALUE]
    equity = statement.lines["equity"]
    assert equity is not None
    first = len(found.timeline.quarters) - len(found.reported)
    assert equity[0, first - 1] == 43_422_240  # as the file states it
    assert np.isnan(equity[0, : first - 1]).all()
    assert score(found).against == "opening equity"


def test_a_holder_of_nothing_has_no_share(tmp_path: Path) -> None:
    found = score(result(tmp_path, holder={"lots": []}))
    assert (found.share, found.sentence) == (None, "No quarter has a known result.")


LIMITS = [
    {"loss": "pre_tax_income", "above": 500, "severity": "warning", "reason": "The bank asks."},
    {"line": "carrying", "below": "cost_basis", "name": "Under water"},
    {"line": "carrying", "below": 0, "severity": "note"},
]


def test_failed_limits_stand_in_the_sentence_the_worst_first(tmp_path: Path) -> None:
    found = score(result(tmp_path, limits=LIMITS))
    assert [found.count(severity) for severity in ("breach", "warning", "note")] == [1, 1, 0]
    assert found.sentence.endswith(" Failed breach: Under water; warning: loss (income before tax) above 500.")
    assert found.why == "The bank asks."


def test_a_limit_counts_once_however_many_frameworks_fail_it(tmp_path: Path) -> None:
    accounting = {"frameworks": [FAIR_VALUE, "us_gaap_impairment"]}
    assert score(result(tmp_path, limits=LIMITS[1:2], accounting=accounting)).count("breach") == 1


def test_a_sample_is_scored_by_its_bad_paths(tmp_path: Path) -> None:
    """20 paths that lose 1 to 20 of 1,475: the 5 % quantile lies 5 % of the way from the worst to the next."""
    found = result(tmp_path, tax={"rate": None}, limits=[{"loss": "pre_tax_income", "above": at} for at in (18, 19)])
    statement = found.statements[FAIR_VALUE]
    losses = np.zeros((20, 4))
    losses[:, 3] = -np.arange(1.0, 21.0)
    lines = {**statement.lines, "pre_tax_income": losses, "remeasurement_oci": np.zeros((1, 4))}
    sample = replace(found, basis="sample", paths=20, statements={FAIR_VALUE: replace(statement, lines=lines)})
    one = score(sample)
    assert one.share == pytest.approx(-19.05 / 1_475)
    assert one.against == "cost at the 5 % quantile of the paths"
    assert [words for _, words, _ in one.failed] == ["loss (income before tax) above 18 on 10.0% of the paths"]
    assert figures_of(sample).shape == (4, len(LINES), 1)
    assert figures_of(sample)[3, list(LINES).index("pre_tax_income"), 0] == pytest.approx(-10.5)


def test_the_ranking() -> None:
    breach, warning = ("breach", "a", ""), ("warning", "b", "")
    worst_first = [
        Score("two breaches", 0.1, "cost", "f", "q", 1.0, (breach, breach)),
        Score("breach and warning", -0.1, "cost", "f", "q", 1.0, (breach, warning)),
        Score("breach", -0.9, "cost", "f", "q", 1.0, (breach,)),
        Score("warning", 0.5, "cost", "f", "q", 1.0, (warning,)),
        Score("large loss", -0.9, "cost", "f", "q", -9.0),
        Score("a loss", -0.2, "cost", "f", "q", -2.0),
        Score("b loss", -0.2, "opening equity", "f", "q", -2.0),
        Score("gain", 0.3, "cost", "f", "q", 3.0),
        Score("not known", None, "", "", "", None),
    ]
    mixed = [*worst_first[5:], *worst_first[:5]]
    assert sorted(mixed, key=lambda one: one.rank) == worst_first


UNKNOWN = [
    {"line": "net_income", "below": 0, "severity": "note"},
    {"line": "pre_tax_income", "below": -1e6},
    {"line": "equity", "below": 0, "framework": FAIR_VALUE},
]


def test_a_limit_that_cannot_be_judged_is_told_as_a_run_tells_it_and_is_no_pass(tmp_path: Path) -> None:
    """Without a tax rate there is no net income, without an opening balance sheet no equity."""
    two = {"frameworks": [FAIR_VALUE, "us_gaap_impairment"]}
    found = result(tmp_path / "unknown", tax={"rate": None}, limits=UNKNOWN, accounting=two)
    one = score(found)
    equity, net_income = one.unjudged
    assert equity == f"Cannot judge “equity below 0” under {FAIR_VALUE}: equity not computed."
    assert equity in [outcome.sentence for outcome in found.limits]
    assert net_income.endswith(f" under {FAIR_VALUE}, us_gaap_impairment: net income not computed.")
    assert one.failed == ()
    assert one.sentence.endswith(f"% of cost. {equity} {net_income}")
    judged = score(result(tmp_path / "judged", tax={"rate": None}, limits=UNKNOWN[1:2], accounting=two))
    assert judged.unjudged == ()
    assert one.rank < judged.rank


def test_a_limit_without_a_figure_on_some_points_is_not_judged_on_these(tmp_path: Path) -> None:
    found = result(tmp_path, tax={"rate": None}, limits=[{"line": "equity", "below": 0}])
    statement = found.statements[FAIR_VALUE]
    equity = np.array([[1.0, 2.0, 3.0, 4.0], [np.nan] * 4, [1.0, np.nan, np.nan, -1.0]])
    many = {
        **{name: None if line is None else np.repeat(line, 3, axis=0) for name, line in statement.lines.items()},
        "equity": equity,
    }
    points = replace(found, basis="points", paths=3, statements={FAIR_VALUE: replace(statement, lines=many)})
    limits = [outcome.limit for outcome in found.limits]
    passes, unknown, fails = scores_of(["passes", "unknown", "fails"], points, limits)
    assert (passes.failed, passes.unjudged, fails.unjudged) == ((), (), ())
    assert unknown.unjudged == (f"Cannot judge “equity below 0” under {FAIR_VALUE}: no figure is known.",)
    assert [words for _, words, _ in fails.failed] == ["equity below 0"]
