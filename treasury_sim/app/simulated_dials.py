"""The dials of a simulation: the model and its size, the number of paths and the seed."""

from __future__ import annotations

from functools import partial

import streamlit as st

from treasury_sim.app import edits, models, parts, state
from treasury_sim.scenario.sections.prices import Sampled


def dials(asset: str, model: Sampled) -> None:
    """Choose the model, and its volatility and drift where it has them."""
    name = models.name_of(model)
    state.offer(f"model_{asset}", name)
    st.selectbox(
        "Model",
        models.choices(asset, name),
        format_func=models.WORDS.__getitem__,
        key=f"model_{asset}",
        on_change=_modelled,
        args=(asset,),
        help="How one day follows another. Data and method says where each model is from.",
    )
    for field, label, lowest, highest in (
        ("volatility", "Volatility of {}, % a year", 5, 150),
        ("drift", "Expected growth of {}, % a year", -80, 100),
    ):
        value = getattr(model, field, None)
        if value is not None:
            key = f"{field}_{asset}"
            state.offer(key, min(max(round(value * 100.0), lowest), highest))
            st.slider(label.format(asset), lowest, highest, key=key, on_change=_drawn, args=(asset, field))
    first = model.first_day or state.scenario().spec.period.start
    st.caption(parts.plain(f"From {first} on. {models.source(state.scenario(), asset)}".strip()))


def _modelled(asset: str) -> None:
    draw(asset, st.session_state[f"model_{asset}"])


def draw(asset: str, name: str) -> None:
    """Draw the price of `asset` at random by the model called `name`."""
    state.edit(partial(edits.simulate, asset=asset, values=models.values(name)))


def _drawn(asset: str, name: str) -> None:
    share = st.session_state[f"{name}_{asset}"] / 100.0
    state.edit(partial(edits.set_key, path=("prices", asset, name), value=share))


PATHS = (2_048, 16_384, 65_536)


def sampling() -> None:
    """How many paths are drawn, and from which seed."""
    chosen = state.scenario().spec.simulation
    paths = sorted({*PATHS, chosen.paths})
    state.offer("paths", chosen.paths)
    st.selectbox(
        "Paths", paths, format_func=lambda count: f"{count:,}", key="paths", on_change=_sampled, args=("paths",)
    )
    state.offer("seed", chosen.seed)
    st.number_input("Seed", min_value=0, max_value=10**9, step=1, key="seed", on_change=_sampled, args=("seed",))


def _sampled(name: str) -> None:
    state.edit(partial(edits.set_key, path=("simulation", name), value=int(st.session_state[name])))
