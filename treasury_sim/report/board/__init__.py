"""The board report: one HTML page, or a PDF, that answers in three minutes; the flash is one page of it."""
