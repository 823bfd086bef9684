"""A disk that is soon full, for a program that is started with it."""

import os
import pathlib


def in_small_disk(folder: pathlib.Path, size: str) -> list:
    """A command that runs what follows it with a disk of `size` at `folder`, which nobody else sees
    and which goes with it. Needs no privilege."""
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    mount = f'mount -t tmpfs -o size={size} tmpfs "$0" && exec "$@"'
    return ["unshare", *as_root, "--mount", "sh", "-c", mount, str(folder)]
