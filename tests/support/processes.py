"""Child processes that never outlive the tests, and loopback ports."""

import ctypes
import pathlib
import random
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
# Where free ports are looked for, and how many there must be to look there.
FREE_PORT_MIN = 10_000
FREE_PORTS_MIN = 5_000
_LIBC = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """For preexec_fn: the kernel kills this child when the test run itself is killed."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port() -> int:
    """A loopback port that nobody listens on now. It is not one of those that the system gives to
    whoever connects or lets it choose, or one of them could have it before it is used."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as given:
        above = int(given.read().split()[0])
    below = FREE_PORT_MIN
    if above - below < FREE_PORTS_MIN:  # a machine that gives nearly all of them
        below, above = above, 65_536
    choice = random.SystemRandom()  # tests may seed the other
    while True:
        with socket.socket() as probe:
            port = choice.randrange(below, above)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def wait_until(ready: Callable[[], bool], timeout: float, what: str) -> None:
    """Returns once `ready()` is true. Raises TimeoutError naming `what` after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {timeout} s")
        time.sleep(0.05)


def resident_mib(pid: int) -> float:
    """The memory that a process has in use."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


def reap(process: subprocess.Popen, timeout: float = 10) -> int:
    """Kills `process` if it still runs (stopped ones too) and gives its exit code."""
    if process.poll() is None:
        process.kill()
    return process.wait(timeout)
