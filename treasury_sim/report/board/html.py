"""The board report as one HTML page that needs nothing else: charts are drawn into it."""

from __future__ import annotations

from functools import partial
from importlib.resources import files

from treasury_sim.domain.text_out import visible
from treasury_sim.report.board.content import Board
from treasury_sim.report.board.pictures import pictures
from treasury_sim.report.render.printed import printed
from treasury_sim.report.tables.page import is_calendar


def html(board: Board) -> str:
    """Write the page."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only for this page
    from markupsafe import Markup  # noqa: PLC0415

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["printed"] = partial(printed, is_calendar=is_calendar(board.result))
    template = environment.from_string(files(__package__).joinpath("page.html.j2").read_text(encoding="utf-8"))
    drawn = {name: Markup(picture.decode()) for name, picture in pictures(board, "svg").items()}  # noqa: S704 - our own
    return visible(template.render(board=board, pictures=drawn))
