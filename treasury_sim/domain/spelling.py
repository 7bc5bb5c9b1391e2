"""US spellings of names: accepted wherever a name is given; keys and print are in British spelling."""

from __future__ import annotations

import re
from collections.abc import Container

from treasury_sim.domain.lines import LINES

_US = re.compile(r"iz(e|ed|es|ing|ation)(?=_|$)")
_BRITISH = re.compile(r"is(ed|e|es|ing|ation)(?=_|$)")

KEYS = frozenset({"exclude_unrealised", "recognise_asset"})
"""Keys of a scenario, other than lines, that are spelled differently in the US."""

CHOICES = frozenset({"capitalise"})
"""Values of such a spelling that a key may hold."""

HOLD_A_NAME = frozenset({"fees", "line", "loss", "charge", "above", "below"})
"""Keys that hold such a choice, or the name of a line."""

SPELLED_OTHERWISE = frozenset({*KEYS, *CHOICES, *(name for name in LINES if _BRITISH.search(name))})
"""Every name of a scenario that is spelled differently in the US."""


def british(name: str) -> str:
    """Return a name in British spelling: ``realized_pl`` gives ``realised_pl``."""
    return _US.sub(r"is\1", name)


def known_as(name: str, known: Container[str] = SPELLED_OTHERWISE) -> str:
    """Return the known name of which `name` is the US spelling; else `name` itself."""
    if "iz" not in name:
        return name
    spelled = british(name)
    return spelled if name not in known and spelled in known else name
