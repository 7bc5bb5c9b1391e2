"""The dials of a simulation: the model and its size, the number of paths and the seed."""

from __future__ import annotations

from functools import partial

import streamlit as st

from treasury_sim.app import dial, edits, models, parts, state, widgets
from treasury_sim.case.sections.prices import Sampled


def dials(asset: str, model: Sampled) -> None:
    """Choose the model, and its volatility and drift where it has them."""
    name = models.name_of(model)
    widgets.draw(
        st.selectbox,
        "Model",
        models.choices(asset, name),
        format_func=models.WORDS.__getitem__,
        key=f"model_{asset}",
        value=name,
        on_change=_modelled,
        args=(asset,),
        help="How one day follows another. Data and method says where each model is from.",
    )
    for field, label, what, stops in (
        ("volatility", "Volatility of {} a year", "volatility", dial.percents(5, 150)),
        ("drift", "Expected growth of {} a year", "growth", dial.percents(-80, 100)),
    ):
        value = getattr(model, field, None)
        if value is not None:
            path = ("prices", asset, field)
            dial.dial(
                label.format(asset),
                value,
                stops,
                dial.share(what),
                key=f"{field}_{asset}",
                change=lambda share, path=path: partial(edits.set_key, path=path, value=share),  # type: ignore[misc]
            )
    first = model.first_day or state.scenario().spec.model_begins
    st.caption(parts.plain(f"From {first} on. {models.source(state.scenario(), asset)}".strip()))


def _modelled(asset: str) -> None:
    draw(asset, st.session_state[f"model_{asset}"])


def draw(asset: str, name: str) -> None:
    """Draw the price of `asset` at random by the model called `name`."""
    state.edit(partial(edits.simulate, asset=asset, values=models.values(name)))


PATHS = (2_048, 16_384, 65_536)


def sampling() -> None:
    """How many paths are drawn, and from which seed."""
    chosen = state.scenario().spec.simulation
    paths = sorted({*PATHS, chosen.paths})
    widgets.draw(
        st.selectbox,
        "Paths",
        paths,
        format_func=lambda count: f"{count:,}",
        key="paths",
        value=chosen.paths,
        on_change=_sampled,
        args=("paths",),
    )
    widgets.draw(
        st.number_input,
        "Seed",
        key="seed",
        value=chosen.seed,
        min_value=0,
        max_value=max(10**9, chosen.seed),
        step=1,
        on_change=_sampled,
        args=("seed",),
    )


def _sampled(name: str) -> None:
    state.edit(partial(edits.set_key, path=("simulation", name), value=int(st.session_state[name])))
