"""What must hold of every scenario that is accepted: figures finite, closes that tie, YAML that reads back."""

from __future__ import annotations

import json
from random import Random

import numpy as np

from treasury_sim import Result, Scenario, close_pack, load_given, run, to_json, to_yaml
from treasury_sim.case.sections.prices import Sampled
from treasury_sim.report.close import formats
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.files import lots_csv, statements_csv

MOST_PATHS = 64
MOST_QUARTERS = 60
MOST_CLOSES = 3
MOST_LOTS_SIMULATED = 50
"""A plan that takes other lots on each path replays the paths one by one, which takes minutes and says so."""


class BrokenPromiseError(AssertionError):
    """A result that must not be."""


def scenario(random: Random, given: Scenario) -> None:
    """Read `given` back from its own YAML, run it, and close some of its quarters."""
    again = load_given({"again.yaml": to_yaml(given).encode("utf-8", "surrogatepass")})
    if len(given.spec.quarters) > MOST_QUARTERS:
        return
    if any(isinstance(model, Sampled) for model in given.spec.prices.values()) and (
        given.spec.simulation.paths > MOST_PATHS
        or len(given.spec.quarters) > 8
        or len(given.lots) > MOST_LOTS_SIMULATED
    ):
        return
    result = run(given)
    finite(result)
    json.loads(to_json(result), parse_constant=_no_such_number)
    if (statements_csv(result), lots_csv(result)) != (statements_csv(run(again)), lots_csv(run(again))):
        message = "its own YAML reads back as another scenario"
        raise BrokenPromiseError(message)
    if result.basis == "replay":
        closes(random, result)


def finite(result: Result) -> None:
    """No line of any statement is infinite."""
    for key, statement in result.statements.items():
        for name, lines in (("", statement.lines), *((asset, own.lines) for asset, own in statement.assets.items())):
            for line, values in lines.items():
                if values is not None and np.isinf(values).any():
                    message = f"{key} {name} {line} is infinite"
                    raise BrokenPromiseError(message)


def closes(random: Random, result: Result) -> None:
    """Some quarters close, and the close ties and is written."""
    pairs = [(key, quarter.label) for key in result.statements for quarter in result.reported]
    for key, label in random.sample(pairs, min(len(pairs), MOST_CLOSES)):
        pack = close_pack(result, key, label, STANDARD)
        untied = [check for check in pack.checks if not check.ties]
        if untied:
            message = f"the close of {label} under {key} does not tie: {untied[:3]}"
            raise BrokenPromiseError(message)
        formats.csv_files(pack)


def _no_such_number(name: str) -> None:
    message = f"{name} in JSON"
    raise BrokenPromiseError(message)
