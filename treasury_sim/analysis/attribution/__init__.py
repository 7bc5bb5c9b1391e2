"""Why two results differ: between periods, scenarios or frameworks."""
