"""Compare the figures a scenario expects with those of the run."""

from __future__ import annotations

from collections.abc import Mapping

from treasury_sim.case.sections.expect import Expectation
from treasury_sim.domain.periods import fiscal_years, quarter_periods, single
from treasury_sim.domain.result import Band, Outcome
from treasury_sim.domain.statements import QuarterlyStatements
from treasury_sim.engine.prepare import Prepared

EXACT = 1e-12
"""Relative difference allowed between equal amounts in floating point."""


def needs_band(prepared: Prepared) -> bool:
    """Whether an expected figure states a band."""
    return any(
        expectation.band is not None
        for periods in prepared.case.spec.expect.values()
        for lines in periods.values()
        for expectation in lines.values()
    )


def judge(
    prepared: Prepared,
    by_framework: Mapping[str, QuarterlyStatements],
    bands: Mapping[tuple[str, str], Mapping[str, Band]],
) -> tuple[Outcome, ...]:
    """Compare every expected figure with the figure of the run, in the order of the scenario."""
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
            got=(got := single(periods[label], line, by_framework[key].lines)),
            tolerance=expectation.tolerance,
            band_widening=expectation.band,
            rounding=expectation.rounding,
            band=(band := bands.get((key, label), {}).get(line)),
            passed=got is not None and _agrees(expectation, got, band),
            source=expectation.source,
            source_of=expectation.source_of,
        )
        for key, expected in prepared.case.spec.expect.items()
        for label, lines in expected.items()
        for line, expectation in lines.items()
    )


def _agrees(expectation: Expectation, got: float, band: Band | None) -> bool:
    """Whether the figure is within the tolerance and within the widened band, where stated.

    An expected value may be rounded: any figure that rounds to it agrees.
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
