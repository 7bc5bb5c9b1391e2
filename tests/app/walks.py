"""A way through all pages that takes every step from one page to another once."""

from __future__ import annotations

from collections.abc import Sequence


def every_step(pages: Sequence[str]) -> list[str]:
    """Visit `pages` so that every ordered pair of two follows each other exactly once; ends where it begins.

    An Euler circuit of the complete directed graph, by Hierholzer's algorithm.
    """
    left = {page: [other for other in pages if other != page] for page in pages}
    stack, circuit = [pages[0]], []
    while stack:
        if left[stack[-1]]:
            stack.append(left[stack[-1]].pop())
        else:
            circuit.append(stack.pop())
    return circuit[::-1]
