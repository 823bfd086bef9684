"""Goal: a partition's folder is Kafka's: what Kafka wrote opens here, and what we wrote there.

Method: write records of every shape with one broker, stop it, move the segment files to the other,
and compare offsets, timestamps, keys, values and headers.
"""

import shutil
import uuid

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition
from support.embedded import Embedded

SUFFIXES = (".log", ".index", ".timeindex")
START_MS = 1_700_000_000_000


def write(broker, topic):
    """Records of all codecs, with and without key, value and headers, some idempotent."""
    for round_number, codec in enumerate(["none", "gzip", "snappy", "lz4", "zstd"]):
        producer = Producer({"bootstrap.servers": broker.brokers, "compression.type": codec,
                             "enable.idempotence": round_number % 2 == 0, "linger.ms": 20})
        for number in range(300):
            producer.produce(
                topic, None if number % 7 == 0 else f"{codec} {number} ".encode() * 20,
                key=None if number % 3 == 0 else f"k{number}".encode(),
                headers=[("a", b"1"), ("b", None)] if number % 5 == 0 else None,
                timestamp=START_MS + 1000 * round_number + number)
        assert producer.flush(60) == 0


def read(broker, topic, count):
    consumer = Consumer({"bootstrap.servers": broker.brokers, "group.id": uuid.uuid4().hex,
                         "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
    messages = consumer.consume(count, timeout=60)
    consumer.close()
    assert [message.error() for message in messages if message.error()] == []
    return [(message.offset(), message.timestamp(), message.key(), message.value(),
             message.headers()) for message in messages]


def offset_at(broker, topic, timestamp):
    consumer = Consumer({"bootstrap.servers": broker.brokers, "group.id": "times"})
    found = consumer.offsets_for_times([TopicPartition(topic, 0, timestamp)], timeout=30)
    consumer.close()
    return found[0].offset


def test_what_kafka_wrote_opens_here(own_kafka, tmp_path):
    topic = own_kafka.create_topic("moved")
    write(own_kafka, topic)
    before = read(own_kafka, topic, 1500)
    times = [offset_at(own_kafka, topic, START_MS + at) for at in (0, 1150, 4299)]
    assert len(before) == 1500
    own_kafka.stop()
    ours = Embedded(tmp_path / "ours")
    ours.start()  # Makes the data directory.
    assert ours.stop() == 0
    shutil.copytree(own_kafka.folder / "data" / f"{topic}-0", ours.data_dir / f"{topic}-0")
    ours.start()
    try:
        assert read(ours, topic, 1500) == before
        assert [offset_at(ours, topic, START_MS + at) for at in (0, 1150, 4299)] == times
        write(ours, topic)
        assert len(read(ours, topic, 3000)) == 3000
        assert ours.stop() == 0
    finally:
        ours.kill()


def test_what_we_wrote_opens_in_kafka(own_embedded, own_kafka):
    topic = own_embedded.create_topic("moved")
    write(own_embedded, topic)
    before = read(own_embedded, topic, 1500)
    assert len(before) == 1500
    assert own_embedded.stop() == 0
    own_kafka.create_topic(topic)
    own_kafka.stop()
    folder = own_kafka.folder / "data" / f"{topic}-0"
    for path in folder.iterdir():
        if path.suffix in SUFFIXES:
            path.unlink()
    for path in (own_embedded.data_dir / f"{topic}-0").iterdir():
        if path.suffix in SUFFIXES:
            shutil.copy(path, folder)
    own_kafka.start()
    assert read(own_kafka, topic, 1500) == before
    assert offset_at(own_kafka, topic, START_MS + 1150) == 450
