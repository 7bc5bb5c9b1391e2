"""Per-share figures."""
