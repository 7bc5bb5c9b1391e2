"""What finance people type is read as they mean it, and nothing else is."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.errors import InputError
from treasury_sim.scenario.amounts import read_amount, read_share, write_amount, write_share


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234,567", 1_234_567),
        ("1234567", 1_234_567),
        ("1_234_567.5", 1_234_567.5),
        ("1.2m", 1_200_000),
        ("1.2 M", 1_200_000),
        ("1.2 million", 1_200_000),
        ("$17.4bn", 17_400_000_000),
        ("USD 17.4 bn", 17_400_000_000),
        ("17.4b", 17_400_000_000),
        ("2tn", 2e12),
        ("500k", 500_000),
        ("(500)", -500),
        ("($17.4bn)", -17_400_000_000),
        ("-$500", -500),
        ("$-500", -500),
        ("−500", -500),
        ("+500", 500),
        (" .5 ", 0.5),
        ("0", 0),
    ],
)
def test_amounts(text: str, value: float) -> None:
    assert read_amount(text, "amount", currency="USD") == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "found nothing"),
        ("abc", "1,234,567 or 1.2m"),
        ("12,34", "1,234,567 or 1.2m"),
        ("1.234,56", "commas between thousands"),
        ("1.2.3", "1,234,567 or 1.2m"),
        ("1.2x", "Use k, m, bn or tn"),
        ("5%", "percent"),
        ("€500", "an amount in USD"),
        ("EUR 500", "an amount in USD"),
        ("(-500)", "one sign"),
        ("--500", "expected"),
        ("2e15", "expected"),
        ("9,999tn", "1,000,000,000,000,000"),
        ("1e500", "expected"),
        ("nan", "expected"),
        ("inf", "expected"),
    ],
)
def test_what_is_no_amount_is_told_with_what_would_be(text: str, said: str) -> None:
    with pytest.raises(InputError) as told:
        read_amount(text, "amount", currency="USD")
    assert said in str(told.value)
    assert str(told.value).startswith("amount: ")


def test_units_have_no_currency_and_a_least() -> None:
    assert read_amount("1,500.25", "coins") == 1500.25
    with pytest.raises(InputError, match="without a currency"):
        read_amount("$1,500", "coins")
    with pytest.raises(InputError, match="a number of at least 0"):
        read_amount("(3)", "coins", smallest=0.0)


@pytest.mark.parametrize(
    ("text", "value"), [("28.73%", 0.2873), ("0.2873", 0.2873), ("(40%)", -0.4), ("-40 %", -0.4), ("150%", 1.5)]
)
def test_shares(text: str, value: float) -> None:
    assert read_share(text, "rate") == value


@pytest.mark.parametrize(("text", "said"), [("28.73", "Did you mean 28.73%?"), ("5m", "28.73%"), ("$5", "currency")])
def test_what_is_no_share(text: str, said: str) -> None:
    with pytest.raises(InputError) as told:
        read_share(text, "rate")
    assert said in str(told.value)


@given(st.decimals(-(10**12), 10**12, places=2, allow_nan=False))
def test_what_the_tables_write_is_read_back(value: object) -> None:
    text = f"{abs(value):,.2f}"  # type: ignore[arg-type]
    written = f"({text})" if value < 0 else text  # type: ignore[operator]
    assert read_amount(written, "amount") == float(value)  # type: ignore[arg-type]


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    with suppress(InputError):
        assert abs(read_amount(text, "amount", currency="USD")) <= 1e15


@given(st.floats(-1e14, 1e14))
def test_what_is_written_is_read_as_the_same_number(value: float) -> None:
    assert read_amount(write_amount(value), "amount") == value
    assert read_share(write_share(value), "share") == value


def test_numbers_are_written_in_full() -> None:
    assert [write_amount(value) for value in (87_515.0, 80_524.65, 0.1 + 0.2, -5.0, 1e-7, 0.0)] == [
        *("87,515", "80,524.65", "0.30000000000000004", "-5", "0.0000001", "0")
    ]
    assert [write_share(value) for value in (0.2873, 0.55, 1.0, -0.335, 0.0)] == [
        "28.73%",
        "55%",
        "100%",
        "-33.5%",
        "0%",
    ]
