"""Goal: every numeric flag of every command takes the numbers of its range and refuses all else.

Method: one table of the flags, checked against --help for completeness. A value that is taken is
known by the error of what stands behind it, so nothing has to run.
"""

import dataclasses
import re

import pytest

INT32_MAX = 2**31 - 1
INT64_MAX = 2**63 - 1
UINT64_MAX = 2**64 - 1


@dataclasses.dataclass(frozen=True)
class Number:
    """A flag that takes a number from `least` to `most`."""
    command: str
    flag: str
    least: float
    most: float
    kind: str = "whole number"

    def __str__(self):
        return f"{self.command} {self.flag}"

    @property
    def range(self) -> str:
        return f"{self.least} to {self.most}"


NUMBERS = [
    Number("consume", "--max-messages", 1, INT64_MAX),
    Number("consume", "--partition", 0, INT32_MAX),
    Number("produce", "--partition", 0, INT32_MAX),
    Number("produce-test", "--count", 1, 1_000_000_000),
    Number("generate", "--seed", 0, UINT64_MAX),
    Number("generate", "--count", 1, INT64_MAX),
    Number("generate", "--rate", 0.001, 10_000_000, "number"),
    Number("generate", "--players", 1, 10_000_000),
    Number("generate", "--guilds", 1, 1_000_000),
    Number("generate", "--connections", 1, 1_000),
    Number("generate", "--batch", 1, 10_000),
    Number("generate", "--retry", 0, 100),
    Number("report", "--limit", 0, UINT64_MAX),
    Number("report", "--take", 0, UINT64_MAX),
    Number("report", "--truncate", 0, UINT64_MAX),
    Number("state show", "--limit", 0, UINT64_MAX),
]
# Numbers that the table of keys checks, whose messages name the key as well.
KEYS = [
    Number("create-topic", "--partitions", 1, 10_000),
    Number("create-topic", "--replication-factor", 1, 1_000),
    Number("serve", "--port", 0, 65_535),
]
CHOICES = [("produce-test", "--acks", ["1", "-1"])]
DURATIONS = [("generate", "--duration"), ("report", "--bucket"), ("report", "--window"),
             ("report", "--gap")]
MOMENTS = [(command, flag) for command in ("consume", "report") for flag in ("--since", "--until")]
COMMANDS = ["create-topic", "produce-test", "produce", "consume", "serve", "report", "state",
            "shell", "state show", "state rebuild", "state verify", "generate", "broker", "config",
            "config check", "config show", "config schema"]

NO_NUMBERS = ["nan", "NAN", "-nan", "inf", "-inf", "Infinity", "x", "1x", "", " 1", "1 ", "+1",
              "0x10", "1,000", "true", "--1", "1\n", "\x1b[31m1"]
NOT_WHOLE = ["1.5", "1.0", "1e3"]
BEYOND_64_BITS = [str(2**64), str(2**64 + 1), str(2**64 + 5), str(-2**63 - 1), "9" * 40]
ACCEPTED = "--set nothing: write it as KEY=VALUE"


def answer(gamevents, command: str, *args) -> str:
    """What stderr says; the exit code must be 2 and stdout empty."""
    done = gamevents(*command.split(), *args, check=False)
    assert done.returncode == 2, (done.returncode, done.stderr)
    assert done.stdout == b""
    return done.stderr.decode()


def shown(value: str) -> str:
    """The value as a message quotes it."""
    return "".join(f"\\x{ord(c):02X}" if ord(c) < 32 else c for c in value)


def test_the_tables_have_every_numeric_flag(gamevents):
    known = {(row.command, row.flag) for row in NUMBERS + KEYS}
    known |= {(command, flag) for command, flag, _ in CHOICES} | set(DURATIONS + MOMENTS)
    found = set()
    for command in COMMANDS:
        text = gamevents(*command.split(), "--help").stdout.decode()
        values = r"(N|N:\S.*|integer|size|duration|TIME|DURATION|1\|-1.*)(  | E| \.\.\.|$)"
        found |= {(command, flag) for flag in
                  re.findall(rf"^  (?:-\w,)?(--[\w-]+) {values}", text, re.MULTILINE)
                  for flag in [flag[0]]}
    assert found == known


@pytest.mark.parametrize("row", NUMBERS, ids=str)
def test_what_is_not_in_the_range_is_refused(gamevents, row):
    wrong = NO_NUMBERS + BEYOND_64_BITS + ["-1", str(row.least - 1), str(row.most + 1)]
    if row.kind == "whole number":
        wrong += NOT_WHOLE
    for value in wrong:
        assert answer(gamevents, row.command, f"{row.flag}", value).splitlines() == [
            f"gamevents: {row.flag}: '{shown(value)}' is not a {row.kind} from {row.range}",
            f"gamevents: see gamevents {row.command} --help"], repr(value)


@pytest.mark.parametrize("row", NUMBERS + KEYS, ids=str)
def test_both_ends_of_the_range_are_taken(gamevents, row):
    for value in (row.least, row.most, f"00{row.most}"):
        assert ACCEPTED in answer(gamevents, row.command, row.flag, value, "--set", "nothing")


@pytest.mark.parametrize("row", KEYS, ids=str)
def test_numbers_of_the_configuration_are_refused_alike(gamevents, row):
    for value in NO_NUMBERS + NOT_WHOLE + BEYOND_64_BITS + [row.least - 1, row.most + 1]:
        text = answer(gamevents, row.command, row.flag, value)
        assert text.startswith(f"gamevents: {row.flag}: "), repr(value)
        assert text.count("\n") == 1


@pytest.mark.parametrize("command, flag, choices", CHOICES)
def test_numbers_that_are_chosen_from_a_few(gamevents, command, flag, choices):
    for value in NO_NUMBERS + NOT_WHOLE + BEYOND_64_BITS + ["0", "2", "01"]:
        assert answer(gamevents, command, flag, value).startswith(
            f"gamevents: {flag}: {shown(value)} not in {{{','.join(choices)}}}\n")
    for value in choices:
        assert ACCEPTED in answer(gamevents, command, flag, value, "--set", "nothing")


@pytest.mark.parametrize("command, flag", DURATIONS + MOMENTS)
def test_durations(gamevents, command, flag):
    view = {"--window": ["--view", "funnel", "--steps", "a,b"],
            "--gap": ["--view", "sessions"]}.get(flag, [])
    for value in [*NO_NUMBERS, *BEYOND_64_BITS, "nans", "infs", "-5s", "1.5s", "1e3s", "0x1s",
                  "5", "5x", f"{2**64}ms", f"{2**63}s", "-1ms", "36601d"]:
        assert f"gamevents: {flag}: " in answer(gamevents, command, flag, value, *view), repr(value)
