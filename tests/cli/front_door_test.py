"""Goal: the flags that every subcommand shares, and how wrong usage is answered.
Method: the executable is run as a user does; exit code, stdout and stderr are compared."""

import subprocess

import pytest
from support import paths


def usage_error(gamevents, *args, **options):
    """Runs what is wrong usage; gives stderr after checking everything else about it."""
    done = gamevents(*args, check=False, **options)
    assert done.returncode == 2
    assert done.stdout == b""
    lines = done.stderr.decode().splitlines()
    assert lines and all(line.startswith("gamevents: ") for line in lines)
    return done.stderr.decode()


def test_version_and_help_are_answers(gamevents):
    version = gamevents("--version")
    assert version.stdout.startswith(b"gamevents ") and version.stdout.count(b"\n") == 1
    for args in (["--help"], ["config", "--help"], ["config", "show", "-h"]):
        shown = gamevents(*args)
        assert b"Usage: gamevents" in shown.stdout
        assert b"\nExamples:\n  gamevents " in shown.stdout
        assert shown.stderr == b""


GROUPS = {
    "Collect events": ["serve"],
    "Topics and records": ["create-topic", "topics", "groups", "produce-test", "produce",
                           "generate", "consume", "forward"],
    "Ask": ["report", "shell", "state"],
    "Run and configure": ["broker", "backup", "restore", "keys", "users", "contracts", "config",
                          "doctor", "help", "completion"],
}


def test_the_overview_groups_the_commands(gamevents):
    text = gamevents("help").stdout.decode()
    for heading, commands in GROUPS.items():
        listed = text.partition(f"\n{heading}:\n")[2].partition("\n\n")[0].splitlines()
        assert [line.split()[0] for line in listed if line[2] != " "] == commands
    assert text == gamevents("--help").stdout.decode()


def test_the_overview_has_the_exit_codes_of_the_docs(gamevents):
    text = gamevents("--help").stdout.decode()
    listed = text.partition("\nExit codes:\n")[2].splitlines()
    codes = [int(line.split()[0]) for line in listed]
    assert codes == [0, 1, 2, 130]
    page = (paths.ROOT / "docs" / "commands.md").read_text()
    table = page.partition("| exit code | meaning |")[2].partition("\n\n")[0].splitlines()[2:]
    assert [int(row.split("|")[1]) for row in table] == codes


def test_help_of_a_command_is_what_its_flag_prints(gamevents):
    for command in (["report"], ["state"], ["config", "show"], ["help"]):
        shown = gamevents("help", *command)
        assert shown.stdout == gamevents(*command, "--help").stdout
        assert shown.stderr == b""


def test_help_of_no_command_says_what_was_meant(gamevents):
    assert "unknown subcommand 'reprot'; did you mean report?" in usage_error(
        gamevents, "help", "reprot")
    assert "unknown subcommand 'shwo'; did you mean show?" in usage_error(
        gamevents, "help", "config", "shwo")


@pytest.mark.parametrize("args", [[], ["config"], ["state"], ["-q"]], ids=" ".join)
def test_without_a_command_the_commands_are_shown(gamevents, args):
    """It is wrong usage still, so stdout stays empty."""
    done = gamevents(*args, check=False)
    assert done.returncode == 2
    assert done.stdout == b""
    command = [arg for arg in args if arg != "-q"]
    assert done.stderr == gamevents("help", *command).stdout


@pytest.mark.parametrize("wrong, hint", [
    (["cofnig"], "unknown subcommand 'cofnig'; did you mean config?"),
    (["config", "shwo"], "unknown subcommand 'shwo'; did you mean show?"),
    (["nothing-like-it"], "unknown subcommand 'nothing-like-it'\n"),
    (["config", "show", "--ouptut", "json"], "unknown flag --ouptut; did you mean --output?"),
    (["config", "show", "--sett=a=b"], "unknown flag --sett; did you mean --set?"),
    (["--sett", "a=b"], "unknown flag --sett; did you mean --set?"),
    (["-x"], "unknown flag -x\n"),
    (["--color"], "--color: "),
    (["config", "show", "--output", "xml"], "'xml' is not one of columns, yaml, json"),
    (["--color", "blue", "config", "show"], "'blue' is not one of auto, always, never"),
    (["-q", "config", "show", "-v"], "--quiet excludes --verbose"),
    (["--set", "serve.port", "config", "show"], "--set serve.port: write it as KEY=VALUE"),
    (["--set", "serve.prot=1", "config", "show"],
     "--set: unknown key serve.prot; did you mean serve.port?"),
    (["config", "show", "--config", "nowhere.yaml"], "--config: open nowhere.yaml"),
    (["config", "show", "extra"], "extra"),
])
def test_wrong_usage_is_explained(gamevents, wrong, hint):
    assert hint in usage_error(gamevents, *wrong)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_shared_flags_stand_anywhere(gamevents, tmp_path, place):
    (tmp_path / "own.yaml").write_text("serve: {threads: 7}\n")
    for flags in (["-c", "own.yaml", "--set", "serve.port=1"],
                  ["--config=own.yaml", "--set=serve.port=1"]):
        args = ["config", "show"]
        args[place:place] = flags
        shown = gamevents(*args).stdout.decode()
        values = {line.split()[0]: line.split()[1:] for line in shown.splitlines()}
        assert values["serve.threads"] == ["7", "own.yaml:1"]
        assert values["serve.port"] == ["1", "--set"]


def test_the_later_set_wins(gamevents):
    shown = gamevents("--set", "serve.port=1", "config", "show", "--set", "serve.port=2")
    assert [b"serve.port", b"2", b"--set"] in [line.split() for line in shown.stdout.splitlines()]


@pytest.mark.parametrize("args", [["--help"], ["config", "show"], ["config", "schema"]])
def test_an_answer_that_cannot_be_written_is_a_failure(args, tmp_path):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([paths.executable(), *args], stdout=full, stderr=subprocess.PIPE,
                              cwd=tmp_path, timeout=60)
    assert done.returncode == 1
    assert done.stderr == b"gamevents: stdout: write: No space left on device\n"
