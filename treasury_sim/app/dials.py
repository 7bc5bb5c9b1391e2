"""The dials besides prices: framework, observation policy, tax, purchases."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import get_args

import streamlit as st

from treasury_sim.app import edits, parts, price_dials, state
from treasury_sim.domain.result import Result
from treasury_sim.frameworks import FRAMEWORKS
from treasury_sim.report.finding import spoken
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.sections.accounting import Accounting

POLICIES: tuple[str, ...] = get_args(Accounting.model_fields["impairment_price"].annotation)
_POLICY_WORDS = {
    "intraday_low": "Lowest price of every day",
    "daily_close": "Close of every day",
    "weekly": "Close of every week",
    "month_end": "Close of every month",
    "period_end": "Quarter-end price only",
}


def dials(base: Result) -> None:
    """Show every dial; `base` is the run of the scenario as opened."""
    price_dials.prices(base)
    accounting()
    tax()
    purchases()


def accounting() -> None:
    """Choose frameworks, and what an impairment test sees."""
    chosen = state.scenario().spec.accounting
    state.offer("frameworks", list(chosen.frameworks))
    st.multiselect(
        "Accounting frameworks", list(FRAMEWORKS), format_func=parts.framework, key="frameworks", on_change=_accounted
    )
    state.offer("policy", chosen.impairment_price)
    st.selectbox(
        "Prices an impairment test sees",
        POLICIES,
        format_func=lambda name: _POLICY_WORDS.get(name, name.replace("_", " ")),
        key="policy",
        on_change=_accounted,
        help="The observation policy. It moves an impairment; fair value looks at the quarter-end price only.",
    )


def _accounted() -> None:
    frameworks, policy = st.session_state["frameworks"], st.session_state["policy"]
    if frameworks:
        state.edit(partial(edits.set_accounting, frameworks=frameworks, policy=policy))
    else:
        state.refuse("At least one accounting framework is needed; the last choice stays.")


def tax() -> None:
    """Choose the tax rate, or no tax."""
    rate = state.scenario().spec.tax.rate
    state.offer("has_tax", rate is not None)
    st.toggle("Compute tax", key="has_tax", on_change=_taxed, args=("has_tax",))
    if rate is not None:
        state.offer("tax", round(rate * 100.0, 2))
        st.slider("Tax rate, %", 0.0, 50.0, step=0.01, format="%.2f", key="tax", on_change=_taxed, args=("tax",))


USUAL_RATE = 0.21
"""US federal corporate income tax (IRC section 11): what a rate begins with where a scenario has none."""


def _taxed(key: str) -> None:
    if key == "has_tax":
        own = state.now().original.spec.tax.rate
        rate = (USUAL_RATE if own is None else own) if st.session_state[key] else None
    else:
        rate = round(st.session_state[key] / 100.0, 6)
    state.edit(partial(edits.set_tax, rate=rate))


def purchases() -> None:
    """Buy more, for an amount that is typed."""
    scenario = state.scenario()
    with st.expander("Buy more"):
        asset = _asset()
        day = st.date_input(
            "On",
            value=scenario.spec.period.end,
            min_value=scenario.spec.period.start,
            max_value=scenario.spec.period.end,
            key="buy_day",
        )
        amount = parts.amount("For", "buy_amount", scenario.spec.holder.currency)
        st.button("Add the purchase", key="buy", on_click=_bought, args=(asset, day, amount), disabled=amount is None)
        _planned(scenario)


def _asset() -> str:
    assets = list(state.result_of(state.now().original).holdings) or ["BTC"]
    return assets[0] if len(assets) == 1 else str(st.selectbox("Asset", assets, key="buy_asset"))


def _bought(asset: str, day: date, amount: float) -> None:
    if state.edit(partial(edits.add_purchase, asset=asset, day=day, amount=amount)):
        st.session_state["buy_amount"] = ""


def _planned(scenario: Scenario) -> None:
    """The purchases that were added, each with a button that takes it away."""
    own = len(edits.purchases(state.now().original))
    for number, row in enumerate(edits.purchases(scenario)):
        if number < own or not isinstance(row, dict):
            continue
        what = f"{row['asset']} for {spoken(float(row['amount']), scenario.spec.holder.currency)} on {row['date']}"
        st.button(
            f"Remove {parts.plain(what)}",
            key=f"unbuy_{number}",
            on_click=_unbought,
            args=(number,),
        )


def _unbought(number: int) -> None:
    state.edit(partial(edits.remove_purchase, number=number))
