"""Tests of the price store."""
