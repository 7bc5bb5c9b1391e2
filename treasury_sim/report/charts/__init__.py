"""Charts: one file for each family, with the plain rows it shows and the Altair chart made of them.

A data function turns a `Result` (or an answer) into rows in whole currency units and ISO days; a chart function turns
rows into a chart that states the finding in its title. Neither knows of light or dark: `theme.spec_of` does.
"""
