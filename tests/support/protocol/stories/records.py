"""Records that are written and read."""

import gzip
import struct

from support import record_batch
from support.protocol.schema import NO_UUID
from support.protocol.story import UNKNOWN_ID, story
from support.protocol.stories.shared import (BROKER, IMPOSSIBLE, MISSING, OFFSETS_TOPIC, ONE,
                                             THREE)

NO_WAIT = {"max_wait_ms": 0, "min_bytes": 0}
CHECKED = 21  # Where the part of a batch begins that its checksum is of.
LATER_MS = 1 << 45
GZIP, ZSTD = 1, 4


def checked(batch: bytes) -> bytes:
    """The batch with the checksum that it should have."""
    return (batch[:CHECKED - 4] + struct.pack(">I", record_batch.crc32c(batch[CHECKED:]))
            + batch[CHECKED:])


def patched(batch: bytes, at: int, form: str, value) -> bytes:
    """The batch with a number of its header changed, and the right checksum."""
    content = bytearray(batch)
    struct.pack_into(form, content, at, value)
    return checked(bytes(content))


def written(talk, topic: str, *batches, index: int = 0) -> dict:
    """Produce's entry for a topic."""
    return {"name": topic, "topic_id": talk.id_of(topic),
            "partition_data": [{"index": index, "records": batch} for batch in batches]}


def produce(talk, label: str, *topics, acks: int = -1, **more):
    return talk.ask(label, acks=acks, timeout_ms=5000, topic_data=list(topics), **more)


@story("Produce")
def produce_well_and_badly_addressed(talk):
    good = record_batch.batch([b"a", b"b"], timestamp=1000)
    topic = talk.topic("to", 2)
    produce(talk, "a batch", written(talk, topic, good))
    produce(talk, "a batch, acks 1", written(talk, topic, good), acks=1)
    for acks in (2, -2):
        produce(talk, f"acks {acks}", written(talk, topic, good), acks=acks)
    produce(talk, "two partitions", written(talk, topic, good), written(talk, topic, good, index=1))
    produce(talk, "a missing topic", written(talk, MISSING, good))
    produce(talk, "a missing partition", written(talk, topic, good, index=2))
    produce(talk, "a negative partition", written(talk, topic, good, index=-1))
    produce(talk, "an impossible name", written(talk, IMPOSSIBLE, good), until=12)
    produce(talk, "an empty name", written(talk, "", good), until=12)
    produce(talk, "an internal topic", written(talk, OFFSETS_TOPIC, good), until=12)
    produce(talk, "no id", {**written(talk, topic, good), "topic_id": NO_UUID}, since=13)
    produce(talk, "a good one and a bad one", written(talk, topic, good),
            written(talk, MISSING, good))
    produce(talk, "nothing")
    produce(talk, "no partitions", written(talk, topic))
    twice = talk.topic("twice")
    produce(talk, "a partition twice", written(talk, twice, good, good))
    produce(talk, "a topic twice", written(talk, twice, good), written(talk, twice, good))
    produce(talk, "a transactional id", written(talk, topic, good), transactional_id="t")


@story("Produce")
def produce_odd_batches(talk):
    good = record_batch.batch([b"a", b"b"], timestamp=1000)
    topic = talk.topic("odd")

    def ask(label, content):
        produce(talk, label, written(talk, topic, content))
    ask("no records", b"")
    ask("a short header", good[:40])
    ask("a truncated batch", good[:-3])
    ask("two batches", good + good)
    ask("a wrong checksum", good[:-1] + b"z")
    ask("magic 1", good[:16] + b"\1" + good[17:])
    ask("magic 3", good[:16] + b"\3" + good[17:])
    ask("a leader epoch", record_batch.batch([b"a"], leader_epoch=7))
    ask("a batch of no records", record_batch.batch([]))
    ask("too few records", patched(good, 57, ">i", 3))
    ask("too many records", patched(good, 57, ">i", 1))
    ask("an offset delta that is too large", patched(good, 23, ">i", 7))
    ask("a negative time", record_batch.batch([b"a"], timestamp=-1))
    ask("a far time", record_batch.batch([b"a", b"b"], timestamp=LATER_MS))
    ask("a control batch", patched(good, 21, ">h", 1 << 5))
    ask("a transactional batch", patched(good, 21, ">h", 1 << 4))
    ask("an unknown codec", patched(good, 21, ">h", 7))
    plain = b"".join(record_batch.records([b"a", b"b"]))
    ask("gzip", record_batch.batch([b"a", b"b"], codec=GZIP, packed=gzip.compress(plain)))
    ask("broken gzip", record_batch.batch([b"a", b"b"], codec=GZIP, packed=b"no gzip"))
    ask("zstd", record_batch.batch([b"a", b"b"], codec=ZSTD, packed=b"no zstd"))
    ask("a batch after all", good)
    ask("bytes behind a batch", good + b"xyz")
    ask("a base offset", record_batch.batch([b"a"], base_offset=7))


@story("Produce")
def produce_by_settings(talk):
    small = talk.topic("small", max_message_bytes="100")
    produce(talk, "too large", written(talk, small, record_batch.batch([b"x" * 200])))
    stamped = talk.topic("stamped", message_timestamp_type="LogAppendTime")
    produce(talk, "the broker's time", written(talk, stamped, record_batch.batch([b"x"])))
    bounded = talk.topic("bounded", message_timestamp_before_max_ms="1000")
    produce(talk, "an old time", written(talk, bounded, record_batch.batch([b"x", b"y"],
                                                                           timestamp=1000)))


def numbered(producer: int, epoch: int, sequence: int) -> bytes:
    """A batch of a producer with a number."""
    batch = bytearray(record_batch.batch([b"a", b"b"], timestamp=1000))
    struct.pack_into(">qhi", batch, 43, producer, epoch, sequence)
    return checked(bytes(batch))


@story("Produce")
def produce_with_sequences(talk):
    topic = talk.topic("sequence")
    producer = talk.do("InitProducerId", transactional_id=None)["producer_id"]

    def ask(label, epoch, sequence, who=producer):
        produce(talk, label, written(talk, topic, numbered(who, epoch, sequence)))
    ask("sequence 0", 0, 0)
    ask("sequence 0 again", 0, 0)
    ask("sequence 2", 0, 2)
    ask("a gap", 0, 9)
    ask("an old sequence", 0, 1)
    ask("a new epoch", 1, 0)
    ask("an old epoch", 0, 4)
    ask("a new epoch that does not begin at 0", 2, 5)
    ask("an unknown producer's sequence 5", 0, 5, 987654321)
    ask("a negative sequence", 1, -1)
    ask("a negative epoch", -1, 2)


def read(talk, topic: str, offset: int, index: int = 0, **more) -> dict:
    """Fetch's entry for one partition."""
    wanted = {"partition": index, "fetch_offset": offset, "partition_max_bytes": 1 << 20}
    return {"topic": topic, "topic_id": talk.id_of(topic), "partitions": [{**wanted, **more}]}


@story("Fetch")
def fetch_offsets(talk):
    def ask(label, *topics, **more):
        return talk.ask(label, **{**NO_WAIT, "topics": list(topics), **more})
    for offset in (0, 1, 2, 4, 5, -1, -2):
        ask(f"offset {offset}", read(talk, ONE, offset))
    ask("an empty partition", read(talk, THREE, 0, 1))
    ask("two topics", read(talk, ONE, 2), read(talk, THREE, 0))
    ask("a topic twice", read(talk, THREE, 0, 0), read(talk, THREE, 0, 2))
    ask("a partition twice", read(talk, ONE, 2), read(talk, ONE, 3))
    ask("a missing topic", read(talk, MISSING, 0))
    ask("a missing partition", read(talk, ONE, 0, 1))
    ask("a negative partition", read(talk, ONE, 0, -1))
    ask("an impossible name", read(talk, IMPOSSIBLE, 0), until=12)
    ask("an empty name", read(talk, "", 0), until=12)
    ask("no id", {**read(talk, ONE, 0), "topic_id": NO_UUID}, since=13)
    ask("an unknown id among others", read(talk, ONE, 3), {**read(talk, ONE, 0),
                                                           "topic_id": UNKNOWN_ID}, since=13)
    ask("a good one and a bad one", read(talk, ONE, 3), read(talk, MISSING, 0))
    ask("nothing")
    ask("no partitions", {**read(talk, ONE, 0), "partitions": []})
    ask("a forgotten topic", read(talk, ONE, 3), since=7, forgotten_topics_data=[
        {"topic": THREE, "topic_id": talk.id_of(THREE), "partitions": [0]}])
    ask("one byte in all", read(talk, ONE, 0), read(talk, THREE, 0), max_bytes=1)
    ask("no bytes in all", read(talk, ONE, 0), max_bytes=0)
    ask("one byte of a partition", read(talk, ONE, 0, partition_max_bytes=1))
    ask("no bytes of a partition", read(talk, ONE, 0, partition_max_bytes=0))
    ask("100 bytes of a partition", read(talk, ONE, 0, partition_max_bytes=100))
    ask("a wait for more than is there", read(talk, ONE, 0), min_bytes=1 << 20, max_wait_ms=1)
    ask("negative limits", read(talk, ONE, 4), min_bytes=-1, max_wait_ms=-1)


@story("Fetch")
def fetch_by_whom(talk):
    def ask(label, *topics, **more):
        return talk.ask(label, **{**NO_WAIT, "topics": list(topics), **more})
    end = read(talk, ONE, 3)
    for replica in (-2, -3, BROKER, 7):
        ask(f"replica {replica}", end, until=14, replica_id=replica)
        ask(f"replica state {replica}", end, since=15, replica_state={"replica_id": replica})
    ask("a replica of a missing topic", read(talk, MISSING, 0), until=14, replica_id=7)
    ask("a replica in another epoch", read(talk, ONE, 3, current_leader_epoch=9), since=9, until=14,
        replica_id=7)
    for level in (1, 2, -1):
        ask(f"isolation level {level}", end, isolation_level=level)
    ask("a missing topic, committed records only", read(talk, MISSING, 0), isolation_level=1)
    ask("beyond the end, committed records only", read(talk, ONE, 9), isolation_level=1)
    for epoch in (-2, 0, 1):
        ask(f"leader epoch {epoch}", read(talk, ONE, 3, current_leader_epoch=epoch), since=9)
    for epoch in (-2, 0, 1, 9):
        ask(f"last fetched epoch {epoch}", read(talk, ONE, 3, last_fetched_epoch=epoch), since=12)
    ask("last fetched epoch 0 at the start", read(talk, ONE, 0, last_fetched_epoch=0), since=12)
    ask("last fetched epoch 0 beyond the end", read(talk, ONE, 9, last_fetched_epoch=0), since=12)
    ask("another cluster", end, since=12, cluster_id="another")
    ask("a rack", end, since=11, rack_id="r")
    ask("a new session", end, since=7, session_epoch=0)
    ask("an unknown session", end, since=7, session_id=12345, session_epoch=1)
    ask("an unknown session's end", end, since=7, session_id=12345, session_epoch=-1)
    ask("no session's epoch 1", end, since=7, session_id=0, session_epoch=1)


@story("Fetch")
def fetch_what_is_deleted(talk):
    topic = talk.topic("cut")
    talk.subject.produce(topic, [b"a", b"b", b"c"])
    talk.do("DeleteRecords", timeout_ms=5000, topics=[
        {"name": topic, "partitions": [{"partition_index": 0, "offset": 2}]}])
    for offset in (0, 1, 2, 3):
        talk.ask(f"offset {offset} after a deletion to 2", **NO_WAIT,
                 topics=[read(talk, topic, offset)])
