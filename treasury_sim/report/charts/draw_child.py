"""Run as a file by `draw`: specifications on the standard input, pictures on the standard output."""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from typing import Any

import vl_convert


def main() -> None:
    """Draw all of them."""
    job = json.load(sys.stdin)
    pictures = [_picture(spec, job["form"]) for spec in job["specs"]]
    json.dump([b64encode(picture).decode() for picture in pictures], sys.stdout)


def _picture(spec: dict[str, Any], form: str) -> bytes:
    if form == "svg":
        return str(vl_convert.vegalite_to_svg(spec)).encode()
    return bytes(vl_convert.vegalite_to_png(spec, scale=2.0))


if __name__ == "__main__":
    main()
