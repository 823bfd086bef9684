"""Goal: `gamevents forward` copies a topic of the embedded log to Apache Kafka record by record,
each once and in order, whatever dies in between.

Method: what the source holds and what the target shows to readers of committed records are read
and compared, with a ledger as a second opinion. The forwarder is killed at random moments
(GAMEVENTS_KILLS times; default: 20, with the seed in the output), Kafka is killed and
started again, other producers write to the same topic, in transactions that are committed,
aborted or left open, a second forwarder takes over, and the source is replaced by another log.
"""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import time
import uuid
from collections.abc import Iterator

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from support import kafka as kafka_server, processes, program

MARK = "gamevents.source"
KILLS = int(os.environ.get("GAMEVENTS_KILLS", "20"))


def lines_of(done) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


class Copy:
    """A source in a data directory, and Kafka as its target."""

    def __init__(self, home, kafka, topic="game", partitions=2):
        self.home, self.kafka, self.topic = home, kafka, topic
        self.partitions = partitions
        self.source("create-topic", "--partitions", partitions)

    def source(self, *args, **options):
        return program.run(args, home=self.home, brokers="embedded", topic=self.topic, **options)

    def forward(self, *args, check=True, timeout=90):
        return self.source("forward", "--to", self.kafka.brokers, "--once", *args, check=check,
                           timeout=timeout)

    def start(self, *args) -> program.Background:
        return program.Background(["forward", "--to", self.kafka.brokers, *args], home=self.home,
                                  brokers="embedded", topic=self.topic)

    def stored(self) -> dict[int, list[dict]]:
        """The source's records by partition, without what only the source has."""
        read = self.source("consume", "--from-beginning", "--output", "json")
        return self._by_partition(lines_of(read))

    def copied(self) -> dict[int, list[dict]]:
        """The target's records that have the forwarder's mark, which stands for their offset."""
        read = program.run(["consume", "--from-beginning", "--output", "json"], home=self.home,
                           brokers=self.kafka.brokers, topic=self.topic)
        marked = []
        for record in lines_of(read):
            last = record["headers"][-1] if record["headers"] else {"name": ""}
            if last["name"] != MARK or last["value"].startswith("another-cluster"):
                continue
            _, partition, offset = last["value"].split(" ")[:3]
            assert int(partition) == record["partition"]
            marked.append(record | {"headers": record["headers"][:-1], "offset": int(offset)})
        return self._by_partition(marked)

    def kafka_has_topic(self) -> bool:
        read = program.run(["consume", "--from-beginning"], home=self.home, check=False,
                           brokers=self.kafka.brokers, topic=self.topic)
        return read.returncode == 0

    def _by_partition(self, records):
        found = {partition: [] for partition in range(self.partitions)}
        for record in records:
            found[record["partition"]].append(record)
        return found

    def check(self) -> int:
        """Fails unless the target has exactly what the source has; gives how many."""
        stored, copied = self.stored(), self.copied()
        for partition, records in stored.items():
            offsets = [record["offset"] for record in copied[partition]]
            assert offsets == [record["offset"] for record in records], (
                f"partition {partition}: {len(offsets)} of {len(records)}")
            assert copied[partition] == records
        return sum(map(len, stored.values()))


@pytest.fixture
def copy(tmp_path, kafka):
    return Copy(tmp_path, kafka, topic=f"game-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def own_copy(tmp_path, own_kafka):
    return Copy(tmp_path, own_kafka)


def test_a_target_without_transactions_is_told_of_and_copied_to_once(tmp_path, own_embedded):
    copy = Copy(tmp_path, own_embedded)
    for count in (3000, 2000):
        copy.source("produce", "--key", "k", input=b"a value\n" * count)
        done = copy.forward()
        assert f"{count} records were copied" in done.stderr.decode()
        assert done.stderr.decode().count("has no transactions") == 1
    assert copy.check() == 5000


def test_a_copy_is_the_same_record_by_record(copy):
    records = [
        {"partition": 0, "key": "k", "value": "v", "timestamp": 1_700_000_000_123},
        {"partition": 1, "key": None, "value": "no key", "timestamp": 1_700_000_000_124},
        {"partition": 0, "key": "tombstone", "value": None},
        {"partition": 1, "key": "", "value": ""},
        {"partition": 0, "key": "h", "value": "headers", "headers": [
            {"name": "a", "value": "1"}, {"name": "a", "value": "2"}, {"name": "b", "value": None},
            {"name": MARK, "value": "another-cluster 7 12"}]},
        {"partition": 1, "key": "large", "value": "x" * 900_000},
    ]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    copy.source("produce", "--json", "--keep-partition", input=lines.encode())
    done = copy.forward()
    assert b"created topic" in done.stderr
    assert f"6 records were copied to {copy.kafka.brokers}" in done.stderr.decode()
    assert copy.check() == 6
    again = copy.forward()
    assert b"0 records were copied" in again.stderr
    copy.source("produce", "--key", "late", input=b"one more\n")
    assert b"1 record was copied" in copy.forward().stderr
    assert copy.check() == 7


def test_a_target_with_fewer_partitions_is_an_error_with_the_remedy(copy):
    copy.kafka.create_topic(copy.topic, 1)
    copy.source("produce", "--partition", 1, input=b"a\n")
    failed = copy.forward(check=False)
    assert failed.returncode == 1
    assert "1 partitions there and 2 in the source" in failed.stderr.decode()
    assert "--alter" in failed.stderr.decode()


def test_records_of_others_are_no_obstacle(copy):
    copy.kafka.create_topic(copy.topic, 2)
    copy.source("generate", "--to", "topic", "--count", 500, "--seed", 1)
    copy.forward()
    other = Producer({"bootstrap.servers": copy.kafka.brokers, "transactional.id": "other"})
    other.init_transactions(30)
    for committed in (True, False):
        other.begin_transaction()
        for number in range(6_000):
            mark = [(MARK, b"another-cluster 0 99")] if number % 7 == 0 else None
            other.produce(copy.topic, b"x%d" % number, partition=number % 2, headers=mark)
        other.flush(30)
        other.commit_transaction(30) if committed else other.abort_transaction(30)
    copy.source("generate", "--to", "topic", "--count", 500, "--seed", 2)
    assert b"500 records were copied" in copy.forward().stderr
    assert copy.check() == 1_000


def test_an_open_transaction_of_others_is_waited_for(copy):
    """What was copied behind it is not shown until it ends; it is not copied again."""
    copy.kafka.create_topic(copy.topic, 2)
    other = Producer({"bootstrap.servers": copy.kafka.brokers, "transactional.id": "holds-up"})
    other.init_transactions(30)
    other.begin_transaction()
    for partition in range(2):
        other.produce(copy.topic, b"first", partition=partition)
    other.flush(30)
    copy.source("generate", "--to", "topic", "--count", 100, "--seed", 1)
    running = copy.start("--once")
    time.sleep(3)
    assert running.process.poll() is None
    other.commit_transaction(30)
    assert b"100 records were copied" in running.finish().stderr
    running.kill()
    assert copy.check() == 100


def produce_around_a_large_one(copy: Copy, large: int) -> None:
    """1000 records a partition; the one at offset `large` of partition 0 has 60 KB."""
    lines = []
    for number in range(2_000):
        value = f"value {number}"
        if number == 2 * large:
            value = "".join(map(chr, random.Random(1).choices(range(33, 127), k=60_000)))
        lines.append(json.dumps({"partition": number % 2, "key": None, "value": value}) + "\n")
    copy.source("produce", "--json", "--keep-partition", input="".join(lines).encode())


def test_a_record_that_is_too_large_stops_its_partition_until_it_is_skipped(copy):
    copy.kafka.create_topic(copy.topic, 2)
    copy.kafka.tool("ConfigCommand", "--alter", "--topic", copy.topic, "--add-config",
                    "max.message.bytes=30000")
    produce_around_a_large_one(copy, large=637)
    once = copy.forward(check=False)
    assert once.returncode == 1
    assert b"the record at offset 637" in once.stderr
    assert b"forward skip --topic " in once.stderr and b"--to 638" in once.stderr
    stored, copied = copy.stored(), copy.copied()
    assert copied[1] == stored[1]
    assert copied[0] == stored[0][:637]

    running = copy.start()
    processes.wait_until(lambda: len(copy.copied()[1]) == 1_000, 30, "the other partition")
    ahead = copy.source("forward", "skip", "--to", 1_001, "--partition", 0, check=False)
    assert ahead.returncode == 1 and b"it ends at 1000" in ahead.stderr
    several = copy.source("forward", "skip", "--to", 638, check=False)
    assert several.returncode == 1 and b"--partition N" in several.stderr
    copy.source("forward", "skip", "--to", 638, "--partition", 0)
    processes.wait_until(lambda: len(copy.copied()[0]) == 999, 30, "what is behind it")
    running.signal(signal.SIGTERM)
    done = running.finish()
    assert done.returncode == 0
    assert b"skips the records from offset 637 to 637" in done.stderr
    assert copy.copied()[0] == stored[0][:637] + stored[0][638:]


def test_a_topic_that_was_deleted_in_the_target_stops_it(copy):
    copy.source("generate", "--to", "topic", "--count", 100, "--seed", 1)
    running = copy.start()
    processes.wait_until(lambda: copy.kafka_has_topic() and copied_so_far(copy) == 100, 30,
                         "the copy")
    copy.kafka.tool("TopicCommand", "--delete", "--topic", copy.topic)
    copy.source("generate", "--to", "topic", "--count", 100, "--seed", 2)
    time.sleep(4)
    running.signal(signal.SIGTERM)
    done = running.finish(10)
    assert b"was deleted there" in done.stderr, done.stderr.decode()
    # Another run makes it, and copies all.
    copy.forward()
    assert copy.check() == 200


def test_the_rate_is_kept(copy):
    copy.source("produce", "--key", "k", input=(b"x" * 9_999 + b"\n") * 200)
    begin = time.monotonic()
    copy.forward("--rate", "500KiB")
    taken = time.monotonic() - begin
    # 2 MB; a tenth of a second may be saved up, and the last record does not wait for what follows.
    assert taken > 2e6 / (500 * 1024) - 0.2, taken
    assert copy.check() == 200


def codecs_of(kafka, topic: str) -> set[bytes]:
    """How the batches of records are packed that Kafka has of the topic."""
    segments = sorted((kafka.folder / "data").glob(f"{topic}-*/*.log"))
    dumped = kafka_server.run_tool("DumpLogSegments", "--files", ",".join(map(str, segments)))
    return set(re.findall(rb"isControl: false .*compresscodec: (\w+)", dumped.stdout))


@pytest.mark.parametrize("codec", ["zstd", "gzip", "none"])
def test_a_batch_keeps_its_codec(copy, codec):
    """What is not packed is packed for the way."""
    for _ in range(2):
        copy.source("--set", f"kafka.properties.compression.codec={codec}", "produce", "--key",
                    "k", input=b"a value that is worth to be packed\n" * 500)
        copy.forward()
    assert copy.check() == 1_000
    assert codecs_of(copy.kafka, copy.topic) == {{"none": b"lz4"}.get(codec, codec.encode())}
    copy.source("--set", f"kafka.properties.compression.codec={codec}", "produce", "--key", "k",
                input=b"a value\n" * 500)
    copy.forward("--set", "forward.properties.compression.codec=snappy")
    assert b"snappy" in codecs_of(copy.kafka, copy.topic)


@contextlib.contextmanager
def source_broker(copy: Copy) -> Iterator[str]:
    """Another process has the source, at the address that this gives."""
    port = processes.free_port()
    broker = program.Background(["broker", "--listen", f"127.0.0.1:{port}"], home=copy.home,
                                brokers="embedded")
    try:
        processes.wait_until(lambda: kafka_server.live_brokers("127.0.0.1", port) > 0, 30,
                             "a broker")
        yield f"127.0.0.1:{port}"
        broker.signal(signal.SIGTERM)
        assert broker.finish().returncode == 0
    finally:
        broker.kill()


def copied_so_far(copy: Copy) -> int:
    return sum(map(len, copy.copied().values()))


def test_of_two_forwarders_the_newer_copies_and_the_older_says_so(copy):
    with source_broker(copy):
        older = copy.start()
        copy.source("generate", "--to", "topic", "--count", 300, "--seed", 1)
        processes.wait_until(lambda: copy.kafka_has_topic() and copied_so_far(copy) == 300, 60,
                             "the first copy")
        newer = copy.start()
        # Some records at a time, so that both may meet.
        for seed in range(2, 12):
            copy.source("generate", "--to", "topic", "--count", 100, "--seed", seed)
            time.sleep(0.3)
        processes.wait_until(lambda: copied_so_far(copy) == 1_300, 60, "the rest")
        assert copy.check() == 1_300
        newer.signal(signal.SIGTERM)
        done = newer.finish(30)
        assert b"took over" not in done.stderr, done.stderr.decode()
        older.signal(signal.SIGTERM)
        done = older.finish(30)
        assert done.returncode == 0
        assert b"stopped at offset" in done.stderr, done.stderr.decode()
        assert b"another forwarder of this log took over" in done.stderr, done.stderr.decode()
        assert b"end the other" in done.stderr


def make_topic_again(copy: Copy) -> None:
    """Deletes and creates the topic in the source, through its broker."""
    with source_broker(copy) as address:
        admin = AdminClient({"bootstrap.servers": address})
        for deleted in admin.delete_topics([copy.topic]).values():
            deleted.result(timeout=30)
        copy.source("create-topic", "--partitions", copy.partitions)


def test_a_topic_that_was_made_again_in_the_source_is_copied_from_its_start(copy):
    copy.source("generate", "--to", "topic", "--count", 500, "--seed", 1)
    copy.forward()
    make_topic_again(copy)
    copy.source("generate", "--to", "topic", "--count", 900, "--seed", 2)
    assert b"900 records were copied" in copy.forward().stderr
    # What the target has of both is the earlier topic's records, then this one's.
    stored, copied = copy.stored(), copy.copied()
    for partition, records in stored.items():
        assert copied[partition][-len(records):] == records
    assert sum(map(len, copied.values())) == 1_400
    assert b"0 records were copied" in copy.forward().stderr


def test_an_older_copy_of_the_log_is_not_taken_for_it(copy):
    copy.source("generate", "--to", "topic", "--count", 500, "--seed", 1)
    data = copy.home / "gamevents"
    shutil.copytree(data, copy.home / "backup")
    copy.source("generate", "--to", "topic", "--count", 500, "--seed", 2)
    copy.forward()
    before = copy.copied()
    shutil.rmtree(data)
    shutil.copytree(copy.home / "backup", data)
    shorter = copy.forward(check=False)
    assert shorter.returncode == 1
    assert b"and the target has records up to offset" in shorter.stderr, shorter.stderr.decode()
    assert b"delete topic" in shorter.stderr
    # It grows beyond the offset where the target is: its last record there is another one.
    copy.source("generate", "--to", "topic", "--count", 1_500, "--seed", 3)
    longer = copy.forward(check=False)
    assert longer.returncode == 1
    assert b"is not the one that the target has from there" in longer.stderr
    assert copy.copied() == before
    copy.kafka.tool("TopicCommand", "--delete", "--topic", copy.topic)
    processes.wait_until(lambda: not copy.kafka_has_topic(), 30, "the topic's end")
    copy.forward()
    assert copy.check() == 2_000


def kill_at_random(copy: Copy, rounds: int, seed: int, restarts: int) -> None:
    """Lets the source grow and kills the forwarder in each round."""
    chance = random.Random(seed)
    restart_in = set(chance.sample(range(rounds), restarts))
    other = Producer({"bootstrap.servers": copy.kafka.brokers, "log_level": 0})
    for number in range(rounds):
        copy.source("generate", "--to", "topic", "--count", chance.randint(500, 4_000), "--seed",
                    seed + number, "--ledger", f"ledger-{number}")
        running = copy.start("--rate", chance.choice(["2MiB", "500KiB", "0"]),
                             *(["--once"] if chance.random() < 0.5 else []))
        time.sleep(chance.uniform(0.05, 1.2))
        if number in restart_in:
            copy.kafka.kill()
            time.sleep(chance.uniform(0, 1))
            running.kill()
            copy.kafka.start()
        running.kill()
        for value in range(chance.randint(0, 20)):
            other.produce(copy.topic, b"other %d" % value, partition=value % copy.partitions)
        assert other.flush(30) == 0


@pytest.mark.timeout(240 + 4 * KILLS)
def test_killed_at_random_moments_it_loses_and_repeats_nothing(own_copy):
    seed = int(os.environ.get("GAMEVENTS_KILL_SEED", random.randrange(10**6)))
    print(f"GAMEVENTS_KILL_SEED={seed}")
    own_copy.kafka.create_topic(own_copy.topic, 2)
    kill_at_random(own_copy, KILLS, seed, restarts=max(KILLS // 10, 1))
    own_copy.forward()
    assert own_copy.check() > KILLS * 500
    for number in range(KILLS):
        verified = program.run(["consume", "--verify", f"ledger-{number}"], home=own_copy.home,
                               brokers=own_copy.kafka.brokers, topic=own_copy.topic)
        assert re.search(rb"lost +0\b", verified.stdout), verified.stdout
