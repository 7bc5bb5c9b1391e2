"""`treasury-sim`: the commands by section, and the exit code of each kind of error."""

from __future__ import annotations

import io
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
import typer.core

from treasury_sim.cli import app as app_command
from treasury_sim.cli import (
    attribute,
    backtest,
    batch,
    block,
    calibrate,
    capital,
    check,
    close,
    crash,
    explain,
    holders,
    ladder,
    list_scenarios,
    mining,
    models,
    new,
    now,
    prices,
    reperform,
    report,
    run,
    schema,
    sector,
    sensitivity,
    solve,
)
from treasury_sim.cli.ending import end_like_an_interrupt
from treasury_sim.cli.old_names import OLD_NAMES
from treasury_sim.cli.options import say
from treasury_sim.errors import EndedError, TreasurySimError

if TYPE_CHECKING:
    from typer._click import Context, HelpFormatter

HELP = """Compute what a bitcoin price path does to the quarter of a company that holds bitcoin.

A scenario is a YAML file, or the name of a shipped one (see `treasury-sim list`).
Start with: treasury-sim run strategy_2025q4"""

EXIT_CODES = (
    "Exit codes: 0 success; 1 wrong input; 2 wrong usage; 3 a bug in treasury-sim; 4 an expected figure not met, a "
    "check that does not tie, or a repeated batch that differs; 130 interrupted; 143 ended by SIGTERM; 129 ended by "
    "SIGHUP."
)

SECTIONS: dict[str, dict[str, Callable[..., None]]] = {
    "What will the quarter report?": {
        "now": now.now,
        "run": run.run,
        "calibrate": calibrate.calibrate,
        "models": models.models,
        "backtest": backtest.backtest,
        "capital": capital.capital,
        "sector": sector.sector,
        "holders": holders.holders,
        "mining": mining.mining,
        "crash": crash.crash,
        "prices": prices.prices,
    },
    "Why, and what would it take?": {
        "attribute": attribute.attribute,
        "explain": explain.explain,
        "solve": solve.solve,
        "ladder": ladder.ladder,
        "sensitivity": sensitivity.sensitivity,
        "block": block.block,
    },
    "Close, report, re-perform": {
        "close": close.close,
        "report": report.report,
        "batch": batch.batch,
        "reperform": reperform.reperform,
    },
    "Write scenarios": {
        "new": new.new,
        "schema": schema.schema,
        "check": check.check,
        "list": list_scenarios.list_scenarios,
    },
    "In a browser": {"app": app_command.app},
}
"""The commands by the question they answer, in the order of the README's table; a test compares the two."""


class Commands(typer.core.TyperGroup):
    """The commands, listed by section; typer's own panels need rich, whose import would slow `--help` down."""

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002
        """Write each section with the whole first sentence of each command's help."""
        width = max(len(name) for commands in SECTIONS.values() for name in commands)
        for title, commands in SECTIONS.items():
            rows = [(name.ljust(width), self.commands[name].get_short_help_str()) for name in commands]
            formatter.write(f"\n{title}\n")
            with formatter.indentation():
                formatter.write_dl(rows)


cli = typer.Typer(
    cls=Commands,
    help=HELP,
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _commands in SECTIONS.values():
    for _name, _command in _commands.items():
        # A stated short help is shown in full; one that typer derives from the docstring is cut off with "...".
        cli.command(_name, short_help=(_command.__doc__ or "").partition("\n")[0])(_command)

for _old_name, _old_command in OLD_NAMES.items():
    cli.command(_old_name, hidden=True)(_old_command)

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
    """Run the command line and exit with its code; a user never sees a traceback."""
    # Matrices are small here: threads of the linear algebra library take longer to wait for each other than to work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
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
        # The program that reads our output has closed the pipe (`treasury-sim list | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except _UsageError as error:
        code = _usage(error)
    except MemoryError:
        say("Not enough memory for this run. Use fewer paths, lots or quarters.", is_error=True)
        code = TreasurySimError.exit_code
    except RecursionError:
        say("The input is nested too deeply to read.", is_error=True)
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
        f"This is a bug in treasury-sim, not a mistake in your input. Please report it with the details in {log.name}",
        is_error=True,
    )
    return 3
