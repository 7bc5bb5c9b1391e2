"""The entries of the holder: exchanges of coins, tax, and the income besides the holdings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.periods import Period, single
from treasury_sim.report.close.asset_books import AssetQuarter
from treasury_sim.report.close.asset_entries import Draft
from treasury_sim.report.close.citations import cited
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.lot_details import details_in, details_out
from treasury_sim.report.close.postings import Posting, balancing, cents, result_of

MOST_ROUNDING = 4
"""Cents by which balances and lines may differ because each is rounded."""


class HolderQuarter:
    """The holder under one framework in one quarter."""

    def __init__(self, close: Close) -> None:
        self.close, self.quarter = close, close.quarter
        self.rule = FRAMEWORKS[close.framework].in_force(adopted=close.result.adopted[close.label])
        self.start: date = close.dates.start
        self.end: date = close.dates.end
        self.tax_citation = cited(close.framework, "tax")

    def line(self, name: str, quarter: int | None = None) -> float:
        """The line `name` of the holder's statement; 0 where it was not computed, and before the first quarter."""
        at = self.quarter if quarter is None else quarter
        if at < 0:
            return 0.0
        return single(Period("", (at,)), name, self.close.statements.lines) or 0.0

    def knows(self, name: str) -> bool:
        """Whether the line `name` was computed for the quarter."""
        return single(Period("", (self.quarter,)), name, self.close.statements.lines) is not None

    def moved(self, name: str) -> int:
        """By how many cents the balance `name` moved."""
        return cents(self.line(name)) - cents(self.line(name, self.quarter - 1))

    def draft(
        self, kind: str, narration: str, citation: str, postings: Sequence[Posting], day: date | None = None
    ) -> Iterator[Draft]:
        """An entry, if anything is in it."""
        kept = tuple(posting for posting in postings if posting.cents)
        if kept:
            yield Draft(day or self.end, kind, "", self.rule, narration, citation, kept)


def swap_drafts(assets: Sequence[AssetQuarter]) -> Iterator[Draft]:
    """Coins given and received in exchange: a disposal and an acquisition at the fair value given."""
    given = [books for books in assets if books.of(books.moved.units_out)["swap_out"]]
    if not given:
        return
    received = [books for books in assets if books.of(books.moved.units_in)["swap_in"]]
    postings = [posting for books in received for posting in books.holding("swap_in")]
    postings += [posting for books in given for posting in books.holding("swap_out")]
    for books in given[:-1]:
        realised = books.of(books.moved.gross_out)["swap_out"] - books.of(books.moved.carrying_out)["swap_out"]
        postings.append(Posting("disposal_gain" if realised >= 0.0 else "disposal_loss", books.asset, -cents(realised)))
    # What rounding leaves is in the result of the last asset.
    postings.append(result_of("disposal_gain", "disposal_loss", given[-1].asset, postings))
    first = given[0]
    details = [detail for books in received for detail in details_in(books.close, books.asset, "swap_in")]
    details += [detail for books in given for detail in details_out(books.close, books.asset, "swap_out")]
    names = "/".join(dict.fromkeys(books.asset for books in (*given, *received)))
    yield Draft(
        day=first.close.dates.end,
        kind="swap",
        asset=names,
        rule=first.rule,
        narration=f"{names}: coins given in exchange for other coins",
        citation=cited(first.rule.key, "swap"),
        postings=tuple(posting for posting in postings if posting.cents),
        details=tuple(details),
    )


def holder_drafts(holder: HolderQuarter) -> Iterator[Draft]:
    """Tax and the income besides the holdings."""
    adoption = _adoption_tax(holder)
    yield from adoption
    yield from _deferred_tax(holder, [posting for draft in adoption for posting in draft.postings])
    yield from _surplus_tax(holder)
    for line, income, expense, what in (
        ("other_operating_income", "other_operating_income", "other_operating_expense", "other operating income"),
        ("interest", "interest_income", "interest_expense", "interest, net"),
    ):
        cash = Posting("cash", "", cents(holder.line(line)))
        postings = [cash, result_of(income, expense, "", [cash])]
        yield from holder.draft(line, f"{what}, as the scenario states it", "stated in the scenario", postings)
    yield from _other_deferred_tax(holder)
    if holder.knows("income_tax"):
        # An income tax of nothing may be current tax that deferred tax offsets: each has its entry.
        deferred = holder.line("deferred_tax_on_holdings") + holder.line("deferred_tax_other")
        current = -cents(holder.line("income_tax") - deferred)
        postings = [Posting("current_tax", "", current), Posting("income_tax_payable", "", -current)]
        yield from holder.draft("current_tax", "current income tax", holder.tax_citation, postings)
    dividends = -cents(holder.line("preferred_dividends"))
    postings = [Posting("preferred_dividends", "", dividends), Posting("cash", "", -dividends)]
    yield from holder.draft("preferred_dividends", "preferred dividends", "stated in the scenario", postings)


def _adoption_tax(holder: HolderQuarter) -> list[Draft]:
    """The deferred tax of the adoption: the asset that goes, the liability that comes, both to equity."""
    postings = [
        Posting("deferred_tax_asset", "", cents(holder.line("adoption_dta_reversal"))),
        Posting("deferred_tax_liability", "", cents(holder.line("adoption_new_dtl"))),
    ]
    postings.append(balancing("retained_earnings", "", postings))
    narration = "adoption of ASU 2023-08, deferred tax: asset reversed, liability recognised"
    return list(holder.draft("adoption_tax", narration, "ASC 350-60-65-1", postings, holder.start))


def _deferred_tax(holder: HolderQuarter, adopted: Sequence[Posting]) -> Iterator[Draft]:
    """The change in deferred tax other than by adoption: to OCI what belongs there, the rest to income.

    Units with a separate tax basis or a typed opening balance bring deferred tax that bypasses income.
    """
    before = {posting.account: posting.cents for posting in adopted}
    asset = holder.moved("deferred_tax_asset") - before.get("deferred_tax_asset", 0)
    liability = -holder.moved("deferred_tax_liability") - before.get("deferred_tax_liability", 0)
    allowance = -holder.moved("valuation_allowance")
    postings = [
        Posting("deferred_tax_asset", "", asset),
        Posting("valuation_allowance", "", allowance),
        Posting("deferred_tax_liability", "", liability),
        Posting("revaluation_surplus_tax", "", -cents(holder.line("income_tax_oci"))),
    ]
    named = cents(holder.line("deferred_tax_on_holdings")) + cents(holder.line("income_tax_oci"))
    initial = asset + allowance + liability - named
    narration = "deferred tax on the holdings"
    if abs(initial) > MOST_ROUNDING:
        postings.append(Posting("opening_balances", "", -initial))
        narration += "; deferred tax on units as they are acquired bypasses income (IAS 12.15, ASC 740-10-25-51)"
    postings.append(balancing("deferred_tax", "", postings))
    yield from holder.draft("deferred_tax", narration, holder.tax_citation, postings)


def _other_deferred_tax(holder: HolderQuarter) -> Iterator[Draft]:
    """The allowance on other deferred tax assets, and the credit that a minimum tax leaves."""
    credit = holder.moved("minimum_tax_credit")
    expense = -cents(holder.line("deferred_tax_other"))
    postings = [Posting("minimum_tax_credit", "", credit), Posting("deferred_tax_other", "", expense)]
    postings.append(balancing("other_valuation_allowance", "", postings))
    narration = "deferred tax on other assets: changed allowance, minimum tax credit"
    yield from holder.draft("deferred_tax_other", narration, holder.tax_citation, postings)


def _surplus_tax(holder: HolderQuarter) -> Iterator[Draft]:
    """The tax on the surplus follows the surplus to retained earnings, by the share released."""
    close = holder.close
    released = sum(close.movements(asset).surplus_out[: holder.quarter + 1] for asset in close.result.holdings)
    tax = leaving = 0.0
    for quarter, out in enumerate(np.broadcast_to(released, holder.quarter + 1).tolist()):
        tax += holder.line("income_tax_oci", quarter)
        held = holder.line("revaluation_surplus", quarter)
        leaving = tax * out / (held + out) if out else 0.0
        tax -= leaving
    amount = cents(leaving)
    postings = [Posting("revaluation_surplus_tax", "", amount), Posting("retained_earnings", "", -amount)]
    narration = "deferred tax of the revaluation surplus of coins disposed of, to retained earnings"
    yield from holder.draft("surplus_release", narration, holder.rule.citation, postings)
