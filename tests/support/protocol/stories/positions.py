"""Where partitions start and end, by time and by epoch, and moving their start."""

from support.protocol.story import story
from support.protocol.stories.shared import (BROKER, FIRST_MS, IMPOSSIBLE, MISSING, ONE, SECOND_MS,
                                             THIRD_MS, THREE)


def offsets(*wanted, **more) -> list:
    """ListOffsets' topics, of (topic, partition, timestamp)."""
    return [{"name": topic, "partitions": [
        {"partition_index": index, "timestamp": timestamp, **more}]}
        for topic, index, timestamp in wanted]


@story("ListOffsets")
def list_offsets_of_times(talk):
    def ask(label, *wanted):
        talk.ask(label, replica_id=-1, timeout_ms=1000, topics=offsets(*wanted))
    for special in range(-8, 0):
        ask(f"time {special}", (ONE, 0, special))
        ask(f"time {special} where nothing is", (THREE, 1, special))
    for time in (0, FIRST_MS, FIRST_MS + 1, THIRD_MS, SECOND_MS, SECOND_MS + 1):
        ask(f"time {time}", (ONE, 0, time))
    ask("time 0 where nothing is", (THREE, 1, 0))
    ask("a missing topic", (MISSING, 0, -1))
    ask("a missing partition", (ONE, 1, -1))
    ask("a negative partition", (ONE, -1, -1))
    ask("an impossible name", (IMPOSSIBLE, 0, -1))
    ask("an empty name", ("", 0, -1))
    ask("nothing")
    ask("a good one and a bad one", (ONE, 0, -1), (MISSING, 0, -1))
    ask("a topic twice", (THREE, 0, -1), (THREE, 2, -1))
    ask("a partition twice", (ONE, 0, -1), (ONE, 0, -2))


@story("ListOffsets")
def list_offsets_by_whom(talk):
    end = offsets((ONE, 0, -1))
    for replica in (-3, -2, 0, BROKER, 7):
        talk.ask(f"replica {replica}", replica_id=replica, topics=end)
    for level in (1, 2, -1):
        talk.ask(f"isolation level {level}", since=2, replica_id=-1, isolation_level=level,
                 topics=end)
    for epoch in (-2, 0, 1, 1000):
        talk.ask(f"leader epoch {epoch}", since=4, replica_id=-1,
                 topics=offsets((ONE, 0, -1), current_leader_epoch=epoch))
    twice = [{"partition_index": 0, "timestamp": time} for time in (-1, -2)]
    talk.ask("a partition twice in one topic", replica_id=-1,
             topics=[{"name": ONE, "partitions": twice}])
    talk.ask("no partitions", replica_id=-1, topics=[{"name": ONE, "partitions": []}])
    talk.ask("no partitions of a missing topic", replica_id=-1,
             topics=[{"name": MISSING, "partitions": []}])


@story("OffsetForLeaderEpoch")
def offset_for_leader_epoch(talk):
    def ask(label, *wanted, replica_id=-1, current_leader_epoch=-1, **more):
        talk.ask(label, replica_id=replica_id, topics=[
            {"topic": topic, "partitions": [
                {"partition": index, "leader_epoch": epoch,
                 "current_leader_epoch": current_leader_epoch}]}
            for topic, index, epoch in wanted], **more)
    for epoch in (-2, -1, 0, 1, 1000):
        ask(f"epoch {epoch}", (ONE, 0, epoch))
        ask(f"epoch {epoch} where nothing is", (THREE, 1, epoch))
    for epoch in (-2, 0, 1):
        ask(f"current epoch {epoch}", (ONE, 0, 0), current_leader_epoch=epoch)
    for replica in (-2, BROKER, 7):
        ask(f"replica {replica}", (ONE, 0, 0), since=3, replica_id=replica)
    ask("a missing topic", (MISSING, 0, 0))
    ask("a missing partition", (ONE, 1, 0))
    ask("a negative partition", (ONE, -1, 0))
    ask("an impossible name", (IMPOSSIBLE, 0, 0))
    ask("a good one and a bad one", (ONE, 0, 0), (MISSING, 0, 0))
    ask("a partition twice", (ONE, 0, 0), (ONE, 0, 1))
    ask("nothing")


@story("DeleteRecords")
def delete_records(talk):
    topic = talk.topic("some", 2)
    talk.subject.produce(topic, [b"a", b"b", b"c"])

    def ask(label, *wanted):
        talk.ask(label, timeout_ms=5000, topics=[
            {"name": name, "partitions": [{"partition_index": index, "offset": offset}]}
            for name, index, offset in wanted])
    ask("before the start", (topic, 0, 0))
    ask("beyond the end", (topic, 0, 4))
    ask("an impossible offset", (topic, 0, -2))
    ask("within a batch", (topic, 0, 2))
    ask("less than before", (topic, 0, 1))
    ask("all", (topic, 0, -1))
    ask("all of nothing", (topic, 1, -1))
    ask("a missing topic", (MISSING, 0, 0))
    ask("a missing partition", (topic, 2, 0))
    ask("a negative partition", (topic, -1, 0))
    ask("an impossible name", (IMPOSSIBLE, 0, 0))
    ask("an empty name", ("", 0, 0))
    ask("a good one and a bad one", (topic, 0, -1), (MISSING, 0, 0))
    ask("a partition twice", (topic, 0, 3), (topic, 0, -1))
    ask("a missing topic twice", (MISSING, 0, 0), (MISSING, 0, 0))
    talk.ask("no partitions of a missing topic", timeout_ms=5000,
             topics=[{"name": MISSING, "partitions": []}])
    talk.ask("no partitions", timeout_ms=5000, topics=[{"name": topic, "partitions": []}])
    ask("nothing")
