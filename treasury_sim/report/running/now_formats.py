"""An answer of `now` as text, CSV, JSON and HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from html import escape
from math import log10
from pathlib import Path

from treasury_sim.analysis.distribution import Estimate
from treasury_sim.analysis.running.outlook import RANGE, LineOutlook, Now
from treasury_sim.analysis.running.record import Record, changes
from treasury_sim.analysis.running.scores import Scored, score_table
from treasury_sim.domain.text_out import visible
from treasury_sim.report import words
from treasury_sim.report.render.csv import csv_text
from treasury_sim.report.render.json import Json, json_text
from treasury_sim.report.render.printed import printed
from treasury_sim.report.running.now_tables import (
    about,
    finding,
    forecasts_table,
    lines_table,
    now_tables,
    scores_table,
)
from treasury_sim.report.tables.page import Page, Words
from treasury_sim.report.tables.table import Kind, Table


def now_report(answer: Now, last: Record | None, record: Record) -> Page:
    """What `treasury-sim now` prints."""
    return Page(
        (
            Words(answer.title, "title"),
            Words(finding(answer), "title"),
            Words("\n".join(about(answer)) + "\n"),
            *shown_tables(answer, last, record),
            Words(since(last, record)),
            Words("\n".join(answer.notes), "note"),
        ),
        answer.quarter.is_of_calendar,
    )


def since(last: Record | None, record: Record) -> str:
    """When the last answer was kept, and whether anything but prices changed."""
    if last is None:
        return "No earlier answer of this quarter is kept."
    changed = [
        name
        for name, is_other in (
            ("the model or its parameters", last.models != record.models),
            ("the files of the scenario", last.inputs != record.inputs),
            ("the version of treasury-sim", last.engine_version != record.engine_version),
        )
        if is_other
    ]
    besides = f" Changed besides prices: {', '.join(changed)}." if changed else ""
    nothing = "" if changes(last, record) else " No figure has changed."
    return f"Last answer: {last.answered_at or 'at an unknown time'}, prices to {last.as_of}.{nothing}{besides}"


def shown_tables(answer: Now, last: Record | None, record: Record) -> list[Table]:
    """The tables with amounts rounded as they are shown, so that to date and still to come add up on the page."""
    exact = {table.name: table for table in now_tables(answer, last, record)}
    shown = {}
    for period in answer.periods:
        for key in period.lines:
            table = lines_table(period, key, answer.currency)
            shown[table.name] = lines_table(period, key, answer.currency, _decimals(table.scale))
    return [shown.get(name, table) for name, table in exact.items() if table.rows]


def _decimals(scale: words.Scale) -> Mapping[Kind, int]:
    return {"money": scale.decimals - round(log10(scale.divisor)), "units": 8, "per_share": 2, "shares": 0}


def now_html(answer: Now, last: Record | None, record: Record) -> str:
    """A page that stands alone."""
    from treasury_sim.report.render.html import as_html  # noqa: PLC0415 - only for this page

    is_calendar = answer.quarter.is_of_calendar

    def paragraph(text: str) -> str:
        return f"<p>{escape(words.in_print(text, is_calendar=is_calendar))}</p>"

    tables = (printed(table, is_calendar=is_calendar) for table in shown_tables(answer, last, record))
    parts = [as_html(table) + "".join(map(paragraph, table.notes)) for table in tables]
    title = escape(answer.title)
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{_STYLE}</head>'
        f"<body><h1>{title}</h1><strong>{paragraph(finding(answer))}</strong>"
        f"{''.join(map(paragraph, (*about(answer), since(last, record))))}{''.join(parts)}"
        f"<h2>Notes</h2>{''.join(map(paragraph, answer.notes))}</body></html>\n"
    )
    return visible(page)


_STYLE = (
    '<meta name="viewport" content="width=device-width, initial-scale=1"><style>body {font: 15px/1.5 sans-serif; '
    "max-width: 70rem; margin: 0 auto; padding: 1.5rem;} .statement {margin-top: 1.2rem;}</style>"
)


def now_csv(answer: Now, last: Record | None, record: Record) -> str:
    """Every figure of every table in its row, exact: table, row, column, value."""
    cells = []
    for table in now_tables(answer, last, record):
        names = [number for number, column in enumerate(table.columns) if column.is_text and column.name in _NAMES]
        for row in table.rows:
            name = ", ".join(str(row.cells[number]) for number in names)
            figures = [number for number in range(len(table.columns)) if number not in names]
            cells += [(table.name, name, table.columns[number].name, row.cells[number]) for number in figures]
    return csv_text(("table", "row", "column", "value"), cells)


_NAMES = frozenset({"limit", "framework", "price", "line", "figure", "under", "what"})
"""Columns whose words name a row."""


def now_json(answer: Now, last: Record | None, record: Record) -> str:
    """The answer as JSON, ``schema: 1``; a figure that is not known is null."""
    content: Json = {
        "schema": 1,
        "title": answer.title,
        "holder": answer.holder,
        "engine_version": answer.engine_version,
        "currency": answer.currency,
        "as_of": answer.as_of,
        "quarter": answer.quarter.label,
        "quarter_start": answer.quarter.start,
        "quarter_end": answer.quarter.end,
        "is_running": answer.is_running,
        "days_still_to_come": answer.days_left,
        "paths": answer.paths,
        "manifest": {"inputs": dict(answer.inputs), "seed": answer.seed},
        "finding": finding(answer),
        "assets": {
            name: {
                "price": asset.price,
                "source": asset.source,
                "quarter_end_price": _line(asset.at_end),
                "lowest_price": _line(asset.lowest),
                "model": asset.model.keys,
                "model_name": asset.model.name,
                "model_words": asset.model.words,
                "model_errors": asset.model.errors,
                "model_window": None
                if asset.model.window is None
                else [asset.model.window.first, asset.model.window.last],
            }
            for name, asset in answer.assets.items()
        },
        "periods": {
            period.label: {
                key: {name: _line(line) for name, line in lines.items()} for key, lines in period.lines.items()
            }
            for period in answer.periods
        },
        "limits": [
            {
                "name": each.limit.words,
                "framework": each.framework,
                "severity": each.limit.severity,
                "breached_to_date": each.to_date,
                "breached_if_price_stays": each.stays,
                "probability": _estimate(each.probability),
                "breaks_at": {
                    at.asset: {"prices": list(at.prices), "reason": at.reason or None} for at in each.breaks_at
                },
            }
            for each in answer.limits
        ],
        "further_fall": [
            {
                "asset": each.asset,
                "framework": each.framework,
                "line": each.line,
                "if_price_stays": each.stays,
                "expected": _estimate(each.expected),
            }
            for each in answer.further_fall
        ],
        "last_answer": None
        if last is None
        else {
            "answered_at": last.answered_at or None,
            "as_of": last.as_of,
            "changes": changes(last, record),
        },
        "notes": list(answer.notes),
    }
    return json_text(content)


def _line(line: LineOutlook) -> Json:
    reach = line.range
    return {
        "to_date": line.to_date,
        "to_come": line.to_come,
        "if_price_stays": line.stays,
        "mean": _estimate(line.mean),
        **{
            f"p{share * 100:g}": None if reach is None else _estimate(reach[number])
            for number, share in enumerate(RANGE)
        },
    }


def _estimate(estimate: Estimate | None) -> Json | None:
    return None if estimate is None else {"value": estimate.value, "standard_error": estimate.error}


def write_now(answer: Now, last: Record | None, record: Record, folder: Path) -> list[Path]:
    """Write ``now.csv``, ``now.json`` and ``now.html``, all or none.

    Raises
    ------
    OutputError
        If the folder cannot be written to.
    """
    from treasury_sim.report.files import write_together  # noqa: PLC0415 - only where files are written

    files: dict[str, str | bytes] = {
        "now.csv": now_csv(answer, last, record),
        "now.json": now_json(answer, last, record),
        "now.html": now_html(answer, last, record),
    }
    return write_together(folder, files)


def scores_report(rows: Sequence[Scored], currency: str, *, is_calendar: bool) -> Page:
    """What `treasury-sim now --scores` prints."""
    if not rows:
        return Page((Words("No forecast that is kept is of a quarter that has ended."),))
    return Page((scores_table(score_table(rows), currency), forecasts_table(rows, currency)), is_calendar)


def scores_json(rows: Sequence[Scored]) -> str:
    """The forecasts whose quarter has ended as JSON, and their score."""
    content = {
        "schema": 1,
        "scores": [{**asdict(each), "skill": each.skill} for each in score_table(rows)],
        "forecasts": [
            {
                "answered_at": row.record.answered_at or None,
                "as_of": row.record.as_of,
                "quarter": row.record.quarter,
                "days_ahead": row.days_ahead,
                "of": row.forecast.of,
                "under": row.forecast.under,
                **{f"p{share * 100:g}": row.forecast.at(share) for share in RANGE},
                "came": row.came,
                "percentile": row.percentile,
                "crps": row.crps,
                "no_change": row.no_change,
            }
            for row in rows
        ],
    }
    return json_text(content)
