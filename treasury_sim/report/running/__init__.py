"""The running quarter as text, CSV, JSON and HTML, and the log of earlier answers."""
