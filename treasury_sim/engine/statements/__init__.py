"""Quarterly statements from measurements: holdings, income, tax, capital; and the verdicts on them."""
