"""`run(scenario) -> Result`: the whole story on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from treasury_sim.domain.arguments import checked
from treasury_sim.domain.progress import Progress, silent
from treasury_sim.domain.result import AssetHolding, Result
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.band import bands
from treasury_sim.engine.capital import capital_result
from treasury_sim.engine.drawing import Drawing, sampled_assets
from treasury_sim.engine.expectations import judge, needs_band
from treasury_sim.engine.finite import refuse_overflow
from treasury_sim.engine.ignored import ignored
from treasury_sim.engine.limits import judge_limits, judge_paths
from treasury_sim.engine.measure import Pass, applied_to, measure
from treasury_sim.engine.plausible import implausible, notes
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.shared import Shared
from treasury_sim.engine.simulate import one_path, simulate
from treasury_sim.engine.statements import Lines, statements
from treasury_sim.engine.waterfall import prepare_funded
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.history import embedded_inputs
from treasury_sim.scenario import Scenario, load
from treasury_sim.scenario.sections.tax import Tax
from treasury_sim.version import VERSION


@checked
def run(
    scenario: Scenario | str | Path,
    *,
    band: bool = False,
    shared: Shared | None = None,
    progress: Progress | None = None,
) -> Result:
    """Estimate every quarter of a scenario under each of its accounting frameworks.

    Parameters
    ----------
    scenario
        A scenario, a YAML file, or the name of a shipped scenario.
    band
        Whether to compute, for every reported quarter, how far each line depends on the unknown days inside the
        purchase windows; done anyway where the scenario expects a figure to lie in the band.
    shared
        What earlier runs of variations of the same scenario have measured; the result is the same without it.
    progress
        Called as it goes with how much is done, and of how much: paths of a simulation, corners of a band.

    Raises
    ------
    InputError
        If the scenario contradicts itself or its prices, or something happens on a day that has no price.

    Examples
    --------
    >>> from treasury_sim import run
    >>> result = run("strategy_2025q4")
    >>> round(result.line("remeasurement_pl", framework="us_gaap_impairment") / 1e6)
    -2504
    """
    if not isinstance(scenario, Scenario):
        scenario = load(scenario)
    if sampled_assets(scenario):
        if band:
            raise InputError([Problem("", None, "band", "one price path", "a simulation, which has many")])
        return _simulated(scenario, progress or silent)
    common = (shared or Shared()).measured(scenario)
    return _replayed(common.prepared, common.measured, common.held, band=band, progress=progress or silent)


def check(scenario: Scenario, *, strict: bool = False) -> tuple[str, ...]:
    """Do all of a run that can find a mistake in the input: one pass, none for the band, and no path drawn.

    Parameters
    ----------
    strict
        Whether a figure that is not plausible is a mistake, too.

    Returns
    -------
    tuple of str
        What is not plausible, and what the scenario states and a run does not use, in sentences.

    Raises
    ------
    InputError
        With every problem found.
    """
    if sampled_assets(scenario):
        prepared = Drawing.of(scenario).prepared
    else:
        timing = scenario.spec.plan.window_timing
        prepared = prepare_funded(scenario)
        measure(prepared, lambda _: timing)
    doubtful = implausible(prepared)
    if strict and doubtful:
        raise InputError(doubtful)
    return (*notes(doubtful), *ignored(prepared))


@checked
def open_path(scenario: Scenario, path: int) -> Result:
    """One path of a simulated scenario as a replay, down to its lots and journal entries.

    Parameters
    ----------
    path
        Its number, from 0.

    Raises
    ------
    InputError
        If there is no such path.
    """
    prepared = prepare_funded(scenario, one_path(scenario, path))
    timing = scenario.spec.plan.window_timing
    found = _replayed(prepared, measure(prepared, lambda _: timing), None, band=False)
    return replace(found, seed=scenario.spec.simulation.seed)


def _replayed(
    prepared: Prepared,
    measured: Pass,
    held: Mapping[tuple[str, str], Lines] | None,
    *,
    band: bool,
    progress: Progress = silent,
) -> Result:
    found = statements(prepared, measured, held)
    corners = bands(prepared, found, progress) if band or needs_band(prepared) else {}
    return replace(
        result_of(prepared, measured, found),
        bands=corners,
        outcomes=judge(prepared, found, corners),
        limits=judge_limits(prepared, found),
    )


def result_of(prepared: Prepared, measured: Pass, found: Mapping[str, QuarterlyStatements]) -> Result:
    """What a run of one path found, before anything is judged."""
    return replace(
        _result(prepared, found),
        timeline=measured.timeline,
        measurements=measured.measurements,
        holdings={
            name: AssetHolding(
                lots=asset.lots,
                ledger=measured.assets[name].books,
                tax_ledger=measured.assets[name].tax,
                transfers=asset.transfers,
                restrictions=tuple(r for r in prepared.scenario.spec.plan.restrictions if r.asset == name),
                daily=asset.daily,
                marks=measured.assets[name].marks,
            )
            for name, asset in prepared.assets.items()
        },
        capital=capital_result(prepared, measured, found),
    )


def _simulated(scenario: Scenario, progress: Progress) -> Result:
    simulation = simulate(scenario, progress=progress)
    found, sampling = simulation.statements, simulation.sampling
    result = _result(simulation.prepared, found)
    watched = tuple(row.limit for row in scenario.spec.limits)
    sample = replace(
        result,
        basis="sample",
        paths=sampling.paths,
        timeline=simulation.timeline,
        outcomes=judge(replace(simulation.prepared, quarters=simulation.timeline.quarters), _means(found), {}),
        notes=(*result.notes, *simulation.notes),
        seed=scenario.spec.simulation.seed,
        sampling=sampling,
        watched=watched,
    )
    unjudged = [said for one in judge_paths(sample, watched) if (said := one.not_judged())]
    return replace(sample, notes=(*sample.notes, *unjudged))


def _means(found: Mapping[str, QuarterlyStatements]) -> dict[str, QuarterlyStatements]:
    """The mean over all paths, as a statement of one path."""
    return {
        key: replace(
            statement,
            lines={
                name: None if line is None else line.mean(axis=0, keepdims=True)
                for name, line in statement.lines.items()
            },
        )
        for key, statement in found.items()
    }


def _result(prepared: Prepared, found: Mapping[str, QuarterlyStatements]) -> Result:
    """What results of every basis have in common."""
    refuse_overflow(prepared, found)
    scenario = prepared.scenario
    return Result(
        title=scenario.spec.title,
        description=scenario.spec.description,
        holder=scenario.spec.holder.name,
        currency=scenario.spec.holder.currency,
        basis="replay",
        paths=1,
        engine_version=VERSION,
        policies=_policies(scenario),
        inputs={**scenario.inputs, **embedded_inputs(prepared.embedded)},
        timeline=Timeline(np.empty(0, "datetime64[D]"), prepared.quarters),
        reported=prepared.reported,
        statements=found,
        measurements={},
        holdings={},
        applied={
            (key, name): applied_to(scenario.spec, key, name)
            for key in scenario.spec.accounting.frameworks
            for name in prepared.assets
        },
        adopted={quarter.label: index >= prepared.adoption_quarter for index, quarter in enumerate(prepared.quarters)},
        notes=(*notes(implausible(prepared)), *prepared.notes, *ignored(prepared), *_notes(prepared, found)),
    )


def _policies(scenario: Scenario) -> dict[str, str]:
    spec = scenario.spec
    plan, accounting = spec.plan, spec.accounting
    return {
        "impairment_price": accounting.impairment_price,
        "cutoff": accounting.cutoff,
        "fees": accounting.fees,
        "adoption_date": spec.adoption_date.isoformat(),
        "unit_of_account": accounting.unit_of_account,
        "window_timing": plan.window_timing,
        "lot_relief": plan.lot_relief,
        "tax_lot_relief": plan.tax_lot_relief or plan.lot_relief,
        "pool": plan.pool,
        "tax_pool": plan.tax_pool or plan.pool,
        **{name: value for name, value in _choices(scenario).items() if value},
        "tax_rate": _tax_rate(spec.tax),
    }


def _tax_rate(tax: Tax) -> str:
    if tax.rate is not None:
        changes = [f", {change.rate * 100:.6g}% from {change.effective}" for change in tax.rate_changes]
        return f"{tax.rate * 100:.6g}%" + "".join(changes)
    return "not given" if tax.jurisdiction is None else f"US federal in force, state {tax.state_rate * 100:.6g}%"


def _choices(scenario: Scenario) -> dict[str, str]:
    """Choices that only some frameworks know, empty where not made."""
    accounting = scenario.spec.accounting
    return {
        "disposal_costs": f"{accounting.disposal_costs:.4%}" if accounting.disposal_costs else "",
        "scope": ", ".join(f"{asset}: {key}" for asset, key in accounting.scope.items()),
        "permanent": ", ".join(accounting.permanent),
        "remeasure_before_disposal": "yes" if accounting.remeasure_before_disposal else "",
        "interim": "" if accounting.interim == "each_quarter" else accounting.interim,
        **_tax_choices(scenario.spec.tax),
        "fluctuation_reserve": f"{accounting.fluctuation_reserve:.4%}" if accounting.fluctuation_reserve else "",
    }


def _tax_choices(tax: Tax) -> dict[str, str]:
    if not tax.is_computed:
        return {}
    tested = "not tested" if tax.support is None else "tested"
    return {
        "deferred_tax_asset": tested + (", fair value above carrying supports it" if tax.appreciation_supports else ""),
        "character": tax.character if tax.character != "ordinary" else "",
        "minimum_tax": tax.minimum_tax if tax.minimum_tax != "none" else "",
    }


def _notes(prepared: Prepared, found: Mapping[str, QuarterlyStatements]) -> list[str]:
    """What a reader of the figures must know."""
    spec = prepared.scenario.spec
    notes = []
    gross = [
        key
        for key, statement in found.items()
        if (asset := statement.lines["deferred_tax_asset"]) is not None
        # The reported quarters are the last.
        and (asset[:, -len(prepared.reported) :] > 0.0).any()
    ]
    if gross and spec.tax.support is None:
        notes.append(
            f"A deferred tax asset is shown without a valuation allowance under {', '.join(gross)}: whether it can "
            "be realised is not tested (tax.support: 0 tests it with no support but liabilities)."
        )
    deducted = [
        key
        for key, statement in found.items()
        if (tax := statement.lines["current_tax_on_sales"]) is not None
        # More than half a cent, which rounding may leave.
        and (np.nan_to_num(tax[:, -len(prepared.reported) :]) > 0.005).any()
    ]
    if deducted and spec.tax.character == "ordinary":
        notes.append(
            f"A loss on disposals is taken as deductible at once under {', '.join(deducted)}; where it offsets capital "
            "gains only, set tax.character: capital."
        )
    typed = {lot.enters for asset in prepared.assets.values() for lot in asset.lots if lot.opening is not None}
    if typed:
        notes.append(
            f"Lots enter with a typed balance of {max(typed)}: what happened up to then is not known, nor is a year to "
            "date or a fiscal year that contains it."
        )
    if spec.capital.weighted_shares is not None:
        notes.append("Earnings per share are illustrative: the weighted share count is typed in, not computed.")
    opening = spec.capital.opening
    if opening is not None and opening.potential_shares and opening.shares and opening.strike is None:
        notes.append(
            "capital.opening.potential_shares do not dilute earnings per share here: state capital.opening.strike, the "
            "price at which they can be exercised (0 for awards), for the treasury stock method."
        )
    if not spec.tax.is_computed:
        notes.append("No tax rate is given (tax.rate), so tax, net income and per-share figures are not computed.")
    return notes
