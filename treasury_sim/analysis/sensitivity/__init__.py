"""How figures react to drivers: tornado, grid, and derivatives."""
