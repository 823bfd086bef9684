"""Goal: kcat does with the embedded broker all that it does with Kafka.

Method: produce, consume, list, query and join a group with kcat itself; compare what it prints.
"""

import json
import uuid

import pytest


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"kcat-{uuid.uuid4().hex[:8]}", 2)


def lines(done) -> list:
    return done.stdout.decode().splitlines()


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_what_was_produced_is_consumed(topic, embedded, kcat, codec):
    values = [f"value {number} " + "x" * 100 for number in range(200)]
    keyed = "".join(f"k{number}:{value}\n" for number, value in enumerate(values))
    kcat("-P", "-t", topic, "-p", 0, "-K:", "-H", "h=1", "-z", codec, input=keyed.encode())
    got = lines(kcat("-C", "-t", topic, "-p", 0, "-o", "beginning", "-e", "-f", "%o %k %h %s\n"))
    assert got == [f"{number} k{number} h=1 {value}" for number, value in enumerate(values)]
    tail = lines(kcat("-C", "-t", topic, "-p", 0, "-o", "-3", "-e", "-q"))
    assert tail == values[-3:]


def test_the_list_names_broker_and_topics(topic, embedded, kcat):
    listing = json.loads(kcat("-L", "-J").stdout)
    assert [broker["name"] for broker in listing["brokers"]] == [embedded.brokers]
    assert listing["controllerid"] == listing["brokers"][0]["id"]
    found = {entry["topic"]: entry for entry in listing["topics"]}[topic]
    node = listing["brokers"][0]["id"]
    assert found["partitions"] == [
        {"partition": partition, "leader": node, "replicas": [{"id": node}], "isrs": [{"id": node}]}
        for partition in range(2)]


def test_offsets_are_found_by_time(topic, embedded, kcat):
    kcat("-P", "-t", topic, "-p", 1, input=b"a\nb\nc\n")
    stamps = [int(line) for line in lines(kcat("-C", "-t", topic, "-p", 1, "-e", "-f", "%T\n"))]
    assert lines(kcat("-Q", "-t", f"{topic}:1:{stamps[0]}")) == [f"{topic} [1] offset 0"]
    assert lines(kcat("-Q", "-t", f"{topic}:1:{stamps[-1] + 1}")) == [f"{topic} [1] offset -1"]
    assert lines(kcat("-Q", "-t", f"{topic}:1:-1")) == [f"{topic} [1] offset 3"]
    assert lines(kcat("-Q", "-t", f"{topic}:1:-2")) == [f"{topic} [1] offset 0"]


def test_a_group_goes_on_where_it_was(topic, embedded, kcat):
    group = f"group-{topic}"
    for partition in range(2):
        kcat("-P", "-t", topic, "-p", partition, input=b"a\nb\n")
    join = ["-G", group, "-X", "auto.offset.reset=earliest", "-e", "-q", topic]
    assert sorted(lines(kcat(*join))) == ["a", "a", "b", "b"]
    kcat("-P", "-t", topic, "-p", 1, input=b"c\n")
    assert lines(kcat(*join)) == ["c"]


def test_a_transactional_producer_is_refused(topic, embedded, kcat):
    from confluent_kafka import KafkaException, Producer
    producer = Producer({"bootstrap.servers": embedded.brokers, "transactional.id": "mine"})
    with pytest.raises(KafkaException):
        producer.init_transactions(5)


@pytest.fixture
def target(embedded):
    return {"brokers": embedded.brokers, "topic": None}
