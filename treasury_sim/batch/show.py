"""Output of `treasury-sim batch` and `reperform`: text for people, JSON for programs."""

from __future__ import annotations

from dataclasses import asdict

from treasury_sim.batch.moved import SAME, Moved
from treasury_sim.batch.reperform import Reperformance
from treasury_sim.batch.run import Report
from treasury_sim.batch.summary import FAILURE_COLUMNS, RANKED_COLUMNS, Summary, failure_rows, ranked_rows
from treasury_sim.domain.limit import SEVERITIES
from treasury_sim.report import words
from treasury_sim.report.render.json import json_text
from treasury_sim.report.tables.page import Page, Part, Words
from treasury_sim.report.tables.table import Column, Row, Table
from treasury_sim.scenario.library import NO_SCENARIO

MOST_SHOWN = 20


def batch_report(report: Report) -> Page:
    """The worst scenarios, the failures, the control totals, time and memory."""
    summary = report.summary
    parts: list[Part] = [ranking(summary)] if summary.ranked else []
    for failure in summary.failures[:MOST_SHOWN]:
        problems = "\n".join(f"  {problem}" for problem in failure.problems)
        parts += [Words(f"{failure.scenario} failed", "bad"), Words(problems)]
    if len(summary.failures) > MOST_SHOWN:
        more = words.counted(len(summary.failures) - MOST_SHOWN, "more failure")
        parts.append(Words(f"{more} in failures.csv."))
    notes = [f"{scenario}: {note}" for scenario, note in summary.notes]
    rest = [f"{len(notes) - MOST_SHOWN} more in notes.csv."] if len(notes) > MOST_SHOWN else []
    if notes:
        parts.append(Words("\n".join((*notes[:MOST_SHOWN], *rest)), "note"))
    return Page((*parts, Words(closing(report))))


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


def ranking(summary: Summary) -> Table:
    """The worst scenarios, the worst first."""
    columns = (
        Column("scenario", "Scenario"),
        Column("share", "Worst quarter", "share", decimals=1),
        Column("against", "of"),
        *(Column(severity, f"{words.sentence(severity)} limits failed", "count") for severity in SEVERITIES),
        Column("not_judged", "Limits not judged", "count"),
        Column("sentence", "What happened"),
    )
    rows = tuple(
        Row(
            (
                *(f"{rank}. {score.scenario}", score.share, score.against),
                *(score.count(severity) for severity in SEVERITIES),
                *(len(score.unjudged), score.sentence),
            )
        )
        for rank, score in enumerate(summary.ranked[:MOST_SHOWN], start=1)
    )
    is_part = summary.scenarios > len(rows)
    title = f"The worst {len(rows)} of {summary.scenarios:,}" if is_part else "Scenarios, the worst first"
    return Table("ranking", title, columns, rows)


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
    return json_text(content)


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
