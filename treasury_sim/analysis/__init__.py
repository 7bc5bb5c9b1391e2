"""Questions about results: what makes two of them differ."""
