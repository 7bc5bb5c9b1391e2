"""`limits:` as people write it: one figure, one side, known lines; money in the units of the file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from treasury_sim.domain.limit import Limit
from treasury_sim.scenario import Scenario, to_yaml

from .conftest import HEAD, Problems, Write


def test_limits_read_as_sentences(read: Callable[[str], Scenario]) -> None:
    spec = read(
        HEAD
        + """\
limits:
  - {loss: net_income, above: 5_000_000_000, severity: warning, name: The promise, reason: We said so.}
  - {line: carrying, below: fair_value, framework: us_gaap}
"""
    ).spec

    assert [row.limit for row in spec.limits] == [
        Limit("net_income", "above", 5e9, "loss", "warning", None, "The promise", "We said so."),
        Limit("carrying", "below", "fair_value", framework="us_gaap"),
    ]


def test_money_is_in_the_units_of_the_file_and_a_figure_per_share_is_not(read: Callable[[str], Scenario]) -> None:
    text = HEAD.replace("{name: A Company}", "{name: A Company, units: 1_000_000}")
    money, per_share = "{charge: remeasurement_pl, above: 2.5}", "{line: eps_basic, below: -3}"
    rows = f"limits: [{money}, {per_share}, {{line: carrying, below: equity}}]\n"

    scenario = read(text + rows)

    assert [row.limit.value for row in scenario.spec.limits] == [2_500_000.0, -3.0, "equity"]
    assert "above: 2500000" in to_yaml(scenario)


@pytest.mark.parametrize(
    ("row", "key", "words"),
    [
        ("{line: carying, below: 1}", "limits[0].line", "Did you mean carrying?"),
        ("{line: carrying, below: fair_valu}", "limits[0].below", "Did you mean fair_value?"),
        ("{line: carrying, above: 1, below: 2}", "limits[0]", "one of above, below, found above and below"),
        ("{line: carrying}", "limits[0]", "found none"),
        ("{loss: net_income, charge: net_income, above: 1}", "limits[0]", "one of line, loss, charge"),
        ("{line: carrying, below: 1, severity: bad}", "limits[0].severity", "one of note, warning, breach"),
        ("{line: carrying, below: 1, framework: us_gap}", "limits[0].framework", "Did you mean us_gaap?"),
        ("{line: carrying, under: 1}", "limits[0].under", "a known key"),
    ],
)
def test_mistakes(problems: Problems, row: str, key: str, words: str) -> None:
    told = problems(HEAD + f"limits: [{row}]\n")
    assert any(problem.key == key and words in str(problem) and problem.line == 5 for problem in told), told


def test_limits_are_not_inherited(write: Write) -> None:
    from treasury_sim import load

    write("case/base.yaml", HEAD + "limits: [{line: carrying, below: 1}]\n")
    write("case/x.yaml", "extends: base.yaml\n")
    assert load("case/base.yaml").spec.limits
    assert load("case/x.yaml").spec.limits == ()
