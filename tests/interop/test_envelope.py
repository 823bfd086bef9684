"""Goal: `consume --output json | produce --json` copies a topic without losing a byte.

Method: a foreign producer writes records that are hard to copy; their copy, as a foreign consumer
sees it, is compared field by field.
"""

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

# key, value, headers, timestamp (ms)
RECORDS = [
    (None, b"plain", [], 1_000),
    (b"", b"", [], 1_001),
    (b"user", None, [("why", b"tombstone")], 1_002),
    (b"\xff\x00", b"\x80binary\n\x00",
     [("twice", b"1"), ("twice", b"\xfe"), ("null", None)], 1_003),
    ("schlüssel".encode(), '{"a": "\\u0000 \u2028 😀"}'.encode(), [("é", "è".encode())], 1_004),
]


@pytest.fixture
def written(topic, broker):
    """`topic` with RECORDS."""
    producer = Producer({"bootstrap.servers": broker.brokers})
    for key, value, headers, timestamp in RECORDS:
        producer.produce(topic, value, key, headers=headers, timestamp=timestamp)
    assert producer.flush(30) == 0
    return topic


def read(broker, topic: str, count: int) -> list[tuple]:
    """The topic's first `count` records in the form of RECORDS."""
    consumer = Consumer({"bootstrap.servers": broker.brokers, "group.id": "unused"})
    try:
        consumer.assign([TopicPartition(topic, 0, 0)])
        messages = consumer.consume(count, timeout=30)
        return [(message.key(), message.value(), message.headers() or [], message.timestamp()[1])
                for message in messages]
    finally:
        consumer.close()


def test_a_copy_has_the_same_records(written, broker, gamevents):
    copy = broker.create_topic(f"{written}-copy")
    envelopes = gamevents("consume", "--from-beginning", "--output", "json").stdout
    assert envelopes.count(b"\n") == len(RECORDS)
    gamevents("produce", "--json", "--topic", copy, input=envelopes)
    assert read(broker, written, len(RECORDS)) == RECORDS
    assert read(broker, copy, len(RECORDS)) == RECORDS


@pytest.mark.parametrize("line, says", [
    (b'{"key": "a"}', "value"),
    (b'{"value": 1}', "value"),
    (b'{"value": "a", "valeu": "b"}', "valeu"),
    (b"[]", "object"),
    (b'{"value"', "JSON"),
])
def test_a_wrong_envelope_is_refused(topic, broker, gamevents, kcat, line, says):
    done = gamevents("produce", "--json", input=line + b"\n", check=False)
    assert done.returncode == 1
    assert says in done.stderr.decode()
    assert kcat("-C", "-t", topic, "-o", "beginning", "-e").stdout == b""
