"""YAML to values: few scalars, the place of each, and nothing but `InputError` for anything wrong."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.errors import InputError
from treasury_sim.scenario.source.reader import read_yaml

from .conftest import HEAD

SCALARS = {
    "null": None,
    "~": None,
    "": None,
    "true": True,
    "false": False,
    "0": 0,
    "-5": -5,
    "+5": 5,
    "1_000_000": 1_000_000,
    "1.5": 1.5,
    ".5": 0.5,
    "80_524.65": 80_524.65,
    "1e3": 1000.0,
    "-1.5E-2": -0.015,
    "2025-12-31": date(2025, 12, 31),
    "010": "010",
    "0x1f": "0x1f",
    "12:30": "12:30",
    "1__0": "1__0",
    "yes": "yes",
    "NULL": "NULL",
    ".inf": ".inf",
    "28.73%": "28.73%",
    "2025Q4": "2025Q4",
    "2025-1-1": "2025-1-1",
    '"220"': "220",
    "'2025-12-31'": "2025-12-31",
    '"null"': "null",
    "16:00 America/New_York": "16:00 America/New_York",
    "\u0663": "\u0663",  # a digit, and no number
}


@pytest.mark.parametrize(("written", "value"), SCALARS.items(), ids=[name or "nothing" for name in SCALARS])
def test_a_scalar_is_read_by_the_short_list(written: str, value: object) -> None:
    got = read_yaml(f"key: {written}\n", "x.yaml").values["key"]

    assert got == value
    assert type(got) is type(value)


def test_every_value_knows_its_line_and_how_it_was_written() -> None:
    tree = read_yaml("a:\n  - b: 1_0\n    2025-12-31: '5'\n", "x.yaml")

    assert (tree.place(("a", 0, "b")).line, tree.place(("a", 0, "b")).text) == (2, "1_0")
    assert tree.place(("a", 0, date(2025, 12, 31))).line == 3
    assert tree.place(("a", 0, date(2025, 12, 31))).quoted
    assert tree.place(("a", 0, "missing")).line == 2
    assert tree.place(("a",)).line == 1


def test_an_alias_is_the_value_it_names_at_its_own_place() -> None:
    tree = read_yaml("a: &x {b: 1}\nc: *x\n", "x.yaml")

    assert tree.values["c"] == {"b": 1}
    assert tree.place(("c",)).line == 2
    assert not tree.problems


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)

WRONG = {
    "empty": ("", 1, "the keys of a scenario", "an empty file"),
    "only a comment": ("# nothing\n", 1, "the keys of a scenario", "an empty file"),
    "a list": ("- a\n", 1, "a mapping", "a list"),
    "text": ("\nhello\n", 2, "a mapping", "'hello'"),
    "an open bracket": ("a: 1\nb: [1\n", 3, "YAML", "flow sequence"),
    "a tab": ("a:\n\tb: 1\n", 2, "YAML", "cannot start any token"),
    "a control character": ("a: \x07\n", None, "YAML", "control characters|special characters|not allowed"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "YAML", "single document"),
    "an alias of nothing": ("a: *x\n", 1, "YAML", "undefined alias"),
    "aliases that multiply": (BOMB, None, "at most 300_000 values", "aliases"),
    "an alias of itself": ("a: &a [*a]\n", 1, "at most 40 levels", "contains itself"),
    "deep nesting": ("a: " + "[" * 200_000, 1, "at most 40 levels", "deeper"),
}


@pytest.mark.parametrize(("text", "line", "expected", "found"), WRONG.values(), ids=WRONG)
def test_what_is_no_yaml_mapping_is_told_with_its_line(text: str, line: int | None, expected: str, found: str) -> None:
    with pytest.raises(InputError) as caught:
        read_yaml(text, "x.yaml")

    (problem,) = caught.value.problems
    assert problem.where == "x.yaml"
    assert line is None or problem.line == line
    assert expected in problem.expected
    assert any(gist in problem.found for gist in found.split("|"))


def test_a_date_that_does_not_exist_is_told_and_the_rest_is_read() -> None:
    tree = read_yaml("a: 2025-02-30\nb: 1\n", "x.yaml")

    (problem,) = tree.problems
    assert (problem.line, problem.key, problem.expected, problem.found) == (1, "a", "a date", "2025-02-30")
    assert tree.values["b"] == 1


def read_or_refuse(text: str) -> bool:
    try:
        read_yaml(text, "x.yaml")
    except InputError as error:
        return bool(error.problems)
    return True


@given(st.text(st.characters(), max_size=80) | st.text("{}[]:,-?&*!|>'\"#%@`<\n\t a1", max_size=60))
def test_no_text_raises_anything_but_an_input_error(text: str) -> None:
    assert read_or_refuse(text)


@given(st.integers(0, len(HEAD) - 1), st.integers(0, 3), st.text("{}[]:,-?&*!|>'\"#%@`<\n\t a1\x00é", max_size=4))
def test_no_damage_to_a_good_file_raises_anything_but_an_input_error(at: int, cut: int, put: str) -> None:
    assert read_or_refuse(HEAD[:at] + put + HEAD[at + cut :])


def test_a_tab_in_the_indentation_is_told_with_what_to_do() -> None:
    with pytest.raises(InputError, match=r"x\.yaml:2: .* Indent with spaces, not tabs\.$"):
        read_yaml("holder:\n\tname: A\n", "x.yaml")
