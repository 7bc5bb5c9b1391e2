"""Three simulated scenarios as links: two volatilities of the same holder, and another framework."""

CASE = {
    "case": "strategy_2026_targets",
    "prices.BTC.quarter_end": "null",
    "prices.BTC.quarter_low": "null",
    "prices.BTC.model": "gbm",
    "prices.BTC.from": "2026-01-01",
    "prices.BTC.volatility": "0.55",
    "simulation.paths": "2048",
}
SIMULATED = (CASE, {**CASE, "prices.BTC.volatility": "0.9"}, {**CASE, "accounting.frameworks": "ifrs_revaluation"})
