"""Kernels that apply an accounting rule to a ledger: lot by lot, along an order, on many paths, or pooled."""
