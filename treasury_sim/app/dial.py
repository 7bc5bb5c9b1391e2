"""A number as a slider of round steps with a field beside it, in which any number can be typed.

Both are drawn from the scenario: its exact number is a stop of the slider, too, and stays until another is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from treasury_sim.app import state, widgets
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.amounts import read_amount, read_share, write_amount, write_share

Edit = Callable[[Scenario, Scenario], Scenario]
FIELD_WIDTH = 120
"""Pixels."""


@dataclass(frozen=True)
class Measure:
    """How a number is written, and read back to the same number."""

    written: Callable[[float], str]
    read: Callable[[str], float]


def price(what: str, currency: str) -> Measure:
    """Of a price [currency/unit] called `what` in messages."""
    return Measure(write_amount, partial(read_amount, what=what, currency=currency))


def share(what: str) -> Measure:
    """Of a share of one, written in percent, called `what` in messages."""
    return Measure(write_share, partial(read_share, what=what))


def percents(first: int, last: int, *, parts: int = 1) -> list[float]:
    """Shares from `first` to `last` percent, in steps of one percent or a part of it."""
    return [number / (100 * parts) for number in range(first * parts, last * parts + 1)]


def dial(
    label: str,
    value: float,
    stops: Iterable[float],
    measure: Measure,
    *,
    key: str,
    change: Callable[[float], Edit],
    help: str | None = None,  # noqa: A002 - Streamlit's name
) -> None:
    """Draw a number of the scenario as a slider and a field.

    Parameters
    ----------
    value
        The scenario's.
    stops
        Round numbers that the slider offers besides.
    key
        Of the slider; the field has ``_typed`` after it.
    change
        Makes the edit that gives the scenario another number.
    """
    typed = f"{key}_typed"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        widgets.draw(
            st.select_slider,
            label,
            sorted({*stops, value}),
            format_func=measure.written,
            key=key,
            value=value,
            on_change=_moved,
            args=(key, change),
            help=help,
        )
        widgets.draw(
            st.text_input,
            f"{label}, typed",
            key=typed,
            value=measure.written(value),
            label_visibility="collapsed",
            max_chars=40,
            width=FIELD_WIDTH,
            on_change=_typed,
            args=(typed, measure, change),
        )


def _moved(key: str, change: Callable[[float], Edit]) -> None:
    state.edit(change(float(st.session_state[key])))


def _typed(key: str, measure: Measure, change: Callable[[float], Edit]) -> None:
    value = state.attempt(partial(measure.read, str(st.session_state[key] or "")))
    if value is not None:
        state.edit(change(value))
