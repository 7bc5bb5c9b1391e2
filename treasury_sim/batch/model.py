"""What the JSON files of a batch must look like: they may have been changed by hand since they were written."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from treasury_sim.scenario.tree import dotted, shown

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A sha256. It names a file, so nothing else may stand there."""

PartKey = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""The fingerprint of a chunk, which names the files of its part."""

MOST_TOLD = 5


class Written(BaseModel):
    """A table of such a file: every key is known, and nothing is taken for something else."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


W = TypeVar("W", bound=Written)


def read(model: type[W], content: bytes) -> W:
    """Read a JSON file.

    Raises
    ------
    ValueError
        If it is no JSON or not what `model` says, in words: key, what was expected and what was found.
    """
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        details = error.errors(include_url=False)
        told = [
            f"{dotted(each['loc'])}: {each['msg']}, found {shown(each['input'])[:80]}" if each["loc"] else each["msg"]
            for each in details[:MOST_TOLD]
        ]
        more = [f"and {len(details) - MOST_TOLD} more"] if len(details) > MOST_TOLD else []
        raise ValueError("; ".join([*told, *more])) from None
