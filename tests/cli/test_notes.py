"""Goal: what the program notes on stderr says when and how grave, in a form that whoever reads it
can read: a person, a container's log, systemd's journal, a program; and -q leaves errors only.

Method: the executable over an embedded broker of its own; a file stands for the journal's stream.
"""

import json
import os
import re
import subprocess

import pytest
from support import paths, processes, program

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
ANY_PORT = ("--set", "embedded.listen=127.0.0.1:0")
JSON_NOTES = ("--set", "log.format=json")


@pytest.fixture
def alone(tmp_path):
    """alone(*args, **options): runs a command over the embedded broker of `tmp_path`."""
    def run(*args, topic="events", **options):
        return program.run(args, home=tmp_path, brokers="embedded", topic=topic, **options)
    return run


@pytest.fixture
def served(serve):
    """served(*args): `serve` over the embedded broker of `tmp_path`, ready."""
    def start(*args):
        server = serve(*ANY_PORT, *args, brokers="embedded", topic="events")
        processes.wait_until(lambda: "ready: " in server.stderr, 20, "ready")
        return server
    return start


def in_journal(tmp_path, *args) -> list[str]:
    """The lines that a command writes to a stderr which JOURNAL_STREAM names."""
    with open(tmp_path / "journal", "w+b") as journal:
        status = os.fstat(journal.fileno())
        env = program.environment(tmp_path, "embedded", "events",
                                  {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"})
        subprocess.run([paths.executable(), *args], stdin=subprocess.DEVNULL, cwd=tmp_path, env=env,
                       stdout=subprocess.DEVNULL, stderr=journal, timeout=60,
                       preexec_fn=processes.die_with_parent)
        journal.seek(0)
        return journal.read().decode().splitlines()


def test_the_notes_of_a_service_have_a_time(served):
    server = served()
    assert server.stop() == 0
    notes = [line for line in server.stderr.splitlines() if not line.startswith("Listening on ")]
    assert len(notes) >= 3
    for line in notes:
        assert re.match(rf"{TIME} gamevents: info: ", line), line
    assert re.search(rf"^{TIME} gamevents: info: stopping: ", server.stderr, re.MULTILINE)


def test_the_notes_of_other_commands_have_none(alone):
    alone("create-topic")
    done = alone("create-topic", "--if-not-exists")
    assert done.stderr == b"gamevents: info: topic events exists already\n"


def test_a_warning_has_a_time_where_nobody_looks(alone, tmp_path):
    alone("create-topic")
    (tmp_path / "gamevents" / ".state").mkdir()
    (tmp_path / "gamevents" / ".state" / "events.sqlite").write_bytes(b"no snapshot" * 100)
    done = alone("state", "show")
    (line,) = done.stderr.decode().splitlines()
    assert re.match(rf"{TIME} gamevents: warning: the snapshot is left out: ", line)


def test_the_journal_gets_priorities_and_no_times(alone, tmp_path):
    alone("create-topic")
    assert in_journal(tmp_path, "create-topic", "--if-not-exists") == [
        "<6>gamevents: info: topic events exists already"]
    assert in_journal(tmp_path, "create-topic") == [
        "<3>gamevents: topic events exists already; --if-not-exists makes that no error"]
    lines = in_journal(tmp_path, "--set", "embedded.listen=127.0.0.1:0", "-v", "consume",
                       "--from-beginning")
    assert any(line.startswith("<7>gamevents: debug: ") for line in lines)


def test_a_journal_that_is_not_stderr_changes_nothing(alone):
    alone("create-topic")
    done = alone("create-topic", "--if-not-exists", env={"JOURNAL_STREAM": "8:1"})
    assert done.stderr == b"gamevents: info: topic events exists already\n"


def test_notes_as_json_are_an_object_on_each_line(served, alone):
    server = served(*JSON_NOTES)
    assert server.stop() == 0
    notes = [json.loads(line) for line in server.stderr.splitlines()]
    for note in notes:
        assert list(note) == ["time", "level", "message"]
        assert re.fullmatch(TIME, note["time"])
        assert note["level"] == "info"
    messages = [note["message"] for note in notes]
    assert any(text.startswith("Listening on http://127.0.0.1:") for text in messages)
    assert "ready: the topic can be written to" in messages
    done = alone(*JSON_NOTES, "create-topic", check=False)
    error = json.loads(done.stderr)
    assert (done.returncode, error["level"]) == (1, "error")
    assert error["message"].startswith("topic events exists already")


def test_q_leaves_errors_only(alone):
    assert alone("-q", "produce", input=b"1\n2\n").stderr == b""
    assert alone("-q", "create-topic", "--if-not-exists").stderr == b""
    read = alone("-q", "consume", "--from-beginning")
    assert (read.stdout, read.stderr) == (b"1\n2\n", b"")
    some = alone("-q", "consume", "--from-beginning", "-n", 1)
    assert (some.stdout, some.stderr) == (b"1\n", b"")
    failed = alone("-q", "create-topic", check=False)
    assert failed.returncode == 1 and b"exists already" in failed.stderr


def test_v_shows_more_and_vv_more_still(alone, embedded, tmp_path):
    alone("produce", input=b"1\n")
    noted = [alone(*flag, "consume", "--from-beginning").stderr.decode()
             for flag in ([], ["-v"], ["-vv"])]
    assert ["debug: " in text for text in noted] == [False, True, True]
    # Requests are what comes over the network, as here when it looks which topics there are.
    asked = [alone(flag, "consume", topic="missing", check=False).stderr.decode()
             for flag in ("-v", "-vv")]
    assert "trace: " not in asked[0]
    assert re.search(r"trace: request \d+ of .*Metadata version", asked[1])
    # What librdkafka says about a property that is set here on purpose is of no use to anybody.
    topic = embedded.create_topic(f"noted-{tmp_path.name}")
    client = program.run(["-vv", "consume", "--from-beginning"], home=tmp_path,
                         brokers=embedded.brokers, topic=topic).stderr.decode()
    assert not any("LEGACY" in text or "CONFWARN" in text for text in [*noted, *asked, client])


def test_an_answer_of_no_record_says_why(alone):
    alone("produce", input=b'{"event_type":"buy"}\n')

    def noted(*args):
        return alone("report", *args).stderr.decode()

    said = "info: the topic has no record in that range"
    for asked in (["--agg", "count"], ["--select", "*"], ["--view", "retention"], ["--schema"],
                  ["--sql", "SELECT event_type FROM events"]):
        assert said in noted("--until", "2020-01-01", *asked), asked
        assert said in noted("-o", "end", *asked), asked
        assert said not in noted("--since", "1h", *asked), asked
    assert noted("-q", "--until", "2020-01-01", "--agg", "count") == ""
    assert said not in noted("--where", "event_type = x", "--agg", "count")
