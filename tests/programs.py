"""Programs of the operating system that some tests need."""

from __future__ import annotations

import os
import shutil

import pytest

INSTALL = {
    "chromium": "apt-get install -y --no-install-recommends chromium",
    "pdftotext": "apt-get install -y --no-install-recommends poppler-utils",
    "soffice": "apt-get install -y --no-install-recommends libreoffice-calc-nogui",
    "strace": "apt-get install -y --no-install-recommends strace",
    "hledger": "apt-get install -y --no-install-recommends hledger",
}
"""Program -> the line that installs it on Debian."""

REQUIRE_ALL = "TREASURY_SIM_REQUIRE_ALL"
"""Set to 1, a missing program fails its tests instead of skipping them."""


def require(program: str) -> str:
    """Return the path of `program`; skip the test if it is missing, or fail where every program is required."""
    found = shutil.which(program)
    if found is not None:
        return found
    message = f"{program} is not installed; install it with: {INSTALL[program]}"
    if os.environ.get(REQUIRE_ALL) == "1":
        pytest.fail(message)
    pytest.skip(message)
