"""A scenario that extends another, and the folders it may read from."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from treasury_sim.errors import InputError
from treasury_sim.scenario import load

from .conftest import HEAD, Problems, Write

BASE = (
    HEAD
    + """\
tax: {rate: 21%}
income: {interest: -5, other_operating: -7}
accounting: {frameworks: [us_gaap, us_gaap_fair_value], fees: expense}
expect: {us_gaap: {2025Q4: {carrying: {value: 1, tolerance: 1}}}}
limits: []
"""
)


def test_mappings_merge_lists_replace_and_null_removes(write: Write) -> None:
    write("case/base.yaml", BASE)
    write(
        "case/x.yaml",
        "extends: base.yaml\nincome: {interest: -6}\naccounting: {frameworks: [us_gaap_fair_value]}\ntax: null\n",
    )

    spec = load("case/x.yaml").spec

    assert (spec.income.interest, spec.income.other_operating) == (-6, -7)
    assert (spec.accounting.frameworks, spec.accounting.fees) == (("us_gaap_fair_value",), "expense")
    assert spec.tax.rate is None


def test_expectations_and_limits_are_not_inherited(write: Write) -> None:
    write("case/base.yaml", BASE)
    write("case/x.yaml", "extends: base.yaml\n")

    assert load("case/x.yaml").spec.expect == {}


def test_a_mistake_is_placed_in_the_file_it_stands_in(write: Write) -> None:
    write("case/base.yaml", BASE.replace("21%", "many").replace("limits: []\n", ""))
    write("case/x.yaml", "extends: base.yaml\nincome: {interest: none}\n")

    with pytest.raises(InputError) as caught:
        load("case/x.yaml")

    assert [(problem.where, problem.line, problem.key) for problem in caught.value.problems] == [
        ("case/x.yaml", 2, "income.interest"),
        ("case/base.yaml", 5, "tax.rate"),
    ]


def test_a_value_that_replaces_a_wrong_one_is_all_that_counts(write: Write) -> None:
    write("case/base.yaml", HEAD + "tax: {rate: many}\n")
    write("case/x.yaml", "extends: base.yaml\ntax: {rate: 20%}\n")

    assert load("case/x.yaml").spec.tax.rate == 0.2


def test_each_file_has_its_own_scale_of_money(write: Write) -> None:
    write("case/base.yaml", HEAD.replace("y}", "y, units: 1_000}") + "income: {interest: -5, other_operating: -7}\n")
    write("case/x.yaml", "extends: base.yaml\nholder: {units: 1_000_000}\nincome: {interest: -6}\n")
    write("case/y.yaml", "extends: base.yaml\nincome: {interest: -6}\n")

    million, none = load("case/x.yaml").spec, load("case/y.yaml").spec

    assert (million.income.interest, million.income.other_operating) == (-6e6, -7e3)
    assert (none.income.interest, none.income.other_operating) == (-6, -7e3)
    assert million.holder.units == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    above=st.sampled_from([None, 1, 1_000, 1_000_000]),
    below=st.sampled_from([None, 1, 1_000, 1_000_000]),
    amounts=st.lists(st.integers(1, 999), min_size=5, max_size=5),
)
def test_units_count_for_the_file_that_states_them(
    write: Write, above: int | None, below: int | None, amounts: list[int]
) -> None:
    """A base and a child, each with units or none, are the one file with every amount typed out."""
    loss, fee, sold, spent, limit = amounts
    lots = "lots: [{acquired: 2025-10-02, quantity: 3, unit_cost: 90_000, fee: %d}]"
    sales = "sales: [{date: 2025-10-03, quantity: 1, proceeds: %d}]"
    plan = f"plan: {{{sales}, purchases: [{{date: 2025-10-03, amount: %d}}]}}\n"
    limits = "limits: [{loss: net_income, above: %d}]\n"
    sweep = "sweep: {grid: {'limits[0].above': [%d, %d], 'plan.sales[0].proceeds': {from: %d, to: %d, step: %d}}}\n"

    def units(scale: int | None) -> str:
        return "" if scale is None else f", units: {scale}"

    def holder(fee: int, scale: int | None) -> str:
        return HEAD.replace("y}", f"y, {lots % fee}{units(scale)}}}")

    up, down = above or 1, below or 1
    own = f"holder: {{units: {below}}}\n" if below else ""
    swept = [limit, limit + 1, sold, 3 * sold, sold]
    write("case/base.yaml", holder(fee, above) + f"income: {{interest: -{loss}}}\n")
    write(
        "case/x.yaml",
        f"extends: base.yaml\n{own}" + plan % (sold, spent) + limits % limit + sweep % tuple(swept),
    )
    typed = holder(fee * up, None) + f"income: {{interest: -{loss * up}}}\n" + plan % (sold * down, spent * down)
    write("case/y.yaml", typed + limits % (limit * down) + sweep % tuple(value * down for value in swept))

    assert load("case/x.yaml").spec == load("case/y.yaml").spec


def test_files_that_extend_each_other_are_told_as_a_loop(write: Write, problems: Problems) -> None:
    write("case/b.yaml", "extends: x.yaml\n")

    (problem,) = problems("title: x\nextends: b.yaml\n")

    assert (problem.where, problem.line, problem.key) == ("case/b.yaml", 1, "extends")
    assert problem.found == "the loop case/x.yaml -> case/b.yaml -> case/x.yaml"


def test_a_file_that_extends_itself_is_a_loop(problems: Problems) -> None:
    (problem,) = problems("extends: ./x.yaml\n")

    assert "loop case/x.yaml -> case/x.yaml" in problem.found


def test_eight_files_below_are_allowed_and_nine_are_not(write: Write) -> None:
    write("case/f0.yaml", HEAD)
    for number in range(1, 10):
        write(f"case/f{number}.yaml", f"extends: f{number - 1}.yaml\n")

    assert len(load("case/f8.yaml").inputs) == 9
    with pytest.raises(InputError) as caught:
        load("case/f9.yaml")

    (problem,) = caught.value.problems
    assert (problem.where, problem.key) == ("case/f1.yaml", "extends")
    assert "at most 8" in problem.expected


def test_a_file_that_is_not_there_is_told_where_it_is_named(problems: Problems) -> None:
    (problem,) = problems("\nextends: none.yaml\n")

    assert (problem.where, problem.line, problem.key) == ("case/x.yaml", 2, "extends")
    assert problem.found == "none.yaml (no such file)"


@pytest.mark.parametrize("name", ["5", "[a.yaml]", '"a\\0b"', "x" * 5000, "."])
def test_a_name_no_file_can_have_is_told(problems: Problems, name: str) -> None:
    (problem,) = problems(f"extends: {name}\n")

    assert (problem.line, problem.key) == (1, "extends")


@pytest.mark.parametrize(
    "reference", ["../secret.yaml", "{outside}/secret.yaml", "library:../secret.yaml", "link.yaml"]
)
def test_a_file_outside_the_folder_needs_permission(write: Write, tmp_path: Path, reference: str) -> None:
    write("secret.yaml", HEAD)
    (tmp_path / "case" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    write("case/x.yaml", f"extends: {reference.format(outside=tmp_path)}\n")

    with pytest.raises(InputError) as caught:
        load("case/x.yaml")

    (problem,) = caught.value.problems
    assert (problem.where, problem.line, problem.key) == ("case/x.yaml", 1, "extends")
    assert "folder of the scenario" in problem.expected
    assert "--allow-path" in problem.fix
    assert load("case/x.yaml", allow_paths=[tmp_path]).spec.title == "A case"


def test_a_path_counts_from_the_file_it_is_written_in(write: Write) -> None:
    write("case/below/lots.csv", "acquired,quantity,unit_cost\n2025-01-02,3,90000\n")
    write("case/below/base.yaml", HEAD.replace("y}", "y, lots: lots.csv}"))
    write("case/x.yaml", "extends: below/base.yaml\n")

    scenario = load("case/x.yaml")

    assert [lot.quantity for lot in scenario.lots] == [3]
    assert list(scenario.inputs) == ["case/x.yaml", "case/below/base.yaml", "case/below/lots.csv"]


def test_lots_outside_the_folder_need_permission(write: Write, problems: Problems) -> None:
    write("lots.csv", "acquired,quantity,unit_cost\n2025-01-02,3,90000\n")

    (problem,) = problems(HEAD.replace("y}", "y, lots: ../lots.csv}"))

    assert (problem.line, problem.key, problem.found) == (3, "holder.lots", "../lots.csv")
    assert "--allow-path" in problem.fix


def test_a_child_without_units_is_in_whole_units_of_currency(write: Write) -> None:
    """A base in millions, a sale for 100,000 in the child."""
    lots = "lots: [{id: a, acquired: 2025-10-02, quantity: 10, unit_cost: 70_000}]"
    write("case/base.yaml", HEAD.replace("y}", f"y, units: 1_000_000, {lots}}}"))
    write(
        "case/x.yaml",
        "extends: base.yaml\nplan: {sales: [{date: 2025-11-01, quantity: 1, proceeds: 100_000}]}\n",
    )
    assert load("case/x.yaml").spec.plan.sales[0].proceeds == 100_000
