"""Making, enlarging and removing topics, and the room that they take."""

from support.protocol.schema import NO_UUID
from support.protocol.story import UNKNOWN_ID, story
from support.protocol.stories.shared import (BROKER, IMPOSSIBLE, KNOWN, MISSING, OFFSETS_TOPIC,
                                             ONE, THREE, TOO_LONG)


def new(name: str, partitions: int = 1, replicas: int = 1, brokers: dict | None = None,
        **configs) -> dict:
    """CreateTopics' entry; `brokers` by partition is an assignment by hand."""
    by_hand = brokers is not None
    return {"name": name, "num_partitions": -1 if by_hand else partitions,
            "replication_factor": -1 if by_hand else replicas,
            "assignments": [{"partition_index": index, "broker_ids": list(given)}
                            for index, given in (brokers or {}).items()],
            "configs": [{"name": key.replace("_", "."), "value": value}
                        for key, value in configs.items()]}


@story("CreateTopics")
def create_topics(talk):
    def ask(label, *topics, **more):
        return talk.ask(label, topics=list(topics), timeout_ms=5000, **more)

    def check(label, **how):
        ask(label, new(talk.name("checked"), **how), validate_only=True)
    ask("a topic", new(talk.name("new"), 2, retention_ms="1000"))
    talk.subject.until(lambda: talk.subject.has(talk.name("new"), 2), "the new topic")
    ask("a topic that is there", new(talk.name("new")))
    ask("a topic that is there, checked", new(talk.name("new")), validate_only=True)
    ask("a topic twice", new(talk.name("twice")), new(talk.name("twice")))
    ask("a good one and a bad one", new(talk.name("good")), new(talk.name("bad"), 0))
    ask("an impossible name", new(IMPOSSIBLE))
    ask("an empty name", new(""))
    ask("a dot", new("."))
    ask("a name that is too long", new(TOO_LONG))
    ask("two dots", new(".."))
    ask("the longest name", new(TOO_LONG[1:]), validate_only=True)
    ask("an internal topic", new(OFFSETS_TOPIC))
    ask("a bad one twice", new(IMPOSSIBLE), new(IMPOSSIBLE))
    ask("a bad one twice of three", new(IMPOSSIBLE), new(IMPOSSIBLE), new(talk.name("third")))
    ask("a colliding name", new(talk.name("x_y")), new(talk.name("x.y")))
    ask("nothing")
    check("only checked")
    for count in (0, -1, -2):
        check(f"{count} partitions", partitions=count)
    for count in (0, -1, -2, 2):
        check(f"{count} replicas", replicas=count)


@story("CreateTopics")
def create_topics_in_detail(talk):
    def check(label, **how):
        talk.ask(label, topics=[new(talk.name("checked"), **how)], timeout_ms=5000,
                 validate_only=True)
    check("an assignment", brokers={0: [BROKER], 1: [BROKER]})
    check("an assignment to a missing broker", brokers={0: [9]})
    check("an assignment with a gap", brokers={0: [BROKER], 2: [BROKER]})
    check("an assignment without partition 0", brokers={1: [BROKER]})
    check("an assignment of a partition twice to a broker", brokers={0: [BROKER, BROKER]})
    check("an assignment to nobody", brokers={0: []})
    check("a negative partition", brokers={-1: [BROKER]})
    talk.ask("an assignment and a count", timeout_ms=5000, validate_only=True, topics=[
        {**new(talk.name("checked"), brokers={0: [BROKER]}), "num_partitions": 1}])
    check("settings", cleanup_policy="delete", retention_ms="5", segment_bytes="1048576")
    check("an unknown setting", no_such_thing="1")
    check("a setting without a value", retention_ms=None)
    check("a setting that is no number", retention_ms="soon")
    check("a setting out of range", segment_bytes="1")
    check("a setting out of the choice", cleanup_policy="sometimes")
    check("blanks around a number", retention_ms=" 1000 ")
    check("an empty number", retention_ms="")
    check("an empty list", cleanup_policy="")
    check("a choice twice", cleanup_policy="delete,delete")
    check("a choice in capitals", message_timestamp_type="logappendtime")
    check("a truth in capitals", preallocate="TRUE")
    check("no truth", preallocate="yes")
    check("too large a number", retention_ms="9223372036854775808")
    check("a number with a fraction", retention_ms="1.5")
    check("a codec's level", compression_type="gzip", compression_gzip_level="10")
    check("what a broker has", log_retention_ms="1000")
    check("a local retention beyond the whole", retention_ms="1000", local_retention_ms="2000")
    check("a name in capitals", RETENTION_MS="1000")
    check("a setting without a name", **{"": "1"})
    talk.ask("a setting twice", timeout_ms=5000, validate_only=True, topics=[
        {**new(talk.name("checked")), "configs": [{"name": "retention.ms", "value": "1"},
                                                  {"name": "retention.ms", "value": "2"}]}])


@story("DeleteTopics")
def delete_topics(talk):
    def ask(label, *names, **more):
        return talk.ask(label, topic_names=list(names), timeout_ms=5000,
                        topics=[{"name": name} for name in names], **more)
    first, second = talk.topic("first"), talk.topic("second")
    ask("a topic", first)
    talk.subject.until(lambda: not talk.subject.has(first, 1), "the deletion")
    ask("a topic that is gone", first)
    ask("a topic twice", second, second)
    ask("a missing topic", MISSING)
    ask("an impossible name", IMPOSSIBLE)
    ask("an empty name", "")
    ask("a good one and a bad one", second, MISSING)
    ask("a missing topic twice", MISSING, MISSING)
    third = talk.topic("third")
    ask("a good one, a bad one twice", third, MISSING, MISSING)
    ask("nothing")


@story("DeleteTopics")
def delete_topics_by_id(talk):
    def ask(label, *topics):
        return talk.ask(label, since=6, topics=list(topics), timeout_ms=5000)
    if talk.version < 6:
        return
    first, second = talk.topic("by-id"), talk.topic("other")
    ask("an id", {"topic_id": talk.id_of(first)})
    talk.subject.until(lambda: not talk.subject.has(first, 1), "the deletion")
    ask("an id that is gone", {"topic_id": talk.id_of(first)})
    ask("an unknown id", {"topic_id": UNKNOWN_ID})
    ask("an id and its name", {"topic_id": talk.id_of(second), "name": second})
    ask("an id and an empty name", {"topic_id": talk.id_of(second), "name": ""})
    ask("neither id nor name", {"topic_id": NO_UUID})
    ask("an id twice", {"topic_id": talk.id_of(second)}, {"topic_id": talk.id_of(second)})
    ask("an unknown id twice", {"topic_id": UNKNOWN_ID}, {"topic_id": UNKNOWN_ID})
    ask("an id and another's name", {"topic_id": talk.id_of(second), "name": MISSING})
    ask("an unknown id and a name", {"topic_id": UNKNOWN_ID, "name": second})
    ask("an id, and its name", {"topic_id": talk.id_of(second)}, {"name": second})


@story("CreatePartitions")
def create_partitions(talk):
    def ask(label, *topics, **more):
        return talk.ask(label, topics=[
            {"name": name, "count": count, "assignments": by_hand}
            for name, count, by_hand in topics], timeout_ms=5000, **more)

    def by_hand(*brokers):
        return [{"broker_ids": list(given)} for given in brokers]
    topic = talk.topic("grows")
    ask("two more", (topic, 3, None))
    talk.subject.until(lambda: talk.subject.has(topic, 3), "the partitions")
    ask("as many as there are", (topic, 3, None))
    ask("fewer", (topic, 2, None))
    ask("none", (topic, 0, None))
    ask("a negative count", (topic, -1, None))
    ask("a missing topic", (MISSING, 3, None))
    ask("an impossible name", (IMPOSSIBLE, 3, None))
    ask("an empty name", ("", 3, None))
    ask("a topic twice", (topic, 4, None), (topic, 5, None))
    ask("a topic thrice", (topic, 4, None), (topic, 5, None), (topic, 6, None))
    ask("a missing topic twice", (MISSING, 4, None), (MISSING, 4, None))
    ask("a topic twice and another", (MISSING, 4, None), (MISSING, 4, None), (topic, 3, None))
    ask("as many as there are, by hand", (topic, 3, by_hand()), validate_only=True)
    ask("fewer, by hand", (topic, 2, by_hand([BROKER])), validate_only=True)
    ask("an assignment of a missing topic", (MISSING, 3, by_hand([9])), validate_only=True)
    ask("nothing")
    ask("only checked", (topic, 4, None), validate_only=True)
    for label, brokers in {"an assignment": [[BROKER]], "a missing broker": [[9]],
                           "too many assignments": [[BROKER], [BROKER]],
                           "no assignments": [], "an assignment to nobody": [[]],
                           "two replicas": [[BROKER, 9]], "a broker twice": [[BROKER, BROKER]],
                           }.items():
        ask(label, (topic, 4, by_hand(*brokers)), validate_only=True)
    ask("a good one and a bad one", (topic, 4, None), (MISSING, 4, None))


@story("DescribeLogDirs")
def describe_log_dirs(talk):
    def ask(label, topics):
        talk.ask(label, topics=topics)
        for directory in talk.answers[label].get("results", ()):
            directory["topics"] = [one for one in directory["topics"] if one["name"] in KNOWN]
    ask("a topic", [{"topic": ONE, "partitions": [0]}])
    ask("two of three partitions", [{"topic": THREE, "partitions": [0, 2]}])
    ask("no partitions", [{"topic": ONE, "partitions": []}])
    ask("a missing partition", [{"topic": ONE, "partitions": [0, 5]}])
    ask("a missing topic", [{"topic": MISSING, "partitions": [0]}])
    ask("an impossible name", [{"topic": IMPOSSIBLE, "partitions": [0]}])
    ask("a topic twice", [{"topic": ONE, "partitions": [0]}, {"topic": ONE, "partitions": [0]}])
    ask("a partition twice", [{"topic": ONE, "partitions": [0, 0]}])
    ask("a negative partition", [{"topic": ONE, "partitions": [-1]}])
    ask("an empty name", [{"topic": "", "partitions": [0]}])
    ask("nothing", [])
    ask("everything", None)
    for directory in talk.answers["everything"].get("results", ()):
        directory["topics"] = [one for one in directory["topics"] if one["name"] in (ONE, THREE)]
