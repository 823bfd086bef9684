"""A disk that is soon full, for programs that are started with it."""

import os
import pathlib
import subprocess

from support import processes


def in_small_disk(folder: pathlib.Path, size: str) -> list:
    """A command that runs what follows it with a disk of `size` at `folder`, which nobody else sees
    and which goes with it. Needs no privilege."""
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    mount = f'mount -t tmpfs -o size={size} tmpfs "$0" && exec "$@"'
    return ["unshare", *as_root, "--mount", "sh", "-c", mount, str(folder)]


class SmallDisk:
    """A disk of `size` at `folder` that only the programs see which `launcher` starts; it outlives
    them, and goes with `close`. Needs no privilege."""

    def __init__(self, folder: pathlib.Path, size: str):
        folder.mkdir(parents=True, exist_ok=True)
        self._keeper = subprocess.Popen(
            [*in_small_disk(folder, size), "sh", "-c", "echo ready; exec sleep infinity"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            preexec_fn=processes.die_with_parent)
        assert self._keeper.stdout.readline() == b"ready\n", f"no small disk at {folder}"
        as_root = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        self.launcher = ("nsenter", "--target", str(self._keeper.pid), *as_root, "--mount", "--")
        self.within = pathlib.Path(f"/proc/{self._keeper.pid}/root{folder}")
        """The disk's files, as everybody else reaches them."""

    def fill(self) -> None:
        try:
            with (self.within / "ballast").open("wb", buffering=0) as ballast:
                while True:
                    ballast.write(bytes(1 << 20))
        except OSError:
            return

    def empty(self) -> None:
        (self.within / "ballast").unlink()

    def close(self) -> None:
        processes.reap(self._keeper)
        self._keeper.stdout.close()
