"""One thread of a child process that hangs, as in a deadlock: held by ptrace(2), which unlike
SIGSTOP leaves the others alone."""

import contextlib
import ctypes
import os
import pathlib
import re

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
PTRACE_DETACH = 17
PTRACE_SEIZE = 0x4206
PTRACE_INTERRUPT = 0x4207
WALL = 0x40000000


def _trace(request: int, thread: int) -> None:
    if _LIBC.ptrace(request, thread, None, None) != 0:
        raise OSError(ctypes.get_errno(), f"ptrace {request:#x} of thread {thread}")


def threads_of(process: int) -> tuple[list[int], list[int]]:
    """All of its threads but the first: those that wait for events, and the others."""
    loops, others = [], []
    for name in sorted(os.listdir(f"/proc/{process}/task"), key=int):
        if int(name) == process:
            continue
        waits_in = pathlib.Path(f"/proc/{process}/task/{name}/wchan").read_text()
        # "ep_poll" or "do_epoll_wait", as the kernel was compiled.
        (loops if re.search("e(po|p_po)ll", waits_in) else others).append(int(name))
    return loops, others


@contextlib.contextmanager
def hangs(thread: int):
    """Holds the thread until the block ends."""
    _trace(PTRACE_SEIZE, thread)
    try:
        _trace(PTRACE_INTERRUPT, thread)
        os.waitpid(thread, WALL)
        yield
    finally:
        _trace(PTRACE_DETACH, thread)
