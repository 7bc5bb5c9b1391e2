"""All rules that span keys: those of one section from its own file, those across sections here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from functools import partial

from treasury_sim.accounting import ASC_350_60, FRAMEWORKS
from treasury_sim.case.checks import capital, limits, openings, prices, reliefs, tax
from treasury_sim.case.checks.capital import PER_QUARTER
from treasury_sim.case.checks.days import near, near_end, next_quarter
from treasury_sim.case.checks.draft import Breach, CrossCheck, DraftCase
from treasury_sim.case.key_paths import KeyPath, key_path
from treasury_sim.case.rows import OWN_ID, repeated_ids
from treasury_sim.case.sections.income import Income
from treasury_sim.case.sections.prices import Follows
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.lookup import nearest


def breaches(draft: DraftCase, sections: Collection[str] | None = None) -> Iterator[Breach]:
    """Yield every breach of a rule; with `sections`, of the rules that read one of them only."""
    for rule in RULES:
        if (sections is None or rule.concerns(sections)) and all(map(draft.is_valid, rule.reads)):
            yield from rule.check(draft)


def _check_ids(draft: DraftCase) -> Iterator[Breach]:
    if not isinstance(draft.spec.holder.lots, tuple):
        return
    ids = ((number, lot.id) for number, lot in draft.rows("holder", "lots"))
    for number, name in repeated_ids(ids):
        yield Breach(("holder", "lots", number, "id"), OWN_ID, f"{name} again")


def _check_frameworks(draft: DraftCase) -> Iterator[Breach]:
    names = draft.spec.accounting.frameworks
    for number, name in enumerate(names):
        path: KeyPath = ("accounting", "frameworks", number)
        if name not in FRAMEWORKS:
            yield Breach(path, "an accounting framework", name, partial(nearest, name, list(FRAMEWORKS)))
        elif name in names[:number]:
            yield Breach(path, "every framework once", f"{name} again")


def _check_scope(draft: DraftCase) -> Iterator[Breach]:
    accounting = draft.spec.accounting
    if accounting.scope and not any(name in ASC_350_60 for name in accounting.frameworks):
        fix = "Remove `scope`, or add us_gaap_fair_value to accounting.frameworks."
        expected = "us_gaap or us_gaap_fair_value among accounting.frameworks, which the scope is for"
        yield Breach(("accounting", "scope"), expected, "neither", fix)


def _check_assets(draft: DraftCase) -> Iterator[Breach]:
    """Only assets of the scenario may have prices, correlations and a framework each."""
    spec = draft.spec
    plan = spec.plan
    acquired = {event.asset for events in (plan.purchases, plan.receipts) for event in events}
    swapped = {asset for swap in plan.swaps for asset in (swap.asset, swap.for_asset)}
    known = sorted({lot.asset for lot in draft.lots} | acquired | swapped)
    named: list[tuple[KeyPath, str]] = [(("accounting", "scope", asset), asset) for asset in spec.accounting.scope]
    followed = {own.leader for own in spec.prices.values() if isinstance(own, Follows)}
    if not draft.shares_prices:
        named += [(("prices", asset), asset) for asset in spec.prices if asset not in followed]
        stated = {key: getattr(spec.simulation, key) for key in ("correlation", "price_correlation")}
        named += [
            (("simulation", key, pair), asset) for key in stated for pair in stated[key] for asset in pair.split("/")
        ]
    for path, asset in named if known else []:
        if asset not in known:
            yield Breach(path, "an asset of the scenario", asset, partial(nearest, asset, known))


def _check_pairs(draft: DraftCase) -> Iterator[Breach]:
    simulation = draft.spec.simulation
    of_shocks = {frozenset(pair.split("/")) for pair in simulation.correlation}
    for pair in simulation.price_correlation:
        if frozenset(pair.split("/")) in of_shocks:
            path = ("simulation", "price_correlation", pair)
            yield Breach(path, "each pair in one of correlation and price_correlation", "both", "Leave one out.")


def _check_period(draft: DraftCase) -> Iterator[Breach]:
    fiscal, as_of = draft.calendar, draft.spec.as_of
    start, end = draft.spec.period.start, draft.spec.period.end
    if end < start:
        yield Breach(("period", "end"), f"a last day after {start}", str(end))
        return
    first, last = fiscal.quarter(start), fiscal.quarter(end)
    if as_of is not None and as_of < start - timedelta(days=1):
        expected = f"a day from {start - timedelta(days=1)} on, so that history leads up to the period"
        yield Breach(("as_of",), expected, str(as_of), "Start the period in an earlier quarter.")
    wrong = [key for key, right in (("start", start == first.start), ("end", end in {last.end, as_of})) if not right]
    if not wrong:
        return
    start_at = near(start, first.start, next_quarter(fiscal, first).start)
    end_at = near_end(fiscal, end)
    if end_at < start_at:
        start_at, end_at = first.start, first.end
    quarters = fiscal.quarters(start_at, end_at)
    labels = " to ".join(dict.fromkeys((quarters[0].label, quarters[-1].label)))
    fix = f"The nearest whole quarters are {start_at} to {end_at} ({labels})."
    if ((end - start).days + 1) % DAYS_OF_A_WEEK == 0:
        fix += (
            " A fiscal year of 52 or 53 weeks is modelled in whole months: use these, and state the prices of the "
            "actual last days under prices.BTC.quarter_end."
        )
    if as_of is None and "end" in wrong:
        fix += f" To report a quarter to date, add as_of: {end}."
    for key in wrong:
        actual = f"{getattr(draft.spec.period, key)}, inside one"
        yield Breach(("period", key), f"the {_EDGE[key]} day of a fiscal quarter", actual, fix)


DAYS_OF_A_WEEK = 7
_EDGE = {"start": "first", "end": "last"}


def _check_adoption(draft: DraftCase) -> Iterator[Breach]:
    fiscal, day = draft.calendar, draft.spec.accounting.adoption_date
    if day is None:
        return
    quarter = fiscal.quarter(day)
    while quarter.number != 1:
        quarter = fiscal.quarter(quarter.start - timedelta(days=1))
    starts = [quarter.start]
    for _ in range(4):
        quarter = next_quarter(fiscal, quarter)
    starts.append(quarter.start)
    if day not in starts:
        fix = f"The nearest is {near(day, *starts)}."
        yield Breach(("accounting", "adoption_date"), "the first day of a fiscal year", str(day), fix)


def _check_by_quarter(draft: DraftCase) -> Iterator[Breach]:
    """Figures by quarter must cover every quarter of the period."""
    labels = [label for label in _labels(draft) if not label.startswith("FY")]
    for section, keys in (("income", tuple(Income.model_fields)), ("capital", PER_QUARTER)):
        for key in keys:
            given = getattr(getattr(draft.spec, section), key)
            missing = [label for label in labels if label not in given] if isinstance(given, Mapping) else []
            if missing:
                absent = f"none for {', '.join(missing)}"
                fix = "Write 0 where there is none." if section == "income" else "Add the missing quarters."
                yield Breach((section, key), "a figure for every quarter of the period", absent, fix)


def _check_expected_frameworks(draft: DraftCase) -> Iterator[Breach]:
    chosen = draft.spec.accounting.frameworks
    for framework in draft.spec.expect:
        if framework not in chosen:
            path = ("expect", framework)
            yield Breach(path, "one of accounting.frameworks", framework, partial(nearest, framework, chosen))


def _check_expected_periods(draft: DraftCase) -> Iterator[Breach]:
    labels = _labels(draft)
    for framework, by_label in draft.spec.expect.items():
        for label in by_label if labels else ():
            if label not in labels:
                path, fix = ("expect", framework, label), partial(nearest, label, labels)
                yield Breach(path, "a fiscal quarter or year that ends in the period", label, fix)


def _check_expected_lines(draft: DraftCase) -> Iterator[Breach]:
    for framework, by_label in draft.spec.expect.items():
        for label, by_line in by_label.items():
            for line, figure in by_line.items():
                path = ("expect", framework, label, line)
                if line not in LINES:
                    yield Breach(path, "a line of the quarterly statement", line, partial(nearest, line, list(LINES)))
                if figure.source_of and not draft.states(key_path(figure.source_of)):
                    fix = "Name the input that was taken from this figure, such as prices.BTC.quarter_end.2025-12-31."
                    expected = "the key of an input that the scenario states"
                    yield Breach((*path, "source_of"), expected, figure.source_of, fix)


def _labels(draft: DraftCase) -> list[str]:
    """The quarters of the period and the years that end in it; empty if the period ends before it starts."""
    period = draft.spec.period
    if period.end < period.start:
        return []
    quarters = draft.calendar.quarters(period.start, period.end)
    years = [f"FY{quarter.fiscal_year}" for quarter in quarters if quarter.number == 4]
    return [quarter.label for quarter in quarters] + years


_PERIOD = ("period", "holder.fiscal_year_end")
_NAMED = ("accounting.scope", "prices", "simulation.correlation", "simulation.price_correlation")

RULES = (
    CrossCheck(("holder.lots[]",), _check_ids),
    CrossCheck(("accounting.frameworks",), _check_frameworks),
    CrossCheck(("accounting.scope", "accounting.frameworks"), _check_scope),
    CrossCheck(("simulation.correlation", "simulation.price_correlation"), _check_pairs),
    CrossCheck(("holder.lots", "plan.purchases", "plan.receipts", "plan.swaps", *_NAMED), _check_assets),
    CrossCheck(("as_of", *_PERIOD), _check_period),
    CrossCheck(("accounting.adoption_date", "holder.fiscal_year_end"), _check_adoption),
    CrossCheck(("income", *(f"capital.{key}" for key in PER_QUARTER), *_PERIOD), _check_by_quarter),
    CrossCheck(("expect", "accounting.frameworks"), _check_expected_frameworks),
    CrossCheck(("expect", *_PERIOD), _check_expected_periods),
    CrossCheck(("expect",), _check_expected_lines),
    *capital.RULES,
    *limits.RULES,
    *openings.RULES,
    *prices.RULES,
    *reliefs.RULES,
    *tax.RULES,
)
"""Every rule, with the keys it reads."""
