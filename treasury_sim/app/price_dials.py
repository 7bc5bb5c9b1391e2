"""The dials of prices: as stated with price and low, a fall of some size, shape and timing, or a simulation."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import streamlit as st

from treasury_sim.app import edits, simulated_dials, state
from treasury_sim.app.ladder import choices
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.finding import price_words
from treasury_sim.report.prices import QuarterPrice, quarter_price
from treasury_sim.scenario.sections.prices import Historical, Sampled, Shock

STATED, FALL, SIMULATED = "As stated", "A fall", "Simulated"
SHAPES = {
    "instant": "At once, and it stays",
    "linear": "In a straight line",
    "v": "Down and back up",
    "l": "Down in a line, and it stays",
}


def prices(base: Result) -> None:
    """For each asset: price and low of the last reported quarter as stated, a fall, or a simulation.

    Parameters
    ----------
    base
        The run of the scenario as opened.
    """
    for asset in next(iter(base.statements.values())).assets:
        model = edits.stated(state.scenario(), asset)
        if base.basis == "replay":
            way = SIMULATED if isinstance(model, Sampled) else FALL if isinstance(model, Shock) else STATED
            state.offer(f"way_{asset}", way)
            ways = [STATED, FALL, SIMULATED]
            st.segmented_control(
                f"Price of {asset}", ways, key=f"way_{asset}", on_change=_way, args=(asset, base), required=True
            )
        if isinstance(model, Sampled):
            simulated_dials.dials(asset, model)
        elif isinstance(model, Shock):
            _fall(asset, model)
        elif base.basis == "replay":
            _stated(quarter_price(base, asset, base.reported[-1].label), base.currency)


def _stated(found: QuarterPrice, currency: str) -> None:
    if words.known(found.end.price) is not None and words.known(found.low) is not None:
        _price(found, currency)
        _low(found, currency)


def _way(asset: str, base: Result) -> None:
    way = st.session_state[f"way_{asset}"]
    if way == STATED:
        state.edit(partial(edits.set_model, asset=asset, values=None))
    elif way == FALL:
        quarter, period = base.reported[-1], state.scenario().spec.period
        past = isinstance(edits.stated(state.scenario(), asset), Historical)
        first = quarter.start if past else period.start
        fall = edits.Fall(-0.3, "linear", first=first, start=first, through=quarter.end)
        state.edit(partial(edits.set_fall, asset=asset, fall=fall))
    else:
        simulated_dials.draw(asset, "gbm")


def _fall(asset: str, model: Shock) -> None:
    if model.relative is None:
        st.caption("The scenario states this shock as an amount or a price; it is changed in its file.")
        return
    period = state.scenario().spec.period
    first, last = model.first_day or period.start, period.end
    start = model.start or first
    through = model.trough or model.end or last
    state.offer(f"size_{asset}", round(model.relative * 100.0))
    st.slider("Change of the price, %", -90, 100, key=f"size_{asset}", on_change=_fell, args=(asset, first, last))
    state.offer(f"shape_{asset}", model.shape)
    st.selectbox(
        "Shape",
        list(SHAPES),
        format_func=SHAPES.__getitem__,
        key=f"shape_{asset}",
        on_change=_fell,
        args=(asset, first, last),
    )
    state.offer(f"days_{asset}", (start, through))
    label = "It begins, and is complete on" if model.shape != "instant" else "It comes on the first of these days"
    st.slider(label, first, last, format="YYYY-MM-DD", key=f"days_{asset}", on_change=_fell, args=(asset, first, last))
    st.caption(f"The price stands still before and after, from the close of the day before {first}.")


def _fell(asset: str, first: date, last: date) -> None:
    kept = st.session_state
    start, through = kept[f"days_{asset}"]
    size, shape = kept[f"size_{asset}"] / 100.0, kept[f"shape_{asset}"]
    if shape == "v" and through == last:
        through -= timedelta(days=1)  # it is back on the last day
    fall = edits.Fall(size, shape, first=first, start=min(start, through), through=through)
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
