"""The nouns of a treasury, frozen, and arithmetic that belongs to no rule; without files or randomness."""
