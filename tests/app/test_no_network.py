"""A web socket from a foreign page is refused without asking anyone on the internet for an address."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.programs import require

HANDSHAKE = (
    "GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {origin}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
CONNECTED = re.compile(r"connect\(.*?sin6?_port=htons\((\d+)\).*?\"([^\"]+)\"")
NO_PACKET = ("1", "8.8.8.8")
"""How Streamlit finds its address in the local network: connecting a datagram socket sends nothing."""


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
    return port


def answer(port: int, origin: str) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as door:
        door.sendall(HANDSHAKE.format(port=port, origin=origin).encode())
        return door.recv(200).decode(errors="replace").partition("\r\n")[0]


@contextmanager
def traced_app(log: Path) -> Iterator[int]:
    port = free_port()
    trace = [require("strace"), "-f", "-qq", "-e", "trace=connect,sendto", "-o", str(log)]
    command = [*trace, sys.executable, "-m", "treasury_sim", "app", "--headless", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        yield port
    finally:
        import os

        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="strace is a program of Linux")
def test_a_foreign_origin_is_refused_and_no_address_is_asked_for(tmp_path: Path) -> None:
    with traced_app(tmp_path / "log") as port:
        assert "403" in answer(port, "https://evil.example")
        assert "101" in answer(port, f"http://127.0.0.1:{port}")
    log = (tmp_path / "log").read_text()
    places = set(CONNECTED.findall(log))

    assert {place for place in places if place != NO_PACKET and place[1] not in {"127.0.0.1", "::1"}} == set()
    assert "checkip" not in log
