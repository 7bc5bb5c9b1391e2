"""The case: what a scenario states, frozen and typed. The engine knows it, and no file."""

from __future__ import annotations

from treasury_sim.case.case import Case

__all__ = ["Case"]
