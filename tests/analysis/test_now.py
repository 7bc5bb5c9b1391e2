"""The running quarter: by hand, against other ways to the same figure, and for any day of the quarter."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from tests.cases import load_case
from treasury_sim import InputError, Scenario, load, now, run
from treasury_sim.analysis.running.now import what_came
from treasury_sim.analysis.running.outlook import LineOutlook, Now
from treasury_sim.analysis.running.record import record_of
from treasury_sim.analysis.running.running_scenarios import running_quarter
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.report.running.now_tables import finding

IMPAIRMENT, FAIR_VALUE = "us_gaap_impairment", "us_gaap_fair_value"
AS_OF = date(2025, 11, 15)
GBM = {"file": "prices.csv", "model": "gbm", "volatility": 0.6}
STEPS = {date(2025, 1, 1): 100.0, date(2025, 10, 10): (80.0, 120.0), date(2025, 11, 14): 110.0}
LOT = {"id": "early", "acquired": date(2025, 1, 2), "quantity": 10, "unit_cost": 100}
LIMIT = {"loss": "net_income", "above": 200, "name": "a loss of more than 200"}


def case(folder: Path, steps: dict[date, Any] = STEPS, **sections: Any) -> Scenario:
    """A holder of one lot, its price file to the end of 2025, and a stated model."""
    more = {"prices": {"BTC": GBM}, "simulation": {"paths": 1_024}, "period": QUARTER, "tax": {"rate": 0.25}}
    return load_case(folder, steps, sections.pop("lots", [LOT]), **{**more, **sections})


QUARTER = {"start": date(2025, 4, 1), "end": date(2025, 6, 30)}


def line(answer: Now, name: str, framework: str = FAIR_VALUE, period: int = 0) -> LineOutlook:
    return answer.periods[period].lines[framework][name]


def test_a_holder_of_one_lot_by_hand(tmp_path: Path) -> None:
    later = {"date": date(2025, 12, 1), "quantity": 1, "unit_cost": 90}
    income = {"other_operating": -92}
    scenario = case(tmp_path, limits=[LIMIT], plan={"purchases": [later]}, income=income)
    answer = now(scenario, as_of=AS_OF)
    assert (answer.quarter.label, answer.days_left) == ("2025Q4", 46)
    remeasured = line(answer, "remeasurement_pl")
    # From 100 at the end of the third quarter to 110 on 15 November; the coin still to be bought at 90 then gains 20.
    assert (remeasured.to_date, remeasured.to_come, remeasured.stays) == (100.0, 20.0, 120.0)
    assert (line(answer, "units").to_date, line(answer, "units").stays) == (10.0, 11.0)
    # 46 of the 92 days: half of the other income. Net of 25 % tax.
    assert line(answer, "net_income").to_date == pytest.approx(0.75 * (100.0 - 46.0))
    assert line(answer, "net_income").stays == pytest.approx(0.75 * (120.0 - 92.0))
    # The low of 80 on 10 October is booked.
    assert line(answer, "remeasurement_pl", IMPAIRMENT).to_date == -200.0
    # A loss of 200 after tax: 0.75 x (10 (P - 100) + (P - 90) - 92) = -200.
    impaired, at_fair_value = answer.limits
    assert (impaired.framework, at_fair_value.framework) == (IMPAIRMENT, FAIR_VALUE)
    assert list(at_fair_value.breaks_at[0].prices) == pytest.approx([(1_182.0 - 200.0 / 0.75) / 11.0])
    assert (at_fair_value.to_date, at_fair_value.stays) == (False, False)
    # With the low of 80 booked, 0.75 x (-200 - 92) is beyond 200 at every price, though not yet to date.
    assert (impaired.to_date, impaired.stays, impaired.breaks_at[0].prices) == (False, True, ())
    assert impaired.breaks_at[0].reason.startswith("Over this range the figure stays between")
    # Eleven coins, less tax, at a price one lower; a charge at the low of 80 does not change.
    charge, at_price = answer.further_fall
    assert charge.stays == 0.0
    assert at_price.stays == pytest.approx(-11.0 * 0.75)
    assert at_price.expected is not None
    assert at_price.expected.value == pytest.approx(-11.0 * 0.75, abs=4.0 * at_price.expected.error + 0.01)


def test_how_likely_a_limit_breaks_is_the_closed_form(tmp_path: Path) -> None:
    scenario = case(tmp_path, limits=[LIMIT], accounting={"frameworks": [FAIR_VALUE]}, simulation={"paths": 16_384})
    (limit,) = now(scenario, as_of=AS_OF).limits
    (at,) = limit.breaks_at
    years = 46 / 365
    spread = 0.6 * math.sqrt(years)
    expected = ndtr((math.log(at.prices[0] / 110.0) + 0.18 * years) / spread)
    assert limit.probability is not None
    assert limit.probability.value == pytest.approx(expected, abs=max(4.0 * limit.probability.error, 1 / 1_024))
    assert at.prices[0] == pytest.approx(100.0 - 200.0 / 7.5)


def test_a_fitted_model_knows_no_price_after_as_of(tmp_path: Path) -> None:
    moved = {date(2025, 1, 1 + number): 100.0 + number % 7 for number in range(28)}
    moved |= {date(2025, month, day): 100.0 + (month * day) % 9 for month in range(2, 13) for day in range(1, 28)}
    answers = []
    for last in (50.0, 5_000.0):
        scenario = case(tmp_path, {**moved, date(2025, 11, 20): last}, prices={"BTC": {"file": "prices.csv"}})
        answers.append(now(scenario, as_of=AS_OF, model="gbm"))
    one, other = (record_of(each, "x") for each in answers)
    assert one.models == other.models
    assert one.forecasts == other.forecasts
    model = answers[0].assets["BTC"].model
    assert model.window is not None
    assert model.window.last == AS_OF
    assert {each["drift"] for each in model.keys["members"]} == {0.0}  # type: ignore[attr-defined]
    assert model.words.endswith("fitted to 2025-01-02 to 2025-11-15, with parameter error: 16 parameter sets")


def test_a_quarter_that_has_not_begun_has_no_flows_to_date(tmp_path: Path) -> None:
    answer = now(case(tmp_path, income={"interest": -5}), as_of=AS_OF, quarter="2026Q2")
    assert not answer.is_running
    assert answer.days_left == 91
    assert (line(answer, "interest").to_date, line(answer, "interest").stays) == (0.0, -5.0)
    assert (line(answer, "carrying").to_date, line(answer, "carrying").stays) == (1_100.0, 1_100.0)
    assert line(answer, "opening_carrying").to_date is None
    # The year to date holds the first quarter, which has not begun either.
    assert (line(answer, "interest", period=1).to_date, line(answer, "interest", period=1).stays) == (0.0, -10.0)


def test_adoption_is_booked_to_date_and_the_year_to_date_is_complete(tmp_path: Path) -> None:
    steps = {date(2025, 1, 1): 60.0, date(2025, 11, 14): 110.0}
    accounting = {"frameworks": ["us_gaap"], "adoption_date": date(2026, 1, 1)}
    scenario = case(tmp_path, steps, accounting=accounting, tax=None)
    before = now(scenario, as_of=AS_OF)
    # Not yet adopted: written down to 60 on the day after the purchase, and the year to date has that charge.
    assert line(before, "remeasurement_pl", "us_gaap").to_date == 0.0
    assert line(before, "remeasurement_pl", "us_gaap", period=1).to_date == -400.0
    after = now(scenario, as_of=AS_OF, quarter="2026Q1")
    assert line(after, "equity_direct", "us_gaap").to_date == 0.0
    assert line(after, "equity_direct", "us_gaap").to_come == 500.0
    assert line(after, "remeasurement_pl", "us_gaap").stays == 0.0


def test_an_interim_impairment_that_reverses_within_the_year_reverses_to_date(tmp_path: Path) -> None:
    steps = {date(2025, 1, 1): 100.0, date(2025, 3, 1): 60.0, date(2025, 5, 1): 90.0}
    answers = {
        interim: now(
            case(tmp_path, steps, accounting={"frameworks": ["ifrs_cost"], "interim": interim}),
            as_of=date(2025, 5, 15),
        )
        for interim in ("each_quarter", "year_to_date")
    }
    for answer in answers.values():
        assert line(answer, "remeasurement_pl", "ifrs_cost").to_date == 300.0
        assert line(answer, "remeasurement_pl", "ifrs_cost", period=1).to_date == -100.0
        assert line(answer, "carrying", "ifrs_cost").to_date == 900.0


_DAYS = st.dates(date(2025, 10, 1), date(2025, 12, 31))


@given(_DAYS, st.lists(st.tuples(st.dates(date(2025, 1, 2), date(2025, 12, 31)), st.integers(30, 300)), max_size=4))
@settings(max_examples=10)
def test_any_day_of_the_quarter(
    tmp_path_factory: pytest.TempPathFactory, as_of: date, bought: list[tuple[date, int]]
) -> None:
    lots = [LOT] + [
        {"id": f"lot{number}", "acquired": day, "quantity": 2, "unit_cost": cost}
        for number, (day, cost) in enumerate(bought)
    ]
    scenario = case(tmp_path_factory.mktemp("x"), lots=lots, simulation={"paths": 256})
    answer = now(scenario, as_of=as_of)
    running = running_quarter(scenario, as_of=as_of)
    to_date, stays = run(running.to_date), run(running.stays)
    label = answer.quarter.label
    is_over = as_of == date(2025, 12, 31)
    for key, lines in answer.of_quarter.items():
        for name, outlook in lines.items():
            if outlook.to_date is None or outlook.stays is None or outlook.to_come is None:
                continue
            # The columns are those of two runs that an ordinary `run` would show, and they foot.
            assert outlook.to_date == to_date.line(name, label, framework=key)
            assert outlook.stays == stays.line(name, label, framework=key)
            scale = max(abs(outlook.to_date), abs(outlook.stays), 1.0)
            assert outlook.to_date + outlook.to_come == pytest.approx(outlook.stays, abs=1e-12 * scale)
            if is_over:
                assert outlook.to_come == 0.0, name
        charge = lines["remeasurement_pl"]
        if key == IMPAIRMENT and charge.forecast is not None and charge.to_date is not None:
            assert (charge.forecast.values <= charge.to_date + 1e-9).all()
            assert charge.stays is not None
            assert charge.stays <= charge.to_date + 1e-9
    if is_over:
        assert answer.days_left == 0


def test_the_last_day_of_a_quarter_has_nothing_to_come_and_no_range() -> None:
    answer = now(load("kulr_2025"), as_of=date(2025, 9, 30))
    figures = answer.of_quarter[FAIR_VALUE]
    assert figures["remeasurement_pl"].stays == pytest.approx(6_837_563, rel=0.003)  # 10-Q, third quarter of 2025
    assert answer.assets["BTC"].at_end.to_date == answer.assets["BTC"].at_end.stays
    assert "nine in ten" not in finding(answer)
    for name in LINES:
        assert figures[name].to_come in {None, 0.0}
        reach = figures[name].range
        assert reach is None or reach[0].value == reach[-1].value == figures[name].stays


@pytest.mark.parametrize(
    ("name", "as_of", "framework", "line", "reported", "within"),
    [
        # On the last day of a quarter, to date is what the filing reported.
        ("strategy_2025q4", date(2025, 12, 31), FAIR_VALUE, "remeasurement_pl", -17_436_000_000, 0.0005),
        ("strategy_2025q4", date(2025, 12, 31), FAIR_VALUE, "net_income", -12_436_700_000, 0.005),
        ("kulr_2025", date(2025, 6, 30), FAIR_VALUE, "remeasurement_pl", 17_367_660, 0.003),
        ("mara", date(2025, 9, 30), FAIR_VALUE, "carrying", 6_028_478_000, 0.0005),
    ],
)
def test_shipped_holders_to_date(
    name: str, as_of: date, framework: str, line: str, reported: float, within: float
) -> None:
    answer = now(load(name), as_of=as_of)
    figure = answer.of_quarter[framework][line]
    assert figure.to_date == pytest.approx(reported, rel=within)
    assert figure.to_come == 0.0


def test_strategy_on_the_day_of_its_lowest_price() -> None:
    scenario = load("strategy_2025q4").what_if({"simulation.paths": 1_024})
    low = now(scenario, as_of=date(2025, 11, 21)).of_quarter
    later = now(scenario, as_of=date(2025, 12, 20)).of_quarter
    whole = run("strategy_2025q4")
    # The low of 80,524.65 is booked; to the end of the year only coins bought after it add to the charge.
    charges = [each[IMPAIRMENT]["remeasurement_pl"].to_date or 0.0 for each in (low, later)]
    final = whole.line("remeasurement_pl", framework=IMPAIRMENT)
    assert final < charges[1] < charges[0] < 0.9 * final
    units = low[FAIR_VALUE]["units"]
    assert (units.to_date or 0.0) < (units.stays or 0.0) == pytest.approx(672_500, abs=10)


@pytest.mark.parametrize("name", ["strategy_2026_forward", "strategy_2026_targets", "secured_borrower"])
def test_prices_of_a_plan_are_left_out_and_its_opening_position_stays(name: str) -> None:
    scenario = load(name)
    running = running_quarter(scenario, as_of=date(2026, 5, 15))
    for derived in (running.to_date, running.stays, running.simulated):
        later = [day for day in derived.spec.prices["BTC"].quarter_end if day > date(2026, 1, 1)]
        assert later == []
    opening = scenario.spec.capital.opening
    assert running.stays.spec.period.start == date(2026, 1, 1)
    assert running.stays.spec.capital.opening == opening
    if opening is not None:
        cash = [run(each).line("cash", "2026Q2") for each in (running.to_date, running.stays)]
        # The payments of May and June fall due on the last days of those months.
        assert cash[0] > cash[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"as_of": date(2026, 1, 1)}, "as_of: expected a day with a BTC price, 2025-01-02 to 2025-12-31"),
        ({"quarter": "2028Q1"}, "quarter: expected the running quarter, or one of the 8 after it, found 2028Q1"),
        ({"model": "garhc"}, "Did you mean garch?"),
        ({"model": "gbm", "as_of": date(2025, 5, 1)}, "a window of at least 250 days"),
    ],
)
def test_a_wrong_question_is_refused(arguments: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        now(case(tmp_path), **arguments)
    assert words in str(error.value)


def test_income_of_some_quarters_only_leaves_the_year_to_date_open(tmp_path: Path) -> None:
    answer = now(case(tmp_path, income={"other_operating": {"2025Q4": -92, "2025Q2": 0}}), as_of=AS_OF)
    assert line(answer, "net_income").to_date == pytest.approx(0.75 * (100.0 - 46.0))
    assert line(answer, "net_income", period=1).to_date is None
    with pytest.raises(InputError, match="a figure for every quarter of the period"):
        now(case(tmp_path, income={"other_operating": {"2025Q2": -92}}), as_of=AS_OF)


def test_what_came_is_the_quarter_as_it_ended(tmp_path: Path) -> None:
    scenario = case(tmp_path)
    record = record_of(now(scenario, as_of=AS_OF), "x")
    assert what_came(scenario, date(2025, 12, 30), [record]) == {}
    came = what_came(scenario, date(2025, 12, 31), [record])
    assert came["2025Q4", "price", "BTC"] == 110.0
    assert came["2025Q4", "remeasurement_pl", FAIR_VALUE] == 100.0
    assert came["2025Q4", "net_income", FAIR_VALUE] == 75.0


def test_two_fitted_assets_have_their_past_correlation() -> None:
    text = load("kulr_2025").what_if(
        {"plan.purchases": [{"date": date(2026, 7, 1), "asset": "ETH", "quantity": 5}], "simulation.paths": 1_024}
    )
    running = running_quarter(text)
    stated = running.simulated.spec.simulation.correlation["BTC/ETH"]
    assert 0.5 < stated < 0.95
    given = text.what_if({"simulation.correlation": {"BTC/ETH": 0.1}})
    assert running_quarter(given).simulated.spec.simulation.correlation == {"BTC/ETH": 0.1}


def test_daily_prices_up_to_a_day() -> None:
    days = np.arange("2025-01-01", "2025-01-05", dtype="datetime64[D]")
    daily = DailyPrices("BTC", days, np.arange(4.0), np.arange(4.0), "x").up_to(date(2025, 1, 2))
    assert (daily.last, daily.close.tolist()) == (date(2025, 1, 2), [0.0, 1.0])
