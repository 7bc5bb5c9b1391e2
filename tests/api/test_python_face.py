"""The Python face: keywords, dotted keys, spellings and frames."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from treasury_sim import (
    BatchOrder,
    InputError,
    attribute,
    close_pack,
    distribution,
    explain,
    framework_bridge,
    json_schema,
    load,
    load_given,
    loss_target,
    lot_ladder,
    run,
    run_batch,
    run_points,
    solve,
    tornado,
)
from treasury_sim.domain.spelling import SPELLED_OTHERWISE, british

SCENARIO = load("kulr_2025")
RESULT = run(SCENARIO)


def test_dotted_keys_change_a_scenario_everywhere() -> None:
    by_path = SCENARIO.with_values({("tax", "rate"): 0.1})
    assert SCENARIO.with_values({"tax.rate": 0.1}).spec == by_path.spec
    assert SCENARIO.what_if({"tax.rate": 0.1}).spec.tax.rate == 0.1
    assert SCENARIO.with_values({"tax.rate": 0.1}).spec.expect == SCENARIO.spec.expect
    with pytest.raises(InputError, match=r"tax.rat.*Did you mean rate\?"):
        SCENARIO.with_values({"tax.rat": 0.1})


def test_points_take_dotted_keys_and_plain_lists() -> None:
    prices = [50_000, 90_000]
    end = SCENARIO.spec.period.end
    result = run_points(SCENARIO, {f"prices.BTC.quarter_end.{end}": prices})
    for price, value in zip(prices, np.atleast_1d(result.line("carrying")), strict=True):
        alone = run(SCENARIO.what_if({f"prices.BTC.quarter_end.{end}": price})).line("carrying")
        assert value == pytest.approx(alone, rel=1e-12)


@pytest.mark.parametrize(
    "ask",
    [
        lambda **names: attribute(SCENARIO, **names),
        lambda **names: close_pack(RESULT, **names),
        lambda **names: distribution(RESULT, **names),
        lambda **names: explain(RESULT, "carrying", **names),
        lambda **names: lot_ladder(SCENARIO, **names),
        lambda **names: RESULT.explain("carrying", **names),
        lambda **names: RESULT.line("carrying", **names),
        lambda **names: solve(SCENARIO, loss_target("pre_tax_income", 1e6), **names),
        lambda **names: tornado(SCENARIO, line="pre_tax_income", keys=["price"], **names),
    ],
)
def test_quarter_and_framework_are_keywords_that_suggest_the_nearest_name(ask: Any) -> None:
    quarter, framework = RESULT.reported[-1].label, next(iter(RESULT.statements))
    ask(quarter=quarter, framework=framework)
    with pytest.raises(InputError, match=f"Did you mean {framework}"):
        ask(framework=f"{framework}s")
    with pytest.raises(InputError, match="Did you mean 2025Q"):
        ask(quarter="2025Q5")


def test_a_bridge_takes_a_quarter() -> None:
    label = RESULT.reported[0].label
    assert framework_bridge(SCENARIO, "ifrs_cost", "us_gaap_impairment", quarter=label).label == label


def test_us_spelling_names_the_same_line() -> None:
    assert RESULT.line("realized_pl") == RESULT.line("realised_pl")
    assert attribute(SCENARIO, line="realized_pl").line == "realised_pl"
    assert loss_target("realized_pl", 1.0).line == "realised_pl"
    assert explain(RESULT, "realized_pl").line == "realised_pl"


def test_an_unrealised_gain_is_the_remeasurement() -> None:
    for name in ("unrealized_gain", "unrealised_gain", "unrealized_loss"):
        with pytest.raises(InputError, match=r"Did you mean remeasurement_pl\?"):
            RESULT.line(name)


def test_a_scenario_may_be_in_us_spelling() -> None:
    text = """
schema: 1
title: US spelling
holder: {name: A, lots: [{id: a, asset: BTC, acquired: 2025-01-02, quantity: 1, unit_cost: 90_000, fee: 10}]}
period: {start: 2025-01-01, end: 2025-03-31}
accounting: {frameworks: [us_gaap_fair_value], fees: FEES}
tax: {rate: 21%, minimum_tax: camt, EXCLUDE: false}
limits: [{line: LINE, below: 0}]
expect: {us_gaap_fair_value: {2025Q1: {LINE: {value: 0, tolerance: 1}}}}
"""
    spellings = [
        ("capitalize", "exclude_unrealized", "realized_pl"),
        ("capitalise", "exclude_unrealised", "realised_pl"),
    ]
    american, british_one = (
        load_given({"s.yaml": text.replace("FEES", fees).replace("EXCLUDE", key).replace("LINE", line).encode()})
        for fees, key, line in spellings
    )
    assert american.spec == british_one.spec
    assert american.what_if({"tax.exclude_unrealized": True}).spec.tax.exclude_unrealised
    assert american.what_if({"accounting.fees": "capitalize"}).spec.accounting.fees == "capitalise"


def test_every_name_spelled_otherwise_in_the_us_has_its_alias() -> None:
    """Of the whole schema: keys and choices that contain -ise, -ised, -isation."""
    words = set(re.findall(r'"(\w*is(?:e|ed|es|ing|ation)(?:_\w+)?)"', str(json_schema()).replace("'", '"')))
    assert {word for word in words if british(re.sub("is(?=e|i|a)", "iz", word)) == word} - {
        "noise",
        "Noise",
    } <= SPELLED_OTHERWISE
    for name in SPELLED_OTHERWISE:
        american = re.sub(r"is(ed|e)(?=_|$)", r"iz\1", name)
        assert american != name
        assert british(american) == name


@pytest.mark.parametrize("table", ["csv", "parquet"])
def test_the_frame_of_a_batch_holds_the_figures_of_each_run(tmp_path: Path, table: Any) -> None:
    order = BatchOrder(("kulr_2025",), vary=("tax.rate=20%,25%",), out=tmp_path, table=table, executor="inprocess")
    frame = run_batch(order).frame()
    assert list(frame.columns) == ["scenario", "framework", "quarter", "line", "base", "value", "delta"]
    rates = [0.2, 0.25]
    quarter, framework = RESULT.reported[0].label, next(iter(RESULT.statements))
    chosen = frame[(frame.framework == framework) & (frame.quarter == quarter) & (frame.line == "net_income")]
    expected = [run(SCENARIO.what_if({"tax.rate": rate})).line("net_income", quarter) for rate in rates]
    assert chosen["value"].tolist() == pytest.approx(expected)


def test_one_text_for_paths_is_refused() -> None:
    with pytest.raises(InputError, match="expected a tuple of texts"):
        BatchOrder("kulr_2025")  # type: ignore[arg-type]
