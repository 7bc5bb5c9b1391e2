"""Renderings of a table: text, HTML, CSV, JSON, data frame, XLSX formats, PDF."""
