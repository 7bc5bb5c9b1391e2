"""The dials of prices: as stated with price and low, a fall of some size, shape and timing, or a simulation."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from treasury_sim.app import dial, edits, parts, simulated_dials, state, widgets
from treasury_sim.app.ladder import choices
from treasury_sim.case.sections.prices import Historical, Sampled, Shock
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.finding import price_words
from treasury_sim.report.tables.prices import QuarterPrice, quarter_price

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
            widgets.draw(
                st.segmented_control,
                f"Price of {asset}",
                [STATED, FALL, SIMULATED],
                key=f"way_{asset}",
                value=way,
                on_change=_way,
                args=(asset, base),
                required=True,
            )
        if isinstance(model, Sampled):
            simulated_dials.dials(asset, model)
        elif isinstance(model, Shock):
            _fall(asset)
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


FALLS = dial.percents(-90, 100)


def _fall(asset: str) -> None:
    scenario = state.scenario()
    fall = edits.fall_of(scenario, asset)
    if fall is None:
        st.caption("The scenario states this shock as an amount or a price; it is changed in its file.")
        return
    dial.dial(
        "Change of the price",
        fall.relative,
        FALLS,
        dial.share("change of the price"),
        key=f"size_{asset}",
        change=lambda size: partial(edits.set_key, path=("prices", asset, "relative"), value=size),
    )
    widgets.draw(
        st.selectbox,
        "Shape",
        list(SHAPES),
        format_func=SHAPES.__getitem__,
        key=f"shape_{asset}",
        value=fall.shape,
        on_change=_shaped,
        args=(asset,),
    )
    _days(asset, fall, edits.last_day_of_fall(scenario, asset))
    st.caption(f"The price stands still before and after, from the close of the day before {fall.first}.")


def _days(asset: str, fall: edits.Fall, last: date) -> None:
    """When it begins, and when it is complete where that is another day."""
    instant = fall.shape == "instant"
    key = f"day_{asset}" if instant else f"days_{asset}"
    widgets.draw(
        st.slider,
        "It comes on" if instant else "It begins, and is complete on",
        *(fall.first, last),
        format="YYYY-MM-DD",
        key=key,
        value=fall.start if instant else (fall.start, fall.through),
        on_change=_timed,
        args=(asset, key),
    )


def _shaped(asset: str) -> None:
    state.edit(partial(edits.set_shape, asset=asset, shape=st.session_state[f"shape_{asset}"]))


def _timed(asset: str, key: str) -> None:
    days: date | tuple[date, date] = st.session_state[key]
    start, through = days if isinstance(days, tuple) else (days, None)
    state.edit(partial(edits.set_days, asset=asset, start=start, through=through))


def _price(base: QuarterPrice, currency: str) -> None:
    price = edits.shown_price(state.scenario(), base)
    dial.dial(
        parts.printed(f"{base.asset} price at the end of {base.quarter.label}, {currency}"),
        price,
        choices(base.end.price, exact=(base.end.price,)),
        dial.price(f"price of {base.asset}", currency),
        key=f"price_{base.asset}",
        change=lambda value: partial(edits.set_price, base=base, price=value),
    )
    st.caption(f"{price_words(price, base.end.price, currency)}.")


def _low(base: QuarterPrice, currency: str) -> None:
    scenario = state.scenario()
    price, low = edits.shown_price(scenario, base), edits.shown_low(scenario, base)
    stops = choices(price, exact=(base.end.price, base.low, price))
    dial.dial(
        parts.printed(f"Lowest {base.asset} price in {base.quarter.label}, {currency}"),
        low,
        [stop for stop in stops if stop <= price],
        dial.price(f"lowest price of {base.asset}", currency),
        key=f"low_{base.asset}",
        change=lambda value: partial(edits.set_low, base=base, low=value),
        help="Moves an impairment; fair value uses the quarter-end price only. A low is never above that price.",
    )
    st.caption(_low_words(base, price, low, currency))


def _low_words(base: QuarterPrice, price: float, low: float, currency: str) -> str:
    text = f"Lowest price {words.price(low)} {currency}"
    if low == base.low:
        return f"{text}, as it was on {base.low_day} (UTC)."
    if low == price:
        return f"{text}: the quarter-end price is the low."
    return f"{text} on {base.low_day} (UTC); it was {words.price(base.low)}."
