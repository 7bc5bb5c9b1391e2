"""Every shipped scenario meets what it expects, and the figures that decide the project are held here, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases import value
from treasury_sim import Result, load, run
from treasury_sim.scenario.catalogue import THEMES, by_theme
from treasury_sim.scenario.library import shipped

SHIPPED = [path.stem for path in shipped()]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_meets_its_expectations(name: str) -> None:
    result = run(load(name))
    assert result.outcomes
    assert [outcome for outcome in result.outcomes if not outcome.passed] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_says_what_it_is(name: str) -> None:
    spec = load(name).spec
    assert spec.title
    assert spec.author
    assert spec.theme
    assert spec.expect or spec.limits
    assert "not modelled" in spec.description.lower()


def test_the_library_is_large_enough_and_every_theme_is_known() -> None:
    themes = by_theme()
    assert sum(map(len, themes.values())) == len(SHIPPED) >= 20
    assert set(themes) == set(THEMES)


@pytest.fixture(scope="module")
def q4() -> Result:
    return run(load("strategy_2025q4"), band=True)


FAIR_VALUE, IMPAIRMENT = "us_gaap_fair_value", "us_gaap_impairment"


@pytest.mark.parametrize(
    ("line", "published", "tolerance"),
    [
        # 8-K 2026-01-05, narrowed by the year's -5.40bn less nine months of +12,032.356m
        ("remeasurement_pl", -17_436e6, 0.0002),
        ("carrying", 58_850e6, 0.0005),
        ("deferred_tax_on_holdings", 5_010e6, 0.005),
        ("deferred_tax_liability", 2_420e6, 0.005),
        # 10-K FY2025 less nine months
        ("pre_tax_income", -17_460.6e6, 0.005),
        ("income_tax", 5_023.9e6, 0.005),
        ("net_income", -12_437e6, 0.005),
    ],
)
def test_the_fourth_quarter_of_2025_as_published(q4: Result, line: str, published: float, tolerance: float) -> None:
    assert value(q4, FAIR_VALUE, "2025Q4", line) == pytest.approx(published, rel=tolerance)


def test_the_same_quarter_under_the_rule_before(q4: Result) -> None:
    """The charge that ASC 350-30 would have booked: about 2.50bn, between 2.38 and 2.55bn."""
    charge = value(q4, IMPAIRMENT, "2025Q4", "remeasurement_pl")
    assert charge == pytest.approx(-2.50e9, rel=0.01)
    low, high = q4.bands[IMPAIRMENT, "2025Q4"]["remeasurement_pl"]
    assert low == pytest.approx(-2.55e9, rel=0.01)
    assert high == pytest.approx(-2.38e9, rel=0.01)


def test_the_year_2025_reverses_freely(q4: Result) -> None:
    """FY2025: -5.40bn of remeasurement, three quarters of gains and losses and the fourth (8-K 2026-01-05)."""
    statement = q4.statements[FAIR_VALUE]
    year = [index for index, quarter in enumerate(statement.quarters) if quarter.fiscal_year == 2025]
    remeasurement = statement.lines["remeasurement_pl"]
    assert remeasurement is not None
    assert remeasurement[0, year].sum() == pytest.approx(-5.40e9, abs=0.005e9)


@pytest.fixture(scope="module")
def history() -> Result:
    return run(load("strategy_history"))


def test_reported_charges_in_total(history: Result) -> None:
    """Charges of 2020 to 2024 add up to 4,094.2m gross: accumulated 4,058.9m and 35.4m released in 2022."""
    total = sum(
        value(history, "us_gaap", quarter.label, "remeasurement_pl") or 0.0
        for quarter in history.reported
        if quarter.fiscal_year < 2025
    )
    assert total == pytest.approx(-4_094.245e6, rel=0.015)


def test_every_reported_charge_and_its_sum_lie_in_the_band(history: Result) -> None:
    checked = [o for o in history.outcomes if o.band_widening == 0.01]
    assert len([o for o in checked if o.line == "remeasurement_pl"]) == 18
    assert len([o for o in checked if o.line == "accumulated_impairment"]) >= 17
    assert all(o.passed for o in checked)


def test_the_sale_of_december_2022(history: Result) -> None:
    """704 coins, dearest first: gain 0.927m, original cost 46.260m, impairment released 35.370m (10-K 2022)."""
    disposed = value(history, "us_gaap", "2022Q4", "disposed_carrying")
    gain = value(history, "us_gaap", "2022Q4", "realised_pl")
    tax_loss = value(history, "us_gaap", "2022Q4", "realised_gain_disclosed")
    assert disposed is not None
    assert gain == pytest.approx(0.927e6, rel=0.01)
    assert tax_loss == pytest.approx(-34.443e6, rel=0.005)
    assert 11.817e6 - (tax_loss or 0.0) - disposed == pytest.approx(35.370e6, rel=0.005)
    assert value(history, "us_gaap", "2022Q4", "carrying") == pytest.approx(1_840.0e6, rel=0.0005)


def test_what_is_exported_is_what_was_run(q4: Result, tmp_path: Path) -> None:
    from treasury_sim import to_yaml

    file = tmp_path / "again.yaml"
    file.write_text(to_yaml(load("strategy_2025q4")), encoding="utf-8")
    again = run(load(file))
    for line in ("remeasurement_pl", "net_income", "carrying"):
        for framework in (FAIR_VALUE, IMPAIRMENT):
            assert value(again, framework, "2025Q4", line) == value(q4, framework, "2025Q4", line)
