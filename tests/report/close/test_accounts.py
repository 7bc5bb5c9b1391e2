"""The chart of accounts, and the user's own names."""

from __future__ import annotations

import pytest

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.lines import LINES
from treasury_sim.errors import InputError
from treasury_sim.report.close.accounts import (
    ACCOUNTS,
    STANDARD,
    account_map_text,
    line_accounts,
    read_account_map,
)

IMPAIRMENT, FAIR_VALUE = FRAMEWORKS["us_gaap_impairment"], FRAMEWORKS["us_gaap_fair_value"]


def test_every_line_of_the_statement_is_in_the_table() -> None:
    rows = {row.line: row for row in line_accounts()}

    assert list(rows) == list(LINES)
    assert {account.line for account in ACCOUNTS.values()} <= {"", *LINES}
    assert rows["units"].xbrl == "us-gaap:CryptoAssetNumberOfUnits"
    assert rows["cost_basis"].xbrl == "us-gaap:CryptoAssetCost"
    assert rows["carrying"].accounts == ("digital_assets",)
    assert rows["remeasurement_pl"].accounts == ("remeasurement_gain", "remeasurement_loss")
    assert rows["tax_basis"].xbrl is None


def test_the_rule_names_its_gains_and_losses() -> None:
    assert STANDARD.name("remeasurement_loss", IMPAIRMENT, "BTC") == "Impairment of digital assets:BTC"
    assert STANDARD.name("remeasurement_loss", FAIR_VALUE, "BTC") == "Unrealised loss on digital assets:BTC"
    assert STANDARD.name("cash", FAIR_VALUE) == "Cash"


def test_the_printed_map_is_read_back() -> None:
    assert read_account_map(account_map_text(), "map.yaml").names == {
        key: account.name for key, account in ACCOUNTS.items()
    }


def test_own_names() -> None:
    own = read_account_map("digital_assets: 1500\ncash: '1000:Bank'\nremeasurement_loss: 7001 Mark down\n", "map.yaml")

    assert own.name("digital_assets", FAIR_VALUE, "BTC") == "1500:BTC"
    assert own.name("remeasurement_loss", FAIR_VALUE, "BTC") == "7001 Mark down:BTC"
    assert own.name("cash", FAIR_VALUE) == "1000:Bank"
    assert own.name("retained_earnings", FAIR_VALUE) == "Retained earnings"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("digtal_assets: X", "map.yaml:1: digtal_assets: expected the key of an account"),
        ("digtal_assets: X", "Did you mean digital_assets?"),
        ("cash: ''", "map.yaml:1: cash: expected the name of an account"),
        ("cash: [a]", "expected the name of an account"),
        ("cash:", "expected the name of an account"),
        ("- cash", "expected a mapping"),
        ("", "an empty file"),
        ("cash: a\ncash: b", "every key once"),
    ],
)
def test_mistakes_in_a_map_are_told(text: str, told: str) -> None:
    with pytest.raises(InputError, match="map") as error:
        read_account_map(text, "map.yaml")
    assert told in str(error.value)
