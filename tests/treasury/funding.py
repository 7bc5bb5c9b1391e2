"""Holders with instruments, drawn at random and by hand, for the tests of the waterfall."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.claims import NEVER, Claim, Funding, Program

MONTHS = 9


def claim(kind: Any, amount: float, rate: float = 0.0, every: int = 3, months: int = MONTHS, **more: Any) -> Claim:
    """An instrument that pays every so many months, the first of them `every` months from the start."""
    pays = np.array([(month + 1) % every == 0 for month in range(months)])
    return Claim("x", kind, amount, np.full(months, rate / 12), pays, 0.0, **more)


def funding(*claims: Claim, months: int = MONTHS, **more: Any) -> Funding:
    """A holder of 100 coins and 1,000 shares; everything else is nothing unless said."""
    zeros = np.zeros(months)
    plain = Funding(
        claims=claims,
        programs=(),
        cash=0.0,
        reserve=0.0,
        shares=1_000.0,
        units=100.0,
        operating=zeros,
        planned_cash=zeros,
        planned_units=zeros,
        planned_sold=zeros,
        planned_proceeds=zeros,
        mnav=np.full(months, 1.0),
        beta=0.0,
        share_price=0.0,
        spot=100.0,
        sells=True,
        sells_for_dividends=True,
        quarter_ends=tuple(range(2, months, 3)),
    )
    return replace(plain, **more)


def constant(price: float, months: int = MONTHS) -> Floats:
    return np.full((1, months), price)


_AMOUNT = st.floats(0.0, 3_000.0)
_RATE = st.sampled_from([0.0, 0.05, 0.12])
_MONTH = st.integers(0, MONTHS) | st.just(NEVER)
_EVERY = st.sampled_from([1, 3, 6])


@st.composite
def claims(draw: Any) -> Claim:
    kind = draw(st.sampled_from(["loan", "note", "preferred"]))
    common: dict[str, Any] = draw(st.fixed_dictionaries({"amount": _AMOUNT, "rate": _RATE, "every": _EVERY}))
    if kind == "preferred":
        return claim(kind, **common, cumulative=draw(st.booleans()))
    if kind == "note":
        due = draw(_MONTH)
        put = draw(st.integers(0, due - 1)) if 0 < due < NEVER and draw(st.booleans()) else NEVER
        return claim(kind, **common, due=due, put=put, conversion_price=draw(st.floats(1.0, 30.0)))
    if draw(st.booleans()):
        return claim(kind, **common, due=draw(_MONTH))
    secured: dict[str, Any] = {"collateral": 20.0, "max_ltv": 0.8, "restored_ltv": 0.5}
    return claim(
        kind,
        **{**common, "amount": min(common["amount"], 1_500.0)},
        **secured,
        due=draw(_MONTH),
        posts=draw(st.booleans()),
        at_trigger=draw(st.booleans()),
    )


@st.composite
def holders(draw: Any) -> Funding:
    owed = tuple(draw(st.lists(claims(), max_size=4)))
    series = [number for number, one in enumerate(owed) if one.kind == "preferred"]
    programs = draw(
        st.lists(
            st.builds(
                Program,
                of=st.sampled_from([-1, *series]),
                per_month=_AMOUNT,
                above_mnav=st.sampled_from([0.0, 1.0, 1.5]),
                up_to=st.sampled_from([500.0, 1e9]),
                to_bitcoin=st.sampled_from([0.0, 0.5, 1.0]),
                price=st.sampled_from([0.8, 1.0]),
                fee=st.sampled_from([0.0, 0.02]),
            ),
            max_size=2,
        )
    )
    operating = np.array(draw(st.lists(st.floats(-300.0, 300.0), min_size=MONTHS, max_size=MONTHS)))
    by_beta = draw(st.booleans())
    return funding(
        *owed,
        programs=tuple(programs),
        cash=draw(_AMOUNT),
        reserve=draw(_AMOUNT),
        operating=operating,
        mnav=np.full(MONTHS, np.nan if by_beta else draw(st.sampled_from([0.8, 1.4]))),
        beta=1.5,
        share_price=10.0,
        sells=draw(st.booleans()),
        sells_for_dividends=draw(st.booleans()),
    )


def prices(seed: int, paths: int, months: int = MONTHS) -> tuple[Floats, Floats]:
    """Close and low by month, from 100 on, about as wild as bitcoin."""
    generator = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(generator.normal(-0.03, 0.2, (paths, months)), axis=1))
    before = np.concatenate([np.full((paths, 1), 100.0), close[:, :-1]], axis=1)
    low = np.minimum(close, before) * np.exp(-np.abs(generator.normal(0.0, 0.08, (paths, months))))
    return close, low
