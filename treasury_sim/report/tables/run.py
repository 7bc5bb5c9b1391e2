"""The pages of `treasury-sim run`, with and without `--expect`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.limit import LimitOutcome
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.tables import expected, lots, sample, statement
from treasury_sim.report.tables.flows import flow_tables
from treasury_sim.report.tables.page import Page, Part, Words, heading


def run_report(result: Result) -> Page:
    """The quarters, the bridge, the position, the lots, the checks; of a sample the distributions."""
    return Page.of(result, [*_heading(result), *_figures(result), Words(statement.policies_sentence(result), "note")])


def _heading(result: Result) -> list[Words]:
    first, last = result.reported[0], result.reported[-1]
    frameworks = "\n".join(
        f"{key}: {FRAMEWORKS[key].title}, {FRAMEWORKS[key].citation}. {FRAMEWORKS[key].summary}"
        for key in result.statements
    )
    span = f"{first.start} to {last.end}, {sample.sample_words(result)}"
    return [*heading(result, span), Words(f"{frameworks}\n", "note")]


def _figures(result: Result) -> Iterator[Part]:
    label = result.reported[-1].label
    if result.sampling is not None:
        yield from sample.tables(result)
        yield from flow_tables(result)
        yield from expected.verdict_words(result.outcomes)
        return
    if len(result.reported) > 1:
        yield from (statement.by_quarter(result, key) for key in result.statements)
    yield statement.income_bridge(result, label)
    yield statement.position(result, label)
    yield lots.summary_table(result, label)
    yield from flow_tables(result)
    yield from expected.verdict_words(result.outcomes)
    yield from _limits(result.limits)
    if result.bands:
        bands = statement.bands(result, label)
        yield bands if bands.rows else Words(f"Band, {label}: no figure depends on the days inside the windows.\n")


def _limits(outcomes: Sequence[LimitOutcome]) -> Iterator[Words]:
    """How many limits failed, and a sentence for each that failed or could not be judged."""
    if not outcomes:
        return
    failed = [outcome for outcome in outcomes if outcome.failed]
    unjudged = [outcome for outcome in outcomes if outcome.failed is None]
    sentence = f"{len(failed)} of {words.counted(len(outcomes), 'limit')} failed"
    sentence += f", {len(unjudged)} cannot be judged" if unjudged else ""
    yield Words(sentence, "bad" if failed else "doubt" if unjudged else "good")
    for outcome in (*failed, *unjudged):
        verdict = "not judged" if outcome.failed is None else outcome.limit.severity
        yield Words(f"  {verdict}: {words.in_titles(outcome.sentence)}")
    if any(outcome.limit.measured_as != "line" for outcome in outcomes):
        yield Words("  A loss or a charge is a positive number: minus the line.", "note")
    yield Words("")


def tie_out_report(result: Result) -> Page:
    """Every expected figure beside the computed one."""
    parts: list[Part] = [*_heading(result), *expected.tie_out(result), *expected.verdict_words(result.outcomes)]
    return Page.of(result, [*parts, Words(statement.policies_sentence(result), "note")])
