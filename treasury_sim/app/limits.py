"""The page "Limits": add a limit, see how far the price is from breaking each, and go to that price."""

from __future__ import annotations

from functools import partial

import streamlit as st

from treasury_sim.analysis.solve.headroom import Headroom, headroom
from treasury_sim.app import edits, frame, parts, period, state, widgets
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.tables.headroom import headroom_table
from treasury_sim.report.tables.prices import quarter_price
from treasury_sim.report.tables.sample import chances_table
from treasury_sim.scenario import Scenario

SIDES = {
    "A loss above": ("loss", "above"),
    "The line below": ("line", "below"),
    "The line above": ("line", "above"),
}
"""What may break a limit: how the line is measured, and the side of the amount."""
FIRST_LINES = ("net_income", "fair_value", "pre_tax_income", "remeasurement_pl", "equity", "mnav", "cash")
"""The lines offered first."""


def body() -> None:
    """Draw the page."""
    scenario = state.scenario()
    result = state.answer(scenario)
    _add(scenario, result)
    if not scenario.spec.limits:
        st.info("No limit is stated yet. Add one: a covenant, a loss that the board must hear of, a floor of cash.")
        return
    if result.basis == "sample":
        parts.table(chances_table(result))
    else:
        _headroom(scenario, result, period.choose_quarter(result, "limits_quarter"))
    _stated(scenario)


def _add(scenario: Scenario, result: Result) -> None:
    computed = [name for name, line in next(iter(result.statements.values())).lines.items() if line is not None]
    lines = [
        *(name for name in FIRST_LINES if name in computed),
        *(each for each in computed if each not in FIRST_LINES),
    ]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        parts.pick("Limit", list(SIDES), "limit_side")
        parts.pick("Line", lines, "limit_line", lambda name: LINES[name].title)
        with st.container(width="stretch"):
            amount = parts.amount("Amount", "limit_amount", scenario.spec.holder.currency)
        widgets.recall(st.text_input, "Name, if it has one", key="limit_name", default="", max_chars=80)
        st.button("Add the limit", key="add_limit", on_click=_added, disabled=amount is None)


def _added() -> None:
    """Add the limit that the form holds when the button is pressed: it may have been typed since the page was drawn."""
    form, currency = st.session_state, state.scenario().spec.holder.currency
    amount = state.attempt(partial(parts.read, form["limit_amount"], currency))
    if amount is None:
        return
    measured, side = SIDES[form["limit_side"]]
    row: dict[str, object] = {measured: form["limit_line"], side: amount}
    if form["limit_name"].strip():
        row["name"] = form["limit_name"].strip()
    state.edit(partial(edits.add_limit, row=row), then=lambda _scenario: widgets.forget("limit_amount"))


def _headroom(scenario: Scenario, result: Result, quarter: str) -> None:
    with st.spinner("Searching for the price at which each limit breaks", show_time=True):
        rows = _answers(f"{state.key_of(scenario)} {quarter}", scenario, result, quarter)
    if not rows:
        st.info("The price at the end of this quarter is not known, so no price can be moved.")
        return
    parts.table(headroom_table(rows, result.currency))
    for number, each in enumerate(rows):
        if each.breaks_at:
            where = f"{words.price(each.breaks_at[0])} {result.currency}"
            st.button(
                parts.plain(f"Go to {where}: {each.outcome.limit.words}, {parts.framework(each.outcome.framework)}"),
                key=f"go_{number}",
                on_click=_go,
                args=(each, quarter),
            )


@st.cache_resource(max_entries=64, show_spinner=False)
def _answers(key: str, _scenario: Scenario, _result: Result, quarter: str) -> tuple[Headroom, ...]:  # noqa: ARG001
    return headroom(_scenario, _result, quarter=quarter)


def _go(chosen: Headroom, quarter: str) -> None:
    base = quarter_price(state.result_of(state.now().original), chosen.asset, quarter)
    state.edit(partial(edits.set_price, base=base, price=chosen.breaks_at[0]))


def _stated(scenario: Scenario) -> None:
    for number, row in enumerate(scenario.spec.limits):
        st.button(
            f"Remove {parts.plain(row.limit.words)}",
            key=f"remove_limit_{number}",
            on_click=state.edit,
            args=(partial(edits.remove_limit, number=number),),
        )


frame.page(body)
