"""Forecasts of past quarters by every model, calibrated on what was known then, and their scores."""
