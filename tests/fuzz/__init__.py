"""Inputs nobody would write: every door answers them with a result or with an error in words."""
