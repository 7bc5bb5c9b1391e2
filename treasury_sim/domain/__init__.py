"""The nouns of a treasury and the arithmetic that is no rule: frozen, no files, no randomness."""
