"""The subjects of reports: each states its tables once; `report.render` writes them in every format."""
