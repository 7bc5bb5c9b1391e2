"""A quarter under every price model: the table, the band over the models, and the places of stated prices."""

from __future__ import annotations

from collections.abc import Iterator

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.running.under_models import HISTORY, LINES, UnderModels
from treasury_sim.domain.lines import LINES as TITLES
from treasury_sim.report.render.csv import table_csv
from treasury_sim.report.render.json import json_text, records
from treasury_sim.report.tables.page import Page, Words
from treasury_sim.report.tables.table import Column, Row, Table

RANGE = ((0.05, "p5"), (0.5, "p50"), (0.95, "p95"))


def under_models_page(answer: UnderModels) -> Page:
    """What `treasury-sim models` prints."""
    about = f"{answer.quarter.label} ({answer.quarter.start} to {answer.quarter.end}); prices to {answer.as_of}."
    fitted = [f"{each.name}: {words}." for each in answer.models for words in each.words.values()]
    return Page(
        (Words(answer.title, "title"), Words(about), *_tables(answer), Words("\n".join(fitted), "note")),
        answer.quarter.is_of_calendar,
    )


def _tables(answer: UnderModels) -> Iterator[Table]:
    yield from line_tables(answer)
    if answer.stated:
        yield places_table(answer)


def line_tables(answer: UnderModels) -> Iterator[Table]:
    """For each framework and line: a row for each model, and the band over them."""
    keys = dict.fromkeys(key for each in answer.models for key, _ in each.lines)
    for key in keys:
        for line in LINES:
            drawn = [(each.name, each.lines[key, line]) for each in answer.models if (key, line) in each.lines]
            if not drawn:
                continue
            rows = [
                Row(
                    (
                        name,
                        sampled.mean.value,
                        sampled.mean.error,
                        *(sampled.quantile(share).value for share, _ in RANGE),
                    )
                )
                for name, sampled in drawn
            ]
            lowest, highest = (
                [pick(row.amounts[place] or 0.0 for row in rows) for place in (0, 2, 3, 4)] for pick in (min, max)
            )
            rows += [_band("lowest of the models", lowest), _band("highest of the models", highest)]
            own = answer.stated_lines.get((key, line))
            if own is not None:
                rows.append(Row(("stated prices", own, None, None, None, None), is_total=True))
            yield Table(
                f"{key}_{line}",
                f"{FRAMEWORKS[key].title}: {TITLES[line].title}, {answer.quarter.label}",
                (
                    Column("model", "Model"),
                    *(Column("mean", "Mean", "money"), Column("error", "±", "money")),
                    *(Column(name, f"{share * 100:g} %", "money") for share, name in RANGE),
                ),
                tuple(rows),
                currency=answer.currency,
            )


def _band(name: str, figures: list[float]) -> Row:
    return Row((name, figures[0], None, *figures[1:]), is_total=True)


def places_table(answer: UnderModels) -> Table:
    """Each stated price: the share of paths as low, and the years between two prices as extreme."""
    columns = (
        *(Column("asset", "Asset"), Column("what", "Price"), Column("price", "Stated", "price")),
        *(Column("change", "Change", "share", decimals=1), Column("source", "In")),
        *(
            Column("share", "As low or lower", "share", decimals=1),
            Column("years", "Every ... years", "number", decimals=1),
        ),
    )
    rows = tuple(
        Row(
            (
                *(each.asset, "quarter-end price" if each.what == "price" else "lowest price", each.price, each.change),
                *(source if source != HISTORY else "history to that day", place.share, place.return_period),
            )
        )
        for each in answer.stated
        for source, place in each.places.items()
    )
    note = (
        "Change: against the price before the first day of the model. Every ... years: how often a stretch of as many "
        "days ends, or has its low, as far from the middle; empty where none did. Past stretches overlap."
    )
    return Table(
        "places", "Stated prices in the models and in history", columns, rows, (note,), currency=answer.currency
    )


def under_models_csv(answer: UnderModels) -> str:
    """The tables, one below the other."""
    return "\n".join(table_csv(table) for table in _tables(answer))


def under_models_json(answer: UnderModels) -> str:
    """Every table as records."""
    return json_text(
        {
            "schema": 1,
            "title": answer.title,
            "as_of": answer.as_of.isoformat(),
            "quarter": answer.quarter.label,
            "models": {each.name: dict(each.words) for each in answer.models},
            "tables": {table.name: records(table) for table in _tables(answer)},
            "notes": list(answer.notes),
        }
    )
