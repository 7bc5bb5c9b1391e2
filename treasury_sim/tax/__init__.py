"""Tax rules: deferred tax on the holdings."""
