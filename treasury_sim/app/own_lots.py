"""Your own lots: a form and a table, in any order. The form is drawn from what is open and edits it.

Before a table is opened, the form is a draft of the session. A table that could not be opened is tried again with
every change of the form: its lots may only have been too late for the quarter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import streamlit as st

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.app import opening, parts, state, widgets
from treasury_sim.app.history import Opened
from treasury_sim.app.opening import NewHolder
from treasury_sim.case.schema import calendar_of
from treasury_sim.domain.timeline import Quarter
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.history.loader import AS_OF
from treasury_sim.report import words
from treasury_sim.report.words import in_print
from treasury_sim.scenario.amounts import read_share, write_share

YEAR_ENDS = ("12-31", "01-31", "03-31", "06-30", "08-31", "09-30")
QUARTERS = 24
"""Quarters that can be chosen, back from the last one with embedded prices."""
FRAMEWORKS_FIRST = ("us_gaap_fair_value", "us_gaap_impairment")
_DRAFT, _REFUSED = "own_lots_draft", "own_lots_refused"


def show() -> None:
    """Draw the form and the place for the table."""
    holder = _holder()
    _field(st.text_input, "Company", key="new_name", value=holder.name, read=_named, max_chars=80)
    left, middle, right = st.columns(3)
    _field(
        left.selectbox,
        "Fiscal year ends on (month-day)",
        list(dict.fromkeys((*YEAR_ENDS, holder.fiscal_year_end))),
        key="new_year_end",
        value=holder.fiscal_year_end,
        read=_ending,
    )
    labels = [quarter.label for quarter in quarters(holder.fiscal_year_end)]
    label = _label(holder)
    _field(
        middle.selectbox,
        "Quarter to report",
        labels if label in labels else [label, *labels],
        key="new_quarter",
        value=label,
        format_func=partial(in_print, is_calendar=holder.last.is_of_calendar),
        read=_reporting,
    )
    _field(
        right.text_input,
        "Tax rate; empty computes no tax",
        key="new_rate",
        value="" if holder.rate is None else write_share(holder.rate),
        read=_taxed,
        placeholder="28.73%",
        max_chars=12,
    )
    _field(
        st.multiselect,
        "Accounting frameworks",
        list(FRAMEWORKS),
        format_func=parts.framework,
        key="new_frameworks",
        value=list(holder.frameworks),
        read=_measured,
    )
    st.file_uploader(
        "Lots (CSV or XLSX): columns acquired, quantity, unit_cost or total_cost, and if wanted id, acquired_to, "
        "asset, fee, wallet, tax_basis, source",
        type=["csv", "xlsx"],
        max_upload_size=opening.MOST_MEGABYTES,
        key="lots_file",
        on_change=_uploaded,
    )
    _in_use()


def _field(
    widget: Callable[..., Any],
    label: str,
    *options: Any,
    key: str,
    read: Callable[[NewHolder, Any], NewHolder],
    **rest: Any,
) -> None:
    """Draw a field; `read` gives the holder with what was chosen or typed."""
    widgets.draw(widget, label, *options, key=key, on_change=_change, args=(key, read), **rest)


def _change(key: str, read: Callable[[NewHolder, Any], NewHolder]) -> None:
    holder = state.attempt(partial(read, _holder(), st.session_state[key]))
    if holder is None:
        return
    own, refused = _own(), st.session_state.get(_REFUSED)
    if own is None or refused is not None:
        st.session_state[_DRAFT] = holder
    if refused is not None:
        _open(*refused)
    elif own is not None:
        state.open_(partial(opening.held_by, own, holder))


def _named(holder: NewHolder, text: str | None) -> NewHolder:
    name = (text or "").strip()
    if not name:
        raise InputError([Problem("", None, "company", "a name", "nothing", "The last name stays.")])
    return replace(holder, name=name)


def _ending(holder: NewHolder, year_end: str) -> NewHolder:
    """Another fiscal year has other quarters: that of the same label, else the last one."""
    among = quarters(year_end)
    quarter = next((each for each in among if each.label == holder.last.label), among[0])
    return replace(holder, fiscal_year_end=year_end, first=quarter, last=quarter)


def _reporting(holder: NewHolder, label: str) -> NewHolder:
    among = quarters(holder.fiscal_year_end)
    quarter = next((each for each in among if each.label == label), None)
    return holder if quarter is None else replace(holder, first=quarter, last=quarter)


def _taxed(holder: NewHolder, text: str | None) -> NewHolder:
    text = (text or "").strip()
    return replace(holder, rate=read_share(text, "tax rate") if text else None)


def _measured(holder: NewHolder, frameworks: list[str]) -> NewHolder:
    if not frameworks:
        fix = "The last choice stays."
        raise InputError([Problem("", None, "accounting frameworks", "at least one", "none", fix)])
    return replace(holder, frameworks=tuple(frameworks))


def _uploaded() -> None:
    file = st.session_state["lots_file"]
    if file is not None:
        st.session_state[_DRAFT] = _holder()
        _open(file.name, file.getvalue())


def _open(name: str, content: bytes) -> None:
    """Open a table with the facts of the form; if that fails, the form stays as it is."""
    opened = state.open_(partial(opening.from_lots, name, content, st.session_state[_DRAFT]))
    st.session_state[_REFUSED] = None if opened else (name, content)


def _in_use() -> None:
    """Show which table is open, or why none is."""
    own, refused = _own(), st.session_state.get(_REFUSED)
    if refused is not None:
        st.warning(parts.plain(f"{refused[0]} is not in use. Correct it and choose it again, or change the form."))
        st.button("Discard it", key="leave_lots", on_click=_leave)
    if own is None:
        return
    source = own.original.get("holder", "lots")
    of = f" of {source}" if isinstance(source, str) else ""
    lots = f"{words.counted(len(own.original.lots), 'lot')}{of}"
    if own is state.now():
        st.caption(parts.plain(f"In use: {lots}. A new file replaces them."))
    else:
        st.caption(parts.plain(f"Another scenario is open. Yours has {lots}."))
        st.button("Open your lots again", key="own_again", on_click=_again, args=(own,))


def _again(own: Opened) -> None:
    state.open_(lambda: own)


def _leave() -> None:
    st.session_state[_REFUSED] = None
    st.session_state.pop(_DRAFT, None)


def _own() -> Opened | None:
    """Your own lots that are open, else those opened last."""
    history = state.history()
    return next((each for each in reversed(history.steps[: history.index + 1]) if opening.is_own(each)), None)


def _holder() -> NewHolder:
    """The holder shown in the form: that of the scenario, unless a table waits for a corrected form."""
    own, draft = _own(), st.session_state.get(_DRAFT)
    if own is not None and st.session_state.get(_REFUSED) is None:
        return opening.holder_of(own)
    if isinstance(draft, NewHolder):
        return draft
    last = quarters(YEAR_ENDS[0])[0]
    return NewHolder("Our company", YEAR_ENDS[0], last, last, None, FRAMEWORKS_FIRST)


def _label(holder: NewHolder) -> str:
    first, last = holder.first.label, holder.last.label
    return last if first == last else f"{first} to {last}"


def quarters(fiscal_year_end: str) -> list[Quarter]:
    """The last quarters that have embedded prices, newest first."""
    calendar = calendar_of(fiscal_year_end)
    last = calendar.quarter(AS_OF)
    if last.end > AS_OF:
        last = calendar.quarter(last.start - timedelta(days=1))
    among = [last]
    while len(among) < QUARTERS:
        among.append(calendar.quarter(among[-1].start - timedelta(days=1)))
    return among
