"""Checks of inputs that need prices and holdings: coverage, plausibility, restrictions, unused inputs."""
