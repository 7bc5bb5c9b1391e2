"""Solve for the input that gives a stated figure, numerically or in closed form."""
