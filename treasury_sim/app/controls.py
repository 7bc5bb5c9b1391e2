"""What can be chosen and moved: scenario, frameworks, observation policy, price and low of the quarter."""

from __future__ import annotations

from functools import partial
from typing import get_args

import streamlit as st

from treasury_sim.app import edits, state
from treasury_sim.app.ladder import choices
from treasury_sim.domain.result import Result
from treasury_sim.frameworks import FRAMEWORKS
from treasury_sim.report import words
from treasury_sim.report.finding import price_words
from treasury_sim.report.prices import QuarterPrice, quarter_price
from treasury_sim.scenario import load
from treasury_sim.scenario.library import shipped
from treasury_sim.scenario.sections.accounting import Accounting

POLICIES: tuple[str, ...] = get_args(Accounting.model_fields["impairment_price"].annotation)
_POLICY_WORDS = {
    "intraday_low": "Lowest price of every day",
    "daily_close": "Close of every day",
    "weekly": "Close of every week",
    "month_end": "Close of every month",
    "period_end": "Quarter-end price only",
}

_WHOLE_CHIPS = """<style>
.stMultiSelect :is([data-tag], [data-baseweb="tag"]) {max-width: 100%; height: auto;}
.stMultiSelect :is([data-tag], [data-baseweb="tag"]) span {white-space: normal; max-width: none; line-height: 1.3;}
</style>"""
"""A framework that is chosen is named in full, on two lines if need be."""


@st.cache_data(show_spinner=False)
def _titles() -> dict[str, str]:
    return {path.stem: load(path.stem).spec.title for path in shipped()}


def side_bar() -> None:
    """Show what is chosen once: the scenario and its accounting."""
    titles = _titles()
    st.html(_WHOLE_CHIPS)
    state.offer("pick", state.name())
    st.selectbox("Scenario", list(titles), format_func=lambda name: titles[name], key="pick", on_change=_picked)
    accounting = state.scenario().spec.accounting
    state.offer("frameworks", list(accounting.frameworks))
    st.multiselect(
        "Accounting frameworks",
        list(FRAMEWORKS),
        format_func=lambda key: FRAMEWORKS[key].title,
        key="frameworks",
        on_change=_accounted,
    )
    state.offer("policy", accounting.impairment_price)
    st.selectbox(
        "Prices an impairment test sees",
        POLICIES,
        format_func=lambda name: _POLICY_WORDS.get(name, name.replace("_", " ")),
        key="policy",
        on_change=_accounted,
        help="The observation policy. It moves an impairment; fair value looks at the quarter-end price only.",
    )
    st.button(
        "Reset",
        on_click=state.open_scenario,
        args=(state.name(),),
        disabled=not state.is_edited(),
        help="Take every edit back.",
    )


def _picked() -> None:
    state.open_scenario(st.session_state["pick"])


def _accounted() -> None:
    frameworks, policy = st.session_state["frameworks"], st.session_state["policy"]
    if frameworks:
        state.edit(partial(edits.set_accounting, frameworks=frameworks, policy=policy))
    else:
        state.refuse("At least one accounting framework is needed; the last choice stays.")


def price_sliders(base: Result) -> None:
    """Show two sliders for each asset: the price at the end of the last reported quarter, and the low inside it."""
    label = base.reported[-1].label
    for asset in base.holdings:
        prices = quarter_price(base, asset, label)
        if words.known(prices.end.price) is not None and words.known(prices.low) is not None:
            _sliders(prices, base.currency)


def _sliders(base: QuarterPrice, currency: str) -> None:
    now = state.scenario()
    price, low = edits.shown_price(now, base), edits.shown_low(now, base)
    all_prices = choices(base.end.price, exact=(base.end.price, base.low, price, low))
    left, right = st.columns(2)
    with left:
        key = f"price_{base.asset}"
        state.offer(key, price)
        st.select_slider(
            f"{base.asset} price at the end of {base.quarter.label}, {currency}",
            choices(base.end.price, exact=(base.end.price, price)),
            format_func=_price,
            key=key,
            on_change=_priced,
            args=(key, base),
        )
        st.caption(f"{price_words(price, base.end.price, currency)}.")
    with right:
        key = f"low_{base.asset}"
        below = [value for value in all_prices if value <= price]
        state.offer(key, low)
        st.select_slider(
            f"Lowest {base.asset} price in {base.quarter.label}, {currency}",
            below,
            format_func=_price,
            key=key,
            on_change=_lowered,
            args=(key, base),
            disabled=len(below) < 2,
            help="Moves an impairment. Fair value looks at the quarter-end price only.",
        )
        st.caption(_low_words(base, price, low, currency))


def _price(value: float) -> str:
    return f"{value:,.2f}".removesuffix(".00")


def _low_words(base: QuarterPrice, price: float, low: float, currency: str) -> str:
    text = f"Lowest price {words.price(low)} {currency}"
    if low == base.low:
        return f"{text}, as it was on {base.low_day} (UTC)."
    if low == price:
        return f"{text}: the quarter-end price is the low."
    return f"{text} on {base.low_day} (UTC); it was {words.price(base.low)}."


def _priced(key: str, base: QuarterPrice) -> None:
    state.edit(partial(edits.set_price, base=base, price=float(st.session_state[key])))


def _lowered(key: str, base: QuarterPrice) -> None:
    state.edit(partial(edits.set_low, base=base, low=float(st.session_state[key])))
