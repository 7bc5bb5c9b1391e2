"""A case is also a test: what a scenario expects, against what the run found."""

from __future__ import annotations

from collections.abc import Mapping

from treasury_sim.domain.periods import fiscal_years, quarter_periods, single
from treasury_sim.domain.result import Band, Outcome
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.engine.prepare import Prepared
from treasury_sim.scenario.sections.expect import Expectation

EXACT = 1e-12
"""Share of a value by which equal amounts may differ in floating point."""


def needs_band(prepared: Prepared) -> bool:
    """Whether an expectation speaks of the band."""
    return any(
        expectation.band is not None
        for periods in prepared.scenario.spec.expect.values()
        for lines in periods.values()
        for expectation in lines.values()
    )


def judge(
    prepared: Prepared,
    found: Mapping[str, QuarterlyStatements],
    bands: Mapping[tuple[str, str], Mapping[str, Band]],
) -> tuple[Outcome, ...]:
    """Compare every expectation of the scenario with what was found, in the order in which they were written."""
    periods = {
        period.label: period
        for kind in (quarter_periods, fiscal_years)
        for period in kind(prepared.quarters, prepared.reported)
    }
    return tuple(
        Outcome(
            framework=key,
            period=label,
            line=line,
            value=expectation.value,
            got=(got := single(periods[label], line, found[key].lines)),
            tolerance=expectation.tolerance,
            band_widening=expectation.band,
            rounding=expectation.rounding,
            band=(band := bands.get((key, label), {}).get(line)),
            passed=got is not None and _agrees(expectation, got, band),
            source=expectation.source,
            source_of=expectation.source_of,
        )
        for key, expected in prepared.scenario.spec.expect.items()
        for label, lines in expected.items()
        for line, expectation in lines.items()
    )


def _agrees(expectation: Expectation, got: float, band: Band | None) -> bool:
    """Within the tolerance, and within the widened band, wherever the expectation states them.

    The figure before it was rounded is not known: any that rounds to the expected value may be the one that is met.
    """
    value = expectation.value
    rounding = (expectation.rounding or 0.0) + EXACT * abs(value)
    if expectation.band is None:
        return abs(got - value) <= (expectation.allowance or 0.0) + rounding
    if band is None:
        return False
    low, high = band
    near = expectation.tolerance is None or abs(got - value) <= (expectation.allowance or 0.0) + rounding
    below, above = low - expectation.band * abs(low), high + expectation.band * abs(high)
    return near and below - rounding <= value <= above + rounding
