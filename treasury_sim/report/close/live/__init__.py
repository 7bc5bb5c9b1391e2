"""The accounting of a quarter as formulas: the cells that a workbook calculates, with their results.

`workings` takes the figures that formulas use from a pass (units, test prices); `sheets` writes the formulas of
lots, tests, disposals, statement; `overlay` puts formulas behind the figures of the close's own tables.
"""
