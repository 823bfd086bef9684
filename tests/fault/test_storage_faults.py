"""Goal: the embedded log loses nothing that it acknowledged, and goes on by itself, when its
folder is taken away, descriptors or file sizes run out, a topic's deletion is cut short, or a tail
is torn.

Method: `gamevents broker` as a process whose limits and files are changed from outside while it
runs or after it was killed; a producer and a consumer of librdkafka say what a client sees.
"""

import pathlib
import resource
import socket
import time

import confluent_kafka
import pytest
from confluent_kafka.admin import AdminClient, NewTopic
from support import embedded, processes, program, record_batch

TOPIC = "t"
SEGMENT_BYTES = 2000
ANSWER_S = 20


@pytest.fixture
def broker(tmp_path):
    """A broker that the test starts."""
    server = embedded.Embedded(tmp_path / "broker")
    yield server
    if server.process is not None:
        server.kill()


@pytest.fixture
def other(broker, tmp_path):
    """other(*args): runs a command whose broker is the embedded one over the same folder."""
    def run(*args, **options):
        return program.run(["--set", f"embedded.data_dir={broker.data_dir}",
                            "--set", "embedded.listen=127.0.0.1:0", *args],
                           home=tmp_path, brokers="embedded", topic=TOPIC, **options)
    return run


def admin(server) -> AdminClient:
    return AdminClient({"bootstrap.servers": server.brokers, "log_level": 0})


def make_topic(server, **config) -> None:
    topic = NewTopic(TOPIC, 1, 1, config={key: str(value) for key, value in config.items()})
    client = admin(server)  # Its answers end with it.
    client.create_topics([topic])[TOPIC].result(ANSWER_S)


def sender(server, timeout_s: float = ANSWER_S):
    """send(value): one record, by one producer for all; None once acknowledged, else the error."""
    producer = confluent_kafka.Producer({
        "bootstrap.servers": server.brokers, "log_level": 0, "acks": "all", "retries": 0,
        "message.timeout.ms": int(timeout_s * 1000), "linger.ms": 0})

    def send(value: bytes):
        outcomes: list = []
        producer.produce(TOPIC, value, on_delivery=lambda error, _: outcomes.append(error))
        producer.flush(timeout_s + ANSWER_S)
        (outcome,) = outcomes
        return outcome
    return send


def produce(server, values, timeout_s: float = ANSWER_S) -> list[str]:
    """Sends one record at a time; gives the errors of those that were not acknowledged."""
    send = sender(server, timeout_s)
    return [str(error) for error in map(send, values) if error]


def read_all(server, offset: int = 0, **config) -> list[bytes]:
    """Every value from `offset` to the end."""
    consumer = confluent_kafka.Consumer({
        "bootstrap.servers": server.brokers, "log_level": 0, "group.id": "reader",
        "enable.auto.commit": False, "enable.partition.eof": True, **config})
    consumer.assign([confluent_kafka.TopicPartition(TOPIC, 0, offset)])
    values = []
    try:
        while True:
            message = consumer.poll(ANSWER_S)
            assert message is not None, "no answer from the broker"
            if message.error():
                assert message.error().code() == confluent_kafka.KafkaError._PARTITION_EOF, message
                return values
            values.append(message.value())
    finally:
        consumer.close()


def content_of(folder: pathlib.Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*") if path.is_file()}


class TestTheFolderIsTakenAway:
    @pytest.mark.parametrize("fsync", ["always", "10s"])
    def test_nothing_is_acknowledged_and_the_next_one_is_left_alone(self, broker, other, fsync):
        broker.start("--set", f"embedded.fsync={fsync}")
        make_topic(broker)
        assert produce(broker, [b"kept"]) == []
        moved = broker.data_dir.with_name("moved")
        broker.data_dir.rename(moved)
        time.sleep(0.1)
        other("create-topic")
        other("produce", input=b"new\n")
        before = content_of(broker.data_dir)
        assert len(produce(broker, [b"lost", b"lost"], timeout_s=2)) == 2
        assert broker.stop() == 1
        assert content_of(broker.data_dir) == before
        assert other("consume", "--from-beginning").stdout == b"new\n"
        errors = [line for line in broker.log().splitlines() if "error" in line]
        # When it was noticed, of the log that was written to, and at the end.
        assert len(errors) == 3, errors
        assert all(str(broker.data_dir) in line for line in errors)
        assert "what was acknowledged is on disk" not in broker.log()

    def test_an_idle_broker_says_so_too(self, broker):
        broker.start()
        (broker.data_dir / "LOCK").unlink()
        processes.wait_until(lambda: "is not the data directory any more" in broker.log(), 10,
                             "the broker's word")
        time.sleep(1)
        assert broker.log().count("is not the data directory any more") == 1


class TestWhatRunsOut:
    def test_clients_cannot_take_the_descriptors_that_a_segment_needs(self, broker):
        broker.start(launcher=["prlimit", "--nofile=100:100"])
        make_topic(broker, **{"segment.bytes": SEGMENT_BYTES})
        send = sender(broker)
        errors = [send(b"a" * 1500)]
        idle = []
        try:
            for _ in range(150):
                idle.append(socket.create_connection(("127.0.0.1", broker.port), ANSWER_S))
            processes.wait_until(lambda: "as many as allowed" in broker.log(), ANSWER_S,
                                 "running out of connections")
            errors += [send(b"b" * 1500), send(b"c" * 1500)]
        finally:
            for connection in idle:
                connection.close()
        assert errors == [None] * 3
        assert read_all(broker) == [letter * 1500 for letter in (b"a", b"b", b"c")]

    def test_a_producer_is_refused_meanwhile_and_goes_on_after(self, broker):
        broker.start()
        make_topic(broker, **{"segment.bytes": SEGMENT_BYTES})
        send = sender(broker)
        assert send(b"a" * 1500) is None
        folder = pathlib.Path(f"/proc/{broker.process.pid}/fd")
        taken = {int(entry.name) for entry in folder.iterdir()}
        free = min(set(range(len(taken) + 1)) - taken)
        limits = resource.prlimit(broker.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(broker.process.pid, resource.RLIMIT_NOFILE, (free, limits[1]))
        assert send(b"b" * 1500) is not None
        assert send(b"small") is None  # What needs no new segment is taken.
        resource.prlimit(broker.process.pid, resource.RLIMIT_NOFILE, limits)
        assert send(b"c" * 1500) is None
        broker.kill()
        broker.start()
        assert read_all(broker) == [b"a" * 1500, b"small", b"c" * 1500]

    def test_a_limit_on_file_sizes(self, broker):
        broker.start()
        make_topic(broker)
        assert produce(broker, [b"a" * 500]) == []
        limits = resource.prlimit(broker.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(broker.process.pid, resource.RLIMIT_FSIZE, (1000, limits[1]))
        assert len(produce(broker, [b"b" * 900], timeout_s=2)) == 1
        assert produce(broker, [b"s" * 50]) == []
        resource.prlimit(broker.process.pid, resource.RLIMIT_FSIZE, limits)
        assert produce(broker, [b"c" * 900]) == []
        assert read_all(broker) == [b"a" * 500, b"s" * 50, b"c" * 900]

    def test_a_log_of_many_segments_is_opened_under_256_descriptors(self, broker):
        broker.start()
        make_topic(broker, **{"segment.bytes": 1024})
        assert broker.stop() == 0
        folder = broker.data_dir / f"{TOPIC}-0"
        count = 700
        now = int(time.time() * 1000)
        for offset in range(count):
            (folder / f"{offset:020}.log").write_bytes(
                record_batch.batch([b"%d" % offset], base_offset=offset, timestamp=now))
        (broker.data_dir / ".kafka_cleanshutdown").unlink()
        for _ in range(2):
            broker.start(launcher=["prlimit", "--nofile=256:256"])
            assert read_all(broker) == [b"%d" % offset for offset in range(count)]
            assert broker.stop() == 0


class TestAfterAKill:
    def test_a_torn_tail_may_hold_anything(self, broker):
        broker.start()
        make_topic(broker)
        assert produce(broker, [b"kept"]) == []
        broker.kill()
        log = broker.data_dir / f"{TOPIC}-0" / f"{0:020}.log"
        whole = log.read_bytes()
        inner = b"".join(record_batch.batch([b"trap"], base_offset=offset)
                         for offset in (1, 2, 1000))
        tail = record_batch.batch([b"x" * 200 + inner + b"x" * 200], base_offset=1)
        log.write_bytes(whole + tail[:-50])
        broker.start()
        assert "torn tail" in broker.log()
        assert log.read_bytes() == whole
        assert produce(broker, [b"next"]) == []
        assert read_all(broker) == [b"kept", b"next"]

    @pytest.mark.parametrize("damage", ["its last byte is gone", "a byte is wrong"])
    def test_what_was_acknowledged_is_missed(self, broker, damage):
        broker.start()
        make_topic(broker)
        assert produce(broker, [b"first", b"second", b"third"]) == []
        broker.kill()
        log = broker.data_dir / f"{TOPIC}-0" / f"{0:020}.log"
        content = bytearray(log.read_bytes())
        if damage == "a byte is wrong":
            content[content.index(b"third")] ^= 1
        else:
            content.pop()
        log.write_bytes(content)
        with pytest.raises(RuntimeError, match=rf"{log.name} at byte \d+ \(offset 2\)"):
            broker.start()
        assert log.read_bytes() == content
        broker.start("--repair")
        assert read_all(broker) == [b"first", b"second"]
        broker.kill()
        broker.start()

    def test_consumers_learn_what_a_power_failure_took(self, broker):
        broker.start("--set", "embedded.fsync=1m")
        make_topic(broker)
        assert produce(broker, [b"old %d" % n for n in range(10)]) == []
        log = broker.data_dir / f"{TOPIC}-0" / f"{0:020}.log"
        consumer = confluent_kafka.Consumer({
            "bootstrap.servers": broker.brokers, "log_level": 0, "group.id": "g",
            "enable.auto.commit": False, "auto.offset.reset": "earliest",
            "topic.metadata.refresh.interval.ms": 500, "reconnect.backoff.max.ms": 200})
        consumer.subscribe([TOPIC])
        try:
            seen = [consumer.poll(ANSWER_S).value() for _ in range(10)]
            assert seen[-1] == b"old 9"
            broker.kill()
            # What the power failure leaves: the first batches, for nothing was synced.
            content = log.read_bytes()
            log.write_bytes(content[:4 * (len(content) // 10)])
            broker.start("--set", "embedded.fsync=1m")
            assert produce(broker, [b"new %d" % n for n in range(10)]) == []
            seen = []
            deadline = time.monotonic() + 60
            while b"new 9" not in seen and time.monotonic() < deadline:
                message = consumer.poll(1)
                if message is not None and not message.error():
                    seen.append(message.value())
        finally:
            consumer.close()
        assert [value for value in seen if value.startswith(b"new")] == [
            b"new %d" % n for n in range(10)]

    def test_a_deletion_that_was_cut_short_leaves_nothing_to_the_next_topic(self, broker):
        broker.start()
        make_topic(broker)
        assert produce(broker, [b"old %d" % n for n in range(20)]) == []
        consumer = confluent_kafka.Consumer({"bootstrap.servers": broker.brokers, "group.id": "g",
                                             "log_level": 0})
        consumer.commit(offsets=[confluent_kafka.TopicPartition(TOPIC, 0, 20)], asynchronous=False)
        consumer.close()
        gone = confluent_kafka.TopicPartition(TOPIC, 0, 15)
        client = admin(broker)
        client.delete_records([gone])[gone].result(ANSWER_S)
        assert broker.stop() == 0
        broker.start()
        broker.kill()
        # What a kill within DeleteTopics leaves.
        (broker.data_dir / f"{TOPIC}-0" / "topic.deleted").touch()
        broker.start()
        make_topic(broker)
        values = [b"new %d" % n for n in range(25)]
        assert produce(broker, values) == []
        broker.kill()
        broker.start()
        assert read_all(broker) == values
        consumer = confluent_kafka.Consumer({
            "bootstrap.servers": broker.brokers, "group.id": "g", "log_level": 0,
            "auto.offset.reset": "earliest", "enable.auto.commit": False})
        consumer.subscribe([TOPIC])
        first = consumer.poll(ANSWER_S)
        consumer.close()
        assert first is not None and first.value() == values[0]
