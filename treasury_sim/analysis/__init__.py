"""Questions about results: attribution, comparison, sensitivity, reverse stress, distributions."""
