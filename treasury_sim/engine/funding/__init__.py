"""Cash, debt and capital of a run: the monthly waterfall, its inputs, and what it does to the lines."""
