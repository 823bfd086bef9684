"""Goal: the process copes with how it was started, and nothing from outside reaches a terminal raw.

Method: standard streams closed, a limit on files, the variables of Kubernetes; names with terminal
commands in them, on every way to stderr.
"""

import os
import pathlib
import resource
import signal
import socket
import subprocess
import time
import urllib.request

import pytest
from support import paths, processes, program

STREAMS = {0: "stdin", 1: "stdout", 2: "stderr"}
RED = "\x1b[31m"


@pytest.fixture
def without(tmp_path):
    """without(closed, *args, brokers="embedded"): starts the program with these streams
    closed; gives the process. Those still running at the test's end are killed."""
    started = []

    def start(closed, *args, brokers="embedded"):
        def prepare():
            processes.die_with_parent()
            for fd in closed:
                os.close(fd)
        with open(tmp_path / "answer", "wb") as answer, open(tmp_path / "errors", "wb") as errors:
            started.append(subprocess.Popen(
                [paths.executable(), *map(str, args)], stdin=subprocess.DEVNULL, stdout=answer,
                stderr=errors, cwd=tmp_path, preexec_fn=prepare,
                env=program.environment(tmp_path, brokers, "events", None)))
        return started[-1]
    yield start
    for process in started:
        processes.reap(process)


@pytest.fixture
def five_records(tmp_path):
    """The topic `events` of the embedded log in `tmp_path`, with the records 1 to 5."""
    program.run(["create-topic"], home=tmp_path, brokers="embedded", topic="events")
    program.run(["produce"], home=tmp_path, brokers="embedded", topic="events",
                input=b"1\n2\n3\n4\n5\n")


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("closed", [(0,), (0, 1), (0, 2), (0, 1, 2)], ids=str)
def test_produce_without_stdin_fails_at_once(without, five_records, tmp_path, closed):
    assert without(closed, "produce").wait(30) == 1
    errors = (tmp_path / "errors").read_text()
    assert errors == ("" if 2 in closed else
                      "gamevents: 0 messages were sent, then line 1: read: Bad file "
                      "descriptor\n")


@pytest.mark.parametrize("closed", [(1,), (0, 1), (1, 2), (0, 1, 2)], ids=str)
def test_consume_without_stdout_fails(without, five_records, tmp_path, closed):
    assert without(closed, "consume", "--from-beginning").wait(30) == 1
    if 2 not in closed:
        assert "stdout: write: Bad file descriptor" in (tmp_path / "errors").read_text()


@pytest.mark.parametrize("closed", [(0,), (2,), (0, 2)], ids=str)
def test_consume_with_stdout_answers(without, five_records, tmp_path, closed):
    assert without(closed, "consume", "--from-beginning").wait(30) == 0
    assert (tmp_path / "answer").read_text() == "1\n2\n3\n4\n5\n"


def test_a_broker_without_streams_writes_into_none_of_its_files(without, tmp_path):
    broker = without((0, 1, 2), "broker", "--listen", "127.0.0.1:0")
    data = tmp_path / "gamevents"
    processes.wait_until((data / "ENDPOINT").exists, 20, "ENDPOINT")
    links = [os.readlink(f"/proc/{broker.pid}/fd/{fd}") for fd in STREAMS]
    assert links == ["/dev/null"] * 3
    pid, version = (data / "LOCK").read_text().split()
    assert (pid, version.count(".")) == (str(broker.pid), 2)
    time.sleep(0.5)
    before = cpu_seconds(broker.pid)
    time.sleep(1)
    assert cpu_seconds(broker.pid) - before < 0.3
    broker.send_signal(signal.SIGTERM)
    assert broker.wait(20) == 0


def test_serve_without_stdout_and_stderr_serves_and_rests(without, tmp_path):
    port = processes.free_port()
    serve = without((1, 2), "serve", "--port", port, "--set", "embedded.listen=127.0.0.1:0")

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                return answer.status == 200
        except OSError:
            return False
    processes.wait_until(answers, 20, "an answer")
    before = cpu_seconds(serve.pid)
    time.sleep(1)
    assert cpu_seconds(serve.pid) - before < 0.5
    serve.send_signal(signal.SIGTERM)
    assert serve.wait(30) == 0


def test_a_limit_on_files_is_an_error_and_no_end(tmp_path, gamevents):
    def prepare():
        processes.die_with_parent()
        resource.setrlimit(resource.RLIMIT_FSIZE, (100 * 1024, 100 * 1024))
    broker = subprocess.Popen(
        [paths.executable(), "broker", "--listen", "127.0.0.1:0", "--print-address"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path,
        env=program.environment(tmp_path, "embedded", "events", None), preexec_fn=prepare)
    try:
        address = broker.stdout.readline().decode().strip()
        lines = b"".join(b"%d" % n + b"x" * 50_000 + b"\n" for n in range(6))
        gamevents("produce", input=b"small\n", brokers=address, topic="events")
        done = gamevents("--set", "kafka.timeout=3s", "produce", input=lines, brokers=address,
                         topic="events", check=False)
        assert done.returncode == 1, done.stderr
        assert broker.poll() is None
        read = gamevents("consume", "--from-beginning", "-n", 1, brokers=address, topic="events")
        assert read.stdout == b"small\n"
    finally:
        broker.send_signal(signal.SIGTERM)
        broker.communicate(timeout=30)
    assert broker.returncode in (0, 1)


# Every service that a cluster can have beside this one, as a pod sees it.
LINKS = {
    "GAMEVENTS_KAFKA_SERVICE_HOST": "10.96.0.7",
    "GAMEVENTS_KAFKA_SERVICE_PORT": "9092",
    "GAMEVENTS_KAFKA_SERVICE_PORT_TCP_CLIENT": "9092",
    "GAMEVENTS_KAFKA_PORT": "tcp://10.96.0.7:9092",
    "GAMEVENTS_KAFKA_PORT_9092_TCP": "tcp://10.96.0.7:9092",
    "GAMEVENTS_KAFKA_PORT_9092_TCP_ADDR": "10.96.0.7",
    "GAMEVENTS_KAFKA_PORT_9092_TCP_PORT": "9092",
    "GAMEVENTS_KAFKA_PORT_9092_TCP_PROTO": "tcp",
    "GAMEVENTS_SERVE_PORT": "tcp://10.96.0.8:5000",
}


def test_service_links_of_kubernetes_are_passed_over(gamevents):
    env = LINKS | {"GAMEVENTS_KAFKA_BROKERS": "gamevents-kafka:9092"}
    assert gamevents("config", "check", env=env).stdout == b"no file, so the defaults: OK\n"
    slip = gamevents("config", "check", env=env | {"GAMEVENTS_KAFKA_PROT": "9092"}, check=False)
    assert slip.returncode == 2
    assert b"GAMEVENTS_KAFKA_PROT: no key has this variable" in slip.stderr


@pytest.mark.parametrize("args", [
    ["--set", f"kafka.topic=a{RED}b", "consume"],
    ["--set", f"kafka.topic=a\n{RED}b\rc", "consume"],
    ["--set", f"{RED}.x=1", "consume"],
    ["--set", f"{RED}\nx", "consume"],
    ["consume", f"--{RED}"],
    ["consume", RED],
    [RED],
    ["consume", "-n", RED],
    ["consume", "--format", RED, "--verify", "x"],
    ["consume", "-o", RED],
    ["config", "show", "--output", RED],
    ["--color", RED, "config", "show"],
    ["--config", RED, "config", "show"],
    ["create-topic", RED],
    ["generate", "--url", RED],
], ids=repr)
def test_what_was_typed_reaches_stderr_as_text(gamevents, args):
    done = gamevents(*args, check=False, brokers="embedded")
    assert done.returncode in (1, 2)
    assert b"\x1b" not in done.stderr and b"\r" not in done.stderr
    assert rb"\x1B[31m" in done.stderr
    assert all(line.startswith(b"gamevents: ") for line in done.stderr.splitlines())


@pytest.mark.parametrize("args", [
    ["report", "--sql", f'SELECT "{RED}" FROM events'],
    ["report", "--where", f'"{RED}" ='],
], ids=repr)
def test_a_question_is_quoted_without_its_escapes(gamevents, args):
    gamevents("produce", input=b'{"event_type":"default"}\n', brokers="embedded", topic="events")
    done = gamevents(*args, check=False, brokers="embedded", topic="events")
    assert done.returncode in (1, 2)
    assert b"\x1b" not in done.stderr and b"\r" not in done.stderr
    assert all(line.startswith(b"gamevents: ") for line in done.stderr.splitlines())


def test_a_line_break_in_a_value_breaks_no_error(gamevents, tmp_path):
    (tmp_path / "gamevents.yaml").write_text('kafka:\n  topic: "a\\nb"\n')
    done = gamevents("config", "check", check=False)
    assert done.stderr.decode().splitlines() == [
        r"gamevents: gamevents.yaml:2:10: kafka.topic: 'a\x0Ab' is no topic's name: letters, "
        "digits, '.', '_' and '-' only, and neither '.' nor '..'"]
    (tmp_path / "gamevents.yaml").write_text("catalogue: items.yaml\n")
    (tmp_path / "items.yaml").write_text('items:\n  "a\\n\\eb": {kind: sword, price: 5}\n')
    done = gamevents("config", "check", check=False)
    assert done.stderr.decode().splitlines() == [
        r"gamevents: items.yaml:2:3: an item: 'a\x0A\x1Bb' is no name: 1 to 64 lower-case letters, "
        "digits and '_'"]


def test_names_of_fields_reach_stderr_as_text(gamevents):
    event = (rb'{"event_type":"x","a\u001b[31mRED":1,"A\u001b[31mRED":1,'
             rb'"b\n\u009bc":1,"B\n\u009bc":2}')
    gamevents("create-topic", brokers="embedded", topic="events")
    gamevents("produce", input=event + b"\n", brokers="embedded", topic="events")
    for statement in ("SELECT count(*) FROM events", "SELECT no_such_field FROM events"):
        done = gamevents("report", "--sql", statement, brokers="embedded", topic="events",
                         check=False)
        assert rb"\x1B[31mRED" in done.stderr and rb"\x9B" in done.stderr
        assert b"\x1b" not in done.stderr and b"\xc2\x9b" not in done.stderr
        assert all(line.startswith(b"gamevents: ") for line in done.stderr.splitlines())


@pytest.mark.parametrize("args", [["consume", "-o"], ["report", "-o"], ["report", "--from"],
                                  ["report", "--to"]], ids=" ".join)
def test_seconds_are_no_time(gamevents, args):
    done = gamevents(*args, f"@{int(time.time())}", check=False)
    assert done.returncode == 2
    assert b"for seconds write @" in done.stderr


@pytest.fixture
def silent():
    """The address of one that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("command", [["create-topic", "t"], ["consume", "--from-beginning"],
                                     ["produce"], ["report"]])
@pytest.mark.parametrize("why", ["connection refused", "timed out; is it a Kafka broker?"])
def test_a_broker_that_does_not_answer_is_named_with_why(gamevents, silent, command, why):
    broker = "127.0.0.1:1" if why == "connection refused" else silent
    done = gamevents(*command, brokers=broker, topic="t", input=b"{}\n", check=False,
                     env={"GAMEVENTS_KAFKA_TIMEOUT": "3s"})
    assert done.returncode == 1
    said = done.stderr.decode()
    assert f"no broker answers: {broker} ({why})" in said
    assert "Local:" not in said and "_TIMED_OUT" not in said and "ipv4#" not in said


def test_the_brokers_that_failed_are_named_of_several(gamevents, silent):
    done = gamevents("create-topic", "t", brokers=f"127.0.0.1:1,{silent}", check=False,
                     env={"GAMEVENTS_KAFKA_TIMEOUT": "2s"})
    assert done.returncode == 1
    assert b"127.0.0.1:1 (connection refused)" in done.stderr
