"""Rules that span several keys or sections of a scenario."""
