"""One close as tables, which screen, CSV, JSON and XLSX render."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from treasury_sim.domain.arguments import checked
from treasury_sim.domain.lookup import check_quarter
from treasury_sim.domain.result import Result
from treasury_sim.report.close.accounts import STANDARD, AccountMap
from treasury_sim.report.close.checks import Check
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.disclosure import Disclosure, disclosure
from treasury_sim.report.close.journal import Account, Journal, engine_balances, journal, journal_checks, journals
from treasury_sim.report.close.lot_schedule import schedule_checks
from treasury_sim.report.close.roll_forward import roll_forward_checks
from treasury_sim.report.close.tables import (
    details_table,
    flash_table,
    journal_table,
    lots_table,
    policies_table,
    roll_forward_table,
)
from treasury_sim.report.tables.table import Table


@dataclass(frozen=True)
class ClosePack:
    """One quarter under one framework.

    Attributes
    ----------
    flash, roll_forward, lots, journal, policies
        Tables.
    disclosure
        The draft note.
    checks
        Every tie that was tested.
    books
        The journals from the first purchase to this quarter, by label.
    ends, engine_balances
        Last day of each of these quarters, and the balances of the accounts that are asserted.
    close
        The close that the tables are drawn from, for the formulas of a workbook.
    """

    title: str
    holder: str
    currency: str
    framework: str
    quarter: str
    end: date
    flash: Table
    roll_forward: Table
    lots: Table
    journal: Table
    details: Table
    disclosure: Disclosure
    policies: Table
    checks: tuple[Check, ...]
    books: Mapping[str, Journal]
    ends: Mapping[str, date]
    engine_balances: Mapping[str, Mapping[Account, Decimal]]
    close: Close = field(repr=False, compare=False)

    @property
    def ties(self) -> bool:
        """Whether every check is met."""
        return all(check.ties for check in self.checks)

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes that a reader of the figures must know, as in the table of policies."""
        return tuple(str(row.cells[2]) for row in self.policies.rows if row.cells[0] == "note")

    def tables(self) -> tuple[Table, ...]:
        """Every table, in order."""
        return (
            self.flash,
            self.roll_forward,
            self.lots,
            self.journal,
            self.details,
            *self.disclosure.tables,
            self.policies,
        )


@checked
def close_pack(
    result: Result, framework: str | None = None, quarter: str | None = None, accounts: AccountMap = STANDARD
) -> ClosePack:
    """Draw up the close of a quarter under one framework.

    Parameters
    ----------
    result
        The result of one path.
    framework
        Framework key; the first of the result by default.
    quarter
        Label of a reported quarter, such as ``2025Q4``; the last by default.
    accounts
        Names of the accounts of the journal.

    Returns
    -------
    ClosePack
        Flash, roll-forward, lot schedule, journal, disclosure, policies and checks, each a table [currency]; in the
        journal debits are positive.

    Raises
    ------
    NotOnePathError
        If the result is not a single path.
    InputError
        If it has no such framework, or the quarter is not a reported one.

    Examples
    --------
    >>> from treasury_sim import close_pack, run
    >>> pack = close_pack(run("strategy_2025q4"), framework="us_gaap_fair_value")
    >>> pack.quarter, pack.ties
    ('2025Q4', True)
    """
    key = result.framework(framework)
    label = quarter or result.reported[-1].label
    check_quarter(label, (each.label for each in result.reported))
    close = Close(result, key, label)
    return ClosePack(
        title=result.title,
        holder=result.holder,
        currency=result.currency,
        framework=key,
        quarter=label,
        end=close.dates.end,
        flash=flash_table(close),
        roll_forward=roll_forward_table(close),
        lots=lots_table(close),
        journal=journal_table(journal(close), accounts),
        details=details_table(journal(close)),
        disclosure=disclosure(close),
        policies=policies_table(close),
        checks=(*roll_forward_checks(close), *schedule_checks(close), *journal_checks(close)),
        books=journals(close),
        ends={each.label: each.dates.end for each in close.so_far},
        engine_balances={each.label: engine_balances(each) for each in close.so_far},
        close=close,
    )
