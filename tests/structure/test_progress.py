"""Goal: a newcomer sees how far a build or an installation is, and no chatter.

Method: feed tests/scripts/progress what ninja and apt-get print, with standard error a pipe or a
pseudo-terminal.
"""

import os
import pty
import subprocess

from support import paths

SCRIPT = paths.ROOT / "tests" / "scripts" / "progress"
BUILD = "".join(f"{step} of 36: Building CXX object core/a.o\n" for step in range(1, 37))
APT = """\
dlstatus:1:0.0000:Retrieving file 1 of 2
dlstatus:2:50.0000:Retrieving file 2 of 2 (3s remaining)
Unpacking libc6:amd64 (2.41-12) ...
pmstatus:libc6:amd64:12.5000:Unpacking libc6:amd64 (amd64)
pmstatus:dpkg-exec:50:Running dpkg
"""


def shown(text: str, *arguments) -> str:
    """What the script prints where nothing is rewritten."""
    return subprocess.run([SCRIPT, *arguments], input=text, text=True, check=True,
                          capture_output=True, timeout=30).stderr


def shown_on_terminal(text: str, *arguments) -> str:
    reader, writer = pty.openpty()
    subprocess.run([SCRIPT, *arguments], input=text, text=True, check=True, stderr=writer,
                   timeout=30, env=os.environ | {"TERM": "xterm"})
    os.close(writer)
    out = b""
    try:
        while more := os.read(reader, 65536):
            out += more
    except OSError:
        pass  # Linux tells the end of a pseudo-terminal with EIO.
    os.close(reader)
    return out.decode().replace("\r\n", "\n")


def test_a_line_now_and_then_where_nothing_is_rewritten():
    assert shown(BUILD, "build") == "build: step 36 of 36\n"


def test_one_line_that_is_rewritten_on_a_terminal():
    text = shown_on_terminal(BUILD, "build")
    assert text.count("\n") == 1
    assert [line.removeprefix("\x1b[K") for line in text.strip("\r\n").split("\r")] == \
        [f"build: step {step} of 36" for step in range(1, 37)]


def test_errors_are_passed_on():
    text = "1 of 2: Building a.o\nFAILED: b.o\nb.cpp:1: error: no\n"
    assert shown(text, "build") == "FAILED: b.o\nb.cpp:1: error: no\nbuild: step 1 of 2\n"
    assert "\r\x1b[KFAILED: b.o\nb.cpp:1: error: no\n" in shown_on_terminal(text, "build")


def test_chatter_goes_to_the_log(tmp_path):
    log = tmp_path / "log"
    assert shown(APT, "setup", log) == "setup: installing, 50 %\n"
    assert log.read_text() == "Unpacking libc6:amd64 (2.41-12) ...\n"
    text = shown_on_terminal(APT, "setup", log)
    assert [line.removeprefix("\x1b[Ksetup: ") for line in text.strip("\r\n").split("\r")] == \
        ["downloading 1 of 2", "downloading 2 of 2", "installing, 12 %", "installing, 50 %"]


def test_nothing_to_do_shows_nothing(tmp_path):
    assert shown("", "setup", tmp_path / "log") == ""
    assert shown_on_terminal("", "setup", tmp_path / "log") == ""
