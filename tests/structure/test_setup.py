"""Goal: the set-up says what it installs, and shows the package managers' chatter only on failure.

Method: run a copy of tests/scripts/setup with a list of one package and an apt-get of the test's.
"""

import os
import pathlib
import shutil
import subprocess

import pytest
from support import paths

STUBS = {
    "id": "echo 0",
    "apt-cache": "echo 'nothing-like-it | 1.0 | a mirror'",
    "apt-get": """case "$*" in
  *update*) echo 'Hit:1 a mirror' ;;
  *-s*) printf 'Inst nothing-like-it\\nInst what-it-needs\\n' ;;
  *) echo "unpacking for $*"; echo "$OUTCOME" >&2; [ "$OUTCOME" = well ] ;;
esac""",
}


@pytest.fixture
def setup(tmp_path):
    """setup(outcome): the ended set-up, with an apt-get that says `outcome`, and fails but for
    `well`."""
    scripts = tmp_path / "project" / "tests" / "scripts"
    shutil.copytree(paths.ROOT / "tests" / "scripts", scripts)
    (scripts / "packages.txt").write_text("build  nothing-like-it|or-this\n")
    (scripts.parent / "requirements.txt").write_text("")
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    for name, text in STUBS.items():
        (stubs / name).write_text(f"#!/bin/sh\n{text}\n")
        (stubs / name).chmod(0o755)

    def run(outcome: str) -> tuple[subprocess.CompletedProcess, pathlib.Path]:
        env = os.environ | {"PATH": f"{stubs}:{os.environ['PATH']}", "OUTCOME": outcome}
        done = subprocess.run([scripts / "setup", "build"], env=env, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60)
        return done, scripts.parents[1] / "build" / "setup.log"
    return run


def test_it_says_what_it_installs(setup):
    done, log = setup("well")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "setup: step 1 of 1: Debian packages, 1 missing",
        "setup: installing nothing-like-it: 2 packages with those that they need"]
    assert "unpacking for " in log.read_text()


def test_the_log_is_named_and_shown_when_it_fails(setup):
    done, log = setup("E: the disk is full")
    assert done.returncode != 0
    assert f"setup: apt-get failed; the end of {log}:\n" in done.stderr
    assert "E: the disk is full\n" in done.stderr
