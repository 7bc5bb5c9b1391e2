"""`treasury-sim close`."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treasury_sim.cli.options import (
    EXPECTATION_FAILED,
    AllowPath,
    OpenPath,
    QuarterLabel,
    a_path,
    print_report,
    print_text,
    say,
)
from treasury_sim.cli.progress import progress_bar

if TYPE_CHECKING:
    from treasury_sim.report.close.accounts import AccountMap


class Format(StrEnum):
    """How a close is printed or written."""

    text = "text"
    csv = "csv"
    json = "json"
    xlsx = "xlsx"
    beancount = "beancount"
    hledger = "hledger"


def close(
    scenario: Annotated[
        str | None,
        typer.Argument(metavar="SCENARIO", help="A YAML file, or the name of a shipped scenario (treasury-sim list)."),
    ] = None,
    *,
    quarter: QuarterLabel = None,
    framework: Annotated[
        str | None, typer.Option("--framework", metavar="KEY", help="A framework of the scenario; by default all.")
    ] = None,
    output: Annotated[
        Format, typer.Option("--format", help="Text and JSON are printed; the others need --out, and JSON may have it.")
    ] = Format.text,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", parser=a_path, help="Folder for the files.")
    ] = None,
    accounts: Annotated[
        Path | None,
        typer.Option("--accounts", metavar="FILE", help="Your own account names (see --print-accounts)."),
    ] = None,
    print_accounts: Annotated[
        bool,
        typer.Option("--print-accounts", help="Print the account names as a file for --accounts, and exit."),
    ] = False,
    open_path: OpenPath = None,
    allow_path: AllowPath = None,
) -> None:
    """Close a quarter: roll-forward, lots, journal, draft note.

    Prints or writes a flash pack, roll-forward, lot schedule, journal, draft disclosure and checks.
    Exits with code 4 if a check does not tie.
    """
    from treasury_sim.report.close.accounts import account_map_text

    if print_accounts:
        print_text(account_map_text())
        return
    if scenario is None:
        raise typer.BadParameter("name a scenario", param_hint="SCENARIO")
    if out is None and output not in {Format.text, Format.json}:
        raise typer.BadParameter(f"{output} is written to files: name a folder", param_hint="--out")
    from treasury_sim.analysis.open_path import run_or_open
    from treasury_sim.domain.progress import parts
    from treasury_sim.engine.run_cache import RunCache
    from treasury_sim.report.close import formats
    from treasury_sim.report.close.pack import close_pack
    from treasury_sim.report.close.periods import frameworks_to_close, quarter_to_close
    from treasury_sim.scenario import load

    names, cache = _account_names(accounts), RunCache()
    with progress_bar() as progress:
        loaded = load(scenario, allow_paths=allow_path or ())
        result = run_or_open(loaded, open_path, cache=cache, progress=progress)
        label = quarter_to_close(result, quarter).label
        keys = frameworks_to_close(result, framework)
        packs = [close_pack(result, key, label, names) for key, _ in parts(keys, progress)]
    checks = [check for pack in packs for check in pack.checks]
    if out is not None and output is not Format.text:
        from treasury_sim.report.close.checks import Verdict
        from treasury_sim.report.close.live.sheets import live_sheets
        from treasury_sim.report.close.write import write_close
        from treasury_sim.report.tables.page import Page

        with progress_bar() as progress:
            written = write_close(
                packs, names, output, out, partial(live_sheets, loaded, cache=cache), progress=progress
            )
        checks += written.checks
        say(f"Written to {out}: {', '.join(path.name for path in written.files)}.")
        print_report(Page(tuple(formats.verdict_words(Verdict.of(checks)))))
    elif output is Format.json:
        print_text(formats.close_json(packs))
    else:
        print_report(formats.text_report(packs))
    if not all(check.ties for check in checks):
        raise typer.Exit(EXPECTATION_FAILED)


def _account_names(file: Path | None) -> AccountMap:
    from treasury_sim.errors import TreasurySimError
    from treasury_sim.report.close.accounts import STANDARD, read_account_map

    if file is None:
        return STANDARD
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        message = f"Cannot read the account map {file}: {reason}."
        raise TreasurySimError(message) from error
    return read_account_map(text, str(file))
