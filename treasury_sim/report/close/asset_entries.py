"""The entries of one asset in one quarter: what came, what left, what was remeasured.

Two ways of keeping the account of an asset are known. *Gross*: cost on one account and accumulated impairment on
another, which a disposal releases with its cost (ACCOUNTING rules A-10 and C-8). *Net*: one account at carrying amount.
Either way they add up to the engine's carrying amount at every quarter end, to the cent: the account's opening and
closing balances are the engine's, rounded, and the movements between them are rounded so that they fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from treasury_sim.domain.result import Result
from treasury_sim.domain.statements import AssetStatement
from treasury_sim.frameworks import Framework
from treasury_sim.report.close.lot_schedule import remeasured_lots
from treasury_sim.report.close.movements import (
    COMES_IN,
    GOES_OUT,
    Detail,
    Movements,
    details_in,
    details_out,
    movements,
    rule_in_force,
)
from treasury_sim.report.close.postings import Posting, balancing, cents, result_of, spread

GROSS = {"us_gaap_impairment", "ifrs_cost", "frs102_cost"}
"""Frameworks whose books keep cost and accumulated impairment apart; the others write down directly."""

_OF_KIND = {
    "purchase": ("cash", "ASC 805-50-30-1"),
    "receipt": ("coin_revenue", "ASC 606-10-32-21"),
    "return": ("loan_receivable", ""),
    "opening": ("opening_balances", ""),
    "sale": ("cash", "ASC 610-20-32"),
    "payment": ("coin_expense", "ASC 610-20-32"),
    "loan": ("loan_receivable", ""),
}
"""Kind of event -> what is given or received for the coins, and where US GAAP says so."""


@dataclass(frozen=True)
class Draft:
    """An entry before it has a number."""

    day: date
    kind: str
    asset: str
    rule: Framework
    narration: str
    citation: str
    postings: tuple[Posting, ...]
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True)
class Books:
    """What one asset's accounts hold and move by in one quarter, in cents.

    Attributes
    ----------
    asset_account, impairment, surplus, receivable
        By movement; a debit is positive.
    """

    asset_account: Mapping[str, int]
    impairment: Mapping[str, int]
    surplus: Mapping[str, int]
    receivable: Mapping[str, int]


class AssetQuarter:
    """One asset under one framework in one quarter."""

    def __init__(self, result: Result, key: str, asset: str, quarter: int) -> None:
        self.result, self.key, self.asset, self.quarter = result, key, asset, quarter
        self.label = result.timeline.quarters[quarter].label
        self.rule = rule_in_force(result, key, asset, self.label)
        before = result.timeline.quarters[max(quarter - 1, 0)].label
        self.is_gross = self.rule.key in GROSS
        self.was_gross = rule_in_force(result, key, asset, before).key in GROSS
        self.statement: AssetStatement = result.statements[key].assets[asset]
        self.moved: Movements = movements(result, key, asset)
        self.books = self._books()

    def line(self, name: str) -> float:
        """The line `name` of the asset's statement in the quarter."""
        return float(self.statement.lines[name][0, self.quarter])

    def before(self, name: str) -> float:
        """The same, of the quarter before."""
        return float(self.statement.lines[name][0, self.quarter - 1]) if self.quarter else 0.0

    def of(self, by_kind: Mapping[str, object]) -> dict[str, float]:
        """The quarter's column of amounts by kind."""
        return {kind: float(amounts[self.quarter]) for kind, amounts in by_kind.items()}  # type: ignore[index]

    def _books(self) -> Books:
        surplus = self._surplus()
        account, impairment = self._gross() if self.is_gross else self._net(surplus)
        receivable = spread(
            {
                "loan": self.of(self.moved.gross_out)["loan"],
                "return": -self.of(self.moved.cost_in)["return"],
                "remeasurement": self.line("loan_remeasurement"),
            },
            cents(self.line("loan_receivable")) - cents(self.before("loan_receivable")),
        )
        return Books(account, impairment, surplus, receivable)

    def _surplus(self) -> dict[str, int]:
        """The surplus, which credits increase: what entered with openings, OCI, and what left with coins."""
        oci, gone = self.line("remeasurement_oci"), float(self.moved.surplus_out[self.quarter])
        opening, closing = self.before("revaluation_surplus"), self.line("revaluation_surplus")
        return spread(
            {"opening": -(closing - opening - oci + gone), "oci": -oci, "release": gone},
            cents(opening) - cents(closing),
            rest="oci",
        )

    def _net(self, surplus: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
        """One account at carrying amount; at a change of rule, whatever was kept apart before is closed into it."""
        opening_cost, opening = self.before("cost_basis"), self.before("carrying")
        start = cents(opening_cost) if self.was_gross else cents(opening)
        entered = self.of(self.moved.entered)
        account = spread(
            {
                **{kind: cost + entered[kind] for kind, cost in self.of(self.moved.cost_in).items()},
                **{kind: -amount for kind, amount in self.of(self.moved.carrying_out).items()},
                "remeasurement": self.line("remeasurement_pl"),
                "adoption": self.line("equity_direct") + (opening - start / 100.0 if self.was_gross else 0.0),
            },
            cents(self.line("carrying")) - start,
            {"oci": -surplus["oci"]},
        )
        return account, {"adoption": start - cents(opening)}

    def _gross(self) -> tuple[dict[str, int], dict[str, int]]:
        """Cost on one account, accumulated impairment (a credit) on another."""
        cost_out, carrying_out = self.of(self.moved.cost_out), self.of(self.moved.carrying_out)
        account = spread(
            {**self.of(self.moved.cost_in), **{kind: -cost for kind, cost in cost_out.items()}},
            cents(self.line("cost_basis")) - cents(self.before("cost_basis")),
        )
        closing = cents(self.line("carrying")) - cents(self.line("cost_basis"))
        opening = cents(self.before("carrying")) - cents(self.before("cost_basis"))
        impairment = spread(
            {
                **self.of(self.moved.entered),
                **{kind: cost - carrying_out[kind] for kind, cost in cost_out.items()},
                "remeasurement": self.line("remeasurement_pl"),
            },
            closing - opening,
        )
        return account, impairment

    def holding(self, movement: str) -> list[Posting]:
        """What `movement` posts to the accounts of the asset."""
        found = [
            Posting("digital_assets", self.asset, self.books.asset_account.get(movement, 0)),
            Posting("accumulated_impairment", self.asset, self.books.impairment.get(movement, 0)),
        ]
        return [posting for posting in found if posting.cents]


def asset_drafts(books: AssetQuarter) -> Iterator[Draft]:
    """The entries of one asset in one quarter, swaps excepted: they join two assets."""
    yield from _adoption(books)
    for kind in COMES_IN:
        if kind != "swap_in" and books.of(books.moved.units_in)[kind]:
            yield _coming(books, kind)
    for kind in GOES_OUT:
        if kind != "swap_out" and books.of(books.moved.units_out)[kind]:
            yield _going(books, kind)
    yield from _remeasurement(books)
    yield from _loan_remeasurement(books)


def _draft(
    books: AssetQuarter,
    kind: str,
    narration: str,
    citation: str,
    postings: list[Posting],
    details: tuple[Detail, ...] = (),
) -> Draft:
    day = books.result.timeline.quarters[books.quarter].end
    kept = tuple(posting for posting in postings if posting.cents)
    return Draft(day, kind, books.asset, books.rule, f"{books.asset}: {narration}", citation, kept, details)


def _cited(books: AssetQuarter, kind: str) -> str:
    in_us_gaap = _OF_KIND[kind][1] if books.rule.key.startswith("us_gaap") else ""
    return in_us_gaap or books.rule.citation


def _adoption(books: AssetQuarter) -> Iterator[Draft]:
    """The cumulative effect of a new standard, as of the first day (ASC 350-60-65-1)."""
    postings = books.holding("adoption")
    if not postings:
        return
    day = books.result.timeline.quarters[books.quarter].start
    postings.append(balancing("retained_earnings", "", postings))
    narration = f"{books.asset}: adoption of ASU 2023-08, cumulative effect before tax"
    yield Draft(day, "adoption", books.asset, books.rule, narration, "ASC 350-60-65-1", tuple(postings))


def _coming(books: AssetQuarter, kind: str) -> Draft:
    postings = books.holding(kind)
    if kind == "opening" and books.books.surplus["opening"]:
        postings.append(Posting("revaluation_surplus", books.asset, books.books.surplus["opening"]))
    if kind == "return":
        postings.append(Posting("loan_receivable", books.asset, books.books.receivable["return"]))
        postings.append(result_of("loan_gain", "loan_loss", books.asset, postings))
    else:
        if kind == _bears_fees(books):
            postings.append(Posting("transaction_fees", books.asset, -cents(books.line("fee_expense"))))
        account = _OF_KIND[kind][0]
        postings.append(balancing(account, books.asset if account == "coin_revenue" else "", postings))
    details = details_in(books.result, books.asset, kind, books.quarter)
    units = books.of(books.moved.units_in)[kind]
    narration = f"{COMES_IN[kind].lower()}, {units:,.8g} units in {len(details)} lots"
    return _draft(books, kind, narration, _cited(books, kind), postings, details)


def _bears_fees(books: AssetQuarter) -> str:
    """The kind of entry that takes expensed purchase fees."""
    return "purchase" if books.of(books.moved.units_in)["purchase"] else "opening"


def _going(books: AssetQuarter, kind: str) -> Draft:
    postings = books.holding(kind)
    gross, net = books.of(books.moved.gross_out)[kind], books.of(books.moved.net_out)[kind]
    account = _OF_KIND[kind][0]
    if kind == "loan":
        postings.append(Posting(account, books.asset, books.books.receivable["loan"]))
    else:
        by_asset = books.asset if account == "coin_expense" else ""
        postings.append(Posting(account, by_asset, cents(net if kind == "sale" else gross)))
    postings.append(result_of("disposal_gain", "disposal_loss", books.asset, postings))
    details = details_out(books.result, books.key, books.asset, kind, books.quarter)
    units = books.of(books.moved.units_out)[kind]
    narration = f"{GOES_OUT[kind].lower()}, {units:,.8g} units of {len(details)} lots"
    if cents(gross - net):
        narration += f", after selling costs of {gross - net:,.2f}"
    return _draft(books, kind, narration, _cited(books, kind), postings, details)


def _remeasurement(books: AssetQuarter) -> Iterator[Draft]:
    """Profit or loss, OCI, and the surplus of coins that left (never through profit or loss, IAS 38.87)."""
    rule, postings = books.rule, books.holding("remeasurement")
    if postings:
        details = remeasured_lots(books.result, books.key, books.asset, books.quarter)
        if rule.rule.is_cost_model:
            # Impairment and its reversal stand apart: lots that fell are not netted with lots that rose.
            written_up = cents(sum(max(detail.amount, 0.0) for detail in details))
            if written_up and sum(p.cents for p in postings) != written_up:
                postings.append(Posting("remeasurement_gain", books.asset, -written_up))
        postings.append(result_of("remeasurement_gain", "remeasurement_loss", books.asset, postings))
        name = rule.remeasurement_name(books.line("remeasurement_pl"), adopted=True)
        yield _draft(books, "remeasurement", name, rule.citation, postings, details)
    surplus = books.books.surplus
    if surplus["oci"]:
        postings = [*books.holding("oci"), Posting("revaluation_surplus", books.asset, surplus["oci"])]
        yield _draft(books, "revaluation", "revaluation in other comprehensive income", rule.citation, postings)
    if surplus["release"]:
        postings = [Posting("revaluation_surplus", books.asset, surplus["release"])]
        postings.append(balancing("retained_earnings", "", postings))
        narration = "revaluation surplus of coins that left, to retained earnings"
        yield _draft(books, "surplus_release", narration, rule.citation, postings)


def _loan_remeasurement(books: AssetQuarter) -> Iterator[Draft]:
    amount = books.books.receivable["remeasurement"]
    if amount:
        postings = [Posting("loan_receivable", books.asset, amount)]
        postings.append(result_of("loan_gain", "loan_loss", books.asset, postings))
        yield _draft(books, "loan_remeasurement", "receivable for coins lent, remeasured", "ASC 815-15", postings)
