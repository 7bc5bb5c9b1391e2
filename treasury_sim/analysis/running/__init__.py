"""The quarter that is running: what is booked to date, what it may report, and what came of earlier forecasts."""
