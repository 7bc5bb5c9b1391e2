"""The page "Batch": many scenarios, or one in many variations, ranked by worst quarter and failed limits."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from treasury_sim.app import batches, files, frame, opening, parts, state, widgets
from treasury_sim.batch.show import ranking
from treasury_sim.batch.summary import Summary
from treasury_sim.report import words
from treasury_sim.report.tables.table import Column, Row, Table
from treasury_sim.scenario import to_yaml

OPEN, UPLOAD = "The open scenario", "Uploaded scenarios"
MOST_SHOWN = 100
_DONE = "batch_done"


def body() -> None:
    """Draw the page."""
    st.subheader("Batch", anchor=False)
    ways = [OPEN, UPLOAD]
    chosen = widgets.recall(st.segmented_control, "Scenarios", ways, key="batch_of", default=OPEN, required=True)
    files = _open() if chosen == OPEN else _uploaded()
    vary = widgets.recall(
        st.text_area,
        "Keys to vary, one per line; every combination is run",
        key=f"vary_{chosen}",
        default=_example() if chosen == OPEN else "",
        max_chars=4_000,
        height=110,
        help="key=a,b,c or key={from: a, to: b, count: n}; the keys of the scenario language, such as tax.rate.",
    )
    lines = [line.strip() for line in (vary or "").splitlines() if line.strip()]
    if st.button("Run", type="primary", key="run_batch", disabled=not files):
        _run(files, lines)
    done: batches.Done | None = st.session_state.get(_DONE)
    if done is not None:
        _show(done)


def _open() -> dict[str, bytes]:
    opened = state.now()
    return {f"{files.name_of(opened)}.yaml": to_yaml(opened.scenario).encode()}


def _uploaded() -> dict[str, bytes]:
    uploads: list[Any] = st.file_uploader(
        "Scenarios (YAML), and the tables that they name",
        type=["yaml", "yml", "csv", "xlsx"],
        accept_multiple_files=True,
        max_upload_size=opening.MOST_MEGABYTES,
        key="batch_files",
    )
    return {file.name: file.getvalue() for file in uploads or []}


def _example() -> str:
    """A sweep of the quarter-end price and of the observation policy."""
    scenario = state.scenario()
    result = state.result_of(scenario)
    asset = next(iter(result.holdings), "BTC")
    end = result.reported[-1].end
    return (
        f"prices.{asset}.quarter_end.{end}=60_000,80_000,100_000\naccounting.impairment_price=intraday_low,period_end"
    )


def _run(files: dict[str, bytes], vary: list[str]) -> None:
    bar = st.progress(0.0, text="Reading the scenarios")

    def tell(done: int, total: int) -> None:
        bar.progress(done / total if total else 1.0, text=f"{done:,} of {total:,} scenarios")

    finished = state.attempt(partial(batches.run_uploads, files, vary, tell))
    bar.empty()
    if finished is None:
        parts.problems(state.problem())
    st.session_state[_DONE] = finished


def _show(done: batches.Done) -> None:
    summary = done.summary
    outcome = f"{words.counted(summary.scenarios, 'scenario')} scored, {len(summary.failures):,} failed."
    if summary.unjudged:
        outcome += f" Limits not judged in {words.counted(summary.unjudged, 'scenario')}; these do not count as passed."
    (st.warning if summary.failures or summary.unjudged else st.success)(outcome)
    if summary.ranked:
        parts.table(ranking(summary))
    if summary.failures:
        parts.table(_failures(summary))
    parts.sentences(f"{scenario}: {note}" for scenario, note in summary.notes[:MOST_SHOWN])
    with st.container(horizontal=True):
        for name, content in done.files.items():
            kind = files.XLSX if name.endswith(".xlsx") else "text/csv"
            files.download(name, partial(bytes, content), name, kind)


def _failures(summary: Summary) -> Table:
    columns = Column("scenario", "Scenario"), Column("problem", "Why")
    rows = (Row((each.scenario, str(problem))) for each in summary.failures for problem in each.problems)
    return Table("failures", "Scenarios that could not be run", columns, tuple(rows))


frame.page(body)
