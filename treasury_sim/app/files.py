"""Files to hand over, built only when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from treasury_sim.app import period
from treasury_sim.app.history import Opened
from treasury_sim.domain.result import Result
from treasury_sim.engine import run
from treasury_sim.report.board.content import Board, board
from treasury_sim.report.board.html import html
from treasury_sim.report.board.pdf import pdf
from treasury_sim.report.close.accounts import STANDARD
from treasury_sim.report.close.live.sheets import live_sheets
from treasury_sim.report.close.pack import close_pack
from treasury_sim.report.close.workbook import workbook
from treasury_sim.report.files import lots_csv, statements_csv
from treasury_sim.report.json_result import to_json
from treasury_sim.scenario import Scenario, to_yaml

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def name_of(opened: Opened) -> str:
    """Names of the files of a scenario."""
    return f"{opened.name}_what_if" if opened.edited else opened.name


def offer(opened: Opened) -> None:
    """Offer the scenario and its result as files."""
    name, scenario, shown = name_of(opened), opened.scenario, period.remembered()
    download("Scenario (YAML)", partial(to_yaml, scenario), f"{name}.yaml", "application/yaml")
    download("Result (JSON)", partial(_json, scenario), f"{name}.json", "application/json")
    download("Report for a board (HTML)", partial(_html, scenario, shown), f"{name}.html", "text/html")
    download("Report for a board (PDF)", partial(_pdf, scenario, shown), f"{name}.pdf", "application/pdf")
    download("Statements (CSV)", partial(_statements, scenario), f"{name}_statements.csv", "text/csv")
    download("Lots (CSV)", partial(_lots, scenario), f"{name}_lots.csv", "text/csv")
    for key in scenario.spec.accounting.frameworks:
        download(f"Close workbook, {key} (XLSX)", partial(close_workbook, scenario, key), f"{name}_{key}.xlsx", XLSX)
    st.caption("The same figures on the command line:")
    st.code(f"treasury-sim run {name}.yaml", language=None, wrap_lines=True)


def download(label: str, build: Callable[[], str | bytes], file_name: str, mime: str) -> None:
    """Offer one file."""
    key = f"download_{file_name}"
    st.download_button(label, build, file_name, mime, key=key, on_click="ignore", width="stretch")


def _json(scenario: Scenario) -> str:
    return to_json(run(scenario))


def _statements(scenario: Scenario) -> str:
    return statements_csv(run(scenario))


def _lots(scenario: Scenario) -> str:
    return lots_csv(run(scenario))


def _html(scenario: Scenario, shown: str) -> str:
    return html(_board(scenario, shown))


def _pdf(scenario: Scenario, shown: str) -> bytes:
    return pdf(_board(scenario, shown))


def _board(scenario: Scenario, shown: str) -> Board:
    """The report over the period that the pages show."""
    result = run(scenario)
    return board(scenario, result, period.named(result, shown).label)


def close_workbook(scenario: Scenario, key: str, label: str | None = None, result: Result | None = None) -> bytes:
    """The workbook of a close, by default of the last quarter of the scenario's own run."""
    result = result or run(scenario)
    pack = close_pack(result, key, label or result.reported[-1].label, STANDARD)
    return workbook(pack, live_sheets(scenario, pack))
