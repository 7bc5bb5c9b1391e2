"""Tax law in dated files: current tax by the rule in force on the last day of a quarter, deferred tax that enacted."""
