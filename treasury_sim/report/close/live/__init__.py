"""The accounting of a quarter as formulas: what a workbook calculates, with the engine's figures as cached results.

`workings` takes from a pass what formulas need (units, prices that the rule looks at); `sheets` writes the formulas of
lots, tests, disposals, statement; `overlay` puts formulas behind the figures of the close's own tables.
"""
