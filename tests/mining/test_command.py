"""The command prints what the formulas give, and names every input that is wrong."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from treasury_sim.cli.main import cli
from treasury_sim.errors import InputError


def answer(*arguments: str) -> str:
    result = CliRunner().invoke(cli, ["mining", *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def test_a_day_gives_its_price_and_difficulty() -> None:
    read = json.loads(answer("--date", "2026-02-05", "--format", "json"))
    assert (read["price"], read["difficulty"]) == (62_791.0, 141.67e12)
    assert read["hashprice"] == pytest.approx(28.0, abs=0.05)


def test_the_page_names_each_basis_and_its_source() -> None:
    page = answer("--price", "60k", "--difficulty", "141.67T")
    assert "At 60,000.00 a coin" in page
    for words in ("CoinShares", "a price model, not a cost", "(27,000.00)", "(19,995.00)"):
        assert words in page


def test_every_wrong_input_is_named_at_once() -> None:
    with pytest.raises(InputError) as error:
        answer("--price", "-5", "--power-price", "x,0.04", "--pool-fee", "120%")
    assert {problem.key for problem in error.value.problems} == {
        "--price",
        "--difficulty",
        "--power-price",
        "--pool-fee",
    }


def test_a_day_without_data_names_the_option_that_helps() -> None:
    with pytest.raises(InputError) as error:
        answer("--date", "2030-01-01")
    assert len(error.value.problems) == 2
    assert "--difficulty" in str(error.value)
