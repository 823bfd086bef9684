"""The service manager's end of the protocol of sd_notify(3)."""

import socket
import time

import pytest


class Manager:
    """What listens on $NOTIFY_SOCKET. `path` may begin with "@": an abstract address."""

    def __init__(self, path: str):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path.replace("@", "\0", 1) if path.startswith("@") else path)
        self.socket.settimeout(10)

    def next(self) -> list[str]:
        return self.socket.recv(4096).decode().splitlines()

    def next_but_watchdog(self) -> list[str]:
        while (told := self.next()) == ["WATCHDOG=1"]:
            pass
        return told

    def pings_within(self, seconds: float) -> int:
        """How often the watchdog is told that all is well, from now on."""
        self.socket.setblocking(False)
        try:
            while True:
                self.socket.recv(4096)
        except BlockingIOError:
            pass
        pings = 0
        deadline = time.monotonic() + seconds
        try:
            while (left := deadline - time.monotonic()) > 0:
                self.socket.settimeout(left)
                pings += self.next() == ["WATCHDOG=1"]
        except TimeoutError:
            pass
        self.socket.settimeout(10)
        return pings

    def close(self) -> None:
        self.socket.close()


@pytest.fixture
def manager(tmp_path):
    made = Manager(str(tmp_path / "notify"))
    yield made
    made.close()
