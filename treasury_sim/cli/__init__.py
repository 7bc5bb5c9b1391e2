"""The command line: one file for each command. No arithmetic here: scenario, run, report."""
