"""The page "Close": flash pack, roll-forward, lot schedule, journal, draft disclosure of one quarter."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from treasury_sim.app import files, frame, one_path, parts, period, state, widgets
from treasury_sim.domain.result import Result
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.checks import Verdict, check_table
from treasury_sim.report.close.formats import csv_files, disclosure_markdown, prefix
from treasury_sim.report.close.pack import ClosePack, close_pack
from treasury_sim.report.tables.table import Table
from treasury_sim.scenario import Scenario

FLASH, ROLL, LOTS, JOURNAL, NOTE, CHECKS = (
    *("Flash pack", "Roll-forward", "Lot schedule"),
    *("Journal", "Draft disclosure", "Checks"),
)


def body() -> None:
    """Draw the page."""
    scenario = state.scenario()
    result, path = state.result_of(scenario), 0
    if result.basis != "replay":
        chosen = one_path.choose(result)
        if chosen is None:
            return
        result, path = one_path.replayed(chosen), chosen
    left, right = st.columns(2)
    with left:
        key = parts.choose("Accounting framework", list(result.statements), "close_framework")
    with right:
        label = period.choose_quarter(result, "close_quarter")
    pack = _pack(f"{state.key_of(scenario)} path {path}", result, key, label)
    st.subheader(parts.plain(f"{pack.holder}: close of {label} at {pack.end}, {parts.framework(key)}"), anchor=False)
    verdict = Verdict.of(pack.checks)
    (st.error if verdict.failed else st.success)(verdict.words())
    names = [FLASH, ROLL, LOTS, JOURNAL, NOTE, CHECKS]
    part = widgets.recall(st.segmented_control, "Part", names, key="close_part", default=FLASH, required=True)
    _part(pack, str(part))
    _files(scenario, result, pack)


def _part(pack: ClosePack, name: str) -> None:
    tables = {FLASH: pack.flash, ROLL: pack.roll_forward, JOURNAL: pack.journal, CHECKS: check_table(pack.checks)}
    if name == NOTE:
        st.markdown(f"**{parts.plain(pack.disclosure.title)}**")
        for paragraph in pack.disclosure.paragraphs:
            st.markdown(parts.plain(paragraph))
        for table in pack.disclosure.tables:
            _table(table, pack)
    elif name == LOTS:
        parts.frame(pack.lots, height=520)
    else:
        _table(tables[name], pack)


def _table(table: Table, pack: ClosePack) -> None:
    parts.table(replace(table, currency=pack.currency))


def _files(scenario: Scenario, result: Result, pack: ClosePack) -> None:
    name = prefix(pack)
    with st.container(horizontal=True):
        written = partial(files.close_workbook, scenario, pack.framework, pack.quarter, result)
        files.download("Workbook (XLSX)", written, f"{name}.xlsx", files.XLSX)
        files.download("Draft note (Markdown)", partial(disclosure_markdown, pack), f"{name}.md", "text/markdown")
        every = widgets.recall(st.toggle, "Every table as CSV", key="close_csv", default=False)
        for file_name in csv_files(pack) if every else ():
            files.download(file_name, partial(_csv, pack, file_name), file_name, "text/csv")


def _csv(pack: ClosePack, name: str) -> str:
    return csv_files(pack)[name]


@st.cache_resource(max_entries=32, show_spinner=False)
def _pack(key: str, _result: Result, framework: str, label: str) -> ClosePack:  # noqa: ARG001 - the scenario's hash
    return close_pack(_result, framework, label, STANDARD)


frame.page(body)
