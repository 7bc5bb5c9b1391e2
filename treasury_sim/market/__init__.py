"""Prices: embedded history, price models, random numbers, and the marks that rules observe."""
