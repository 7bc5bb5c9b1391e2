"""YAML in: a scenario file to a frozen `Scenario`, its mistakes told with file and line, and back to YAML."""

from __future__ import annotations

from treasury_sim.scenario.dump import to_yaml
from treasury_sim.scenario.loader import Scenario, load, load_given

__all__ = ["Scenario", "load", "load_given", "to_yaml"]
