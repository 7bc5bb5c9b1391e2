"""Tax law in dated files: a quarter uses the rule in force on its last day."""
