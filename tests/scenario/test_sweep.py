"""`sweep:` and `--vary`: which scenarios come of one, their names, and what is wrong with a sweep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.case.sections.sweep import SweepSpec
from treasury_sim.errors import InputError
from treasury_sim.scenario import Scenario, load
from treasury_sim.scenario.sweep import column_of, sweep_of
from treasury_sim.scenario.variations import Variations

from .conftest import HEAD, Problems, Write

Read = Callable[[str], Scenario]
RATE, RELIEF = ("tax", "rate"), ("plan", "lot_relief")
END = ("prices", "BTC", "quarter_end", date(2025, 12, 31))


def test_a_grid_is_every_combination_the_last_key_fastest(read: Read) -> None:
    sweep = sweep_of(read(HEAD + "sweep: {grid: {plan.lot_relief: [fifo, hifo], tax.rate: [20%, 0.25]}}\n"))

    assert len(sweep) == 4
    assert [sweep.name(number) for number in range(4)] == [
        "plan.lot_relief=fifo, tax.rate=20%",
        "plan.lot_relief=fifo, tax.rate=0.25",
        "plan.lot_relief=hifo, tax.rate=20%",
        "plan.lot_relief=hifo, tax.rate=0.25",
    ]
    assert sweep.changes(3) == {RELIEF: "hifo", RATE: 0.25}


def test_a_zip_goes_side_by_side_a_list_is_written_out_and_all_multiply(read: Read) -> None:
    sweep = sweep_of(
        read(
            HEAD
            + """\
sweep:
  list: [{name: crash, prices.BTC.quarter_end.2025-12-31: 50_000}, {tax.rate: 10%}]
  zip: {income.interest: [-1, -2, -3], income.other_operating: [4, 5, 6]}
  grid: {plan.lot_relief: [fifo, hifo]}
"""
        )
    )

    assert len(sweep) == 12
    assert sweep.name(0) == "crash, income.interest=-1, income.other_operating=4, plan.lot_relief=fifo"
    assert sweep.changes(11) == {
        RATE: "10%",
        ("income", "interest"): -3,
        ("income", "other_operating"): 6,
        RELIEF: "hifo",
    }
    assert END in sweep.changes(0)
    assert END not in sweep.changes(11)


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("{from: 0.1, to: 0.4, step: 0.1}", [0.1, 0.2, 0.3, 0.4]),
        ("{from: 10%, to: 30%, count: 3}", [0.1, 0.2, 0.3]),
        ("{from: 0.9, to: 0.3, step: -0.3}", [0.9, 0.6, 0.3]),
        ("{from: 65%, to: 80%, step: 5%}", [0.65, 0.7, 0.75, 0.8]),
        ("{from: 0.65, to: 0.8, step: 0.05}", [0.65, 0.7, 0.75, 0.8]),
    ],
)
def test_a_range_gives_the_numbers_one_would_write(read: Read, written: str, numbers: list[float]) -> None:
    sweep = sweep_of(read(HEAD + f"sweep: {{grid: {{tax.rate: {written}}}}}\n"))
    assert [sweep.changes(number)[RATE] for number in range(len(sweep))] == numbers


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("{from: 1%, to: 5%, step: 1.5%}", r"a step that leads from 1% to 5%, found 1\.5%\. .* reaches is 4%"),
        ("{from: 0.9, to: 0.1, step: -0.3}", r"a step that leads from 0\.9 to 0\.1, found -0\.3\. .* reaches is 0\.3"),
        ("{from: 0, to: 1, step: 0}", r"a step that leads from 0 to 1, found 0"),
        ("{from: 0, to: 1, step: -0.1}", r"a step that leads from 0 to 1, found -0\.1"),
        ("{from: 0, to: 1, step: 1e-300}", r"a step that gives at most 100,000,000 numbers, found 1e-300"),
        ("{from: 0, to: 1, step: 1e-8}", r"a step that gives at most 100,000,000 numbers, found 1e-08"),
    ],
)
def test_a_step_that_does_not_meet_the_end_is_refused(read: Read, written: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read(HEAD + f"sweep: {{grid: {{tax.rate: {written}}}}}\n")
    with pytest.raises(InputError, match=told):
        sweep_of(read(HEAD), [f"tax.rate={written}"])


@given(
    first=st.decimals(-100, 100, places=3),
    last=st.decimals(-100, 100, places=3),
    step=st.decimals(-10, 10, places=3).filter(bool),
)
def test_a_range_has_both_ends_or_is_refused(first: Decimal, last: Decimal, step: Decimal) -> None:
    """Counted on paper: whole steps lead from the first number to the last."""
    steps, rest = divmod(last - first, step)
    written = {"from": float(first), "to": float(last), "step": float(step)}
    if rest or steps < 0:
        with pytest.raises(ValueError, match="expected a step that leads from"):
            SweepSpec.model_validate({"grid": {"tax.rate": written}})
        return
    column = column_of(SweepSpec.model_validate({"grid": {"tax.rate": written}}).by_grid["tax.rate"])
    assert list(column) == [float(first + number * step) for number in range(int(steps) + 1)]
    assert column[len(column) - 1] == float(last)


def test_units_of_the_file_cannot_vary(read: Read) -> None:
    with pytest.raises(InputError, match=r"a key of the scenario, not one of .*, found holder\.units"):
        sweep_of(read(HEAD), ["holder.units=1,1000"])


def test_a_huge_sweep_is_never_made(read: Read) -> None:
    sweep = sweep_of(read(HEAD), ["tax.rate={from: 0, to: 1, count: 1_000_000}", "income.interest=1,2,3"])
    assert len(sweep) == 3_000_000
    assert sweep.changes(2_999_999) == {RATE: 1.0, ("income", "interest"): 3}


def test_the_command_line_multiplies_the_sweep_of_the_file(read: Read) -> None:
    scenario = read(HEAD + "sweep: {grid: {tax.rate: [20%, 25%]}}\n")
    sweep = sweep_of(scenario, ["plan.lot_relief=fifo,lifo"])
    assert [sweep.name(n) for n in (0, 1)] == [
        "tax.rate=20%, plan.lot_relief=fifo",
        "tax.rate=20%, plan.lot_relief=lifo",
    ]


@pytest.mark.parametrize(
    ("vary", "words"),
    [
        ("tax.rate", "a key and its values"),
        ("tax.rate=", "a key and its values"),
        ("tax.rate=[20%", "YAML"),
        ("tax.rate={from: 1}", "this key, which is required"),
        ("tax.rate={from: 0, to: 1}", "one of step and count"),
        ("tax.rate={from: 0, to: 1, step: -0.1}", "a step that leads"),
    ],
)
def test_what_the_command_line_may_not_say(read: Read, vary: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        sweep_of(read(HEAD), [vary])


def test_a_key_varies_once(read: Read) -> None:
    scenario = read(HEAD + "sweep: {grid: {tax.rate: [20%, 25%]}}\n")
    with pytest.raises(InputError, match=r"tax\.rate: expected every key varied once"):
        sweep_of(scenario, ["tax.rate=10%"])


def test_a_zip_needs_columns_of_one_length(read: Read) -> None:
    scenario = read(HEAD + "sweep: {zip: {tax.rate: [20%], income.interest: [1, 2]}}\n")
    with pytest.raises(InputError, match=r"x\.yaml:5: sweep\.zip: .*tax\.rate with 1, income\.interest with 2"):
        sweep_of(scenario)


@pytest.mark.parametrize(
    ("sweep", "words"),
    [
        ("{}", "a key that varies"),
        ("{list: [{name: a}]}", "a key that varies"),
        ("{grid: {tax.rate: []}}", "at least one entry"),
        ("{grid: {tax.rate: 20%}}", "a list"),
        ("{cube: {tax.rate: [20%]}}", "a known key"),
    ],
)
def test_mistakes_in_the_file(problems: Problems, sweep: str, words: str) -> None:
    assert any(words in str(problem) for problem in problems(HEAD + f"sweep: {sweep}\n"))


def test_money_is_in_the_units_of_the_file(read: Read) -> None:
    text = HEAD.replace("{name: A Company}", "{name: A Company, units: 1_000}")
    scenario = read(
        text
        + """\
sweep:
  list: [{income.interest: {2025Q4: -7}}, {limits: [{line: carrying, below: 3}]}]
  zip: {income.other_operating: [1, 2.5], tax.rate: [20%, 25%]}
  grid: {capital.preferred_dividends: {from: -2, to: 0, count: 3}, prices.BTC.quarter_end.2025-12-31: [90_000]}
"""
    )
    sweep = sweep_of(scenario)
    first, last = sweep.changes(0), sweep.changes(len(sweep) - 1)
    assert first["income", "interest"] == {"2025Q4": -7_000}
    assert last["limits",] == [{"line": "carrying", "below": 3_000}]
    assert last["income", "other_operating"] == 2_500
    assert first["capital", "preferred_dividends"] == -2_000
    assert last[RATE] == "25%"
    assert last[END] == 90_000


def test_sweeps_are_not_inherited(write: Write) -> None:
    write("case/base.yaml", HEAD + "sweep: {grid: {tax.rate: [20%]}}\n")
    write("case/x.yaml", "extends: base.yaml\n")
    assert load("case/x.yaml").spec.sweep is None


SWEPT = (
    HEAD
    + """\
tax: {rate: 20%}
plan: {sales: [{date: 2025-11-01, quantity: 1, lot_relief: lifo}]}
expect: {us_gaap: {2025Q4: {carrying: {value: 1, tolerance: 1}}}}
sweep:
  grid:
    tax.rate: [21%, 300%]
    plan.sales[0].quantity: [1, 2]
    prices.BTC.quarter_end.2025-12-31: [80_000, 90_000]
"""
)


def test_a_variation_is_what_with_values_makes(read: Read) -> None:
    base = read(SWEPT)
    sweep = sweep_of(base)
    variations = Variations(base, sweep.places)
    for number in range(4):
        changes = sweep.changes(number)
        varied = variations.at(changes)
        assert varied.spec == base.with_values({**changes, ("sweep",): None, ("expect",): None}).spec
        assert varied.spec.holder is base.spec.holder
    assert varied.spec.plan is variations.at(sweep.changes(2)).spec.plan
    assert varied.spec.expect == {}


def test_a_varied_value_is_validated_and_placed_where_it_is_written(read: Read) -> None:
    base = read(SWEPT)
    sweep = sweep_of(base)
    with pytest.raises(InputError) as caught:
        Variations(base, sweep.places).at(sweep.changes(7))
    (problem,) = caught.value.problems
    assert (problem.where, problem.line, problem.key) == ("case/x.yaml", 10, "tax.rate")


@pytest.mark.parametrize(
    ("vary", "words"),
    [
        ("tax.rat=20%", "a known key"),
        ("taxes.rate=20%", "a known key"),
        ("plan.sales[7].quantity=1", "an existing key"),
        ("prices.DOGE.quarter_end.2025-12-31=1", "an asset of the scenario"),
        ("plan.lot_relief=specific", "the lots disposed of"),
        ("accounting.frameworks=[us_gaap, us_gap]", "an accounting framework"),
    ],
)
def test_what_spans_sections_is_checked_for_every_variation(read: Read, vary: str, words: str) -> None:
    base = read(HEAD + "plan: {sales: [{date: 2025-11-01, quantity: 1}]}\n")
    base = base.with_values({("plan", "purchases"): [{"date": date(2025, 10, 1), "quantity": 2}]})
    sweep = sweep_of(base, [vary])
    with pytest.raises(InputError, match=words):
        Variations(base, sweep.places).at(sweep.changes(0))


@pytest.mark.parametrize(
    ("vary", "words"),
    [
        (["tax.rate=20%,25%,20%"], "--vary: tax.rate: expected rows that differ, found tax.rate=20% again"),
        (["tax.rate={from: 20%, to: 20%, count: 3}"], "expected two different ends, found 0.2 twice"),
        (["extends=a.yaml"], "--vary: extends: expected a key of the scenario, not one of schema, extends"),
        (["expect.us_gaap=1"], "--vary: expect.us_gaap: expected a key of the scenario"),
        (
            [f"{key}={{from: 0, to: 1, count: 90000000}}" for key in ("tax.rate", "income.interest")],
            "--vary: income.interest: expected at most 100,000,000 scenarios, found 8,100,000,000,000,000",
        ),
    ],
)
def test_a_sweep_that_no_table_could_show(read: Read, vary: list[str], words: str) -> None:
    with pytest.raises(InputError) as caught:
        sweep_of(read(HEAD), vary)
    assert words in str(caught.value)


def test_rows_of_a_list_need_names_that_differ(read: Read) -> None:
    rows = "[{name: up, tax.rate: 20%}, {name: up, tax.rate: 25%}]"
    with pytest.raises(InputError, match=r"\.yaml:\d+: tax\.rate: expected rows that differ, found up again"):
        sweep_of(read(HEAD + f"sweep: {{list: {rows}}}\n"))
