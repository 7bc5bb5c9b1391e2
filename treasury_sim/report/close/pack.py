"""One close as tables, which screen, CSV, JSON and XLSX render."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from treasury_sim.domain.arguments import checked
from treasury_sim.domain.lookup import check_framework, check_quarter
from treasury_sim.domain.result import Result
from treasury_sim.report.close.accounts import AccountMap
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
def close_pack(result: Result, key: str, label: str, accounts: AccountMap) -> ClosePack:
    """Draw up the close of quarter `label` under framework `key`.

    Raises
    ------
    NotOnePathError
        If the result is not a single path.
    InputError
        If it has no such framework, or the quarter is not a reported one.
    """
    check_framework(key, result.statements, "key")
    check_quarter(label, (quarter.label for quarter in result.reported), "label")
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
