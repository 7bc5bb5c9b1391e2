"""`treasury-sim`: the commands, and what becomes of errors.

Exit codes: 0 fine, 1 the input is wrong, 2 usage, 3 our bug, 4 an expectation failed, 130 interrupted,
143 ended by SIGTERM, 129 by SIGHUP.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import traceback
from typing import Annotated

import typer

from treasury_sim.cli import app as app_command
from treasury_sim.cli import (
    attribute,
    batch,
    bridge,
    calibrate,
    capital,
    check,
    close,
    diff,
    explain,
    ladder,
    list_scenarios,
    new,
    observe,
    reperform,
    report,
    run,
    schema,
    sensitivity,
    solve,
    tie_out,
)
from treasury_sim.cli.ending import end_like_an_interrupt
from treasury_sim.cli.options import say
from treasury_sim.errors import EndedError, TreasurySimError

HELP = """What a bitcoin price path does to the quarter of a company that holds bitcoin.

A scenario is a YAML file, or the name of a shipped one (see `treasury-sim list`).
Start with: treasury-sim run strategy_2025q4"""

cli = typer.Typer(
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
cli.command("run")(run.run)
cli.command("check")(check.check)
cli.command("tie-out")(tie_out.tie_out)
cli.command("bridge")(bridge.bridge)
cli.command("attribute")(attribute.attribute)
cli.command("explain")(explain.explain)
cli.command("calibrate")(calibrate.calibrate)
cli.command("capital")(capital.capital)
cli.command("ladder")(ladder.ladder)
cli.command("solve")(solve.solve)
cli.command("sensitivity")(sensitivity.sensitivity)
cli.command("report")(report.report)
cli.command("close")(close.close)
cli.command("new")(new.new)
cli.command("schema")(schema.schema)
cli.command("diff")(diff.diff)
cli.command("observe")(observe.observe)
cli.command("batch")(batch.batch)
cli.command("reperform")(reperform.reperform)
cli.command("list")(list_scenarios.list_scenarios)
cli.command("app")(app_command.app)

_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def _print_version(wanted: bool) -> None:
    if wanted:
        from treasury_sim.version import VERSION

        say(f"treasury-sim {VERSION}")
        raise typer.Exit


@cli.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line and leave with its exit code; no traceback reaches a user."""
    end_like_an_interrupt()
    try:
        code = cli(standalone_mode=False)
    except TreasurySimError as error:
        say(str(error), is_error=True)
        code = error.exit_code
    except EndedError as error:
        say(str(error), is_error=True)
        code = error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        say("Interrupted.", is_error=True)
        code = 130
    except BrokenPipeError:
        # The reader of our output has closed it (`treasury-sim list | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except _UsageError as error:
        code = _usage(error)
    except MemoryError:
        say("There is not enough memory for this run. Take fewer paths, lots or quarters.", is_error=True)
        code = TreasurySimError.exit_code
    except RecursionError:
        say("The input is nested too deeply to be read.", is_error=True)
        code = TreasurySimError.exit_code
    except Exception:  # noqa: BLE001
        code = _our_bug()
    sys.exit(code if isinstance(code, int) else 0)


def _usage(error: Exception) -> int:
    text = io.StringIO()
    error.show(file=text)  # type: ignore[attr-defined]
    say(text.getvalue().removesuffix("\n"), is_error=True)
    return 2


def _our_bug() -> int:
    with tempfile.NamedTemporaryFile("w", prefix="treasury-sim-", suffix=".log", delete=False, encoding="utf-8") as log:
        traceback.print_exc(file=log)
    say(
        f"This is a mistake in treasury-sim, not in your input. Please report it with the details in {log.name}",
        is_error=True,
    )
    return 3
