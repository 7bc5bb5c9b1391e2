"""Assets that follow another: the leader is drawn with them, held or not, or its path is stated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from treasury_sim.case import Case
from treasury_sim.case.sections.prices import Follows as FollowsKeys
from treasury_sim.case.sections.prices import Garch, Gbm, Historical, Sampled
from treasury_sim.domain.arrays import Days, Floats
from treasury_sim.engine.price_paths import FutureOf, PricePath, first_day_of, price_paths
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.models import SAMPLED_MODELS, AnyModel, NodePrices, Noise, SampledModel
from treasury_sim.market.models.follows import FIRST_DAYS, WEEK, Follows
from treasury_sim.market.models.leader import LeaderPaths

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Leader:
    """The leader of an asset.

    Attributes
    ----------
    path
        Its prices; from the first simulated day on a constant where it is drawn.
    model
        How it is drawn; ``None`` where its path is stated.
    """

    path: PricePath
    model: SampledModel | None

    def prices(self, drawn: Mapping[str, NodePrices], nodes: Days) -> LeaderPaths:
        """Its prices at daily `nodes`."""
        # Without an overlay on the leader: a follower was fitted to prices as they were.
        daily, asset = self.path.base or self.path.daily, self.path.daily.asset
        rows = daily.row(nodes)
        known = known_closes(self.path, nodes[0].astype(date))
        if self.model is not None:
            return LeaderPaths(drawn[asset], known, self.model)
        return LeaderPaths(NodePrices(daily.close[None, rows], daily.low[None, rows]), known, None)


def leaders(case: Case, names: tuple[str, ...], paths: Mapping[str, PricePath], future: FutureOf) -> dict[str, Leader]:
    """The leader of each of `names` that follows one, by the name of the leader.

    Raises
    ------
    InputError
        If the leader cannot be followed, has no prices, or begins on another day.
    """
    known: dict[str, Leader] = {}
    problems: list[Problem] = []
    for name in names:
        keys = case.spec.prices[name]
        if not isinstance(keys, FollowsKeys):
            continue
        leader = keys.leader
        stated = case.spec.prices.get(leader, Historical())
        if isinstance(stated, Sampled) and not isinstance(stated, Gbm | Garch):
            expected = "an asset with a stated path, or of the models gbm or garch"
            problems.append(case.problem(("prices", name, "leader"), expected, f"{leader}, a {stated.model}"))
            continue
        path = paths.get(leader)
        if path is None:
            more, wrong = price_paths(case, [leader], future)
            problems += wrong
            path = more.get(leader)
        if path is None or problems:
            continue
        first = first_day_of(case, paths[name].history, keys)
        problems += _unknown(case, name, path, paths[name], first)
        is_drawn = isinstance(stated, Sampled)
        model = SAMPLED_MODELS[stated.model](leader, stated, path.history) if isinstance(stated, Sampled) else None
        if is_drawn and path.first_day != first:
            fix = f"Set prices.{leader}.from to {first}, or leave both out."
            problems.append(case.problem(("prices", leader, "from"), f"{first}, when {name} begins", fix=fix))
        known[leader] = Leader(path, model)
    if problems:
        raise InputError(problems)
    return known


def known_closes(path: PricePath, first: date) -> Floats:
    """Closes before `first`, the last of them the spot."""
    history = path.base or (path.daily if path.first_day is None else path.history)
    closes = history.close[: (first - history.first).days]
    scale = path.spot / closes[-1] if path.first_day == first else 1.0
    return np.asarray(closes * scale)


def drawn_with_followers(
    models: Mapping[str, AnyModel],
    led: Mapping[str, Leader],
    noise: Noise,
    *,
    nodes: Days,
    first_day: date,
    spots: Mapping[str, float],
) -> dict[str, NodePrices]:
    """Draw the prices of `models` at `nodes`; leaders come first, whatever their order."""
    start = first_day - ONE_DAY
    prices: dict[str, NodePrices] = {}
    for name, leader in led.items():
        if leader.model is not None:
            prices[name] = leader.model.draw(nodes, start, leader.path.spot, noise)
    for name, model in models.items():
        if isinstance(model, Follows):
            leader = led[model.leader]
            prices[name] = model.draw_following(nodes, start, spots[name], noise, leader.prices(prices, nodes))
        elif name not in prices:
            prices[name] = model.draw(nodes, start, spots[name], noise)
    return {name: prices[name] for name in models}


def _unknown(case: Case, name: str, of_leader: PricePath, path: PricePath, first: date) -> list[Problem]:
    """Too little history, or a leader whose path ends early."""
    problems, leader = [], of_leader.daily.asset
    for asset, history, days in ((leader, of_leader.history, 60 + WEEK), (name, path.history, FIRST_DAYS)):
        count = (first - history.first).days
        if count < days:
            expected = f"at least {days} days of prices of {asset} before {first}"
            fix = "Give longer prices with `file`."
            problems.append(case.problem(("prices", name, "leader"), expected, f"{max(count, 0)} days", fix))
    if of_leader.daily.last < case.spec.period.end:
        expected = f"prices of {leader} up to {case.spec.period.end}"
        fix = f"Give prices.{leader} a model, or end the period earlier."
        problems.append(case.problem(("prices", name, "leader"), expected, f"up to {of_leader.daily.last}", fix))
    return problems
