"""Prices that the user holds in the price store, and exchange rates: their tables, and how they extend history."""
