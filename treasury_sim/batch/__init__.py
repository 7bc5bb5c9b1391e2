"""Many scenarios, from a folder or a sweep: run by any executor, stored in parts, scored, and re-performable."""
