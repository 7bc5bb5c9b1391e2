"""`treasury-sim holders`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from treasury_sim.cli.options import A_DAY, EXPECTATION_FAILED, Printed, TextOrJson, print_report, print_text


class Action(StrEnum):
    """Ways to use the table."""

    check = "check"


def holders(
    action: Annotated[Action, typer.Argument(metavar="check", help="Tie the figures with each other and with prices.")],  # noqa: ARG001
    file: Annotated[
        Path | None, typer.Argument(metavar="[CSV]", help="A table of holders; by default the shipped one.")
    ] = None,
    *,
    on: Annotated[
        datetime | None,
        typer.Option("--on", help="Day from which ages count; by default that of the newest figure.", **A_DAY),
    ] = None,
    output: Printed = TextOrJson.text,
) -> None:
    """Check whether units, cost and fair value of holders tie.

    Exits with code 4 if a pair does not tie and has no explanation. The form of the table: docs/sector.md.
    Example: treasury-sim holders check new_quarter.csv
    """
    from treasury_sim.analysis.holder_check import latest, pairs
    from treasury_sim.report.tables.holder_check import check_json, check_page
    from treasury_sim.scenario.importers.holder_facts import read_facts_file
    from treasury_sim.scenario.library import holders_table

    facts = read_facts_file(file or holders_table())
    today = on.date() if on is not None else max(fact.as_of for fact in facts)
    tied, ages = list(pairs(facts)), list(latest(facts, today))
    if output is TextOrJson.json:
        print_text(check_json(tied, ages, today))
    else:
        print_report(check_page(tied, ages, today))
    if any(pair.verdict == "does not tie" for pair in tied):
        raise typer.Exit(EXPECTATION_FAILED)
