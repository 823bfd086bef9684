"""Goal: the assignment's every step, through the executable, prints what the assignment shows.

Method: one topic on a real broker, the 42 numbers and the 30 requests of its table; then each
answer is compared with the assignment's text.
"""

import json
import uuid

import pytest
from support import assignment


@pytest.fixture
def name():
    """A topic that does not exist yet."""
    return f"eventsForm-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def played(broker, topic, gamevents, serve):
    """`topic` with the 42 numbers and then the 30 events; every answer is checked on the way."""
    gamevents("produce-test")
    server = serve()
    for path in assignment.REQUESTS:
        answer = server.request(path)
        assert (answer.status, answer.text) == (200, assignment.ANSWERS[path])
        assert answer.headers.get_content_type() == "text/plain"
    assert server.stop() == 0, server.stderr
    return topic


def test_create_topic(broker, gamevents, name):
    made = gamevents("create-topic", name, "--partitions", 3)
    assert made.stdout.decode() == f"Created Topic {name}.\n"

    again = gamevents("create-topic", name, check=False)
    assert again.returncode == 1
    assert name in again.stderr.decode()
    assert again.stdout == b""

    gamevents("create-topic", name, "--if-not-exists")
    described = broker.tool("TopicCommand", "--describe", "--topic", name).stdout.decode()
    assert "PartitionCount: 3" in described
    assert "ReplicationFactor: 1" in described


def test_produce_test_and_consume(topic, gamevents):
    assert gamevents("produce-test").stdout == b"Produced 42 messages.\n"
    read = gamevents("consume", "--from-beginning", "--max-messages", 42)
    assert read.stdout.decode() == assignment.NUMBERS
    assert "Processed a total of 42 messages\n" in read.stderr.decode()


def test_produce_test_without_the_topic(broker, gamevents, name):
    done = gamevents("produce-test", topic=name, check=False)
    assert done.returncode == 1
    assert "0 of 42" in done.stderr.decode()
    assert done.stdout == b""


def test_consume_to_the_end(played, gamevents):
    read = gamevents("consume", "-o", "beginning")
    end = f"% Reached end of topic {played} [0] at offset 72: exiting\n"
    assert end in read.stderr.decode()
    lines = read.stdout.decode().splitlines()
    assert "".join(f"{line}\n" for line in lines[:42]) == assignment.NUMBERS

    events = [json.loads(line) for line in lines[42:]]
    shown = [line.strip("| ") for line in assignment.TABLE.splitlines()[3:-1]]
    assert [event["event_type"] for event in events] == shown
    assert all(event["Host"].startswith("127.0.0.1:") for event in events)


def test_events_have_the_fields_of_the_assignment(played, gamevents):
    read = gamevents("consume", "-o", "42")
    events = [json.loads(line) for line in read.stdout.splitlines()]
    by_type = {event["event_type"]: event for event in events}
    assert by_type["default"]["remote_ip"] == "127.0.0.1"
    sword = by_type["purchase_sword"]
    assert (sword["remote ip"], sword["purchase_user"]) == ("127.0.0.1", "divya")
    guild = by_type["join_a_guild"]
    assert guild["remote ip"] == "127.0.0.1"
    assert (guild["user_name"], guild["joined_guild"]) == ("divya", "masadons")


def test_report(played, gamevents):
    text = gamevents("report").stdout.decode()
    assert assignment.TABLE in text
    lines = text.splitlines()
    assert "30" in lines
    assert "[Row(event_type='default')]" in lines
    assert "Row(event_type='purchase_sword')" in lines
    assert "Row(event_type='join_a_guild')" in lines
    assert "root" in lines  # printSchema()
    assert "42 values were not JSON objects" in text
