"""Seals: a JSON file of a batch begins with a fingerprint of all that follows, so that a changed byte is noticed.

A seal finds what a full disk, a worn one or an editor did. It is no signature: whoever makes a new seal, and changes
the manifest as well, is found by `reperform` alone, which computes everything again.
"""

from __future__ import annotations

import re
from hashlib import sha256

_SEALED = re.compile(rb'\{"seal":"([0-9a-f]{64})",')


def sealed(content: bytes, owner: str = "") -> bytes:
    """Put a seal in front of a JSON object; `owner` is what it belongs to, and part of what is sealed."""
    rest = content[1:]
    return b'{"seal":"' + _seal(rest, owner) + b'",' + rest


def is_whole(content: bytes, owner: str = "") -> bool:
    """Whether `content` is, to the byte, what `sealed` wrote for `owner`."""
    match = _SEALED.match(content)
    return match is not None and match[1] == _seal(content[match.end() :], owner)


def without_seal(content: bytes) -> bytes:
    """Return a sealed JSON object as it was before, to compare what it says."""
    return _SEALED.sub(b"{", content, count=1)


def _seal(rest: bytes, owner: str) -> bytes:
    return sha256(owner.encode() + b"\0" + rest).hexdigest().encode()
