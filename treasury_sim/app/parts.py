"""Building blocks of pages: text that is shown as written, tables, charts with their pictures, key figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.app import state, widgets
from treasury_sim.domain.result import Result
from treasury_sim.errors import InputError
from treasury_sim.report.charts.theme import LOOKS, Chart, Look, configuration, picture, spec_of, without_title
from treasury_sim.report.finding import KeyFigure, key_figures
from treasury_sim.report.finding import headline as finding_of
from treasury_sim.report.render.frame import sortable
from treasury_sim.report.render.html import as_html
from treasury_sim.report.render.printed import printed as in_words
from treasury_sim.report.tables.table import Table
from treasury_sim.report.words import in_print
from treasury_sim.scenario.amounts import read_amount


def printed(text: str) -> str:
    """Write text with every period named as people say it: ``Q4 2025`` in place of ``2025Q4``."""
    return in_print(text, is_calendar=state.is_calendar_year())


def plain(text: str) -> str:
    """Write `printed` text so that Markdown shows it as it is: a dollar sign begins no formula."""
    return _escaped(printed(text))


def _escaped(text: str) -> str:
    for sign in "\\$~*_`[]<>#":
        text = text.replace(sign, f"\\{sign}")
    return text


def framework(key: str) -> str:
    """Name a framework."""
    return FRAMEWORKS[key].title


def look() -> Look:
    """The look of the page that is shown."""
    return LOOKS["dark" if st.context.theme.type == "dark" else "light"]


def chart(drawn: Chart, name: str) -> None:
    """Show a chart under its title in the look of the page, and offer it as a picture.

    Parameters
    ----------
    name
        Of its files, without the ending; one on a page.
    """
    spec = _printed_spec(spec_of(drawn, look()))
    title, subtitle, untitled = without_title(spec)
    st.markdown(f"**{plain(title)}**")
    if subtitle:
        st.caption(plain(subtitle))
    on_page = {
        **untitled,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": {**spec["config"], "background": "transparent"},
    }
    st.vega_lite_chart(spec=on_page, theme=None, width="stretch", key=f"chart_{name}")
    with st.popover("Save picture", type="tertiary", key=f"pictures_{name}"):
        paper = {**spec, "config": configuration(LOOKS["light"])}
        for form in ("png", "svg"):
            st.download_button(
                form.upper(),
                partial(picture, paper, form),
                f"{name}.{form}",
                "image/png" if form == "png" else "image/svg+xml",
                key=f"{form}_{name}",
                on_click="ignore",
            )


def _printed_spec(part: Any) -> Any:
    """A chart, or a part of one, with periods named as in text."""
    if isinstance(part, str):
        return printed(part)
    if isinstance(part, list):
        return [_printed_spec(each) for each in part]
    return {key: _printed_spec(each) for key, each in part.items()} if isinstance(part, dict) else part


def table(shown: Table) -> None:
    """Show a table under its title, and its notes."""
    words = in_words(shown, is_calendar=state.is_calendar_year())
    st.html(as_html(words))
    for note in words.notes:
        st.caption(plain(note))


MOST_SORTABLE = 50_000
"""Cells of a table that is sorted by its numbers; a larger one is text, for each number would be written anew."""


def frame(table: Table, *, height: int = 360) -> None:
    """Show a table that can be sorted by its numbers; each is written as its kind is everywhere else."""
    rows, writers = sortable(table)
    written: dict[Any, Any] = dict(writers)
    if rows.size > MOST_SORTABLE:
        shown: Any = rows.assign(**{title: rows[title].map(write) for title, write in written.items()})
    else:
        shown = rows.style.format(written)
    st.dataframe(shown, hide_index=True, width="stretch", height=height)


def headline(result: Result, label: str) -> None:
    """Say the finding of a quarter, or of several as one, under the first framework."""
    finding = finding_of(result, next(iter(result.statements)), label)
    st.subheader(plain(finding), anchor=False)


def figures(result: Result, label: str, base: Result | None) -> None:
    """Show the key figures of every framework.

    Parameters
    ----------
    base
        The unedited run to compare with, if the scenario is edited.
    """
    for key in result.statements:
        st.caption(f"**{plain(FRAMEWORKS[key].title)}** ({plain(FRAMEWORKS[key].citation)})")
        with st.container(horizontal=True):
            for figure in key_figures(result, key, label, base):
                _metric(figure)
    if base is not None:
        st.caption("Small figures: change against the scenario as opened.")


def _metric(figure: KeyFigure) -> None:
    """A key figure with its change; a decrease stands in parentheses, as every negative amount does."""
    down = (figure.change or "").startswith("(")
    st.metric(
        plain(figure.title),
        plain(figure.text),
        figure.change and plain(figure.change),
        delta_color="red" if down else "green",
        delta_arrow="down" if down else "up",
        width=170,
    )


def sentences(lines: Iterable[str]) -> None:
    """Show sentences as a list."""
    st.markdown("\n".join(f"- {plain(line)}" for line in lines))


def problems(text: str) -> None:
    """Show what is wrong, a paragraph for each problem; what is to be typed, such as ``2025Q4``, stays as it is."""
    st.error("\n\n".join(_escaped(line) for line in text.splitlines() if line.strip()))


def pick(label: str, options: Sequence[str], key: str, written: Callable[[str], str] = str) -> str:
    """Choose one of several, on every page alike; a choice that is not among the options gives way to the first."""
    return str(widgets.recall(st.selectbox, label, list(options), key=key, default=options[0], format_func=written))


def amount(label: str, key: str, currency: str) -> float | None:
    """Let an amount be typed as finance people do, and say what was read, or why it is none."""
    text = widgets.recall(st.text_input, f"{label}, {currency}", key=key, default="", placeholder="$500m", max_chars=40)
    if not text:
        return None
    try:
        value = read(text, currency)
    except InputError as error:
        problems(str(error))
        return None
    st.caption(plain(f"Read as {value:,.2f} {currency}."))
    return value


def read(text: str, currency: str) -> float:
    """Read an amount that was typed.

    Raises
    ------
    InputError
        If it is none.
    """
    return read_amount(text, "amount", currency=currency, smallest=0.01)


def choose(label: str, keys: Sequence[str], key: str) -> str:
    """Choose one framework of several; with only one there is nothing to choose."""
    if len(keys) == 1:
        return keys[0]
    return pick(label, keys, key, framework)
