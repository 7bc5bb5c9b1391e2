"""The page "Data and method": where every figure is from, and by which rule and formula."""

from __future__ import annotations

import streamlit as st

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.app import frame, parts, state
from treasury_sim.domain.result import Result
from treasury_sim.report.files import methodology
from treasury_sim.report.tables.lots import price_sources
from treasury_sim.report.tables.prices import prices_table
from treasury_sim.report.tables.record import record_tables
from treasury_sim.report.tables.statement import policies
from treasury_sim.report.tables.table import Column, Row, Table


def body() -> None:
    """Draw the page."""
    result = state.result_of(state.scenario())
    st.subheader("Data and method", anchor=False)
    st.caption(f"treasury_sim {result.engine_version}. Nothing is sent anywhere: history and cases are in the package.")
    st.markdown("**Prices**")
    parts.sentences(price_sources(result, result.reported[-1].label))
    parts.table(prices_table(result))
    for table in record_tables(state.scenario()):
        parts.table(table)
    parts.table(_inputs(result))
    parts.table(policies(result))
    parts.table(_frameworks())
    with st.expander("Formulas, with source and test"):
        st.markdown(methodology().replace("$", "\\$"))


def _inputs(result: Result) -> Table:
    columns = Column("file", "File"), Column("sha256", "SHA-256")
    return Table("inputs", "Inputs of this run, by content", columns, tuple(map(Row, result.inputs.items())))


def _frameworks() -> Table:
    columns = (
        *(Column("title", "Framework"), Column("citation", "Standard")),
        *(Column("summary", "Rule"), Column("effective", "In force")),
    )
    rows = tuple(Row(tuple(getattr(each, column.name) for column in columns)) for each in FRAMEWORKS.values())
    return Table("frameworks", "Accounting frameworks", columns, rows)


frame.page(body)
