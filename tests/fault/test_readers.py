"""Goal: who reads a topic is told when it is another one, or cannot be read; nothing is skipped
without a word, and nothing waits for ever.

Method: topics that are deleted and made again under their readers; a batch in the topic that a
Kafka takes and librdkafka does not read.
"""

import json
import os
import signal
import time

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
from support import poison, processes

# How long until a follower from the end has learnt the record before. A look that has not read it
# in time tries again in the next, which a busy machine needs.
LEARNT_S = 10
TOLD_S = 15
KAFKA_TIMEOUT_S = 2
TOPIC = "events"
INVALID_RECORD = 87  # Kafka's error code


def make_again(broker, pause: float) -> None:
    """Deletes the topic and makes another one of its name `pause` seconds later."""
    admin = AdminClient({"bootstrap.servers": broker.brokers})
    admin.delete_topics([TOPIC])[TOPIC].result(10)
    time.sleep(pause)

    def made() -> bool:
        try:
            admin.create_topics([NewTopic(TOPIC, 1, 1)])[TOPIC].result(10)
        except Exception:  # Kafka deletes in the background.
            return False
        return True
    processes.wait_until(made, 20, "the topic was there again")


def send(gamevents, first: int, last: int) -> None:
    lines = "".join(f"{number}\n" for number in range(first, last + 1))
    gamevents("produce", topic=TOPIC, input=lines.encode())


def await_output(reader, expected: bytes) -> None:
    """Reads what `reader` writes first, which is `expected`."""
    read = b""
    while len(read) < len(expected):
        part = os.read(reader.process.stdout.fileno(), len(expected) - len(read))
        assert part, read
        read += part
    assert read == expected


def is_told(stderr: bytes) -> bool:
    """Whether it says what happened, as far as it could see."""
    return any(each in stderr for each in (b"another topic now", b"was deleted",
                                           b"the topic was made again"))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("pause", [0, 1.5])
def test_a_follower_is_told_that_its_topic_is_another_one(own_broker, gamevents, background, pause):
    own_broker.create_topic(TOPIC)
    send(gamevents, 1, 3)
    reader = background("consume", "-o", "beginning", "-f", topic=TOPIC)
    await_output(reader, b"1\n2\n3\n")
    make_again(own_broker, pause)
    send(gamevents, 101, 105)
    done = reader.finish(TOLD_S)
    assert done.returncode == 1
    assert f"topic {TOPIC}".encode() in done.stderr
    assert is_told(done.stderr), done.stderr


@pytest.mark.timeout(180)
def test_a_topic_that_is_made_again_at_once_is_noticed_too(own_embedded, gamevents, background):
    """The new topic has records at the follower's offsets before the follower looks."""
    admin = AdminClient({"bootstrap.servers": own_embedded.brokers})
    producer = Producer({"bootstrap.servers": own_embedded.brokers})
    for turn in range(4):
        topic = f"{TOPIC}-{turn}"
        own_embedded.create_topic(topic)
        gamevents("produce", topic=topic, brokers=own_embedded.brokers, input=b"1\n2\n3\n")
        reader = background("consume", "-o", "beginning", "-f", topic=topic,
                            brokers=own_embedded.brokers)
        await_output(reader, b"1\n2\n3\n")
        time.sleep(turn / 2)
        reader.signal(signal.SIGSTOP)
        admin.delete_topics([topic])[topic].result(10)
        admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(10)
        for number in range(101, 121):
            producer.produce(topic, str(number).encode())
        assert producer.flush(10) == 0
        reader.signal(signal.SIGCONT)
        done = reader.finish(TOLD_S)
        assert done.returncode == 1
        assert is_told(done.stderr), done.stderr


@pytest.mark.timeout(120)
def test_a_follower_from_the_end_is_told_too(own_broker, gamevents, background):
    """It has read nothing yet, but knows the record before."""
    own_broker.create_topic(TOPIC)
    send(gamevents, 1, 3)
    reader = background("consume", topic=TOPIC)
    time.sleep(LEARNT_S)
    make_again(own_broker, 0)
    send(gamevents, 101, 105)
    done = reader.finish(TOLD_S)
    assert (done.returncode, b"104" in done.stdout.split() and not done.stderr) == (1, False)
    assert is_told(done.stderr), done.stderr


@pytest.mark.timeout(120)
@pytest.mark.parametrize("command", [("consume", "-o", "beginning", "-f"),
                                     ("report", "-f", "--agg", "count")])
def test_a_follower_is_told_that_its_topic_is_gone(own_broker, gamevents, background, command):
    own_broker.create_topic(TOPIC)
    send(gamevents, 1, 3)
    reader = background(*command, topic=TOPIC)
    time.sleep(4)
    admin = AdminClient({"bootstrap.servers": own_broker.brokers})
    admin.delete_topics([TOPIC])[TOPIC].result(10)
    done = reader.finish(TOLD_S)
    assert done.returncode == 1
    if command[0] == "consume":
        assert done.stdout == b"1\n2\n3\n"
    assert f"topic {TOPIC}".encode() in done.stderr
    assert b"was deleted" in done.stderr


@pytest.mark.timeout(120)
def test_every_follower_of_a_deleted_topic_ends(own_embedded, gamevents, background):
    """At whatever moment of its look the deletion finds it."""
    topics = [own_embedded.create_topic(f"{TOPIC}-{number}") for number in range(24)]
    readers = []
    for topic in topics:
        gamevents("produce", topic=topic, brokers=own_embedded.brokers, input=b"1\n2\n3\n")
        readers.append(background("consume", "-o", "beginning", "-f", topic=topic,
                                  brokers=own_embedded.brokers))
    time.sleep(LEARNT_S)
    admin = AdminClient({"bootstrap.servers": own_embedded.brokers})
    for deleted in admin.delete_topics(topics).values():
        deleted.result(10)
    for reader in readers:
        done = reader.finish(TOLD_S)
        assert (done.returncode, done.stdout) == (1, b"1\n2\n3\n")
        assert b"was deleted" in done.stderr


@pytest.mark.timeout(120)
def test_the_fold_begins_anew_when_its_topic_is_another_one(own_broker, serve):
    own_broker.create_topic(TOPIC)
    server = serve(topic=TOPIC)
    processes.wait_until(lambda: server.request("/inventory").status == 200, 20, "ready")

    def owned(user):
        answer = server.request(f"/inventory/{user}")
        return json.loads(answer.body)["quantity"] if answer.status == 200 else None
    for _ in range(3):
        assert server.request("/purchase/rope/before").status == 200
    processes.wait_until(lambda: owned("before") == 3, 20, "the state was of the old topic")
    make_again(own_broker, 0)

    def bought():
        return server.request("/purchase/rope/after", timeout=40).status == 200
    processes.wait_until(bought, 40, "a purchase")
    processes.wait_until(lambda: owned("before") == 0 and (owned("after") or 0) >= 1, 30,
                         "the state was of the new topic")
    assert "rebuilt from" in server.stderr


@pytest.fixture
def poisoned(kafka):
    """A topic of a good record, a batch that librdkafka does not read at offsets 1 and 2, and a
    good one."""
    topic = kafka.create_topic(f"poisoned-{time.time_ns()}")
    producer = Producer({"bootstrap.servers": kafka.brokers})
    producer.produce(topic, b'{"event_type":"a"}')
    assert producer.flush(10) == 0
    batch = poison.cut_within_a_record([b'{"event_type":"p"}', b'{"event_type":"q"}'])
    assert poison.produce(kafka.brokers, topic, batch) == 0
    producer.produce(topic, b'{"event_type":"b"}')
    assert producer.flush(10) == 0
    return topic


@pytest.mark.timeout(180)
@pytest.mark.parametrize("command", [("consume", "--from-beginning"),
                                     ("report", "--source", "kafka", "--agg", "count"),
                                     ("state", "show")])
def test_what_cannot_be_read_is_no_wait_for_ever(poisoned, kafka, gamevents, command):
    done = gamevents("--set", f"kafka.timeout={KAFKA_TIMEOUT_S}s", *command, topic=poisoned,
                     brokers=kafka.brokers, check=False, timeout=60)
    assert done.returncode == 1
    assert f"topic {poisoned} [0]: no record came from offset 1 on".encode() in done.stderr
    if command[0] == "consume":
        assert done.stdout == b'{"event_type":"a"}\n'
        behind = gamevents("consume", "-o", "3", topic=poisoned, brokers=kafka.brokers)
        assert behind.stdout == b'{"event_type":"b"}\n'


@pytest.mark.timeout(120)
def test_a_busy_partition_hides_none_that_cannot_be_read(kafka, background):
    topic = kafka.create_topic(f"poisoned-{time.time_ns()}", partitions=2)
    batch = poison.cut_within_a_record([b'{"event_type":"p"}', b'{"event_type":"q"}'])
    processes.wait_until(lambda: poison.produce(kafka.brokers, topic, batch) == 0, 10, "a leader")
    reader = background("--set", f"kafka.timeout={KAFKA_TIMEOUT_S}s", "consume", "-f", "-o",
                        "beginning", topic=topic, brokers=kafka.brokers)
    producer = Producer({"bootstrap.servers": kafka.brokers, "linger.ms": 0})
    ends = time.monotonic() + 30
    while reader.process.poll() is None and time.monotonic() < ends:
        producer.produce(topic, b'{"event_type":"a"}', partition=1)
        assert producer.flush(10) == 0
        time.sleep(0.01)
    done = reader.finish(TOLD_S)
    assert done.returncode == 1
    assert f"topic {topic} [0]: no record came from offset 0 on".encode() in done.stderr
    assert b'{"event_type":"a"}' in done.stdout


@pytest.mark.parametrize("make", [poison.cut_within_a_record, poison.cut_between_records,
                                  poison.empty_member_first])
def test_the_embedded_broker_takes_nothing_that_its_readers_cannot_read(embedded, gamevents, make):
    topic = embedded.create_topic(f"door-{time.time_ns()}")
    batch = make([b'{"event_type":"p"}', b'{"event_type":"q"}'])
    assert poison.produce(embedded.brokers, topic, batch) == INVALID_RECORD
    read = gamevents("consume", "--from-beginning", topic=topic, brokers=embedded.brokers)
    assert read.stdout == b""


@pytest.mark.timeout(120)
def test_readyz_names_what_cannot_be_read(poisoned, kafka, serve):
    server = serve("--set", f"kafka.timeout={KAFKA_TIMEOUT_S}s", topic=poisoned,
                   brokers=kafka.brokers)
    said = set()

    def names_it():
        answer = server.request("/readyz")
        said.add(answer.text)
        return "no record came from offset 1 on" in answer.text
    processes.wait_until(names_it, 30, "/readyz named the place")
    assert any("being read back" in text for text in said)
    assert server.request("/carts").status == 503
