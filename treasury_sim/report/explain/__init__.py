"""Every figure explained: from a line to its parts, from a part to the lots, with the rule and the numbers in it."""

from __future__ import annotations

from treasury_sim.report.explain.explain import explain
from treasury_sim.report.explain.explanation import Explanation, LotTerm

__all__ = ["Explanation", "LotTerm", "explain"]
