"""Models of the JSON files of a batch, which may have been edited by hand since they were written."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from treasury_sim.case.key_paths import dotted, shown

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A sha256. It names a file, so nothing else may be accepted."""

PartKey = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""The fingerprint of a chunk, which names the files of its part."""

MOST_SHOWN = 5


class Written(BaseModel):
    """An object in such a file: unknown keys are rejected, and no type is converted."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


W = TypeVar("W", bound=Written)


def read(model: type[W], content: bytes) -> W:
    """Read a JSON file.

    Raises
    ------
    ValueError
        If it is not JSON or does not fit `model`; the message gives key, error and value found.
    """
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems = [
            f"{dotted(each['loc'])}: {each['msg']}, found {shown(each['input'])[:80]}" if each["loc"] else each["msg"]
            for each in details[:MOST_SHOWN]
        ]
        more = [f"and {len(details) - MOST_SHOWN} more"] if len(details) > MOST_SHOWN else []
        raise ValueError("; ".join([*problems, *more])) from None
