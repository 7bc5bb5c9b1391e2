"""The engine: a scenario in, a `Result` out."""

from __future__ import annotations

from treasury_sim.engine.run import run

__all__ = ["run"]
