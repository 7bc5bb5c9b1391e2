"""Tables that a scenario names: lots in CSV, Excel or the export of another tool, and daily prices in CSV."""
