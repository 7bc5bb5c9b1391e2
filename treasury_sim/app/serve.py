"""Streamlit's own command line, without its look-up of this machine's address on the internet.

Streamlit asks ``checkip.amazonaws.com`` before it refuses a web socket from a foreign page, and no option turns that
off. The app listens on this machine only, so it has no address there that anyone could use.
"""

from __future__ import annotations

import sys

from streamlit import net_util


def stay_here() -> None:
    """Have Streamlit know no external address."""
    vars(net_util)["get_external_ip"] = lambda: None


def main() -> None:
    """Run `streamlit` with the arguments of the command line."""
    from streamlit.web import cli  # noqa: PLC0415 - `app.py` needs the above only

    stay_here()
    sys.argv[0] = "streamlit"
    cli.main()


if __name__ == "__main__":
    main()
