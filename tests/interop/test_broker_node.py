"""Goal: @platformatic/kafka, a client of its own for Node.js, writes and reads the embedded broker
as it does Kafka, and is told at once what the broker does not have.

Method: tests/interop/node/client.mjs, one process a command, on our broker and on Kafka 4.3.1. The
client names topics by id where a broker's Fetch does, from version 13 on.
"""

import json
import subprocess
import uuid

import pytest
from support import paths, processes

TIME_LIMIT_S = 60
FOLDER = paths.ROOT / "tests" / "interop" / "node"


@pytest.fixture
def client(tmp_path):
    """client(broker, command, topic, *args): what the client's program printed."""
    (tmp_path / "client.mjs").write_bytes((FOLDER / "client.mjs").read_bytes())
    (tmp_path / "node_modules").symlink_to(paths.interop() / "node" / "node_modules")

    def run(broker, *args):
        done = subprocess.run([paths.node(), "--preserve-symlinks", "client.mjs", broker.brokers,
                               *map(str, args)], cwd=tmp_path, capture_output=True, text=True,
                              timeout=TIME_LIMIT_S, preexec_fn=processes.die_with_parent)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    return run


@pytest.fixture
def embedded_topic(embedded):
    return embedded.create_topic(f"node-{uuid.uuid4().hex[:12]}")


def test_it_writes_and_reads_in_a_group(broker, topic, client):
    values = [f"message {number}" for number in range(5)]
    assert client(broker, "produce", topic, *values) == {"offsets": [[0, 0]]}
    group = f"{topic}-group"
    assert client(broker, "consume", topic, group, 2) == {"values": values[:2]}
    assert client(broker, "consume", topic, group, 3) == {"values": values[2:]}


def test_it_is_told_that_there_are_no_transactions(embedded, embedded_topic, client):
    assert "TRANSACTIONAL_ID_AUTHORIZATION_FAILED" in client(
        embedded, "transact", embedded_topic)["errors"]


def test_it_is_told_that_there_is_no_newer_group_protocol(embedded, embedded_topic, client):
    assert "UNSUPPORTED_VERSION" in client(
        embedded, "consume", embedded_topic, "newer", 1, "consumer")["errors"]
