"""A `Result` as tables, text, JSON and files. Formats and arranges; measures nothing."""
