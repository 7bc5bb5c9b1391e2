"""A controller's quarter-end package: flash pack, roll-forward, lot schedule, journal, disclosure, and their files."""
