"""How much of a figure each mechanism of the overlay makes: exact Shapley values over every subset of mechanisms.

The paths are the same in every subset, and within a run all flows are added before their impact, so no mechanism is
applied first. What is averaged is the order in which mechanisms are switched on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.analysis.attribution.shapley import Share, shapley, subsets_of
from treasury_sim.analysis.distribution import distribution, standard_error
from treasury_sim.analysis.lines import checked_line, not_computed
from treasury_sim.analysis.restrict import restrict_to_framework
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.progress import Progress, parts, silent
from treasury_sim.engine.run import run
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.flows.impact import PUBLISHED_COEFFICIENTS
from treasury_sim.scenario import Scenario

Changes = dict[str | KeyPath, object]
"""Values by key path."""

MOST_MECHANISMS = 6
"""Mechanisms of a scenario at most: every subset is run, at three coefficients of impact."""


@dataclass(frozen=True)
class MechanismShare:
    """The part of one mechanism.

    Attributes
    ----------
    words
        The mechanism.
    share
        Its Shapley value, first in and last in [unit of the line]; of a sample, of the mean.
    error
        Standard error of the Shapley value; 0 for one path.
    least, most
        The smallest and the greatest Shapley value over the published coefficients of impact and that of the scenario.
    """

    words: str
    share: Share
    error: float
    least: float
    most: float


@dataclass(frozen=True)
class MechanismAttribution:
    """A figure taken apart by mechanism; `without` and the shares add up to `figure`.

    Attributes
    ----------
    line, framework, quarter
        Which figure.
    figure, without
        With every mechanism as the scenario states it, and with none [unit of the line].
    """

    title: str
    holder: str
    line: str
    framework: str
    quarter: str
    currency: str
    figure: float
    without: float
    shares: tuple[MechanismShare, ...]


@checked
def attribute_mechanisms(
    scenario: Scenario,
    *,
    quarter: str | None = None,
    line: str | None = None,
    framework: str | None = None,
    progress: Progress | None = None,
) -> MechanismAttribution:
    """Attribute a figure to the mechanisms that the overlays of a scenario state.

    Parameters
    ----------
    scenario
        A scenario with `prices.ASSET.overlay`; flows that are only observed are attributed as a counterfactual.
    quarter
        Label of a reported quarter; the last by default.
    line
        Key of a line; the remeasurement in profit or loss by default.
    framework
        Framework key; the scenario's first by default.
    progress
        Called as the work proceeds with (done, total), see `treasury_sim.domain.progress`.

    Returns
    -------
    MechanismAttribution
        The figure, the figure without any mechanism, and the share of each [unit of the line]; a loss is negative.

    Raises
    ------
    InputError
        If the scenario states no overlay or more than six mechanisms, or the figure does not exist.

    Examples
    --------
    >>> from treasury_sim import attribute_mechanisms, load
    >>> crash = load("strategy_2026q1").what_if({
    ...     "prices.BTC.overlay": {"flows": {"liquidations": {"open_interest": 700_000}}},
    ... })
    >>> forced = attribute_mechanisms(crash).shares[0]
    >>> print(f"{forced.words}: {forced.share.value / 1e6:.1f}m, {forced.most / 1e6:.1f}m to {forced.least / 1e6:.1f}m")
    BTC liquidations: -7.6m, -3.8m to -45.9m
    """
    name = checked_line(line or "remeasurement_pl")
    chosen = restrict_to_framework(scenario, framework or scenario.spec.accounting.frameworks[0])
    switches = dict(_switches(chosen))
    _check(switches)
    coefficients = [None, *(PUBLISHED_COEFFICIENTS if _assets_with_flows(chosen) else ())]
    names = tuple(switches)
    figures = _Figures(chosen, name, quarter)
    at_each: list[dict[frozenset[str], Floats]] = [{} for _ in coefficients]
    runs = [(number, on) for number in range(len(coefficients)) for on in subsets_of(names)]
    for (number, on), within in parts(runs, progress or silent):
        off = [switches[switch] for switch in names if switch not in on]
        at_each[number][on] = figures.under(off, coefficients[number], within)
    shares = [_shares(names, each) for each in at_each]
    stated = {on: float(values.mean()) for on, values in at_each[0].items()}
    return MechanismAttribution(
        title=chosen.spec.title,
        holder=chosen.spec.holder.name,
        line=name,
        framework=chosen.spec.accounting.frameworks[0],
        quarter=figures.label,
        currency=chosen.spec.holder.currency,
        figure=stated[frozenset(names)],
        without=stated[frozenset()],
        shares=tuple(
            MechanismShare(
                switch,
                *shares[0][switch],
                least=min(each[switch][0].value for each in shares),
                most=max(each[switch][0].value for each in shares),
            )
            for switch in names
        ),
    )


class _Figures:
    """The figure under each subset of mechanisms, by replicate of the sample."""

    def __init__(self, scenario: Scenario, line: str, quarter: str | None) -> None:
        self._scenario, self._line, self._quarter = scenario, line, quarter
        self.label = ""

    def under(self, off: Sequence[Changes], coefficient: float | None, progress: Progress) -> Floats:
        """The figure with some mechanisms `off`, at a coefficient of impact or that of the scenario, (replicates,)."""
        changes: Changes = dict(_as_counterfactual(self._scenario, coefficient))
        for each in off:
            changes |= each
        result = run(self._scenario.what_if(changes), progress=progress)
        period = result.period(self._quarter)
        self.label = period.label
        values = distribution(result, result.framework(), self._line, period)
        if values is None:
            raise not_computed(self._line, f"in {period.label}")
        return values.replicate_means


def _shares(names: tuple[str, ...], values: Mapping[frozenset[str], Floats]) -> dict[str, tuple[Share, float]]:
    """The share of each mechanism in the mean, and the standard error of its Shapley value."""
    of_mean = shapley(names, {on: float(each.mean()) for on, each in values.items()})
    count = max(each.size for each in values.values())
    by_replicate = [
        shapley(names, {on: float(each[replicate % each.size]) for on, each in values.items()})
        for replicate in range(count)
    ]
    return {
        name: (
            of_mean[name],
            standard_error(np.array([each[name].value for each in by_replicate])) if count > 1 else 0.0,
        )
        for name in names
    }


def _assets_with_flows(scenario: Scenario) -> list[str]:
    """Assets whose overlay has flows."""
    prices = scenario.spec.prices
    return [name for name, own in prices.items() if own.overlay is not None and own.overlay.flows is not None]


def _as_counterfactual(scenario: Scenario, coefficient: float | None) -> Iterator[tuple[str | KeyPath, object]]:
    """Changes that let flows move prices, at `coefficient` if one is given."""
    for asset in _assets_with_flows(scenario):
        above: KeyPath = ("prices", asset, "overlay", "flows")
        yield (*above, "mode"), "counterfactual"
        if coefficient is not None:
            yield (*above, "coefficient"), coefficient


def _switches(scenario: Scenario) -> Iterator[tuple[str, Changes]]:
    """The mechanisms of a scenario, each with the changes that switch it off."""
    for asset, own in scenario.spec.prices.items():
        if own.overlay is None:
            continue
        above: KeyPath = ("prices", asset, "overlay")
        flows = own.overlay.flows
        if flows is not None and flows.liquidations is not None:
            yield f"{asset} liquidations", {(*above, "flows", "liquidations", "times"): 0.0}
        for name in flows.sellers if flows is not None else ():
            off: Changes = {(*above, "flows", "sellers", name, "coins"): 0.0}
            yield f"{asset} {name}", off | _as_was(scenario, above, name)
        if flows is not None and flows.own_sales:
            yield f"{asset} own sales", {(*above, "flows", "own_sales"): False}
        if own.overlay.lows is not None:
            yield f"{asset} deeper lows", {(*above, "lows", "deeper"): 0.0, (*above, "lows", "venue"): 0.0}


def _as_was(scenario: Scenario, above: KeyPath, name: str) -> Changes:
    """A seller's coins as they were, which by default follow the coins stated."""
    path: KeyPath = (*above, "flows", "sellers", name, "as_was")
    return {} if scenario.get(*path) is not None else {path: scenario.get(*path[:-1], "coins")}


def _check(switches: Mapping[str, Changes]) -> None:
    if switches and len(switches) <= MOST_MECHANISMS:
        return
    expected = f"an overlay with 1 to {MOST_MECHANISMS} mechanisms: liquidations, sellers, own_sales, lows"
    fix = "Add, for example, overlay: {flows: {liquidations: {open_interest: 700_000}}} under prices.BTC."
    raise InputError([Problem("", None, "prices.ASSET.overlay", expected, ", ".join(switches) or "none", fix)])
