"""Goal: what `serve` wrote is a Kafka topic like any other: foreign readers see the same bytes.

Method: post events, then dump the topic with `consume`, with kcat and with Kafka's own console
consumer, and compare the bytes; and read back with `consume` what foreign producers wrote.
"""

import json

import pytest
from support import assignment


@pytest.fixture
def served(topic, serve):
    """`topic` with one event for each request of the assignment."""
    server = serve()
    for path in assignment.REQUESTS:
        assert server.request(path).status == 200
    assert server.stop() == 0, server.stderr
    return topic


def test_kcat_dumps_the_same_bytes(served, gamevents, kcat):
    ours = gamevents("consume", "--from-beginning").stdout
    theirs = kcat("-C", "-t", served, "-o", "beginning", "-e")
    assert ours == theirs.stdout
    assert [json.loads(line)["event_type"] for line in ours.splitlines()].count("default") == 12
    end = f"Reached end of topic {served} [0] at offset {len(assignment.REQUESTS)}"
    assert end in theirs.stderr.decode()


def test_console_consumer_dumps_the_same_bytes(served, broker, gamevents):
    ours = gamevents("consume", "--from-beginning").stdout
    theirs = broker.tool("ConsoleConsumer", "--topic", served, "--from-beginning",
                         "--max-messages", len(assignment.REQUESTS))
    assert ours == theirs.stdout


def test_keys_are_the_users(served, kcat):
    keys = kcat("-C", "-t", served, "-o", "beginning", "-e", "-f", "%k\n").stdout.split(b"\n")
    for path, key in zip(assignment.REQUESTS, keys):
        assert key == (b"" if path == "/" else b"divya")


def test_consume_reads_what_kcat_and_the_console_producer_wrote(topic, broker, gamevents, kcat):
    kcat("-P", "-t", topic, "-z", "gzip", input="1\nzwölf\n".encode())
    broker.tool("ConsoleProducer", "--topic", topic, input=b"3\n")
    assert gamevents("consume", "--from-beginning").stdout.decode() == "1\nzwölf\n3\n"


def test_kcat_and_the_console_consumer_read_what_produce_test_wrote(topic, broker, gamevents, kcat):
    gamevents("produce-test")
    theirs = broker.tool("ConsoleConsumer", "--topic", topic, "--from-beginning",
                         "--max-messages", 42)
    assert theirs.stdout.decode() == assignment.NUMBERS
    assert kcat("-C", "-t", topic, "-o", "beginning", "-e").stdout == theirs.stdout
