"""A crash day by day: against the kernels, and wrong inputs."""

from __future__ import annotations

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from treasury_sim.analysis.crash import crash
from treasury_sim.cli.main import cli
from treasury_sim.errors import InputError
from treasury_sim.market.flows.impact import SquareRootImpact
from treasury_sim.market.history import load_history

HISTORY = load_history("BTC")
WEEK = (date(2026, 2, 1), date(2026, 2, 6))


def test_5_february_2026() -> None:
    """The rule: 0.177 x 700,000 x (14.82 % - 2 %) = 15,881 coins. Impact 0.3 to 3 % at coefficients 1 to 6."""
    worst = crash(HISTORY, *WEEK, open_interest=700_000.0).worst
    assert worst.day == date(2026, 2, 5)
    assert worst.fall == pytest.approx(1.0 - 62_181.65 / 72_998.0)
    assert worst.by_rule == pytest.approx(15_881, abs=1.0)
    assert worst.by_book == pytest.approx(17_600, rel=0.25)
    assert 0.003 < worst.impact < worst.impact_range[1] < 0.032
    assert worst.low_with_twice < worst.low < worst.low_without


def test_the_range_is_that_of_the_coefficients() -> None:
    """The flows are those of the prices as they were, so they do not depend on the coefficient."""
    strong = crash(HISTORY, *WEEK, open_interest=700_000.0, impact=SquareRootImpact(6.0)).worst
    plain = crash(HISTORY, *WEEK, open_interest=700_000.0).worst
    assert strong.impact == pytest.approx(plain.impact_range[1])
    assert strong.by_book == plain.by_book


@pytest.mark.parametrize(
    ("first", "last", "open_interest", "keys"),
    [
        (date(2027, 1, 1), date(2026, 2, 6), 7e5, ["first day", "last day"]),
        (date(2026, 2, 1), date(2026, 2, 6), 7e7, ["open interest"]),
        (date(2014, 1, 10), date(2014, 1, 20), 0.0, ["first day", "last day", "open interest"]),
    ],
)
def test_every_wrong_input_is_named(first: date, last: date, open_interest: float, keys: list[str]) -> None:
    with pytest.raises(InputError) as error:
        crash(HISTORY, first, last, open_interest=open_interest)
    assert [problem.key for problem in error.value.problems] == keys


def test_the_command_gives_the_days_as_rows() -> None:
    arguments = ["crash", "--from", "2026-02-05", "--to", "2026-02-06", "--open-interest", "700k", "--format", "json"]
    answer = json.loads(CliRunner().invoke(cli, arguments).stdout)
    assert [row["day"] for row in answer["days"]] == ["2026-02-05", "2026-02-06"]
    assert answer["days"][0]["liquidated_by_rule"] == pytest.approx(15_881, abs=1.0)
