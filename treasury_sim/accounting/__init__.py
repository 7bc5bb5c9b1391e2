"""Accounting rules: one file for each framework, and the registry that offers them everywhere."""

from __future__ import annotations

from treasury_sim.accounting import (
    frs102_cost,
    frs102_revaluation,
    hgb_current_asset,
    hgb_fixed_asset,
    ifrs_broker_trader,
    ifrs_cost,
    ifrs_inventory,
    ifrs_revaluation,
    jgaap_active_market,
    jgaap_no_active_market,
    swiss_co_cost,
    swiss_co_market,
    us_gaap,
    us_gaap_fair_value,
    us_gaap_impairment,
    us_gaap_investment_company,
)
from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import AccountingPolicy

FRAMEWORKS: dict[str, Framework] = {
    module.FRAMEWORK.key: module.FRAMEWORK
    for module in (
        us_gaap,
        us_gaap_impairment,
        us_gaap_fair_value,
        us_gaap_investment_company,
        ifrs_cost,
        ifrs_revaluation,
        ifrs_inventory,
        ifrs_broker_trader,
        jgaap_active_market,
        jgaap_no_active_market,
        hgb_current_asset,
        hgb_fixed_asset,
        frs102_cost,
        frs102_revaluation,
        swiss_co_cost,
        swiss_co_market,
    )
}

ASC_350_60 = frozenset({us_gaap.FRAMEWORK.key, us_gaap_fair_value.FRAMEWORK.key})
"""Frameworks in which the scope of ASC 350-60 decides, token by token (350-60-15-1)."""


def frameworks() -> dict[str, Framework]:
    """Return the accounting frameworks by the key under which scenarios name them.

    Returns
    -------
    dict
        Framework by key, each with its title, citation and rule.

    Examples
    --------
    >>> from treasury_sim import frameworks
    >>> frameworks()["ifrs_cost"].citation
    'IAS 38.74, IAS 36.59 to 36.60 and 36.110 to 36.119'
    """
    return dict(FRAMEWORKS)


__all__ = ["ASC_350_60", "FRAMEWORKS", "AccountingPolicy", "Framework", "frameworks"]
