"""The entries of one asset in one quarter: acquisitions, disposals, remeasurement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from treasury_sim.accounting import Framework
from treasury_sim.report.close.asset_books import AssetQuarter
from treasury_sim.report.close.citations import cited
from treasury_sim.report.close.lot_details import Detail, details_in, details_out
from treasury_sim.report.close.lot_schedule import adopted_lots, remeasured_lots
from treasury_sim.report.close.movements import COMES_IN, GOES_OUT
from treasury_sim.report.close.postings import Posting, balancing, cents, result_of

_OTHER_SIDE = {
    "purchase": "cash",
    "receipt": "coin_revenue",
    "return": "loan_receivable",
    "opening": "opening_balances",
    "sale": "cash",
    "payment": "coin_expense",
    "loan": "loan_receivable",
}
"""Kind of event -> the account of the consideration given or received."""


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


def _draft(  # noqa: PLR0917 - the columns of a journal
    books: AssetQuarter,
    kind: str,
    narration: str,
    citation: str,
    postings: list[Posting],
    details: tuple[Detail, ...] = (),
    day: date | None = None,
) -> Draft:
    day = day or books.close.dates.end
    kept = tuple(posting for posting in postings if posting.cents)
    return Draft(day, kind, books.asset, books.rule, f"{books.asset}: {narration}", citation, kept, details)


def _adoption(books: AssetQuarter) -> Iterator[Draft]:
    """The cumulative effect of a new standard, as of the first day (ASC 350-60-65-1)."""
    postings = books.holding("adoption")
    if not postings:
        return
    day = books.close.dates.start
    postings.append(balancing("retained_earnings", "", postings))
    narration = "adoption of ASU 2023-08, cumulative effect before tax"
    details = adopted_lots(books.close, books.asset)
    yield _draft(books, "adoption", narration, "ASC 350-60-65-1", postings, details, day)


def _coming(books: AssetQuarter, kind: str) -> Draft:
    postings = books.holding(kind)
    if kind == "opening" and books.books.surplus["opening"]:
        postings.append(Posting("revaluation_surplus", books.asset, books.books.surplus["opening"]))
    if kind == "return":
        postings.append(Posting("loan_receivable", books.asset, books.books.receivable["return"]))
    else:
        if kind == _bears_fees(books):
            postings.append(Posting("transaction_fees", books.asset, -cents(books.line("fee_expense"))))
        account = _OTHER_SIDE[kind]
        postings.append(balancing(account, books.asset if account == "coin_revenue" else "", postings))
    details = details_in(books.close, books.asset, kind)
    units = books.of(books.moved.units_in)[kind]
    narration = f"{COMES_IN[kind].lower()}, {units:,.8g} units in {len(details)} lots"
    return _draft(books, kind, narration, cited(books.rule.key, kind), postings, details)


def _bears_fees(books: AssetQuarter) -> str:
    """The kind of entry that takes expensed purchase fees."""
    return "purchase" if books.of(books.moved.units_in)["purchase"] else "opening"


def _going(books: AssetQuarter, kind: str) -> Draft:
    postings = books.holding(kind)
    gross, net = books.of(books.moved.gross_out)[kind], books.of(books.moved.net_out)[kind]
    account = _OTHER_SIDE[kind]
    if kind == "loan":
        postings.append(Posting(account, books.asset, books.books.receivable["loan"]))
    else:
        by_asset = books.asset if account == "coin_expense" else ""
        postings.append(Posting(account, by_asset, cents(net if kind == "sale" else gross)))
    postings.append(result_of("disposal_gain", "disposal_loss", books.asset, postings))
    details = details_out(books.close, books.asset, kind)
    units = books.of(books.moved.units_out)[kind]
    narration = f"{GOES_OUT[kind].lower()}, {units:,.8g} units of {len(details)} lots"
    if cents(gross - net):
        narration += f", after selling costs of {gross - net:,.2f}"
    return _draft(books, kind, narration, cited(books.rule.key, kind), postings, details)


def _remeasurement(books: AssetQuarter) -> Iterator[Draft]:
    """Profit or loss, OCI, and the surplus released on disposal (never through profit or loss, IAS 38.87)."""
    rule, postings = books.rule, books.holding("remeasurement")
    if postings:
        details = remeasured_lots(books.close, books.asset)
        if rule.rule.ceiling_at_cost:
            # Impairment and its reversal stand apart: lots that fell are not netted with lots that rose.
            written_up = cents(sum(max(detail.amount, 0.0) for detail in details))
            written_down = cents(sum(min(detail.amount, 0.0) for detail in details))
            if written_up and written_down:
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
        narration = "receivable for coins lent, remeasured"
        yield _draft(books, "loan_remeasurement", narration, cited(books.rule.key, "loan_remeasurement"), postings)
