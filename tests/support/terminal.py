"""A terminal of a known size that a program is run on, and what stands on it."""

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time


def set_size(fd: int, columns: int, lines: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


class Terminal:
    """A program whose stdin, stdout and stderr are one terminal."""

    def __init__(self, command, columns=80, lines=24, **options):
        self.fd, inner = pty.openpty()
        set_size(inner, columns, lines)
        self.process = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner,
                                        start_new_session=True, preexec_fn=_control, **options)
        os.close(inner)
        self.seen = ""

    def send(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def resize(self, columns: int, lines: int) -> None:
        set_size(self.fd, columns, lines)

    def _read(self, timeout: float) -> bool:
        """False at the end."""
        if not select.select([self.fd], [], [], timeout)[0]:
            return True
        try:
            piece = os.read(self.fd, 65536)
        except OSError:  # EIO: the program has closed its side
            return False
        self.seen += piece.decode(errors="replace").replace("\r\n", "\n")
        return bool(piece)

    def wait_for(self, text: str, timeout: float = 30) -> str:
        """What came up to and with `text`, which is taken away from `seen`."""
        end = time.monotonic() + timeout
        while text not in self.seen:
            assert time.monotonic() < end, f"no {text!r} in {self.seen!r}"
            assert self._read(0.2) or text in self.seen, f"ended without {text!r}: {self.seen!r}"
        at = self.seen.index(text) + len(text)
        taken, self.seen = self.seen[:at], self.seen[at:]
        return taken

    def finish(self, timeout: float = 30) -> tuple[int, str]:
        """The exit code, and what came until the end."""
        end = time.monotonic() + timeout
        while self._read(0.2):
            assert time.monotonic() < end, self.seen
        return self.process.wait(timeout), self.seen

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        with contextlib.suppress(OSError):
            os.close(self.fd)


def _control() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@contextlib.contextmanager
def terminal(command, **options):
    made = Terminal(command, **options)
    try:
        yield made
    finally:
        made.close()
