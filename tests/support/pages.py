"""The commands that a page of the documentation shows, and a shell that plays them.

A fenced block says by its language what it is: `console` has commands behind `$ ` and below each
what it prints, `sh` has commands alone. Any other language is no shell's.
"""

import dataclasses
import os
import pathlib
import re
import select
import signal
import subprocess

from markdown_it import MarkdownIt
from support import paths, processes

SHELLS = ("console", "sh")

# What is different each time; the page shows one of each. `…` stands for anything within its line,
# or, where it is the whole line, for any number of lines.
PLACEHOLDERS = [
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",  # an event's id
    r"[0-9a-f]{8}-",  # one that is cut
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?",  # a time
    r"curl/\d+(?:\.\d+)+",
    r"\d{13}-\d+",  # the id of a server-sent event
]


def _as_on_a_terminal() -> None:
    """For preexec_fn: Ctrl-C ends the child, also where the test run was begun in a script's
    background and is to ignore it."""
    processes.die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclasses.dataclass(frozen=True)
class Block:
    """A fenced block; `line` is its first line's number in the page."""
    language: str
    text: str
    line: int


@dataclasses.dataclass(frozen=True)
class Command:
    """A command, and what the page shows below it: "" where it shows nothing."""
    text: str
    shown: str
    line: int


@dataclasses.dataclass(frozen=True)
class Done:
    """What became of a command."""
    status: int
    stdout: str
    stderr: str


def blocks(page: pathlib.Path) -> list[Block]:
    """The page's fenced blocks, in their order."""
    tokens = MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8"))
    return [Block(token.info, token.content, token.map[0] + 1) for token in tokens
            if token.type == "fence"]


def commands(block: Block) -> list[Command]:
    """The commands of a shell's block. A line that ends with `\\` goes on in the next."""
    assert block.language in SHELLS, block
    found: list[Command] = []
    open_ended = False
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        begins = line.startswith("$ ") if block.language == "console" else line.strip() != ""
        if open_ended:
            found[-1] = dataclasses.replace(found[-1], text=f"{found[-1].text}\n{line}")
        elif begins:
            found.append(Command(line.removeprefix("$ "), "", number))
        elif block.language == "console":
            assert found, f"line {number}: no command before this output"
            found[-1] = dataclasses.replace(found[-1], shown=f"{found[-1].shown}{line}\n")
            continue
        open_ended = line.endswith("\\")
    return found


def _line_pattern(line: str) -> str:
    """What a line of a page stands for, its end included."""
    if line == "…":
        return r"(?:[^\n]*\n)*?"
    pattern, rest = "", line
    while rest:
        for each in PLACEHOLDERS:
            if match := re.match(each, rest):
                pattern, rest = pattern + each, rest[match.end():]
                break
        else:
            pattern, rest = pattern + ("[^\n]*" if rest[0] == "…" else re.escape(rest[0])), rest[1:]
    return pattern + "\n"


def agree(shown: str, stdout: str, stderr: str) -> bool:
    """Whether a page that shows `shown` is right: stdout is there whole and in order, but for line
    feeds at its end; of stderr, which a terminal mixes in, there is nothing that was not said."""
    notes = [line + "\n" for line in stderr.splitlines()]
    pattern = ""
    for line in shown.rstrip("\n").splitlines():
        each = _line_pattern(line)
        if line == "…" or not any(re.fullmatch(each, note) for note in notes):
            pattern += each
    return re.fullmatch(pattern, stdout.rstrip("\n") + "\n") is not None or \
        (pattern == "" and stdout == "")


class Shell:
    """A bash in `home`, which is all the home it has: what a command sets holds for the next."""

    def __init__(self, home: pathlib.Path, extra: dict):
        self.home = home
        self._count = 0
        self._background: list[str] = []
        programs = home.parent / "programs"
        programs.mkdir()
        (programs / "gamevents").symlink_to(paths.executable())
        self.env = {key: value for key, value in os.environ.items()
                    if not key.startswith(("GAMEVENTS_", "XDG_"))}
        self.env |= {"HOME": str(home), "PATH": f"{programs}:{os.environ['PATH']}"} | extra
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd=home, env=self.env, text=True, bufsize=1,
            start_new_session=True, preexec_fn=processes.die_with_parent)

    def _ask(self, script: str, timeout: float) -> str:
        """Runs the script; what it prints, which is one line."""
        self.process.stdin.write(script + "\n")
        readable, _, _ = select.select([self.process.stdout], [], [], timeout)
        assert readable, f"not done within {timeout} s: {script}"
        return self.process.stdout.readline().strip()

    def run(self, command: str, timeout: float = 60) -> Done:
        """Runs the command to its end, or, where it ends with `&`, begins it."""
        self._count += 1
        out, err = (self.home.parent / f"{self._count}.{name}" for name in ("out", "err"))
        status = self._ask(f"{{\n{command}\n}} </dev/null >{out} 2>{err}; echo $?", timeout)
        if re.search(r"&\s*(#.*)?$", command):
            self._background.append(self._ask("echo $!", timeout))
        self.last_stderr = err
        return Done(int(status), out.read_text(), err.read_text())

    def start(self, command: str) -> subprocess.Popen:
        """Begins one program beside the shell, with pipes; the caller ends it."""
        return subprocess.Popen(
            ["bash", "-c", f"exec {command}"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, cwd=self.home, env=self.env, bufsize=0,
            preexec_fn=_as_on_a_terminal)

    def exit_codes(self) -> list[int]:
        """Waits for all that was begun in the background, which must have been told to end."""
        return [int(self._ask(f"wait {pid}; echo $?", 30)) for pid in self._background]

    def close(self) -> None:
        """Kills the shell and all that it began."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self.process.stdin.close()
        self.process.stdout.close()
