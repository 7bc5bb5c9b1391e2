"""Reads YAML into a frozen `Scenario`, reports errors with file and line, and writes it back as YAML."""

from __future__ import annotations

from treasury_sim.scenario.dump import to_yaml
from treasury_sim.scenario.loader import Scenario, load, load_given

__all__ = ["Scenario", "load", "load_given", "to_yaml"]
