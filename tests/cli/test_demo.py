"""Goal: `make demo` ends well, shows every step of the assignment, and leaves nothing running.

Method: run the script as make does, with a mark in its environment that every process below it
inherits, and look for the mark afterwards.
"""

import os
import pathlib
import subprocess
import uuid

import pytest
from support import assignment, paths


def processes_with(mark: str) -> list[bytes]:
    """The command lines of the running processes that have `mark` in their environment."""
    left = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                left.append((process / "cmdline").read_bytes())
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # It ended while we looked, or is another user's.
    return left


@pytest.mark.timeout(600)
def test_demo():
    mark = uuid.uuid4().hex
    demo = subprocess.run([paths.ROOT / "tests" / "scripts" / "demo"], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=580, env=os.environ | {"DEMO_MARK": mark})
    text, notes = demo.stdout.decode(), demo.stderr.decode()
    assert demo.returncode == 0, text + notes
    assert "Created Topic eventsForm.\n" in text
    assert "Produced 42 messages.\n" in text
    assert assignment.NUMBERS in text
    assert "Hey divya!! You joined the guild masadons successfully!\n" in text
    assert assignment.TABLE in text
    assert "% Reached end of topic eventsForm [0] at offset 72: exiting\n" in notes
    assert processes_with(mark) == []


def test_a_failing_step_fails_the_demo(tmp_path):
    """A curl that fails stands for any step: the demo says so, ends with 1, and cleans up."""
    mark = uuid.uuid4().hex
    (tmp_path / "curl").write_text("#!/bin/sh\nexit 22\n")
    (tmp_path / "curl").chmod(0o755)
    env = os.environ | {"DEMO_MARK": mark, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    demo = subprocess.run([paths.ROOT / "tests" / "scripts" / "demo"], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=110, env=env)
    assert demo.returncode != 0
    assert "a step failed" in demo.stderr.decode()
    assert processes_with(mark) == []
