"""Facts read from a scenario before it is validated: each is ``None`` or a default where a value is wrong."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import TypeAdapter, ValidationError

from treasury_sim.case.fields import Day, MonthDay
from treasury_sim.case.schema import calendar_of
from treasury_sim.domain.timeline import FiscalCalendar, Quarter
from treasury_sim.scenario.source.tree import Tree

_MONTH_DAY: TypeAdapter[str] = TypeAdapter(MonthDay)
_DAY: TypeAdapter[date] = TypeAdapter(Day)


def calendar(tree: Tree) -> FiscalCalendar | None:
    """The fiscal calendar of the holder, if its key is valid or absent."""
    text = tree.get("holder", "fiscal_year_end")
    try:
        return calendar_of(_MONTH_DAY.validate_python("12-31" if text is None else text))
    except ValidationError:
        return None


def day_at(tree: Tree, *path: str) -> date | None:
    """The day at `path`, if it is one."""
    return usable(tree.get(*path))


def usable(value: object) -> date | None:
    """Return `value` if it is a day within the bounds of the schema, else ``None``."""
    try:
        return _DAY.validate_python(value, strict=True)
    except ValidationError:
        return None


def frameworks(tree: Tree) -> list[object]:
    """Return the frameworks chosen, known or not; the default if the key is wrong."""
    names = tree.get("accounting", "frameworks")
    return list(names) if isinstance(names, (list, tuple)) else ["us_gaap"]


def near(day: date, *choices: date) -> date:
    """The day in `choices` that is nearest to `day`."""
    return min(choices, key=lambda choice: (abs((choice - day).days), choice))


def following(fiscal: FiscalCalendar, quarter: Quarter) -> Quarter:
    """The quarter after `quarter`."""
    return fiscal.quarter(quarter.end + timedelta(days=1))


def near_end(fiscal: FiscalCalendar, day: date) -> date:
    """The quarter end that is nearest to `day`."""
    quarter = fiscal.quarter(day)
    return near(day, quarter.end, quarter.start - timedelta(days=1))
