"""A table as Markdown."""

from __future__ import annotations

from treasury_sim.report.render.printed import Printed


def markdown(table: Printed) -> str:
    """Write a table under a heading of the second level; sums stand out."""
    lines = [f"## {table.title}", "", f"| {' | '.join(head or ' ' for head in table.header)} |"]
    lines.append("|" + "|".join("---" if n in table.texts else "---:" for n in range(len(table.header))) + "|")
    for row, is_total in zip(table.rows, table.totals, strict=True):
        cells = [cell.strip().replace("|", "\\|") for cell in row]
        lines.append("| " + " | ".join(f"**{cell}**" if is_total else cell for cell in cells) + " |")
    return "\n".join(lines)
