"""Goal: manual pages and completions know every command and flag, and work where they are used.

Method: man formats each page with all its warnings, which are none, and each flag of a command's
--help is in its page; bash, zsh and fish load their script and are asked what they would complete,
bash also as a person asks, with the Tab key in a terminal.
"""

import os
import pty
import re
import select
import subprocess
import time

import pytest
from support import paths

LINE = 200  # columns, so that man breaks no name


@pytest.fixture(scope="module")
def manual(tmp_path_factory):
    folder = tmp_path_factory.mktemp("man")
    subprocess.run([paths.executable(), "help", "--manual", folder], check=True)
    return folder


def script(shell: str) -> str:
    return subprocess.run([paths.executable(), "completion", shell], check=True,
                          capture_output=True, text=True).stdout


def commands() -> list[str]:
    overview = subprocess.run([paths.executable(), "help"], check=True, capture_output=True,
                              text=True).stdout
    body = overview.partition("Collect events:")[2].partition("Examples:")[0]
    return re.findall(r"^  ([a-z-]+) ", body, re.MULTILINE)


def formatted(page) -> str:
    done = subprocess.run(["man", "--warnings", "--local-file", page], check=True,
                          capture_output=True, text=True,
                          env={**os.environ, "MANWIDTH": str(LINE), "LC_ALL": "C.UTF-8",
                               "MAN_KEEP_FORMATTING": "", "MANROFFSEQ": ""})
    assert done.stderr == ""
    return re.sub(r".\x08", "", done.stdout)


def test_there_is_a_page_for_each_command_and_man_has_nothing_to_say(manual):
    pages = sorted(page.name for page in manual.iterdir())
    expected = ["gamevents.1", "gamevents.yaml.5", *(f"gamevents-{name}.1" for name in commands())]
    assert pages == sorted(expected)
    for page in manual.iterdir():
        assert formatted(page)


@pytest.mark.parametrize("command", ["report", "consume", "state show", "serve", "users add"])
def test_a_page_has_each_flag_of_the_help(manual, command):
    help_text = subprocess.run([paths.executable(), *command.split(), "--help"], check=True,
                               capture_output=True, text=True).stdout
    flags = re.findall(r"^  (?:-\w,)?(--[a-z-]+)", help_text, re.MULTILINE)
    assert len(flags) > 2
    page = formatted(manual / f"gamevents-{command.split()[0]}.1")
    for flag in flags:
        assert flag in page, flag


def test_the_page_of_keys_has_each_key(manual):
    shown = subprocess.run([paths.executable(), "config", "show", "--output", "columns"],
                           check=True, capture_output=True, text=True).stdout
    page = formatted(manual / "gamevents.yaml.5")
    keys = [line.split()[0] for line in shown.splitlines() if re.match(r"[a-z_]+\.[a-z_]+ ", line)]
    assert len(keys) > 50
    for key in keys:
        assert key in page, key


# What is typed up to the Tab key, and what is offered then; "..." if there may be more.
OFFERED = [
    ("gamevents ser", ["serve"]),
    ("gamevents sta", ["state"]),
    ("gamevents state ", ["rebuild", "show", "verify"]),
    ("gamevents --config x.yaml state ", ["rebuild", "show", "verify"]),
    ("gamevents -q state show inv", ["inventory"]),
    ("gamevents report --wh", ["--where"]),
    ("gamevents report --format nd", ["ndjson"]),
    ("gamevents report --format=nd", ["ndjson"]),
    ("gamevents report --view ret", ["retention"]),
    ("gamevents keys add x --scope re", ["read"]),
    ("gamevents --color ", ["always", "auto", "never"]),
    ("gamevents consume --set serve.por", ["serve.port="]),
    ("gamevents config show serve.por", ["serve.port"]),
    ("gamevents completion z", ["zsh"]),
    ("gamevents consume --verify led", ["ledger.txt"]),
]


@pytest.mark.parametrize("line, offered", OFFERED)
def test_bash_offers(line, offered, tmp_path):
    (tmp_path / "gamevents.bash").write_text(script("bash"))
    (tmp_path / "ledger.txt").write_text("")
    # compopt is for a completion that readline began; here it is asked for by hand.
    asked = ("compopt() { :; }; source ./gamevents.bash; COMP_LINE=$1 COMP_POINT=${#1}; _gamevents;"
             ' printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-euc", asked, "bash", line], cwd=tmp_path, check=True,
                          capture_output=True, text=True)
    assert done.stderr == ""
    assert sorted(done.stdout.split()) == offered


def read_until(fd: int, text: str, seconds: float = 20) -> str:
    seen = ""
    end = time.monotonic() + seconds
    while text not in seen:
        ready, _, _ = select.select([fd], [], [], max(0, end - time.monotonic()))
        assert ready, f"no {text!r} in {seen!r}"
        seen += os.read(fd, 4096).decode(errors="replace")
    return seen


def test_the_tab_key_completes_in_a_bash_at_a_terminal(tmp_path):
    (tmp_path / "gamevents.bash").write_text(script("bash"))
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        environment = {"PATH": os.environ["PATH"], "PS1": "ready> ", "TERM": "dumb",
                       "HOME": str(tmp_path)}
        os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], environment)
    try:
        read_until(terminal, "ready> ")
        os.write(terminal, b"source ./gamevents.bash\n")
        read_until(terminal, "ready> ")
        os.write(terminal, b"gamevents repo\t")
        read_until(terminal, "gamevents report ")
        os.write(terminal, b"--format=nd\t")
        read_until(terminal, "--format=ndjson ")
        os.write(terminal, b"--set serve.por\t")
        seen = read_until(terminal, "--set serve.port=")
        os.write(terminal, b"1\t")
        seen = read_until(terminal, "1")
        assert "= " not in seen
    finally:
        os.write(terminal, b"\x03\nexit\n")
        os.waitpid(pid, 0)
        os.close(terminal)


@pytest.mark.parametrize("line, offered", OFFERED)
def test_fish_offers(line, offered, tmp_path):
    (tmp_path / "gamevents.fish").write_text(script("fish"))
    (tmp_path / "ledger.txt").write_text("")
    done = subprocess.run(["fish", "--no-config", "-c",
                           "source gamevents.fish; complete --do-complete $argv[1]", line],
                          cwd=tmp_path, check=True, capture_output=True, text=True,
                          env={**os.environ, "HOME": str(tmp_path)})
    assert done.stderr == ""
    # A flag's value behind '=' is offered with its flag.
    found = [each.split("\t")[0].rpartition("--format=")[2] for each in done.stdout.splitlines()]
    assert sorted(found) == offered


def test_zsh_offers_what_is_typed_at_a_terminal(tmp_path):
    (tmp_path / "_gamevents").write_text(script("zsh"))
    (tmp_path / ".zshrc").write_text(
        "PROMPT='ready> '; RPROMPT=''; unsetopt zle_bracketed_paste; fpath=($HOME $fpath)\n"
        "autoload -Uz compinit && compinit -u; setopt no_beep\n")
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.execvpe("zsh", ["zsh", "-i"], {"PATH": os.environ["PATH"], "TERM": "dumb",
                                          "HOME": str(tmp_path)})
    try:
        read_until(terminal, "ready> ")
        for typed, shown in [(b"gamevents repo\t", "report "), (b"--wher\t", "--where"),
                             (b"x --format nd\t", "ndjson"), (b"--color nev\t", "never"),
                             (b"--set serve.por\t", "serve.port=")]:
            os.write(terminal, typed)
            read_until(terminal, shown)
        os.write(terminal, b"\x15gamevents state sh\t")
        read_until(terminal, "show ")
        os.write(terminal, b"inv\t")
        read_until(terminal, "inventory")
    finally:
        os.write(terminal, b"\x03\nexit\n")
        os.waitpid(pid, 0)
        os.close(terminal)
