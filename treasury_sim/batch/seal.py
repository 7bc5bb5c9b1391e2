"""Seals: a JSON file of a batch begins with a fingerprint of the rest, so that a changed byte is noticed.

A seal detects damage by a full or failing disk, or by an editor. It is not a signature: a forged seal with a forged
manifest is detected only by `reperform`, which computes everything again.
"""

from __future__ import annotations

import re
from hashlib import sha256

_SEALED = re.compile(rb'\{"seal":"([0-9a-f]{64})",')


def sealed(content: bytes, owner: str = "") -> bytes:
    """Put a seal in front of a JSON object; `owner` is what it belongs to, and is sealed with it."""
    rest = content[1:]
    return b'{"seal":"' + _seal(rest, owner) + b'",' + rest


def is_whole(content: bytes, owner: str = "") -> bool:
    """Whether `content` is byte for byte what `sealed` wrote for `owner`."""
    match = _SEALED.match(content)
    return match is not None and match[1] == _seal(content[match.end() :], owner)


def without_seal(content: bytes) -> bytes:
    """Return a sealed JSON object without its seal, for comparison."""
    return _SEALED.sub(b"{", content, count=1)


def _seal(rest: bytes, owner: str) -> bytes:
    return sha256(owner.encode() + b"\0" + rest).hexdigest().encode()
