"""Dated tax law: current tax uses the law in force on the last day of a quarter, deferred tax the law enacted by it."""
