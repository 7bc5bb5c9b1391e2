"""The sections of a scenario, one file each: keys, kinds and defaults."""
