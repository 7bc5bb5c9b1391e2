"""`run(scenario) -> Result`: the steps of a run in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from treasury_sim.case import Case
from treasury_sim.case.sections.tax import Tax
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.progress import Progress, silent
from treasury_sim.domain.result import AssetHolding, Result
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.band import bands
from treasury_sim.engine.funding.capital_result import capital_result
from treasury_sim.engine.inputs.plausible import implausible, notes
from treasury_sim.engine.inputs.unused_inputs import ignored
from treasury_sim.engine.one_pass import Pass, applied_to
from treasury_sim.engine.paths.simulate import simulate
from treasury_sim.engine.paths.simulation_plan import SimulationPlan, sampled_assets
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.price_overlay import notes as flow_notes
from treasury_sim.engine.run_cache import Run, RunCache
from treasury_sim.engine.statements.expectations import judge, needs_band
from treasury_sim.engine.statements.finite import refuse_overflow
from treasury_sim.engine.statements.limit_verdicts import judge_limits, judge_paths
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.history import embedded_inputs
from treasury_sim.scenario import Scenario, load
from treasury_sim.scenario.sweep import sweep_of
from treasury_sim.version import VERSION


@checked
def run(
    scenario: Scenario | Case | str | Path,
    *,
    band: bool = False,
    cache: RunCache | None = None,
    progress: Progress | None = None,
) -> Result:
    """Compute every quarter of a scenario under each of its accounting frameworks.

    Parameters
    ----------
    scenario
        A scenario, its case alone, the path of a YAML file, or the name of a shipped scenario.
    band
        Whether to compute how far each line of each reported quarter depends on the unknown purchase days inside
        windows; always done where the scenario expects a figure within the band.
    cache
        Earlier runs of variations of the same scenario, to save time; they do not change the result.
    progress
        Called as the work proceeds with (done, total), see `treasury_sim.domain.progress`.

    Returns
    -------
    Result
        Statements, each line (paths, quarters) and signed [unit of the line], with lots, prices and notes.

    Raises
    ------
    InputError
        If the scenario contradicts itself or its prices, or an event falls on a day without a price.

    Examples
    --------
    >>> from treasury_sim import run
    >>> result = run("strategy_2025q4")
    >>> round(result.line("remeasurement_pl", framework="us_gaap_impairment") / 1e6)
    -2504
    """
    scenario = _case_of(scenario if isinstance(scenario, Case | Scenario) else load(scenario))
    if sampled_assets(scenario):
        if band:
            raise InputError([Problem("", None, "band", "one price path", "a simulation, which has many")])
        return _simulated(scenario, progress or silent)
    return _replayed((cache or RunCache()).run_of(scenario), band=band, progress=progress or silent)


def check(scenario: Scenario, *, strict: bool = False) -> tuple[str, ...]:
    """Check the input of a scenario: one pass, without a band and without drawing paths.

    Parameters
    ----------
    strict
        Whether an implausible figure is an error, too.

    Returns
    -------
    tuple of str
        Implausible figures and unused inputs, one sentence each.

    Raises
    ------
    InputError
        With every problem found.
    """
    case = _case_of(scenario)
    prepared = SimulationPlan.of(case).prepared if sampled_assets(case) else RunCache().run_of(case).prepared
    doubtful = implausible(prepared)
    if strict and doubtful:
        raise InputError(doubtful)
    return (*notes(doubtful), *ignored(prepared))


@checked
def open_path(scenario: Scenario, path: int, *, cache: RunCache | None = None) -> Result:
    """Open one path of a simulation as a replay, with its lots and journal entries.

    Parameters
    ----------
    scenario
        A scenario with simulated prices.
    path
        Number of the path, from 0.
    cache
        Earlier runs of variations of the same scenario, to save time; they do not change the result.

    Returns
    -------
    Result
        The replay of that path; its lines equal those of the simulation on the path.

    Raises
    ------
    InputError
        If the path does not exist.

    Examples
    --------
    >>> from treasury_sim import load, open_path
    >>> scenario = load("observation_policy").what_if({"simulation.paths": 1_024})
    >>> round(open_path(scenario, 7).line("remeasurement_pl"))
    -35089
    """
    case = _case_of(scenario)
    result = _replayed((cache or RunCache()).run_of(case, path), band=False)
    return replace(result, seed=scenario.spec.simulation.seed, path_opened=path)


def _case_of(scenario: Scenario | Case) -> Case:
    """The case to run; the sweep of a scenario is checked, although it is not run."""
    if isinstance(scenario, Case):
        return scenario
    sweep_of(scenario)
    return scenario.case


def _replayed(run_of_path: Run, *, band: bool, progress: Progress = silent) -> Result:
    prepared, by_framework = run_of_path.prepared, run_of_path.statements
    corners = bands(prepared, by_framework, progress) if band or needs_band(prepared) else {}
    return replace(
        result_of(prepared, run_of_path.measured, by_framework),
        bands=corners,
        outcomes=judge(prepared, by_framework, corners),
        limits=judge_limits(prepared, by_framework),
    )


def result_of(prepared: Prepared, measured: Pass, by_framework: Mapping[str, QuarterlyStatements]) -> Result:
    """The result of one path, before limits and expected figures are judged."""
    flows = {name: asset.path.flows for name, asset in prepared.assets.items() if asset.path.flows is not None}
    result = _result(prepared, by_framework)
    return replace(
        result,
        notes=(*result.notes, *flow_notes(flows)),
        timeline=measured.timeline,
        measurements=measured.measurements,
        holdings={
            name: AssetHolding(
                lots=asset.lots,
                ledger=measured.assets[name].books,
                tax_ledger=measured.assets[name].tax,
                transfers=asset.transfers,
                restrictions=tuple(r for r in prepared.case.spec.plan.restrictions if r.asset == name),
                daily=asset.daily,
                marks=measured.assets[name].marks,
            )
            for name, asset in prepared.assets.items()
        },
        capital=capital_result(prepared, measured, by_framework),
        flows=flows,
    )


def _simulated(case: Case, progress: Progress) -> Result:
    simulation = simulate(case, progress=progress)
    by_framework, sampling = simulation.statements, simulation.sampling
    result = _result(simulation.prepared, by_framework)
    watched = tuple(row.limit for row in case.spec.limits)
    sample = replace(
        result,
        basis="sample",
        paths=sampling.paths,
        timeline=simulation.timeline,
        outcomes=judge(replace(simulation.prepared, quarters=simulation.timeline.quarters), _means(by_framework), {}),
        notes=(*result.notes, *simulation.notes, *flow_notes(simulation.flows)),
        seed=case.spec.simulation.seed,
        sampling=sampling,
        watched=watched,
        flows=simulation.flows,
    )
    unjudged = [sentence for judged in judge_paths(sample, watched) if (sentence := judged.not_judged())]
    return replace(sample, notes=(*sample.notes, *unjudged))


def _means(by_framework: Mapping[str, QuarterlyStatements]) -> dict[str, QuarterlyStatements]:
    """The mean over all paths, in the form of a single path."""
    return {
        key: replace(
            statement,
            lines={
                name: None if line is None else line.mean(axis=0, keepdims=True)
                for name, line in statement.lines.items()
            },
        )
        for key, statement in by_framework.items()
    }


def _result(prepared: Prepared, by_framework: Mapping[str, QuarterlyStatements]) -> Result:
    """The parts common to results of every basis."""
    refuse_overflow(prepared, by_framework)
    case = prepared.case
    return Result(
        title=case.spec.title,
        description=case.spec.description,
        holder=case.spec.holder.name,
        currency=case.spec.holder.currency,
        basis="replay",
        paths=1,
        engine_version=VERSION,
        policies=_policies(case),
        inputs={**case.inputs, **case.held.inputs, **embedded_inputs(prepared.embedded)},
        timeline=Timeline(np.empty(0, "datetime64[D]"), prepared.quarters),
        reported=prepared.reported,
        statements=by_framework,
        measurements={},
        holdings={},
        applied={
            (key, name): applied_to(case.spec, key, name)
            for key in case.spec.accounting.frameworks
            for name in prepared.assets
        },
        adopted={quarter.label: index >= prepared.adoption_quarter for index, quarter in enumerate(prepared.quarters)},
        notes=(*notes(implausible(prepared)), *prepared.notes, *ignored(prepared), *_notes(prepared, by_framework)),
    )


def _policies(case: Case) -> dict[str, str]:
    spec = case.spec
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
        **{name: value for name, value in _choices(case).items() if value},
        "tax_rate": _tax_rate(spec.tax),
    }


def _tax_rate(tax: Tax) -> str:
    if tax.rate is not None:
        changes = [f", {change.rate * 100:.6g}% from {change.effective}" for change in tax.rate_changes]
        return f"{tax.rate * 100:.6g}%" + "".join(changes)
    return "not given" if tax.jurisdiction is None else f"US federal in force, state {tax.state_rate * 100:.6g}%"


def _choices(case: Case) -> dict[str, str]:
    """Policies that only some frameworks have; empty where not chosen."""
    accounting = case.spec.accounting
    return {
        "disposal_costs": f"{accounting.disposal_costs:.4%}" if accounting.disposal_costs else "",
        "scope": ", ".join(f"{asset}: {key}" for asset, key in accounting.scope.items()),
        "permanent": ", ".join(accounting.permanent),
        "remeasure_before_disposal": "yes" if accounting.remeasure_before_disposal else "",
        "interim": "" if accounting.interim == "each_quarter" else accounting.interim,
        **_tax_choices(case.spec.tax),
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


def _notes(prepared: Prepared, by_framework: Mapping[str, QuarterlyStatements]) -> list[str]:
    """Notes a reader of the figures needs."""
    spec = prepared.case.spec
    notes = []
    gross = [
        key
        for key, statement in by_framework.items()
        if (asset := statement.lines["deferred_tax_asset"]) is not None
        # The reported quarters are the last.
        and (asset[:, -len(prepared.reported) :] > 0.0).any()
    ]
    if gross and spec.tax.support is None:
        notes.append(
            f"A deferred tax asset is shown without a valuation allowance under {', '.join(gross)}: its realisation "
            "is not tested (tax.support: 0 tests it with liabilities as the only support)."
        )
    deducted = [
        key
        for key, statement in by_framework.items()
        if (tax := statement.lines["current_tax_on_sales"]) is not None
        # Rounding may leave up to half a cent.
        and (np.nan_to_num(tax[:, -len(prepared.reported) :]) > 0.005).any()
    ]
    if deducted and spec.tax.character == "ordinary":
        notes.append(
            f"A loss on disposals is treated as deductible at once under {', '.join(deducted)}; if it offsets capital "
            "gains only, set tax.character: capital."
        )
    typed = {lot.enters for asset in prepared.assets.values() for lot in asset.lots if lot.opening is not None}
    if typed:
        notes.append(
            f"Lots enter with an opening balance of {max(typed)}: activity up to then is unknown, so year-to-date and "
            "full-year figures that include it are not shown."
        )
    if spec.capital.weighted_shares is not None:
        notes.append("Earnings per share are illustrative: the weighted share count is stated, not computed.")
    opening = spec.capital.opening
    if opening is not None and opening.potential_shares and opening.shares and opening.strike is None:
        notes.append(
            "capital.opening.potential_shares do not dilute earnings per share: state capital.opening.strike, the "
            "exercise price (0 for awards), for the treasury stock method."
        )
    if not spec.tax.is_computed:
        notes.append("No tax rate is given (tax.rate), so tax, net income and per-share figures are not computed.")
    return notes
