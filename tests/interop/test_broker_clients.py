"""Goal: librdkafka's consumers share a topic on the embedded broker as on Kafka: every message is
read once while members come and go, and offsets outlive the broker.

Method: three confluent-kafka consumers in one group, eager and cooperative; an idempotent producer;
a broker that is stopped, or killed, and started again; what is not supported is asked for.
"""

import collections
import re
import time
import uuid

import pytest
from confluent_kafka import (OFFSET_INVALID, Consumer, KafkaError, KafkaException, Producer,
                             TopicPartition)
from confluent_kafka.admin import AdminClient, OffsetSpec
from kafka.admin import KafkaAdminClient

TIME_LIMIT_S = 60
PARTITIONS = 6


def produce(broker, topic, values, **properties):
    """Sends them with an idempotent producer; all are acknowledged. Gives partition and offset of
    each value."""
    places = {}

    def delivered(error, message):
        assert error is None, error
        places[message.value().decode()] = (message.partition(), message.offset())
    producer = Producer({"bootstrap.servers": broker.brokers, "enable.idempotence": True,
                         "linger.ms": 5, **properties})
    for value in values:
        producer.produce(topic, value.encode(), on_delivery=delivered)
        producer.poll(0)
    assert producer.flush(TIME_LIMIT_S) == 0
    return places


class Members:
    """Consumers of one group, polled in turn; counts how often each value was read."""

    def __init__(self, broker, topic, **properties):
        self.topic = topic
        self.properties = {
            "bootstrap.servers": broker.brokers, "auto.offset.reset": "earliest",
            "group.id": f"group-{uuid.uuid4().hex[:8]}", "auto.commit.interval.ms": 100,
            "session.timeout.ms": 6000, "heartbeat.interval.ms": 200, **properties}
        self.consumers = {}
        self.seen = collections.Counter()

    def join(self, name, **properties):
        consumer = Consumer({**self.properties, "client.id": name, **properties})
        consumer.subscribe([self.topic])
        self.consumers[name] = consumer
        self.poll_until(lambda: sorted(map(len, self.owned().values())) ==
                        sorted(len(range(i, PARTITIONS, len(self.consumers)))
                               for i in range(len(self.consumers))), f"{name} has its share")

    def leave(self, name):
        self.consumers.pop(name).close()

    def owned(self):
        return {name: {place.partition for place in consumer.assignment()}
                for name, consumer in self.consumers.items()}

    def poll_until(self, done, what):
        deadline = time.monotonic() + TIME_LIMIT_S
        while not done():
            assert time.monotonic() < deadline, f"{what}: {self.owned()}"
            for consumer in self.consumers.values():
                message = consumer.poll(0.02)
                if message is None:
                    continue
                assert message.error() is None, message.error()
                self.seen[message.value().decode()] += 1

    def close(self):
        for name in list(self.consumers):
            self.leave(name)


@pytest.mark.parametrize("strategy", ["range", "cooperative-sticky"])
def test_three_members_come_and_go(embedded, strategy):
    topic = embedded.create_topic(f"groups-{uuid.uuid4().hex[:8]}", PARTITIONS)
    members = Members(embedded, topic, **{"partition.assignment.strategy": strategy})
    expected = []

    def send_and_read(round_name):
        values = [f"{round_name} {number}" for number in range(200)]
        produce(embedded, topic, values)
        expected.extend(values)
        members.poll_until(lambda: len(members.seen) == len(expected), f"{round_name} is read")
    try:
        for name in ("first", "second", "third"):
            members.join(name)
            send_and_read(f"{name} came")
        admin = AdminClient({"bootstrap.servers": embedded.brokers})
        group_id = members.properties["group.id"]
        group = admin.describe_consumer_groups([group_id])[group_id].result(timeout=30)
        assert group.partition_assignor == strategy
        assigned = [len(member.assignment.topic_partitions) for member in group.members]
        assert sum(assigned) == PARTITIONS
        for name in ("first", "third"):
            members.leave(name)
            send_and_read(f"{name} left")
    finally:
        members.close()
    assert set(members.seen) == set(expected)
    assert set(members.seen.values()) == {1}


def test_a_static_member_comes_back_without_a_rebalance(embedded):
    topic = embedded.create_topic(f"groups-{uuid.uuid4().hex[:8]}", PARTITIONS)
    members = Members(embedded, topic)
    try:
        members.join("one", **{"group.instance.id": "one", "session.timeout.ms": 30000})
        members.join("two", **{"group.instance.id": "two", "session.timeout.ms": 30000})
        before = members.owned()
        members.leave("two")  # A static member does not leave its group when it closes.
        members.join("two", **{"group.instance.id": "two", "session.timeout.ms": 30000})
        assert members.owned() == before
    finally:
        members.close()


def test_each_deletion_is_a_line(own_embedded):
    topic = own_embedded.create_topic("going", 2)
    produce(own_embedded, topic, [str(number) for number in range(10)], partitioner="consistent")
    client = AdminClient({"bootstrap.servers": own_embedded.brokers})
    ends = {number: client.list_offsets({TopicPartition(topic, number): OffsetSpec.latest()})
            [TopicPartition(topic, number)].result(TIME_LIMIT_S).offset for number in range(2)}
    number = max(ends, key=ends.get)
    wanted = TopicPartition(topic, number, 1)
    assert client.delete_records([wanted])[wanted].result(TIME_LIMIT_S).low_watermark == 1
    client.delete_topics([topic])[topic].result(TIME_LIMIT_S)
    lines = [line for line in own_embedded.log().splitlines() if "deleted offsets" in line]
    assert re.search(rf"going-{number}: deleted offsets 0 to 0, .*: asked for by DeleteRecords$",
                     lines[0])
    assert re.search(rf"going-{number}: deleted offsets 1 to {ends[number] - 1}, "
                     r"\d+\w*B: its topic was deleted$", "\n".join(lines[1:]), re.MULTILINE)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_offsets_and_records_outlive_the_broker(own_embedded, end):
    topic = own_embedded.create_topic("kept", 2)
    places = produce(own_embedded, topic, [str(number) for number in range(100)])
    group = {"bootstrap.servers": own_embedded.brokers, "group.id": "readers",
             "enable.auto.commit": False}
    committed = [TopicPartition(topic, 0, 17), TopicPartition(topic, 1, 5)]
    consumer = Consumer(group)
    consumer.commit(offsets=committed, asynchronous=False)
    consumer.close()
    getattr(own_embedded, end)()
    own_embedded.start()
    consumer = Consumer(group)
    asked = [TopicPartition(topic, partition) for partition in range(3)]
    assert [place.offset for place in consumer.committed(asked, timeout=30)] == [
        17, 5, OFFSET_INVALID]
    later = produce(own_embedded, topic, ["after"])
    ends = [consumer.get_watermark_offsets(place, timeout=30)[1] for place in asked[:2]]
    assert sum(ends) == 101
    assert later["after"] not in places.values()
    consumer.close()


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_an_idempotent_producer_writes_each_message_once_in_order(embedded, codec):
    topic = embedded.create_topic(f"once-{uuid.uuid4().hex[:8]}")
    values = [f"{number} {'x' * 50}" for number in range(3000)]
    places = produce(embedded, topic, values, **{"compression.type": codec})
    assert [places[value] for value in values] == [(0, offset) for offset in range(3000)]


def test_who_asks_for_transactions_is_told_at_once(embedded):
    producer = Producer({"bootstrap.servers": embedded.brokers, "transactional.id": "mine"})
    started = time.monotonic()
    with pytest.raises(KafkaException) as refused:
        producer.init_transactions(TIME_LIMIT_S)
    assert time.monotonic() - started < TIME_LIMIT_S / 4
    assert "transactions are not supported" in str(refused.value)


def test_who_asks_for_the_newer_group_protocol_is_told_at_once(embedded):
    topic = embedded.create_topic(f"groups-{uuid.uuid4().hex[:8]}")
    fatal = []
    consumer = Consumer({"bootstrap.servers": embedded.brokers, "group.id": "newer",
                         "group.protocol": "consumer", "error_cb": fatal.append})
    consumer.subscribe([topic])
    deadline = time.monotonic() + TIME_LIMIT_S
    while not fatal:
        assert time.monotonic() < deadline, "the consumer waits without a word"
        message = consumer.poll(0.1)
        if message is not None and message.error() is not None:
            fatal.append(message.error())
    consumer.close()
    assert fatal[0].code() in (KafkaError._FATAL, KafkaError.UNSUPPORTED_VERSION), fatal


def test_kafka_python_reads_what_it_may_do(embedded):
    topic = embedded.create_topic(f"python-{uuid.uuid4().hex[:8]}", 2)
    admin = KafkaAdminClient(bootstrap_servers=embedded.brokers)
    try:
        assert topic in admin.list_topics()
        assert len(admin.describe_topics([topic])[0]["partitions"]) == 2
        assert admin.describe_cluster()["controller_id"] == 1
    finally:
        admin.close()
