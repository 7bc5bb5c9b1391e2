"""The page "Pressure points": the input that gives a loss, the drivers of a line, write-downs by price."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import streamlit as st

from treasury_sim.analysis.lot_ladder import LotLadder, lot_ladder
from treasury_sim.analysis.sensitivity.grid import Grid, grid
from treasury_sim.analysis.sensitivity.tornado import Tornado, tornado
from treasury_sim.analysis.solve.solve import Solution, loss_target, solve
from treasury_sim.app import frame, parts, period, state
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.result import Result
from treasury_sim.report.charts.ladder import ladder_chart
from treasury_sim.report.charts.sensitivity import grid_chart, tornado_chart
from treasury_sim.report.tables.ladder import ladder_table
from treasury_sim.report.tables.sensitivity import drivers_table
from treasury_sim.report.tables.solution import proof, sentence
from treasury_sim.scenario import Scenario

LINES_TO_SOLVE = ("net_income", "remeasurement_pl", "pre_tax_income", "operating_income", "net_income_common")
VARIED = {"price": "Price at the quarter end", "low": "Lowest price in the quarter", "tax.rate": "Tax rate"}
STEPS = (0.4, 0.55, 0.7, 0.85, 1.0, 1.15, 1.3)
"""Shares of the present price at which the grid is drawn."""
MOVES = ("5%", "10%", "20%", "30%")

T = TypeVar("T")


def body() -> None:
    """Draw the page."""
    scenario = state.scenario()
    result = state.result_of(scenario)
    if result.basis != "replay":
        st.info("Prices in this scenario are simulated. See Distribution for the probability of a loss.")
        return
    left, middle, right = st.columns(3)
    with left:
        quarter = period.choose_quarter(result, "pressure_quarter")
    with middle:
        key = parts.choose("Accounting framework", list(result.statements), "pressure_framework")
    known = [name for name in LINES_TO_SOLVE if result.statements[key].lines[name] is not None]
    with right:
        line = parts.pick("Line", known, "pressure_line", lambda name: LINES[name].title)
    _solve(scenario, result, key, line, quarter)
    st.divider()
    _drivers(scenario, key, line, quarter)
    st.divider()
    _ladder(scenario, key, quarter)


def _cached(what: str, scenario: Scenario, build: Callable[[], T], *chosen: object) -> T:
    """Return a cached answer about a scenario, or compute it."""
    return cast("T", _answer(f"{what} {state.key_of(scenario)} {chosen}", build))


@st.cache_resource(max_entries=64, show_spinner=False)
def _answer(key: str, _build: Callable[[], object]) -> object:  # noqa: ARG001 - the key says what is built
    return _build()


def _solve(scenario: Scenario, result: Result, key: str, line: str, quarter: str) -> None:
    st.subheader("What would it take?", anchor=False)
    left, right = st.columns(2)
    with left:
        amount = parts.amount(f"{LINES[line].title}: a loss of", "solve_loss", result.currency)
    varied = [name for name in VARIED if name != "tax.rate" or scenario.spec.tax.rate is not None]
    with right:
        chosen = parts.pick("Solve for", varied, "solve_key", VARIED.__getitem__)
    if amount is None:
        st.caption("Enter a loss, e.g. 10bn, to find the price (or other input) that produces it.")
        return
    solution: Solution = _cached(
        "solve",
        scenario,
        lambda: solve(scenario, loss_target(line, amount), chosen, framework=key, quarter=quarter),
        *(line, amount, chosen, key, quarter),
    )
    st.markdown(f"**{parts.plain(sentence(solution))}**")
    parts.sentences(proof(solution))


def _drivers(scenario: Scenario, key: str, line: str, quarter: str) -> None:
    st.subheader("What drives it?", anchor=False)
    by = parts.pick("Move every driver by", MOVES, "moved_by")
    share = float(by.rstrip("%")) / 100.0
    bars: Tornado = _cached(
        "tornado",
        scenario,
        lambda: tornado(scenario, line=line, by=share, framework=key, quarter=quarter),
        *(line, share, key, quarter),
    )
    parts.chart(tornado_chart(bars), "tornado")
    parts.table(drivers_table(bars))
    price = result_price(scenario, quarter)
    if price is not None:
        prices = [round(price * step) for step in STEPS]
        both: Grid = _cached(
            "grid",
            scenario,
            lambda: grid(scenario, ("price", prices), ("low", prices), line=line, framework=key, quarter=quarter),
            *(line, key, quarter),
        )
        parts.chart(grid_chart(both), "grid")


def result_price(scenario: Scenario, quarter: str) -> float | None:
    """The price of the first asset at the end of a quarter [currency/unit]."""
    result = state.result_of(scenario)
    statement = next(iter(result.statements.values()))
    asset = next(iter(statement.assets.values()), None)
    return None if asset is None else asset.prices[result.timeline.index_of(quarter)].price


def _ladder(scenario: Scenario, key: str, quarter: str) -> None:
    st.subheader("At which price is each lot written down?", anchor=False)
    moments = {"closing": "From the end of the quarter on", "opening": "By the lowest price of the quarter"}
    moment = parts.pick("Prices", list(moments), "ladder_moment", moments.__getitem__)
    rungs: LotLadder = _cached(
        "ladder",
        scenario,
        lambda: lot_ladder(scenario, framework=key, quarter=quarter, moment=moment),
        *(key, moment, quarter),
    )
    if not rungs.rungs:
        st.info("No coins are held, so no lot can be written down.")
        return
    parts.chart(ladder_chart(rungs), "ladder")
    parts.table(ladder_table(rungs))


frame.page(body)
