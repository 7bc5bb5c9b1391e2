"""Names that a person types: found among those that are known, or refused with the nearest."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from treasury_sim.errors import InputError, Problem


def nearest(name: str, known: Sequence[str]) -> str:
    """Suggest the known name that `name` was meant to be, or list what is known."""
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known here: {', '.join(known)}." if known else ""


def known_name(parameter: str, name: object, known: Sequence[str]) -> str:
    """Return `name` if it is one of `known`.

    Raises
    ------
    InputError
        If it is not; it says which parameter, and the nearest known name.
    """
    if isinstance(name, str) and name in known:
        return name
    raise InputError([Problem("", None, parameter, f"a known {parameter}", str(name), nearest(str(name), known))])
