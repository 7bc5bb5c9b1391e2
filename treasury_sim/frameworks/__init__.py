"""Accounting rules: one file for each framework, and the registry that offers them everywhere."""

from __future__ import annotations

from treasury_sim.frameworks import us_gaap, us_gaap_fair_value, us_gaap_impairment
from treasury_sim.frameworks.framework import AccountingPolicy, Framework

FRAMEWORKS: dict[str, Framework] = {
    module.FRAMEWORK.key: module.FRAMEWORK for module in (us_gaap, us_gaap_impairment, us_gaap_fair_value)
}

__all__ = ["FRAMEWORKS", "AccountingPolicy", "Framework"]
