"""Goal: franz-go, the client of Go, logs in to the embedded broker by SCRAM over TLS, writes and
reads in a group, and is told what is wrong when it may not. It comes through a forwarded port, and
so to the address that the listener advertises.

Method: tests/interop/go/main.go, one process a command; set-up builds it.
"""

import json
import subprocess

import pytest
from support import paths, processes
from support.asking import PASSWORD, TOPIC, create, start  # noqa: F401 (start is a fixture)
from support.certificates import own  # noqa: F401 (a fixture, as `start`)

TIME_LIMIT_S = 60
USERS = {"ann": ["admin"], "bob": ["read:other-"]}


@pytest.fixture
def client():
    """client(broker, user, command, *args, …): what the client's program printed."""
    def run(broker, user, command, *args, password=PASSWORD, mechanism="SCRAM-SHA-512",
            topic=TOPIC):
        done = subprocess.run(
            [paths.interop() / "go" / "client", broker.outside, broker.own.certificate, user,
             password, mechanism, command, topic, *map(str, args)],
            capture_output=True, text=True, timeout=TIME_LIMIT_S,
            preexec_fn=processes.die_with_parent)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    return run


def test_it_writes_and_reads_in_a_group_through_a_forwarded_port(start, client):
    broker = start(USERS, forwarded=True)
    create(broker.properties("ann", brokers=broker.outside))
    values = [f"message {number}" for number in range(50)]
    for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
        assert client(broker, "ann", "brokers", mechanism=mechanism) == {
            "brokers": [broker.outside]}
    assert client(broker, "ann", "produce", *values) == {"offsets": list(range(50))}
    assert client(broker, "ann", "consume", "group", 20) == {"values": values[:20]}
    assert client(broker, "ann", "consume", "group", 30) == {"values": values[20:]}


def test_it_is_told_what_it_may_not(start, client):
    broker = start(USERS, forwarded=True)
    create(broker.properties("ann"))
    assert client(broker, "ann", "produce", "x", password="wrong") == {
        "error": "SASL_AUTHENTICATION_FAILED"}
    assert client(broker, "nobody", "brokers") == {"error": "SASL_AUTHENTICATION_FAILED"}
    for command in (("produce", "x"), ("consume", "group", 1)):
        assert client(broker, "bob", *command) == {"error": "TOPIC_AUTHORIZATION_FAILED"}
    assert client(broker, "ann", "produce", "x") == {"offsets": [0]}, "nothing was written before"
