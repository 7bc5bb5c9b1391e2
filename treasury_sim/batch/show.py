"""Output of `treasury-sim batch` and `reperform`: text for people, JSON for programs."""

from __future__ import annotations

import json
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from treasury_sim.batch.moved import SAME, Moved
from treasury_sim.batch.reperform import Reperformance
from treasury_sim.batch.run import Report
from treasury_sim.batch.summary import FAILURE_COLUMNS, RANKED_COLUMNS, failure_rows, ranked_rows
from treasury_sim.domain.limit import SEVERITIES
from treasury_sim.report import words
from treasury_sim.report.text_table import Column, TextTable
from treasury_sim.scenario.library import NO_SCENARIO

MOST_SHOWN = 20


def batch_report(report: Report) -> Group:
    """The worst scenarios, the failures, the control totals, time and memory."""
    summary = report.summary
    parts: list[RenderableType] = [_ranking(report)] if summary.ranked else []
    for failure in summary.failures[:MOST_SHOWN]:
        parts += [
            Text(f"{failure.scenario} failed", style="bold red"),
            *(Text(f"  {problem}") for problem in failure.problems),
        ]
    if len(summary.failures) > MOST_SHOWN:
        more = words.counted(len(summary.failures) - MOST_SHOWN, "more failure")
        parts.append(Text(f"{more} in failures.csv."))
    notes = [f"{scenario}: {note}" for scenario, note in summary.notes]
    rest = [f"{len(notes) - MOST_SHOWN} more in notes.csv."] if len(notes) > MOST_SHOWN else []
    parts += [Text(line, style="dim") for line in (*notes[:MOST_SHOWN], *rest)]
    parts.append(Text(closing(report)))
    return Group(*parts)


def closing(report: Report) -> str:
    """Number of scenarios, time taken, and the folder."""
    summary = report.summary
    run = summary.scenarios + len(summary.failures) - report.unchanged
    done = f"{words.counted(summary.scenarios, 'scenario')} scored, {len(summary.failures):,} failed"
    kept = f"; {report.unchanged:,} of them unchanged since the last run and not run again" if report.unchanged else ""
    unjudged = words.counted(summary.unjudged, "scenario")
    unjudged = f"\nLimits cannot be judged in {unjudged}; this is not a pass." if summary.unjudged else ""
    rate = f", scenarios run at {pace(run, report.seconds)}" if run and report.seconds else ""
    memory = f", peak memory of a process {report.peak_memory / 2**20:,.0f} MiB" if report.peak_memory else ""
    removed = f"\nRemoved: {words.counted(report.removed, 'part')} of earlier inputs." if report.removed else ""
    altered = [f"\n{path} differed from what had been written; it was rebuilt." for path in report.altered]
    names = ", ".join(report.passed_over)
    passed = f"\nSkipped ({NO_SCENARIO}): {names}." if names else ""
    rows = f"{words.counted(summary.rows, 'row')} in {report.folder}, {report.seconds:.1f} s"
    figures = words.counted(sum(total.count for total in summary.totals), "figure")
    notes = f"{removed}{''.join(altered)}{passed}"
    return f"{done}{kept}.{unjudged}\n{rows}{rate}{memory}.{notes}\nControl totals: {figures} in totals.csv."


def pace(scenarios: int, seconds: float) -> str:
    """Write the scenarios per second; empty if none were run."""
    rate = scenarios / seconds if seconds else 0.0
    return f"{rate:,.{0 if rate >= 10 else 1}f} a second" if rate else ""


def _ranking(report: Report) -> RenderableType:
    shown = report.summary.ranked[:MOST_SHOWN]
    of = report.summary.scenarios
    title = f"The worst {len(shown)} of {of:,}" if of > len(shown) else "Scenarios, the worst first"
    texts = (Column("scenario", is_text=True), Column("worst quarter"), Column("of", is_text=True))
    what = Column("what happened", is_text=True)
    table = TextTable(title, (Column("rank"), *texts, *map(Column, (*SEVERITIES, "not judged")), what))
    for rank, score in enumerate(shown, start=1):
        counts = map(str, (*(score.count(severity) for severity in SEVERITIES), len(score.unjudged)))
        table.add(str(rank), score.scenario, words.percent(score.share, 1), score.against, *counts, score.sentence)
    return Padding(table, (0, 0, 1, 0))


def batch_json(report: Report) -> str:
    """Write a batch as JSON: scores, failures, control totals, time and memory."""
    summary = report.summary
    content = {
        "schema": 1,
        "folder": str(report.folder),
        "scenarios": summary.scenarios,
        "failed": len(summary.failures),
        "not_judged": summary.unjudged,
        "unchanged": report.unchanged,
        "altered": [str(path) for path in report.altered],
        "passed_over": list(report.passed_over),
        "rows": summary.rows,
        "seconds": round(report.seconds, 3),
        "peak_memory": report.peak_memory or None,
        "summary": [dict(zip(RANKED_COLUMNS, row, strict=True)) for row in ranked_rows(summary)],
        "failures": [dict(zip(FAILURE_COLUMNS, row, strict=True)) for row in failure_rows(summary)],
        "totals": [asdict(total) for total in summary.totals],
        "notes": [{"scenario": scenario, "note": note} for scenario, note in summary.notes],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


VERDICTS = {
    "identical": "Identical: every byte is the same.",
    "equal": f"Equal: the bytes differ, but no figure by more than {SAME:g} of its size.",
    "different": "Different.",
}


def reperformance_text(result: Reperformance) -> str:
    """What `treasury-sim reperform` prints."""
    lines = [VERDICTS[result.verdict]]
    lines += ["What changed:", *(f"  {change}" for change in result.changes)] if result.changes else []
    lines += [f"{failure.scenario} can no longer be run: {failure.reason}" for failure in result.failures]
    lines += [f"{name} could not be run then and can be run now." for name in result.recovered]
    if result.rejudged:
        lines.append("Different outcomes:")
        lines += [f"  {sentence}" for sentence in result.rejudged[:MOST_SHOWN]]
        lines += [f"  and {len(result.rejudged) - MOST_SHOWN:,} more"] if len(result.rejudged) > MOST_SHOWN else []
    if result.moved:
        lines.append("Lines that differ, each where it differs most:")
        lines += [f"  {_moved_text(moved)}" for moved in result.moved]
    return "\n".join(lines)


def _moved_text(moved: Moved) -> str:
    before, now = (words.MISSING if figure is None else f"{figure:,.6g}" for figure in (moved.before, moved.now))
    where = f"{moved.scenario}, {moved.quarter}"
    return f"{moved.framework} {moved.line}: {moved.count:,} figures; was {before}, is now {now} ({where})"
