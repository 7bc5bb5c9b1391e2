"""Rules that span the keys of `tax`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from treasury_sim.case.checks.draft import Breach, CrossCheck, DraftCase

BALANCES = ("support", "other_deferred_tax_asset", "net_operating_loss", "other_support")
"""Keys of `tax` that hold until the next quarter stated; the first also holds before it."""


def _check_rate(draft: DraftCase) -> Iterator[Breach]:
    """One source of the rate."""
    tax = draft.spec.tax
    if tax.rate is not None and tax.jurisdiction is not None:
        fix = "Remove one of the two."
        yield Breach(("tax", "jurisdiction"), "a stated rate, or a jurisdiction", "both", fix)
    if tax.jurisdiction is None and tax.state_rate:
        expected = "tax.jurisdiction as well, whose rate it adds to"
        yield Breach(("tax", "state_rate"), expected, "none", "Add `jurisdiction: us`.")


def _check_changes(draft: DraftCase) -> Iterator[Breach]:
    if draft.spec.tax.rate_changes and draft.spec.tax.rate is None:
        expected = "tax.rate as well, the rate until the first change"
        yield Breach(("tax", "rate_changes"), expected, "none", "Add `rate`.")


def _check_days(draft: DraftCase) -> Iterator[Breach]:
    """No two changes take effect on the same day."""
    seen = set()
    for number, row in draft.rows("tax", "rate_changes"):
        if row.effective in seen:
            path = ("tax", "rate_changes", number, "effective")
            yield Breach(path, "one change of the rate per day", f"{row.effective} again")
        seen.add(row.effective)


def _check_character(draft: DraftCase) -> Iterator[Breach]:
    """Losses are carried where they are capital only."""
    tax = draft.spec.tax
    for key in ("capital_gains", "capital_losses"):
        if getattr(tax, key) and tax.character != "capital":
            expected = "tax.character: capital as well: other losses are not carried"
            actual = tax.character if "character" in tax.model_fields_set else "none"
            yield Breach(("tax", key), expected, actual)


def _check_years(draft: DraftCase) -> Iterator[Breach]:
    """Gains and losses carried in must predate the period."""
    first = draft.calendar.quarter(draft.spec.period.start).fiscal_year
    for key in ("capital_gains", "capital_losses"):
        for label in getattr(draft.spec.tax, key):
            if int(label.removeprefix("FY")) >= first:
                expected = f"a fiscal year before the period, up to FY{first - 1}"
                yield Breach(("tax", key, label), expected, label)


def _check_balances(draft: DraftCase) -> Iterator[Breach]:
    """Balances must not follow the period."""
    last = draft.calendar.quarter(draft.spec.period.end).label
    for key in BALANCES:
        stated = getattr(draft.spec.tax, key)
        if isinstance(stated, Mapping) and min(stated) > last:
            yield Breach(("tax", key), f"a figure for a fiscal quarter up to {last}", f"{min(stated)} and later")


_CARRIED = ("tax.capital_gains", "tax.capital_losses")
_PERIOD = ("period", "holder.fiscal_year_end")

RULES = (
    CrossCheck(("tax.rate", "tax.jurisdiction", "tax.state_rate"), _check_rate),
    CrossCheck(("tax.rate", "tax.rate_changes"), _check_changes),
    CrossCheck(("tax.rate_changes[]",), _check_days),
    CrossCheck(("tax.character", *_CARRIED), _check_character),
    CrossCheck((*_CARRIED, *_PERIOD), _check_years),
    CrossCheck((*(f"tax.{key}" for key in BALANCES), *_PERIOD), _check_balances),
)
