"""Plays docs/cookbook.md: its commands in their order, on a machine on which nothing is.

Blocks are played by their language: `console` as in the other pages; `python` is run, and the
`text` below it is what it prints; `yaml` is added to gamevents.yaml; `crontab` lines are run
without their five fields.
"""

import dataclasses
import pathlib
import re
import sys
from collections.abc import Iterator

from support import pages, paths

PAGE = paths.ROOT / "docs" / "cookbook.md"
CONFIGURATION = "gamevents.yaml"
SCRIPT = "notebook.py"
# Any port for the broker that a command starts, so that nothing on 29092 is in the way.
ENVIRONMENT = {"GAMEVENTS_EMBEDDED_LISTEN": "127.0.0.1:0", "LANG": "C.UTF-8"}


@dataclasses.dataclass(frozen=True)
class Step:
    """A command of the page; what the page shows of it stands from line `begin` up to `end`,
    which are counted from 0."""
    command: str
    shown: str
    begin: int
    end: int

    @property
    def is_shown(self) -> bool:
        return self.begin < self.end


def _step(command: pages.Command, line: int) -> Step:
    return Step(command.text, command.shown, line, line + len(command.shown.splitlines()))


def _console(block: pages.Block) -> Iterator[Step]:
    for command in pages.commands(block):
        # Its line is counted from 1.
        yield _step(command, command.line + command.text.count("\n"))


def _crontab(block: pages.Block) -> Iterator[Step]:
    for line in block.text.splitlines():
        yield Step(re.fullmatch(r"(?:\S+ ){5}(.*)", line)[1], "", 0, 0)


def steps(page: pathlib.Path, home: pathlib.Path) -> Iterator[Step]:
    """The page's commands in their order. The files that its other blocks stand for are written
    into `home` on the way."""
    blocks = pages.blocks(page)
    for i, block in enumerate(blocks):
        match block.language:
            case "console":
                yield from _console(block)
            case "crontab":
                yield from _crontab(block)
            case "yaml":
                with (home / CONFIGURATION).open("a", encoding="utf-8") as file:
                    file.write(block.text)
            case "python":
                (home / SCRIPT).write_text(block.text, encoding="utf-8")
                shown = blocks[i + 1]
                assert shown.language == "text", shown
                begin = shown.line
                yield Step(f"{sys.executable} {SCRIPT}", shown.text, begin,
                           begin + len(shown.text.splitlines()))
            case "text":
                assert blocks[i - 1].language == "python", block
            case other:
                raise AssertionError(f"line {block.line}: what is {other!r}?")


def printed(done: pages.Done) -> str:
    """What a terminal shows of a command, without blank lines at its ends."""
    return f"{done.stdout.strip()}\n{done.stderr.strip()}".strip("\n") + "\n"
