"""Goal: the advanced options in docs/assignment.md print what the page shows.

Method: its `console` blocks are run line by line, as they stand, against a `serve` with its own
embedded broker; `…` in the page stands for any text.
"""

import os
import re
import subprocess

import pytest
from support import paths, processes, program

PAGE = paths.ROOT / "docs" / "assignment.md"
URL = "http://localhost:5000"


def blocks(text: str, heading: str):
    """(command, expected output) of each `$` line in the console blocks below `heading`."""
    section = text.split(heading, 1)[1].split("\n## ", 1)[0]
    for block in re.findall(r"```console\n(.*?)```", section, re.DOTALL):
        for part in block.split("$ ")[1:] if block.startswith("$ ") else []:
            command, _, output = part.partition("\n")
            yield command, output


def as_pattern(expected: str) -> str:
    return ".*".join(re.escape(piece) for piece in expected.split("…"))


@pytest.mark.timeout(120)
def test_the_advanced_options(serve, gamevents, tmp_path):
    gamevents("create-topic", brokers="embedded")
    server = serve("--set", "embedded.listen=127.0.0.1:0", brokers="embedded")
    processes.wait_until(lambda: server.request("/carts").status == 200, 20, "the state was ready")
    env = program.environment(tmp_path, "embedded", None, {})
    folder = os.path.dirname(paths.executable())
    env["PATH"] = f"{folder}{os.pathsep}{env['PATH']}"
    played = 0
    for command, expected in blocks(PAGE.read_text(), "## 7. The advanced options"):
        done = subprocess.run(["bash", "-c", command.replace(URL, server.url)], env=env,
                              cwd=tmp_path, capture_output=True, timeout=60, text=True,
                              preexec_fn=processes.die_with_parent)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        printed = done.stdout if done.stdout.endswith("\n") else done.stdout + "\n"
        assert re.fullmatch(as_pattern(expected), printed, re.DOTALL), \
            f"$ {command}\n{printed}\nis not\n{expected}"
        played += 1
    assert played > 15
