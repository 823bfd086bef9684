"""Goal: `make demo` ends well, shows every step of the assignment, and leaves nothing running.

Method: run the script as make does, with a mark in its environment that every process below it
inherits, and look for the mark afterwards.
"""

import os
import pathlib
import shlex
import subprocess
import uuid

import pytest
from support import assignment, paths, processes, program

SCRIPT = paths.ROOT / "tests" / "scripts" / "demo"


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


@pytest.fixture(scope="module")
def demo():
    """The ended demo and its mark."""
    mark = uuid.uuid4().hex
    done = subprocess.run([SCRIPT], stdin=subprocess.DEVNULL, capture_output=True, timeout=580,
                          text=True, env=os.environ | {"DEMO_MARK": mark})
    return done, mark


@pytest.mark.timeout(600)
def test_demo(demo):
    done, mark = demo
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Created Topic eventsForm.\n" in done.stdout
    assert "Produced 42 messages.\n" in done.stdout
    assert assignment.NUMBERS in done.stdout
    assert "Hey divya!! You joined the guild masadons successfully!\n" in done.stdout
    assert assignment.TABLE in done.stdout
    assert "% Reached end of topic eventsForm [0] at offset 72: exiting\n" in done.stderr
    assert "share_7" in done.stdout and "acknowledged 60000 " in done.stdout
    assert "\n$ kill %1\n" in done.stdout and "stop_server" not in done.stdout
    assert processes_with(mark) == []


@pytest.mark.timeout(600)
def test_what_the_demo_says_to_try_next(demo, serve, tmp_path):
    """Each command works as printed, but that the server listens on a free port; each page that
    it names is there."""
    commands, pages = demo[0].stdout.split("\nTry next", 1)[1].split("\nRead on:\n")
    env = program.environment(tmp_path, "embedded", None, {})
    prepare = f"cd {shlex.quote(str(paths.ROOT))}"
    server, printed = None, []
    for line in (line.strip() for line in commands.splitlines() if line.startswith("  ")):
        if line.startswith("gamevents serve "):
            server = serve("--set", "embedded.listen=127.0.0.1:0", "--set",
                           f"embedded.data_dir={paths.ROOT / 'build' / 'demo'}", brokers="embedded")
            dashboard = server.request("/dashboard")
            assert dashboard.status == 200
            assert "/dashboard" in line
        elif line.startswith("export "):
            prepare += f"; {line}"
        else:
            done = subprocess.run(["bash", "-c", f"{prepare}; {line}"], env=env, text=True,
                                  capture_output=True, timeout=60,
                                  preexec_fn=processes.die_with_parent)
            assert done.returncode == 0, f"{line}\n{done.stderr}"
            printed.append(done.stdout)
    assert server and len(printed) == 4
    for words in ("share_7", "sum(revenue)", "of_previous", "p50_seconds"):
        assert words in "".join(printed)
    for line in pages.splitlines():
        assert (paths.ROOT / line.split()[0]).is_file(), line


def test_a_failing_step_fails_the_demo(tmp_path):
    """A curl that fails stands for any step: the demo says so, ends with 1, and cleans up."""
    mark = uuid.uuid4().hex
    (tmp_path / "curl").write_text("#!/bin/sh\nexit 22\n")
    (tmp_path / "curl").chmod(0o755)
    env = os.environ | {"DEMO_MARK": mark, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    demo = subprocess.run([SCRIPT], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=110, env=env)
    assert demo.returncode != 0
    assert "a step failed" in demo.stderr.decode()
    assert processes_with(mark) == []
