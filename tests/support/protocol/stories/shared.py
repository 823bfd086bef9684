"""What every broker has before the first story: two topics with records, and a group's commits."""

ONE = "one"  # Four records in three batches.
THREE = "three"  # Three partitions: two records, none, one.
GROUP = "done"
MISSING = "missing"
IMPOSSIBLE = "im/possible"
TOO_LONG = "n" * 250
OFFSETS_TOPIC = "__consumer_offsets"
KNOWN = [ONE, THREE, OFFSETS_TOPIC]

FIRST_MS, SECOND_MS, THIRD_MS = 1_000_000, 2_000_000, 1_500_000
BROKER = 1  # Both brokers' number.
COORDINATOR_NOT_AVAILABLE = 15
GROUP_KEY, TRANSACTION_KEY, SHARE_KEY = range(3)


def prepare(subject) -> None:
    """Makes it, and waits until the coordinators answer."""
    subject.topic(ONE)
    subject.produce(ONE, [b"a", b"b"], timestamp=FIRST_MS)
    subject.produce(ONE, [b"c"], timestamp=SECOND_MS)
    subject.produce(ONE, [b"d"], timestamp=THIRD_MS)
    subject.topic(THREE, 3)
    subject.produce(THREE, [b"a", b"b"], timestamp=FIRST_MS)
    subject.produce(THREE, [b"c"], partition=2, timestamp=SECOND_MS)
    for key_type, key in ((GROUP_KEY, GROUP), (TRANSACTION_KEY, GROUP)):
        subject.until(lambda: _coordinates(subject, key_type, key), f"coordinator {key_type}")
    subject.until(lambda: subject.do("InitProducerId", transactional_id=None)["error_code"] == 0,
                  "producer ids")
    subject.until(lambda: commit(subject, GROUP, {ONE: {0: 3}, THREE: {0: 1, 2: 0}}), "commits")


def _coordinates(subject, key_type: int, key: str) -> bool:
    """Kafka makes the topic that a coordinator needs when it is asked for the first time."""
    answer = subject.do("FindCoordinator", key_type=key_type, coordinator_keys=[key])
    return answer["coordinators"][0]["error_code"] != COORDINATOR_NOT_AVAILABLE


def commit(subject, group: str, offsets: dict) -> bool:
    """Commits as a client without a membership; whether all of it was taken."""
    answer = subject.do("OffsetCommit", group_id=group, topics=[
        {"name": topic, "topic_id": subject.topic_ids[topic], "partitions": [
            {"partition_index": index, "committed_offset": offset, "committed_metadata": "m"}
            for index, offset in partitions.items()]}
        for topic, partitions in offsets.items()])
    return all(one["error_code"] == 0 for topic in answer["topics"] for one in topic["partitions"])


def join(talk, group: str, **more) -> dict:
    """One member that has joined and knows its assignment: {group_id, member_id, generation_id}."""
    asked = {"group_id": group, "session_timeout_ms": 30_000, "rebalance_timeout_ms": 30_000,
             "protocol_type": "consumer", "protocols": [{"name": "range", "metadata": b"wants"}],
             **more}
    first = talk.do("JoinGroup", **asked)
    joined = talk.do("JoinGroup", **{**asked, "member_id": first["member_id"]})
    assert joined["error_code"] == 0, joined
    member = {"group_id": group, "member_id": joined["member_id"],
              "generation_id": joined["generation_id"]}
    synced = talk.do("SyncGroup", **member, protocol_type="consumer", protocol_name="range",
                     assignments=[{"member_id": joined["member_id"], "assignment": b"has"}],
                     group_instance_id=more.get("group_instance_id"))
    assert synced["error_code"] == 0, synced
    talk.ids.add_member(joined["member_id"])
    return member
