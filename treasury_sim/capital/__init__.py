"""Capital structure: instruments as monthly claims, share price, break-even prices, key figures, earnings per share."""
