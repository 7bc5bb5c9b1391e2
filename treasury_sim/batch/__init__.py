"""Many scenarios: a folder of files or a sweep, run by any executor, stored part by part, scored and re-performable."""
