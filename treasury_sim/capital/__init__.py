"""The capital structure: instruments as monthly claims, share price, break-even prices, key figures, per share."""
