"""Fitted price models: parameters with errors, the test against history, a block to paste."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

from treasury_sim.market.calibration import Fit, Parameter
from treasury_sim.market.drawdowns import LEVELS, QUARTER, DrawdownTest
from treasury_sim.report.render.json import json_text
from treasury_sim.report.tables.page import Page, Part, Words
from treasury_sim.report.tables.table import Column, Row, Table
from treasury_sim.report.words import MISSING

Calibrated = tuple[Fit, DrawdownTest]

OF_THE_DAY_AFTER = ("initial_volatility", "turbulent_first")


def calibration_report(fits: Sequence[Calibrated]) -> Page:
    """Every fitted model, its test against history, and its block to paste."""
    parts: list[Part] = []
    for fitted, test in fits:
        parts += [parameters_table(fitted), _falls(test)]
        parts += [Words("To paste into a scenario:", "title"), Words(prices_block(fitted))]
    if len(fits) > 1:
        parts.append(_comparison(fits))
    return Page(tuple(parts))


def prices_block(fitted: Fit) -> str:
    """The `prices:` section of a scenario with the fitted figures, as YAML."""
    lines = [f"prices:  # {fitted.model} fitted to {fitted.window}, {fitted.returns} daily returns of {fitted.asset}"]
    lines += [f"  {fitted.asset}:", f"    model: {fitted.model}"]
    if fitted.model == "bootstrap":
        lines.append(f"    window: [{fitted.window.first}, {fitted.window.last}]")
    table = ""
    for parameter in fitted.parameters:
        above, _, name = parameter.key.rpartition(".")
        if above != table:
            lines += [f"    {above}:"] if above else []
            table = above
        entry = f"{name}: {_written(parameter, parameter.value)}"
        error = f"  # standard error {_written(parameter, parameter.error)}" if isfinite(parameter.error) else ""
        if parameter.key in OF_THE_DAY_AFTER:
            lines.append(f"    # {entry}  # of the day after the window: for a model that begins there")
        else:
            lines.append(f"    {'  ' if above else ''}{entry}{error}")
    return "\n".join(lines) + "\n"


def calibration_json(fits: Sequence[Calibrated], seed: int) -> str:
    """Every fitted model as JSON; figures as plain numbers, null where none is known."""
    return json_text({"seed": seed, "fits": [_as_json(fitted, test) for fitted, test in fits]})


def _as_json(fitted: Fit, test: DrawdownTest) -> dict[str, object]:
    return {
        "asset": fitted.asset,
        "model": fitted.model,
        "window": [fitted.window.first.isoformat(), fitted.window.last.isoformat()],
        "returns": fitted.returns,
        "parameters": {
            parameter.key: {"value": parameter.value, "standard_error": parameter.error}
            for parameter in fitted.parameters
        },
        "log_likelihood": fitted.log_likelihood,
        "akaike": fitted.akaike,
        "notes": list(fitted.notes),
        "quarterly_falls": {
            "quarters": test.real.size,
            "levels": list(LEVELS),
            "real": test.real_quantiles.tolist(),
            "simulated": test.simulated_quantiles.tolist(),
            "kolmogorov_smirnov": test.distance,
            "p_value": test.p_value,
            "covered_by_90_percent": test.covered,
            "verdict": test.verdict,
        },
        "prices_block": prices_block(fitted),
    }


def parameters_table(fitted: Fit) -> Table:
    """Parameters with their standard errors."""
    columns = Column("parameter", ""), Column("value", "Value"), Column("standard_error", "Standard error")
    rows = tuple(
        Row((parameter.key, *(_known_text(parameter, value) for value in (parameter.value, parameter.error))))
        for parameter in fitted.parameters
    )
    title = f"{fitted.asset}, {fitted.model}, fitted to {fitted.window}"
    likelihood = (
        f"{fitted.log_likelihood:,.1f} (Akaike {fitted.akaike:,.1f})" if isfinite(fitted.log_likelihood) else "none"
    )
    facts = f"{fitted.returns:,} daily returns; log-likelihood {likelihood}."
    return Table("parameters", title, columns, rows, (facts, *fitted.notes))


def _known_text(parameter: Parameter, value: float) -> str:
    return _written(parameter, value) if isfinite(value) else MISSING


def _falls(test: DrawdownTest) -> Table:
    columns = Column("of", ""), *(Column(f"{level}", f"{level:.0%}", "share", decimals=1) for level in LEVELS)
    title = f"Falls of a quarter ({QUARTER} days): lowest price below the close before it; quantiles"
    quantiles = (("real", test.real_quantiles), ("simulated", test.simulated_quantiles))
    rows = tuple(Row((name, *values.tolist())) for name, values in quantiles)
    return Table("falls", title, columns, rows, tuple(_verdict(test)))


def _verdict(test: DrawdownTest) -> Iterator[str]:
    if test.real.size:
        yield (
            f"Kolmogorov-Smirnov distance {test.distance:.3f} over {test.real.size} quarters, p {test.p_value:.3f}; "
            f"{test.covered:.0%} of the real falls lie in the simulated 90 %."
        )
    yield test.verdict


def _comparison(fits: Sequence[Calibrated]) -> Table:
    columns = (
        Column("model", ""),
        Column("log_likelihood", "Log-likelihood", "number", decimals=1),
        Column("akaike", "Akaike", "number", decimals=1),
        Column("p_value", "p of the falls", "number", decimals=3),
    )
    rows = tuple(Row((fitted.model, fitted.log_likelihood, fitted.akaike, test.p_value)) for fitted, test in fits)
    return Table("compared", "Compared", columns, rows)


def _written(parameter: Parameter, value: float) -> str:
    """As a scenario writes it: per cent, or a plain number."""
    if parameter.is_rate:
        return f"{value * 100.0:.4f}%"
    return f"{value:.6f}".rstrip("0").rstrip(".")
