"""The journal as plain-text accounting: Beancount, and hledger.

All entries from the first purchase to the end of the quarter that is closed, in the holder's currency, with units and
lots as metadata; at every quarter end each account of an asset, and of deferred tax, is asserted to hold what the
engine has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.report.close.accounts import ACCOUNTS, AccountMap
from treasury_sim.report.close.journal import Account, Journal
from treasury_sim.report.close.lot_details import Detail
from treasury_sim.report.close.pack import ClosePack
from treasury_sim.report.close.postings import Entry, Posting

ASSERTED = (
    "digital_assets",
    "accumulated_impairment",
    "loan_receivable",
    "revaluation_surplus",
    "deferred_tax_asset",
    "valuation_allowance",
    "deferred_tax_liability",
)
"""Accounts whose balance is asserted at every quarter end."""


class Names:
    """Names of accounts as a program allows them.

    Accounts to which an account map gives one name are one account; names that only become alike when they are
    cleaned are kept apart.
    """

    def __init__(self, accounts: AccountMap, books: Mapping[str, Journal], *, strict: bool) -> None:
        self._accounts = accounts
        self._clean = _strict if strict else _loose
        self._names: dict[tuple[str, str, str], str] = {}
        self._meant: dict[str, str] = {}
        for entries in books.values():
            for entry in entries:
                for posting in entry.postings:
                    self.of(posting, entry.rule)

    def of(self, posting: Posting, rule: str) -> str:
        """Name the account of `posting` in the words of `rule`."""
        # Balance-sheet accounts keep their name when the rule changes.
        moves = ACCOUNTS[posting.account].category in {"Income", "Expenses"}
        key = (posting.account, posting.asset, rule if moves else "")
        if key not in self._names:
            name = self._accounts.name(posting.account, FRAMEWORKS[rule], posting.asset)
            meant = f"{ACCOUNTS[posting.account].category}:{name}"
            name = f"{ACCOUNTS[posting.account].category}:{self._clean(name)}"
            while self._meant.setdefault(name, meant) != meant:
                name += "-2"
            self._names[key] = name
        return self._names[key]

    def all(self) -> list[tuple[str, str]]:
        """Every name and its category, sorted."""
        return sorted({(name, ACCOUNTS[key[0]].category) for key, name in self._names.items()})

    def asserted(self, held: Mapping[Account, Decimal]) -> dict[str, Decimal]:
        """The balances of `held` by name; a name that is also another account's is not asserted."""
        shared = {name for key, name in self._names.items() if key[0] not in ASSERTED}
        by_name: dict[str, Decimal] = {}
        for (account, asset), amount in held.items():
            name = self._names[account, asset, ""]
            if name not in shared:
                by_name[name] = by_name.get(name, Decimal(0)) + amount
        return by_name


def _strict(name: str) -> str:
    """A name of Beancount: parts that begin with a capital or digit and hold letters, digits and dashes."""
    parts = [re.sub(r"[^\w-]+|_+", "-", part.strip()).strip("-") for part in name.split(":")]
    return ":".join(part[:1].upper() + part[1:] if part[:1].isalnum() else f"X{part}" for part in parts)


def _loose(name: str) -> str:
    """A name of hledger: no double blanks, no comment."""
    return ":".join(re.sub(r"[\s;]+", " ", part).strip() or "X" for part in name.split(":"))


def _comments(pack: ClosePack) -> list[str]:
    return [f"; {_one_line(note)}" for note in pack.notes]


def beancount(pack: ClosePack, accounts: AccountMap) -> str:
    """The journals of `pack` for Beancount 3."""
    names = Names(accounts, pack.books, strict=True)
    lines = [
        f"; {_one_line(pack.holder)}: {_one_line(pack.title)}, {pack.framework}, until {pack.quarter}",
        *_comments(pack),
        f'option "title" "{_quoted(pack.title)}"',
        f'option "operating_currency" "{pack.currency}"',
        "",
    ]
    first = min((entry.day for entries in pack.books.values() for entry in entries), default=pack.end)
    lines += [f"{first} open {name} {pack.currency}" for name, _ in names.all()]
    for _, entries, end, held in _by_quarter(pack):
        for entry in entries:
            lines += ["", f'{entry.day} * "{_quoted(entry.narration)}"']
            lines += [f'  {key}: "{_quoted(value)}"' for key, value in _about(entry).items()]
            for posting in entry.postings:
                lines.append(f"  {names.of(posting, entry.rule)}  {posting.amount:.2f} {pack.currency}")
        lines.append("")
        # Beancount asserts at the beginning of a day.
        day = end + timedelta(days=1)
        lines += [
            f"{day} balance {name}  {amount:.2f} {pack.currency}" for name, amount in names.asserted(held).items()
        ]
    return "\n".join(lines) + "\n"


def hledger(pack: ClosePack, accounts: AccountMap) -> str:
    """The journals of `pack` for hledger, with accounts and currency declared, so that ``check --strict`` is met."""
    names = Names(accounts, pack.books, strict=False)
    lines = [f"; {_one_line(pack.holder)}: {_one_line(pack.title)}, {pack.framework}, until {pack.quarter}"]
    lines += [*_comments(pack), "", f"commodity 1000.00 {pack.currency}", ""]
    types = {"Assets": "A", "Liabilities": "L", "Equity": "E", "Income": "R", "Expenses": "X"}
    lines += [f"account {name}  ; type: {types[category]}" for name, category in names.all()]
    for label, entries, end, held in _by_quarter(pack):
        for entry in entries:
            lines += ["", f"{entry.day} * ({entry.number}) {_one_line(entry.narration)}"]
            lines += [f"    ; {key}: {_one_line(value)}" for key, value in _about(entry).items()]
            for posting in entry.postings:
                lines.append(f"    {names.of(posting, entry.rule)}  {posting.amount:.2f} {pack.currency}")
        if names.asserted(held):
            lines += ["", f"{end} * {label} balances"]
            unit = pack.currency
            lines += [f"    {name}  0.00 {unit} = {amount:.2f} {unit}" for name, amount in names.asserted(held).items()]
    return "\n".join(lines) + "\n"


def _by_quarter(pack: ClosePack) -> Iterator[tuple[str, Journal, date, dict[Account, Decimal]]]:
    """Label, entries, last day, and the balances that the engine gives, quarter by quarter."""
    asserted: dict[Account, Decimal] = {}
    for label, entries in pack.books.items():
        for entry in entries:
            for posting in entry.postings:
                if posting.account in ASSERTED:
                    asserted.setdefault((posting.account, posting.asset), Decimal(0))
        held = {account: pack.engine_balances[label][account] for account in asserted}
        yield label, entries, pack.ends[label], held


def _about(entry: Entry) -> dict[str, str]:
    """Metadata of an entry: kind, rule, citation, units, lots."""
    about = {"kind": entry.kind, "rule": entry.rule}
    if entry.citation:
        about["citation"] = entry.citation
    units = sum(detail.units for detail in entry.details)
    if entry.details and entry.asset in {p.asset for p in entry.postings}:
        about["units"] = f"{units:.8f} {entry.asset}"
    return {**about, **{f"lot-{n}": _lot(detail) for n, detail in enumerate(entry.details, start=1)}}


def _lot(detail: Detail) -> str:
    days = f"{detail.first}" if detail.first == detail.last else f"{detail.first} to {detail.last}"
    return f"{detail.lot} | {days} | {detail.units:.8f} units | {detail.amount:.2f}"


def _one_line(text: str) -> str:
    """Text on one line, without what begins a comment."""
    return re.sub(r"[\s;]+", " ", text).strip()


def _quoted(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("\\", "\\\\").replace('"', '\\"')
