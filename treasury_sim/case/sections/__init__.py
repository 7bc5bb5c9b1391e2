"""The sections of a scenario, one file each: keys, types and defaults."""
