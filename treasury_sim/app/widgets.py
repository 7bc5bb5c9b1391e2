"""Widgets show what holds: the scenario, or what was last chosen in the session, whatever a widget showed elsewhere.

Streamlit gives a widget of the same key another identity on every page, and with other limits, and there its own
default, though the session still has the earlier value under that key. What a widget shows is therefore written before
it is drawn for the first time since its page was opened, and from then on wherever it or its limits differ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_PAGE, _DRAWN, _CHOSEN = "page_shown", "widgets_drawn", "choices"

_LIMITS = ("min_value", "max_value")

T = TypeVar("T")


def turn_page() -> None:
    """Note which page is shown: on another one, no widget has been drawn yet."""
    context = get_script_run_ctx()
    page = None if context is None else context.page_script_hash
    if _DRAWN not in st.session_state or st.session_state[_PAGE] != page:
        st.session_state[_PAGE] = page
        st.session_state[_DRAWN] = {}


def draw(widget: Callable[..., T], label: str, *options: Any, key: str, value: object, **rest: Any) -> T:
    """Draw a widget that shows `value`, and return what it gives.

    One that already shows it is left alone, so that an edit made while the page was being drawn is not lost.

    Parameters
    ----------
    widget
        Such as ``st.slider``.
    options
        What else it takes by position.
    value
        What holds: never what a widget of this key showed on another page.
    rest
        What else it takes by name.
    """
    drawn = cast("dict[str, list[Any]]", st.session_state[_DRAWN])
    limits = [each for each in options if not isinstance(each, (list, tuple))]
    limits += [rest.get(name) for name in _LIMITS]
    if drawn.get(key) != limits or st.session_state.get(key) != value:
        st.session_state[key] = value
    answer = widget(label, *options, key=key, **rest)
    drawn[key] = limits  # only now: a run that is stopped while it draws has not shown it
    return answer


def recall(widget: Callable[..., T], label: str, *options: Any, key: str, default: object, **rest: Any) -> T:
    """Draw a widget that shows what was last chosen in the session under `key`, on whatever page.

    Without a last choice among the options it shows `default`.
    """
    value = _choices().get(key, default)
    if options and isinstance(options[0], list):
        value = _among(options[0], value, default)
    return draw(widget, label, *options, key=key, value=value, on_change=_choose, args=(key,), **rest)


def _among(options: list[Any], value: object, default: object) -> object:
    """The part of a choice that is among `options`."""
    if isinstance(value, list):
        return [each for each in value if each in options]
    return value if value in options else default


def forget(key: str) -> None:
    """Let the widget `key` show its default again."""
    st.session_state[_CHOSEN] = {name: value for name, value in _choices().items() if name != key}


def _choose(key: str) -> None:
    st.session_state[_CHOSEN] = {**_choices(), key: st.session_state[key]}


def _choices() -> dict[str, object]:
    return cast("dict[str, object]", st.session_state.get(_CHOSEN, {}))
