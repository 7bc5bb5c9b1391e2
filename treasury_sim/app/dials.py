"""The dials of "What if": price, low, framework, observation policy, tax, purchases."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import get_args

import streamlit as st

from treasury_sim.app import edits, parts, state
from treasury_sim.app.ladder import choices
from treasury_sim.domain.result import Result
from treasury_sim.errors import InputError
from treasury_sim.frameworks import FRAMEWORKS
from treasury_sim.report import words
from treasury_sim.report.finding import price_words, spoken
from treasury_sim.report.prices import QuarterPrice, quarter_price
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.amounts import read_amount
from treasury_sim.scenario.sections.accounting import Accounting
from treasury_sim.scenario.sections.prices import Shock

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
    prices(base)
    accounting()
    tax()
    purchases()


STATED, FALL = "As stated", "A fall"
SHAPES = {
    "instant": "At once, and it stays",
    "linear": "In a straight line",
    "v": "Down and back up",
    "l": "Down in a line, and it stays",
}


def prices(base: Result) -> None:
    """For each asset: price and low of the last reported quarter as stated, or a fall of some size and shape."""
    label = base.reported[-1].label
    for asset in base.holdings:
        found = quarter_price(base, asset, label)
        if words.known(found.end.price) is None or words.known(found.low) is None:
            continue
        model = edits.stated(state.scenario(), asset)
        key = f"way_{asset}"
        state.offer(key, FALL if isinstance(model, Shock) else STATED)
        st.segmented_control(
            f"Price of {asset}", [STATED, FALL], key=key, on_change=_way, args=(key, found), required=True
        )
        if isinstance(model, Shock):
            _fall(found, model)
        else:
            _price(found, base.currency)
            _low(found, base.currency)


def _way(key: str, base: QuarterPrice) -> None:
    if st.session_state[key] == STATED:
        state.edit(partial(edits.set_model, asset=base.asset, values=None))
        return
    first, last = base.quarter.start, base.quarter.end
    fall = edits.Fall(-0.3, "linear", first=first, start=first, through=last)
    state.edit(partial(edits.set_fall, asset=base.asset, fall=fall))


def _fall(base: QuarterPrice, model: Shock) -> None:
    asset, first, last = base.asset, base.quarter.start, base.quarter.end
    start = model.start or first
    through = model.trough or model.end or last
    state.offer(f"size_{asset}", round((model.relative or 0.0) * 100.0))
    st.slider("Change of the price, %", -90, 100, key=f"size_{asset}", on_change=_fell, args=(base,))
    state.offer(f"shape_{asset}", model.shape)
    st.selectbox(
        "Shape", list(SHAPES), format_func=SHAPES.__getitem__, key=f"shape_{asset}", on_change=_fell, args=(base,)
    )
    state.offer(f"days_{asset}", (start, through))
    label = "It begins, and is complete on" if model.shape != "instant" else "It comes on the first of these days"
    st.slider(label, first, last, format="YYYY-MM-DD", key=f"days_{asset}", on_change=_fell, args=(base,))
    st.caption("The price stands still before and after, from the close of the day before the quarter.")


def _fell(base: QuarterPrice) -> None:
    kept, asset = st.session_state, base.asset
    start, through = kept[f"days_{asset}"]
    size, shape = kept[f"size_{asset}"] / 100.0, kept[f"shape_{asset}"]
    if shape == "v" and through == base.quarter.end:
        through -= timedelta(days=1)  # it is back on the last day
    fall = edits.Fall(size, shape, first=base.quarter.start, start=min(start, through), through=through)
    state.edit(partial(edits.set_fall, asset=asset, fall=fall))


def _price(base: QuarterPrice, currency: str) -> None:
    price, key = edits.shown_price(state.scenario(), base), f"price_{base.asset}"
    state.offer(key, price)
    st.select_slider(
        f"{base.asset} price at the end of {base.quarter.label}, {currency}",
        choices(base.end.price, exact=(base.end.price, price)),
        format_func=_written,
        key=key,
        on_change=_priced,
        args=(key, base),
    )
    st.caption(f"{price_words(price, base.end.price, currency)}.")


def _low(base: QuarterPrice, currency: str) -> None:
    scenario, key = state.scenario(), f"low_{base.asset}"
    price, low = edits.shown_price(scenario, base), edits.shown_low(scenario, base)
    state.offer(key, low)
    st.select_slider(
        f"Lowest {base.asset} price in {base.quarter.label}, {currency}",
        choices(base.end.price, exact=(base.end.price, base.low, price, low)),
        format_func=_written,
        key=key,
        on_change=_lowered,
        args=(key, base),
        help="Moves an impairment; fair value looks at the quarter-end price only. A low is never above that price.",
    )
    st.caption(_low_words(base, price, low, currency))


def _written(value: float) -> str:
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
        text = st.text_input(
            f"For, {scenario.spec.holder.currency}", key="buy_amount", placeholder="$500m", max_chars=40
        )
        amount = read(text, "amount", scenario.spec.holder.currency)
        if amount is not None:
            st.caption(parts.plain(f"Read as {amount:,.2f} {scenario.spec.holder.currency}."))
        st.button("Add the purchase", key="buy", on_click=_bought, args=(asset, day, amount), disabled=amount is None)
        _planned(scenario)


def _asset() -> str:
    assets = list(state.result_of(state.now().original).holdings) or ["BTC"]
    return assets[0] if len(assets) == 1 else str(st.selectbox("Asset", assets, key="buy_asset"))


def read(text: str | None, what: str, currency: str) -> float | None:
    """Read an amount that was typed, and tell below the field why it is none."""
    if not text:
        return None

    try:
        return read_amount(text, what, currency=currency, smallest=0.01)
    except InputError as error:
        parts.problems(str(error))
        return None


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
