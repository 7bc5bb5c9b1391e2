"""Which period the pages show: a quarter, a fiscal year, or all of them as one; chosen once for all pages."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from treasury_sim.app import state, widgets
from treasury_sim.domain.periods import Period, shown_periods
from treasury_sim.domain.result import Result
from treasury_sim.report.tables.statement import period_name
from treasury_sim.report.words import quarter_name

CHOSEN = "period_shown"
"""Where the session keeps the choice, with the case that it was made for: another case opens with its total."""

_WIDGET = "period_widget"


def chosen(result: Result) -> Period:
    """The period that pages show of `result`, the whole of it until another is chosen."""
    return named(result, remembered())


def named(result: Result, label: str) -> Period:
    """The period of `result` that is called `label`; the whole of it where there is none."""
    periods = _periods(result)
    return periods.get(label, next(iter(periods.values())))


def remembered() -> str:
    """Label of the period that was chosen for the open case; empty until one is."""
    case, label = st.session_state.get(CHOSEN, ("", ""))
    return str(label) if case == _case() else ""


def choose(result: Result) -> Period:
    """Let the period be chosen where there are several."""
    periods, now = _periods(result), chosen(result)
    if len(periods) > 1:
        widgets.draw(
            st.segmented_control,
            "Shown",
            list(periods),
            key=_WIDGET,
            value=now.label,
            format_func=lambda label: period_name(result, periods[label]),
            on_change=_remember,
            args=(_WIDGET,),
            required=True,
        )
    return now


def choose_quarter(result: Result, key: str) -> str:
    """Let a quarter be chosen on a page that shows one; of a period of several quarters it shows the last.

    Parameters
    ----------
    key
        Of the widget.

    Returns
    -------
    The label of the quarter.
    """
    quarters = {quarter.label: quarter for quarter in reversed(result.reported)}
    return str(
        widgets.draw(
            st.selectbox,
            "Quarter",
            list(quarters),
            key=key,
            value=result.timeline.quarters[chosen(result).quarters[-1]].label,
            format_func=lambda label: quarter_name(quarters[label]),
            on_change=_remember,
            args=(key,),
        )
    )


def _periods(result: Result) -> Mapping[str, Period]:
    return {period.label: period for period in shown_periods(result.timeline.quarters, result.reported)}


def _remember(key: str) -> None:
    st.session_state[CHOSEN] = (_case(), st.session_state[key])


def _case() -> str:
    return state.now().name
