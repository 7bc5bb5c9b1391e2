"""What `treasury-sim calibrate` prints: parameters with errors, the test against history, a block to paste."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import isfinite

from rich.console import Group
from rich.text import Text

from treasury_sim.market.calibration import Fit, Parameter
from treasury_sim.market.drawdowns import LEVELS, QUARTER, DrawdownTest
from treasury_sim.report.text_table import Column, TextTable
from treasury_sim.report.words import MISSING

Calibrated = tuple[Fit, DrawdownTest]


def calibration_report(found: Sequence[Calibrated]) -> Group:
    """Every fitted model as text, and its block to paste."""
    parts: list[TextTable | Text] = []
    for fitted, test in found:
        parts += [_parameters(fitted), _facts(fitted), Text(""), _falls(test), Text(_judged(test)), Text("")]
        parts += [Text("To paste into a scenario:", style="bold"), Text(prices_block(fitted)), Text("")]
    if len(found) > 1:
        parts.append(_comparison(found))
    return Group(*parts)


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
            lines.append(f"    {above}:")
            table = above
        entry = f"{name}: {_written(parameter, parameter.value)}"
        error = f"  # standard error {_written(parameter, parameter.error)}" if isfinite(parameter.error) else ""
        if parameter.key == "initial_volatility":
            lines.append(f"    # {entry}  # of the day after the window: for a model that begins there")
        else:
            lines.append(f"    {'  ' if above else ''}{entry}{error}")
    return "\n".join(lines) + "\n"


def calibration_json(found: Sequence[Calibrated], seed: int) -> str:
    """Every fitted model as JSON; figures as plain numbers, null where none is known."""
    return json.dumps({"seed": seed, "fits": [_as_json(*one) for one in found]}, indent=2, allow_nan=False) + "\n"


def _as_json(fitted: Fit, test: DrawdownTest) -> dict[str, object]:
    return {
        "asset": fitted.asset,
        "model": fitted.model,
        "window": [fitted.window.first.isoformat(), fitted.window.last.isoformat()],
        "returns": fitted.returns,
        "parameters": {
            parameter.key: {"value": parameter.value, "standard_error": _finite(parameter.error)}
            for parameter in fitted.parameters
        },
        "log_likelihood": _finite(fitted.log_likelihood),
        "akaike": _finite(fitted.akaike),
        "notes": list(fitted.notes),
        "quarterly_falls": {
            "quarters": test.real.size,
            "levels": list(LEVELS),
            "real": [_finite(value) for value in test.real_quantiles.tolist()],
            "simulated": test.simulated_quantiles.tolist(),
            "kolmogorov_smirnov": _finite(test.distance),
            "p_value": _finite(test.p_value),
            "covered_by_90_percent": _finite(test.covered),
            "verdict": test.verdict,
        },
        "prices_block": prices_block(fitted),
    }


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None


def _parameters(fitted: Fit) -> TextTable:
    title = f"{fitted.asset}, {fitted.model}, fitted to {fitted.window}"
    table = TextTable(title, (Column("", is_text=True), Column("value"), Column("standard error")))
    for parameter in fitted.parameters:
        error = _written(parameter, parameter.error) if isfinite(parameter.error) else MISSING
        table.add(parameter.key, _written(parameter, parameter.value), error)
    return table


def _facts(fitted: Fit) -> Text:
    likelihood = (
        f"{fitted.log_likelihood:,.1f} (Akaike {fitted.akaike:,.1f})" if isfinite(fitted.log_likelihood) else "none"
    )
    lines = [f"{fitted.returns:,} daily returns; log-likelihood {likelihood}.", *fitted.notes]
    return Text("\n".join(lines))


def _falls(test: DrawdownTest) -> TextTable:
    columns = tuple(Column(f"{level:.0%}") for level in LEVELS)
    title = f"Falls of a quarter ({QUARTER} days): lowest price below the close before it; quantiles"
    table = TextTable(title, (Column("", is_text=True), *columns))
    for name, quantiles in (("real", test.real_quantiles), ("simulated", test.simulated_quantiles)):
        table.add(name, *(f"{value:.1%}" if isfinite(value) else MISSING for value in quantiles.tolist()))
    return table


def _judged(test: DrawdownTest) -> str:
    if not test.real.size:
        return test.verdict
    figures = (
        f"Kolmogorov-Smirnov distance {test.distance:.3f} over {test.real.size} quarters, p {test.p_value:.3f}; "
        f"{test.covered:.0%} of the real falls lie in the simulated 90 %."
    )
    return f"{figures}\n{test.verdict}"


def _comparison(found: Sequence[Calibrated]) -> TextTable:
    columns = (Column("", is_text=True), Column("log-likelihood"), Column("Akaike"), Column("p of the falls"))
    table = TextTable("Compared", columns)
    for fitted, test in found:
        figures = (fitted.log_likelihood, fitted.akaike)
        shown = [f"{value:,.1f}" if isfinite(value) else MISSING for value in figures]
        table.add(fitted.model, *shown, f"{test.p_value:.3f}" if isfinite(test.p_value) else MISSING)
    return table


def _written(parameter: Parameter, value: float) -> str:
    """As a scenario writes it: per cent, or a plain number."""
    if parameter.is_rate:
        return f"{value * 100.0:.4f}%"
    return f"{value:.6f}".rstrip("0").rstrip(".")
