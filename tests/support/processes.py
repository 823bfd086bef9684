"""Child processes that never outlive the tests, and loopback ports."""

import ctypes
import pathlib
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """For preexec_fn: the kernel kills this child when the test run itself is killed."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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
