"""From files to values with their places: YAML, `extends:`, units, and the words of errors."""
