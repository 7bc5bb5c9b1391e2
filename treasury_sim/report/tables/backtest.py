"""A backtest as a page, as CSV and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from treasury_sim.analysis.backtest.backtest import ENSEMBLE, Backtest
from treasury_sim.analysis.backtest.candidates import CANDIDATES
from treasury_sim.analysis.backtest.one_quarter import NO_CHANGE
from treasury_sim.analysis.backtest.summary import BLOCK, Figure, Summary, summaries
from treasury_sim.analysis.backtest.targets import LIMIT, TARGETS
from treasury_sim.report.render.csv import table_csv
from treasury_sim.report.render.json import json_text
from treasury_sim.report.tables.page import Page, Part, Words
from treasury_sim.report.tables.table import Cell, Column, Kind, Row, Table

FIGURES: tuple[tuple[str, str, Kind, int], ...] = (
    ("inside_50", "Inside 50 %", "share", 0),
    ("inside_90", "Inside 90 %", "share", 0),
    ("crps", "CRPS", "number", 4),
    ("skill", "Skill over gbm", "share", 1),
    ("skill_over_no_change", "over no change", "share", 1),
    ("brier", "Brier", "number", 3),
)
"""Statistics with a standard error: attribute, heading, kind, decimals."""


def backtest_page(backtest: Backtest) -> Page:
    """What `treasury-sim backtest` prints."""
    rows = summaries(backtest)
    first, last = backtest.quarters[0], backtest.quarters[-1]
    parts: list[Part] = [
        Words(
            f"Forecasts of {backtest.asset}, {len(backtest.quarters)} quarters, {first.label} to {last.label}", "title"
        ),
        Words(
            f"{backtest.source}. Every forecast uses prices up to its day only: models are fitted to the five years "
            f"before, or to all if there are fewer. Seed {backtest.seed}."
        ),
        Words(verdict(rows), "title"),
    ]
    parts += [score_table(rows, target) for target in TARGETS]
    parts += [ahead_table(rows), histogram_table(rows), weights_table(backtest)]
    return Page(tuple(parts))


def verdict(rows: Sequence[Summary]) -> str:
    """Whether the ranges of the ensemble held, in a sentence."""
    row = _first_quarter(rows, "close", ENSEMBLE)
    charge = {each.model: each.crps.value for each in rows if _is_first(each, "charge") and each.model != NO_CHANGE}
    best = min((model for model in charge if model != ENSEMBLE), key=lambda model: charge[model])
    ratio = charge[ENSEMBLE] / charge[best]
    return (
        f"The 90 % interval of the ensemble for the quarter-end price held {row.inside_90.value:.0%} of {row.count} "
        f"quarters, with {row.below_5} below and {row.above_95} above it; the CRPS of its charge is {ratio:.2f} times "
        f"that of the best single model, {best}."
    )


def score_table(rows: Sequence[Summary], target: str) -> Table:
    """Every model's forecasts of one figure of the quarter that begins."""
    return Table(
        f"next_quarter_{target}",
        f"{TARGETS[target].words}, forecast at the end of the quarter before",
        (Column("model", "Model"), *_columns()),
        tuple(Row((row.model, *_cells(row))) for row in rows if _is_first(row, target)),
        _notes(target),
    )


def _notes(target: str) -> tuple[str, ...]:
    errors = (
        f"±: standard error, by resampling blocks of {BLOCK} quarters. CRPS in units of the price before the quarter; "
        "less is better. Uniform: p-value that what came lies evenly over the forecasts."
    )
    brier = f"Brier: of the chance of a loss above {LIMIT:.0%} of the price before."
    return {"close": (errors,), "change": (brier,)}.get(target, ())


def _columns() -> Iterator[Column]:
    yield Column("count", "Forecasts", "count")
    for name, title, kind, decimals in FIGURES:
        yield Column(name, title, kind, decimals=decimals, missing="")
        yield Column(f"{name}_error", "±", kind, decimals=decimals, missing="")
    yield Column("below_5", "Below 5 %", "count")
    yield Column("above_95", "Above 95 %", "count")
    yield Column("p_value", "Uniform", "number", decimals=3, missing="")


def _cells(row: Summary) -> tuple[Cell, ...]:
    cells: list[Cell] = [row.count]
    for name, *_ in FIGURES:
        figure: Figure | None = getattr(row, name)
        cells += [None, None] if figure is None else [figure.value, figure.error]
    return (*cells, row.below_5, row.above_95, row.p_value)


def ahead_table(rows: Sequence[Summary]) -> Table:
    """The 90 % intervals and the skill of every model, further ahead and from inside the quarter."""
    kinds = sorted({(row.day, row.ahead) for row in rows})
    shown = [(target, statistic) for target in ("close", "charge") for statistic in ("inside_90", "skill")]
    columns = [Column("model", "Model", shown_once=True), Column("figure", "Figure")]
    columns += [Column(f"day_{day}_ahead_{ahead}", _heading(day, ahead), "share", decimals=0) for day, ahead in kinds]
    cells = {(row.model, row.target, row.day, row.ahead): row for row in rows}
    body = [
        Row(
            (
                model,
                f"{TARGETS[target].words}: {'inside 90 %' if statistic == 'inside_90' else 'skill over gbm'}",
                *(_value(getattr(cells[model, target, day, ahead], statistic)) for day, ahead in kinds),
            )
        )
        for model in dict.fromkeys(row.model for row in rows)
        if model != NO_CHANGE
        for target, statistic in shown
    ]
    return Table("further", "Quarters ahead, and days inside the quarter", tuple(columns), tuple(body))


def _value(figure: Figure | None) -> float | None:
    return None if figure is None else figure.value


def _heading(day: int, ahead: int) -> str:
    return f"Day {day}" if day else f"{ahead} ahead"


def histogram_table(rows: Sequence[Summary]) -> Table:
    """Where what came lies in the forecasts of the quarter that begins."""
    chosen = [row for row in rows if _is_first(row, "close") and row.model != NO_CHANGE]
    bins = len(chosen[0].bins)
    columns = [Column("model", "Model")]
    columns += [
        Column(f"bin_{number}", f"{number / bins:.0%} to {(number + 1) / bins:.0%}", "count") for number in range(bins)
    ]
    title = f"Percentiles of the quarter-end price, number in each tenth ({chosen[0].count / bins:.1f} expected)"
    return Table("histogram", title, tuple(columns), tuple(Row((row.model, *row.bins)) for row in chosen))


def weights_table(backtest: Backtest, least: float = 0.01) -> Table:
    """The weights of the candidates after the last quarter."""
    weights = backtest.last_weights
    chosen = sorted(
        ((float(weight), each) for weight, each in zip(weights, CANDIDATES, strict=True) if weight >= least),
        key=lambda pair: -pair[0],
    )
    columns = (
        *(Column("model", "Model"), Column("trend", "Trend")),
        *(Column("spread", "Volatility x", "number"), Column("weight", "Weight", "share", decimals=1)),
    )
    title = f"Weights of the ensemble after {backtest.quarters[-1].label}"
    note = f"{len(CANDIDATES)} candidates; those below {least:.0%} are not shown."
    rows = tuple(Row((each.model, each.trend, each.spread, weight)) for weight, each in chosen)
    return Table("weights", title, columns, rows, (note,))


def backtest_csv(backtest: Backtest) -> str:
    """A row for each summary."""
    columns = (*(Column(name, name) for name in ("target", "day", "ahead", "model")), *_columns(), *_bins())
    rows = (Row((row.target, row.day, row.ahead, row.model, *_cells(row), *row.bins)) for row in summaries(backtest))
    return table_csv(Table("backtest", "Backtest", columns, tuple(rows)))


def _bins() -> Iterable[Column]:
    return (Column(f"bin_{number}", f"bin_{number}", "count") for number in range(10))


def backtest_json(backtest: Backtest) -> str:
    """Summaries and weights."""
    return json_text(
        {
            "schema": 1,
            "asset": backtest.asset,
            "source": backtest.source,
            "seed": backtest.seed,
            "quarters": [quarter.label for quarter in backtest.quarters],
            "summaries": [asdict(row) for row in summaries(backtest)],
            "weights": [
                {**asdict(each), "weight": float(weight)}
                for each, weight in zip(CANDIDATES, backtest.last_weights, strict=True)
            ],
        }
    )


def forecasts_csv(backtest: Backtest) -> str:
    """A row for each forecast."""
    names = ("model", "target", "origin", "quarter_end", "day", "ahead", "p5", "p25", "p50", "p75", "p95")
    columns = tuple(Column(name, name) for name in (*names, "came", "percentile", "crps", "probability", "broke"))
    rows = tuple(
        Row(
            (
                *(each.model, each.target, each.origin.isoformat(), each.quarter_end.isoformat()),
                *(each.day, each.ahead, *each.quantiles, each.came, each.percentile, each.crps),
                *(each.probability, None if each.broke is None else float(each.broke)),
            )
        )
        for each in backtest.scores
    )
    return table_csv(Table("forecasts", "Forecasts", columns, rows))


def scores_csv(backtest: Backtest) -> str:
    """Log score of every candidate in every quarter, the basis of the weights."""
    columns = (Column("quarter_end", "quarter_end"), *(Column(str(each), str(each), "number") for each in CANDIDATES))
    rows = tuple(
        Row((end.isoformat(), *(round(float(score), 4) for score in scores)))
        for end, scores in backtest.log_scores.items()
    )
    return table_csv(Table("forecast_scores", "Scores of the candidates", columns, rows))


def _is_first(row: Summary, target: str) -> bool:
    return row.target == target and row.day == 0 and row.ahead == 1


def _first_quarter(rows: Sequence[Summary], target: str, model: str) -> Summary:
    return next(row for row in rows if _is_first(row, target) and row.model == model)
