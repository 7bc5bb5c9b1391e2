"""Files with very many mistakes: the first hundred are reported, the others counted, in time that grows linearly."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest

from tests.scenario.conftest import HEAD, Write
from treasury_sim.errors import MOST_PROBLEMS, InputError
from treasury_sim.scenario import load

LOTS = "acquired,quantity,unit_cost\n"


def unknown_keys(count: int) -> dict[str, str]:
    return {"case/x.yaml": HEAD + "".join(f"key_{number}: 1\n" for number in range(count))}


def keys_over_keys(count: int) -> dict[str, str]:
    keys = "".join(f"key_{number}: 2\n" for number in range(count))
    return {"case/base.yaml": HEAD + keys, "case/x.yaml": f"extends: base.yaml\n{keys}"}


def bad_lots(count: int) -> dict[str, str]:
    return {
        "case/x.yaml": HEAD.replace("y}", "y, lots: lots.csv}"),
        "case/lots.csv": LOTS + "2025-01-02,-1,5\n" * count,
    }


def bad_rows(count: int) -> dict[str, str]:
    row = "  - {date: 2025-11-01, quantity: -1}\n"
    return {"case/x.yaml": f"{HEAD}plan:\n  sales:\n{row * count}"}


def wrong_limits(count: int) -> dict[str, str]:
    rows = "".join(f"- {{line: net_incom_{number}, below: 0}}\n" for number in range(count))
    return {"case/x.yaml": f"{HEAD}limits:\n{rows}"}


def rejected(write: Write, files: dict[str, str]) -> tuple[InputError, float]:
    """The error, and the processor time it took [s]."""
    for name, text in files.items():
        write(name, text)
    began = process_time()
    with pytest.raises(InputError) as caught:
        load("case/x.yaml")
    return caught.value, process_time() - began


@pytest.mark.parametrize("files", [unknown_keys, keys_over_keys, bad_lots, bad_rows, wrong_limits])
def test_the_first_hundred_are_reported_and_the_rest_counted(
    write: Write, files: Callable[[int], dict[str, str]]
) -> None:
    error, _ = rejected(write, files(2_500))
    lines = str(error).splitlines()
    assert len(lines) == MOST_PROBLEMS + 1
    assert lines[-1] == "... and 2,400 more like these."
    assert [each.line for each in error.problems[:100]] == sorted(each.line or 0 for each in error.problems[:100])


@pytest.mark.parametrize("files", [unknown_keys, keys_over_keys, bad_lots, bad_rows, wrong_limits])
def test_ten_times_the_mistakes_take_about_ten_times_as_long(
    write: Write, files: Callable[[int], dict[str, str]]
) -> None:
    rejected(write, files(10))  # what is done once
    _, few = rejected(write, files(600))
    _, many = rejected(write, files(6_000))
    # A quadratic step would take a hundred times as long.
    assert many < 35 * max(few, 0.02)


def test_a_rule_runs_on_the_rows_that_are_valid(write: Write) -> None:
    rows = "  - {date: 2025-11-01, quantity: -1}\n  - {date: 2025-11-02, quantity: 1, lot_relief: fifo}\n"
    error, _ = rejected(write, {"case/x.yaml": f"{HEAD}plan:\n  lot_relief: average\n  sales:\n{rows}"})
    assert [each.key for each in error.problems] == ["plan.sales[0].quantity", "plan.sales[1].lot_relief"]


def test_a_rule_that_reads_a_wrong_key_waits_until_it_is_right(write: Write) -> None:
    text = HEAD + "tax: {rate: abc, jurisdiction: us}\ncapital: {weighted_shares_diluted: 5}\n"
    error, _ = rejected(write, {"case/x.yaml": text})
    assert [each.key for each in error.problems] == ["tax.rate", "capital.weighted_shares_diluted"]
