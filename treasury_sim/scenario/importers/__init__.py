"""Tables that a scenario names: lots in CSV, Excel or another tool's export, and daily prices in CSV."""
