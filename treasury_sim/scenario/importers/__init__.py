"""Tables that a scenario names: lots and daily prices in CSV."""
