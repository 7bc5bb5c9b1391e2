"""A figure by mechanism: the finding in a sentence, a table, and JSON."""

from __future__ import annotations

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.attribution.mechanisms import MechanismAttribution, MechanismShare
from treasury_sim.domain.lines import LINES
from treasury_sim.report import words
from treasury_sim.report.render.json import Json, json_text
from treasury_sim.report.tables.page import Page, Words
from treasury_sim.report.tables.statement import line_kind
from treasury_sim.report.tables.table import Column, Row, Table


def mechanisms_report(attribution: MechanismAttribution) -> Page:
    """What `treasury-sim attribute --mechanisms` prints."""
    return Page((Words(finding(attribution), "title"), Words(""), mechanisms_table(attribution)))


def finding(attribution: MechanismAttribution) -> str:
    """How much of the figure the first mechanism makes, with its range, in a sentence that can be repeated."""
    first = attribution.shares[0]
    currency, whole = attribution.currency, attribution.figure
    of_whole = f" ({words.percent(first.share.value / whole)})" if whole else ""
    near, far = sorted((first.least, first.most), key=abs)
    ranged = f", {words.signed(near, currency)} to {words.signed(far, currency)} over the published coefficients"
    title = LINES[attribution.line].title.lower()
    part = f"{words.signed(first.share.value, currency)}{of_whole}{ranged if near != far else ''}"
    return (
        f"Of {attribution.holder}'s {title} of {words.signed(whole, currency)} in {attribution.quarter}, "
        f"{first.words} account for {part}."
    )


def mechanisms_table(attribution: MechanismAttribution) -> Table:
    """From the figure without any mechanism to the one with all of them."""
    kind = line_kind(attribution.line)
    columns = (
        Column("mechanism", ""),
        Column("value", "Share", kind),
        Column("error", "±", kind),
        Column("first_in", "First in", kind),
        Column("last_in", "Last in", kind),
        Column("least", "Lowest", kind),
        Column("most", "Highest", kind),
    )
    rows = (
        Row(("Without the mechanisms", attribution.without, *[None] * 5), is_total=True),
        *(Row((words.sentence(each.words), *_figures(each))) for each in attribution.shares),
        Row(("As stated", attribution.figure, *[None] * 5), is_total=True),
    )
    title = f"{LINES[attribution.line].title}, {attribution.quarter}, {FRAMEWORKS[attribution.framework].title}"
    notes = (
        "Shares are Shapley values, averages over every order of switching mechanisms on; they add up exactly.",
        "First in: the mechanism alone. Last in: after all others. ± is the standard error of the simulation.",
        "Lowest and highest: over the published coefficients of impact, 0.5 to 6, and that of the scenario.",
    )
    return Table("mechanisms", title, columns, rows, notes, currency=attribution.currency)


def mechanisms_json(attribution: MechanismAttribution) -> str:
    """The attribution as JSON; amounts in whole currency units."""
    return json_text(
        {
            "schema": 1,
            "title": attribution.title,
            "holder": attribution.holder,
            "line": attribution.line,
            "framework": attribution.framework,
            "quarter": attribution.quarter,
            "currency": attribution.currency,
            "finding": finding(attribution),
            "figure": attribution.figure,
            "without": attribution.without,
            "mechanisms": [_share(each) for each in attribution.shares],
        }
    )


def _figures(each: MechanismShare) -> tuple[float, ...]:
    return each.share.value, each.error, each.share.first_in, each.share.last_in, each.least, each.most


def _share(each: MechanismShare) -> Json:
    names = ("value", "error", "first_in", "last_in", "least", "most")
    return {"mechanism": each.words, **dict(zip(names, _figures(each), strict=True))}
