"""What a controller takes from a run: flash pack, roll-forward, lot schedule, journal, disclosure, and their files."""
