"""Many paths at once: simulations, and sweeps of prices in one pass."""
