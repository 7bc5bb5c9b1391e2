"""Every name of docs/api.md, every parameter, wrong values: an error in words, never a KeyError of some dictionary."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import treasury_sim
from treasury_sim import Period, Scenario, TreasurySimError, load, loss_target, run
from treasury_sim.batch.order import BatchOrder
from treasury_sim.domain.progress import silent
from treasury_sim.domain.result import Result
from treasury_sim.report.close.accounts import STANDARD

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
PLAIN = {
    "AccountMap",
    "BatchOrder",
    "InputError",
    "Limit",
    "MissingPriceError",
    "Period",
    "Problem",
    "Result",
    "RunCache",
    "Scenario",
    "TreasurySimError",
}
"""Classes, and what takes no arguments."""
NO_ARGUMENTS = {"frameworks", "json_schema", "scenarios", "__version__"}

WRONG: tuple[Any, ...] = (
    None,
    "nonsense",
    "",
    "2025Q5",
    "us_gaap_fair_valu",
    "net_incom",
    5,
    -1,
    1.5,
    float("nan"),
    True,
    [],
    [1],
    {},
    {"a": "b"},
    (),
    ("a", [float("nan")]),
    b"bytes",
    date(2025, 1, 1),
    object(),
    "\x00",
    "x" * 10_000,
)


@cache
def scenario() -> Scenario:
    return load("ifrs_cost_2025")


@cache
def with_flows() -> Scenario:
    return scenario().with_values(
        {("prices", "BTC", "overlay"): {"flows": {"liquidations": {"open_interest": 600_000}}}}
    )


@cache
def simulated() -> Scenario:
    return load("strategy_2026_forward_gbm").with_values({("simulation", "paths"): 16})


@cache
def result() -> Result:
    return run(scenario())


@dataclass(frozen=True)
class Call:
    """A public function and arguments that are right."""

    right: Callable[[], Mapping[str, Any]]
    may_be: Mapping[str, tuple[Any, ...]]
    """Values of `WRONG` that are right for a parameter."""


ANY_TEXT = ("", "nonsense")
CALLS: dict[str, Call] = {
    "load": Call(
        lambda: {"source": "ifrs_cost_2025", "allow_paths": [], "prices": None, "price_store": None},
        {"allow_paths": ([], ()), "prices": (None,), "price_store": (None,)},
    ),
    "load_given": Call(lambda: {"files": {"a.yaml": b"schema: 1\n"}}, {}),
    "to_yaml": Call(lambda: {"scenario": scenario(), "include_expect": True}, {"include_expect": (True,)}),
    "run": Call(lambda: {"scenario": scenario(), "band": False, "cache": None}, {"band": (True,), "cache": (None,)}),
    "run_points": Call(
        lambda: {
            "scenario": scenario(),
            "points": {f"prices.BTC.quarter_end.{scenario().spec.period.end}": [1e5]},
        },
        {},
    ),
    "open_path": Call(lambda: {"scenario": simulated(), "path": 3, "cache": None}, {"path": (5,), "cache": (None,)}),
    "to_json": Call(lambda: {"result": result()}, {}),
    "distribution": Call(
        lambda: {
            "result": result(),
            "framework": "ifrs_cost",
            "line": "net_income",
            "period": Period("2025Q1", (0,)),
            "quarter": None,
        },
        {"framework": (None,), "period": (None,), "quarter": (None,)},
    ),
    "chances": Call(lambda: {"result": result(), "limits": [loss_target("net_income", 1e6)]}, {"limits": ([], ())}),
    "exact": Call(lambda: {"scenario": simulated()}, {}),
    "attribute_mechanisms": Call(
        lambda: {"scenario": with_flows(), "quarter": None, "line": None, "framework": None},
        dict.fromkeys(("quarter", "line", "framework"), (None,)),
    ),
    "attribute": Call(
        lambda: {
            "scenario": scenario(),
            "other": None,
            "quarter": None,
            "line": None,
            "framework": None,
            "to_framework": None,
            "since": None,
            "against": None,
            "cache": None,
        },
        dict.fromkeys(("other", "quarter", "line", "framework", "to_framework", "since", "against", "cache"), (None,)),
    ),
    "compare": Call(lambda: {"first": scenario(), "second": scenario()}, {}),
    "framework_bridge": Call(
        lambda: {
            "scenario": scenario(),
            "first": "ifrs_cost",
            "second": "us_gaap_fair_value",
            "quarter": None,
            "cache": None,
        },
        dict.fromkeys(("quarter", "cache"), (None,)),
    ),
    "explain": Call(
        lambda: {"result": result(), "line": "cost_basis", "quarter": None, "framework": None, "lot": None},
        dict.fromkeys(("quarter", "framework", "lot"), (None,)),
    ),
    "solve": Call(
        lambda: {
            "scenario": scenario(),
            "target": loss_target("pre_tax_income", 1e5),
            "key": "price",
            "quarter": None,
            "framework": None,
            "between": None,
            "probability": None,
            "cache": None,
        },
        dict.fromkeys(("quarter", "framework", "between", "probability", "cache"), (None,)),
    ),
    "loss_target": Call(lambda: {"line": "net_income", "amount": 1e6}, {"amount": (5, 1.5, -1)}),
    "lot_ladder": Call(
        lambda: {
            "scenario": scenario(),
            "framework": None,
            "quarter": None,
            "asset": None,
            "moment": "closing",
            "cache": None,
        },
        dict.fromkeys(("quarter", "framework", "asset", "cache"), (None,)),
    ),
    "now": Call(
        lambda: {"scenario": scenario(), "as_of": None, "quarter": None, "model": None, "parameter_error": True},
        {"as_of": (None, date(2025, 1, 1)), "quarter": (None,), "model": (None,), "parameter_error": (True,)},
    ),
    "tornado": Call(
        lambda: {
            "scenario": scenario(),
            "line": "pre_tax_income",
            "by": 0.1,
            "framework": None,
            "quarter": None,
            "keys": (),
        },
        {"framework": (None,), "quarter": (None,), "by": (5, 1.5), "keys": ([], ())},
    ),
    "grid": Call(
        lambda: {
            "scenario": scenario(),
            "first": ("price", [1e5, 9e4]),
            "second": ("plan.lot_relief", []),
            "line": "pre_tax_income",
            "framework": None,
            "quarter": None,
        },
        dict.fromkeys(("quarter", "framework"), (None,)),
    ),
    "greeks": Call(
        lambda: {"scenario": simulated(), "line": "net_income", "framework": None, "quarter": None, "keys": ()},
        {"framework": (None,), "quarter": (None,), "keys": ([], ())},
    ),
    "close_pack": Call(
        lambda: {"result": result(), "framework": "ifrs_cost", "quarter": "2025Q1", "accounts": STANDARD},
        {"accounts": ({},), "framework": (None,), "quarter": (None,)},
    ),
}


def _with_progress(call: Call) -> Call:
    return Call(lambda: {**call.right(), "progress": silent}, {**call.may_be, "progress": (None,)})


CALLS["run_batch"] = Call(
    lambda: {"order": BatchOrder(("ifrs_cost_2025",)), "progress": silent, "resume": ""},
    {"progress": (None,), "resume": tuple(value for value in WRONG if isinstance(value, str))},
)

LONG = ("attribute", "attribute_mechanisms", "compare", "greeks", "grid", "now", "run", "solve", "tornado")
CALLS |= {name: _with_progress(CALLS[name]) for name in LONG}


def test_every_function_of_the_page_is_tried() -> None:
    names = set(re.findall(r"`(\w+)[(`]", "\n".join(re.findall(r"^\| (.*?) \|", PAGE.read_text(), re.MULTILINE))))
    assert names & set(treasury_sim.__all__) >= set(treasury_sim.__all__) - {"__version__"} - PLAIN
    assert set(CALLS) == set(treasury_sim.__all__) - PLAIN - NO_ARGUMENTS
    for name, call in CALLS.items():
        assert set(call.right()) == set(inspect.signature(getattr(treasury_sim, name)).parameters), name


CASES = [(name, parameter) for name, call in CALLS.items() for parameter in call.right()]


@pytest.mark.parametrize(("name", "parameter"), CASES)
def test_wrong_values_are_errors_in_words(name: str, parameter: str) -> None:
    call, function = CALLS[name], getattr(treasury_sim, name)
    right = call.right()
    others = [result() if isinstance(right[parameter], Scenario) else scenario()]
    for value in (*WRONG, *others):
        if any(type(value) is type(fine) and value == fine for fine in call.may_be.get(parameter, ())):
            continue
        if parameter == "other" and value is scenario():
            continue
        with pytest.raises(TreasurySimError) as caught:
            function(**{**right, parameter: value})
        assert caught.value.exit_code == 1, (name, parameter, value)
        assert "expected" in str(caught.value) or len(str(caught.value)) > 10
