"""The dials besides prices: framework, observation policy, tax, purchases."""

from __future__ import annotations

from functools import partial
from typing import Any, get_args

import streamlit as st

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.app import dial, edits, parts, price_dials, state, widgets
from treasury_sim.case.sections.accounting import Accounting
from treasury_sim.domain.result import Result
from treasury_sim.report.words import spoken
from treasury_sim.scenario import Scenario

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
    widgets.draw(
        st.multiselect,
        "Accounting frameworks",
        list(FRAMEWORKS),
        format_func=parts.framework,
        key="frameworks",
        value=list(chosen.frameworks),
        on_change=_accounted,
    )
    widgets.draw(
        st.selectbox,
        "Prices an impairment test sees",
        POLICIES,
        format_func=lambda name: _POLICY_WORDS.get(name, name.replace("_", " ")),
        key="policy",
        value=chosen.impairment_price,
        on_change=_observed,
        help="The observation policy. It moves an impairment; fair value uses the quarter-end price only.",
    )


def _accounted() -> None:
    frameworks = st.session_state["frameworks"]
    if frameworks:
        state.edit(partial(edits.set_frameworks, frameworks=frameworks))
    else:
        state.refuse("At least one accounting framework is needed; the last choice stays.")


def _observed() -> None:
    state.edit(partial(edits.set_impairment_price, policy=st.session_state["policy"]))


def tax() -> None:
    """Choose the tax rate, or no tax."""
    rate = state.scenario().spec.tax.rate
    widgets.draw(st.toggle, "Compute tax", key="has_tax", value=rate is not None, on_change=_taxed)
    if rate is not None:
        dial.dial(
            "Tax rate",
            rate,
            dial.percents(0, 50, parts=2),
            dial.share("tax rate"),
            key="tax",
            change=lambda value: partial(edits.set_tax, rate=value),
        )


USUAL_RATE = 0.21
"""US federal corporate income tax (IRC section 11): what a rate begins with where a scenario has none."""


def _taxed() -> None:
    own = state.now().original.spec.tax.rate
    rate = (USUAL_RATE if own is None else own) if st.session_state["has_tax"] else None
    state.edit(partial(edits.set_tax, rate=rate))


def purchases() -> None:
    """Buy more, for an amount that is typed."""
    scenario = state.scenario()
    with st.expander("Buy more"):
        asset = _asset()
        period = scenario.spec.period
        first, last = period.start, period.end
        widgets.recall(
            st.date_input,
            "On",
            key=f"buy_day_{first}_{last}",
            default=last,
            min_value=first,
            max_value=last,
            format="YYYY-MM-DD",
        )
        amount = parts.amount("For", "buy_amount", scenario.spec.holder.currency)
        st.button("Add the purchase", key="buy", on_click=_bought, args=(asset,), disabled=amount is None)
        _planned(scenario)


def _asset() -> str:
    assets = list(state.result_of(state.now().original).holdings) or ["BTC"]
    return assets[0] if len(assets) == 1 else parts.pick("Asset", assets, "buy_asset")


def _bought(asset: str) -> None:
    """Buy what the form says when the button is pressed: it may have been typed since the page was drawn."""
    scenario, kept = state.scenario(), st.session_state
    period, currency = scenario.spec.period, scenario.spec.holder.currency
    day = kept[f"buy_day_{period.start}_{period.end}"]
    amount = state.attempt(partial(parts.read, kept["buy_amount"], currency))
    bought = partial(edits.add_purchase, asset=kept.get("buy_asset", asset), day=day, amount=amount or 0.0)
    if amount is not None:
        state.edit(bought, then=lambda _scenario: widgets.forget("buy_amount"))


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
            args=(row,),
        )


def _unbought(row: dict[str, Any]) -> None:
    state.edit(partial(edits.remove_purchase, row=row))
