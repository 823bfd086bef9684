"""Goal: `topics` and `groups` say what Kafka's own tools say, over both brokers, and what they
change is changed for everybody.

Method: topics and groups are made by one program and looked at by another: ours, Kafka's
TopicCommand and ConsumerGroupCommand, and confluent-kafka as a consumer that is a member.
"""

import json
import os
import pty
import select
import subprocess
import uuid

import confluent_kafka
import pytest
from support import paths, program

PARTITIONS = 3


def fresh(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def answer(gamevents, *words):
    return json.loads(gamevents(*words, "--format", "json").stdout)


def table(done) -> list:
    """The rows of Kafka's table of a group as dictionaries."""
    rows = [line.split() for line in done.stdout.decode().splitlines() if line.strip()]
    head = next(index for index, row in enumerate(rows) if row[0] == "GROUP")
    return [dict(zip(rows[head], row)) for row in rows[head + 1:]]


@pytest.fixture
def filled(broker, gamevents):
    """A topic with 30 records, ten in each partition, a second apart."""
    topic = fresh("filled")
    gamevents("create-topic", topic, "--partitions", PARTITIONS)
    envelopes = "".join(
        json.dumps({"partition": partition, "timestamp": 1_700_000_000_000 + 1000 * number,
                    "key": None, "value": str(number), "headers": []}) + "\n"
        for number in range(10) for partition in range(PARTITIONS))
    gamevents("produce", "--topic", topic, "--json", "--keep-partition", input=envelopes.encode())
    return topic


class TestTopics:
    def test_the_list_has_counts_and_times(self, broker, gamevents, filled):
        gamevents("create-topic", empty := fresh("empty"))
        listed = {each["topic"]: each for each in answer(gamevents, "topics")}
        assert listed[filled] | {"bytes": 0} == {
            "topic": filled, "partitions": PARTITIONS, "messages": 30, "bytes": 0,
            "oldest": "2023-11-14T22:13:20.000Z", "newest": "2023-11-14T22:13:29.000Z"}
        assert listed[empty] | {"bytes": 0} == {
            "topic": empty, "partitions": 1, "messages": 0, "bytes": 0, "oldest": None,
            "newest": None}
        assert not [name for name in listed if name.startswith("__")]
        lines = gamevents("topics").stdout.decode().splitlines()
        assert lines[0].split() == ["TOPIC", "PARTITIONS", "MESSAGES", "BYTES", "OLDEST", "NEWEST"]
        row = next(line.split() for line in lines if line.startswith(filled))
        assert row[1:3] == ["3", "30"] and row[4:] == ["2023-11-14T22:13:20.000Z",
                                                       "2023-11-14T22:13:29.000Z"]

    def test_one_is_described_as_kafka_describes_it(self, broker, gamevents, filled):
        described = answer(gamevents, "topics", filled)
        assert [(each["partition"], each["from"], each["to"], each["messages"])
                for each in described["partitions"]] == [(p, 0, 10, 10) for p in range(PARTITIONS)]
        assert described["settings"]["retention.ms"]["from"] == "broker"
        gamevents("topics", "alter", filled, "retention.ms=86400000", "max.message.bytes=2000000")
        described = answer(gamevents, "topics", filled)["settings"]
        assert described["retention.ms"] == {"value": "86400000", "from": "topic"}
        theirs = broker.tool("TopicCommand", "--describe", "--topic", filled).stdout.decode()
        assert "retention.ms=86400000" in theirs and "max.message.bytes=2000000" in theirs

    def test_one_setting_is_changed_and_the_others_stay(self, broker, gamevents):
        topic = fresh("settings")
        gamevents("create-topic", topic, "--config", "retention.ms=1000000000",
                  "--config", "segment.bytes=2000000")
        gamevents("topics", "alter", topic, "retention.ms=")
        settings = answer(gamevents, "topics", topic)["settings"]
        assert settings["segment.bytes"] == {"value": "2000000", "from": "topic"}
        assert settings["retention.ms"]["from"] == "broker"

    def test_a_setting_that_is_not_is_refused_with_the_brokers_words(self, broker, gamevents,
                                                                    filled):
        for change in ("retention.seconds=1", "retention.ms=soon"):
            done = gamevents("topics", "alter", filled, change, check=False)
            assert (done.returncode, done.stdout) == (1, b"")
            assert f"alter topic {filled}: ".encode() in done.stderr
            assert change.split("=")[0].encode() in done.stderr
        done = gamevents("topics", "alter", filled, "retention.ms", check=False)
        assert done.returncode == 2 and b"KEY=VALUE" in done.stderr

    def test_one_is_deleted_for_everybody(self, broker, gamevents, filled):
        refused = gamevents("topics", "delete", filled, check=False)
        assert refused.returncode == 2 and b"--yes" in refused.stderr
        assert gamevents("topics", "delete", filled, "--yes").stdout == (
            f"Deleted topic {filled}.\n".encode())
        assert filled not in broker.tool("TopicCommand", "--list").stdout.decode().split()
        again = gamevents("topics", "delete", filled, "--yes", check=False)
        assert again.returncode == 1 and f"there is no topic {filled}".encode() in again.stderr

    def test_a_slip_is_told_with_what_there_is(self, broker, gamevents, filled):
        done = gamevents("topics", filled + "x", check=False)
        assert (done.returncode, done.stdout) == (1, b"")
        assert f"did you mean {filled}?".encode() in done.stderr

    def test_a_person_is_asked(self, own_embedded, tmp_path):
        own_embedded.create_topic("asked", 1)
        environment = program.environment(tmp_path, own_embedded.brokers, "asked", None)
        for typed, code in (b"n\n", 1), (b"y\n", 0):
            ours, theirs = pty.openpty()
            process = subprocess.Popen([paths.executable(), "topics", "delete", "asked"],
                                       stdin=theirs, stdout=subprocess.PIPE, stderr=theirs,
                                       env=environment, cwd=tmp_path)
            os.close(theirs)
            ready, _, _ = select.select([ours], [], [], 20)
            assert ready
            assert b"delete topic asked with its 0 messages? [y/N] " in os.read(ours, 4096)
            os.write(ours, typed)
            assert process.wait(20) == code
            process.stdout.close()
            os.close(ours)


class TestGroups:
    def test_lag_is_what_kafka_says(self, broker, gamevents, filled):
        group = fresh("group")
        gamevents("consume", "--topic", filled, "--group", group, "--from-beginning", "-n", 7)
        ours = answer(gamevents, "groups", group)
        theirs = table(broker.tool("ConsumerGroupCommand", "--describe", "--group", group))
        assert ours["state"] == "Empty" and ours["members"] == 0
        assert {(each["partition"], each["committed"], each["end"], each["lag"])
                for each in ours["partitions"] if each["committed"] is not None} == {
            (int(row["PARTITION"]), int(row["CURRENT-OFFSET"]), int(row["LOG-END-OFFSET"]),
             int(row["LAG"])) for row in theirs if row["CURRENT-OFFSET"] != "-"}
        assert ours["lag"] + 7 == 30 or len(ours["partitions"]) < PARTITIONS
        listed = {each["group"]: each for each in answer(gamevents, "groups")}
        assert listed[group]["lag"] == ours["lag"]

    def test_members_are_named_and_keep_their_offsets(self, broker, gamevents, filled):
        group = fresh("group")
        consumer = confluent_kafka.Consumer({
            "bootstrap.servers": broker.brokers, "group.id": group, "client.id": "reader-1",
            "auto.offset.reset": "earliest", "enable.auto.commit": False})
        try:
            consumer.subscribe([filled])
            messages = []
            while len(messages) < 30:
                messages += consumer.consume(30 - len(messages), timeout=20)
            consumer.commit(asynchronous=False)
            ours = answer(gamevents, "groups", group)
            assert (ours["state"], ours["members"], ours["lag"]) == ("Stable", 1, 0)
            assert {each["member"].split("@")[0] for each in ours["partitions"]} == {"reader-1"}
            assert ours["assignor"] == "range"
            for words in (("reset", group, "--to", "beginning", "--topic", filled),
                          ("delete", group, "--yes")):
                refused = gamevents("groups", *words, check=False)
                assert refused.returncode == 1, words
                assert b"has members: stop its consumers first" in refused.stderr
        finally:
            consumer.close()
        assert answer(gamevents, "groups", group)["lag"] == 0

    @pytest.mark.parametrize("to, expected", [
        ("beginning", 0), ("end", 10), ("4", 4), ("-3", 7), ("@1700000005000", 5),
        ("@2023-11-14T22:13:28Z", 8)])
    def test_reset_takes_the_words_of_consume(self, broker, gamevents, filled, to, expected):
        group = fresh("group")
        before = gamevents("groups", "reset", group, "--to", to, "--topic", filled, "--dry-run")
        assert group not in [each["group"] for each in answer(gamevents, "groups")]
        done = gamevents("groups", "reset", group, "--to", to, "--topic", filled)
        assert done.stdout == before.stdout
        assert [line.split() for line in done.stdout.decode().splitlines()[1:]] == [
            [filled, str(p), "-", str(expected)] for p in range(PARTITIONS)]
        theirs = table(broker.tool("ConsumerGroupCommand", "--describe", "--group", group))
        assert {int(row["CURRENT-OFFSET"]) for row in theirs} == {expected}

    def test_reset_of_one_partition_leaves_the_others(self, broker, gamevents, filled):
        group = fresh("group")
        gamevents("groups", "reset", group, "--to", "end", "--topic", filled)
        gamevents("groups", "reset", group, "--to", "2", "--topic", filled, "--partition", 1)
        assert [each["committed"] for each in answer(gamevents, "groups", group)["partitions"]] == [
            10, 2, 10]

    def test_one_is_deleted_for_everybody(self, broker, gamevents, filled):
        group = fresh("group")
        gamevents("groups", "reset", group, "--to", "end", "--topic", filled)
        assert gamevents("groups", "delete", group, "--yes").stdout == (
            f"Deleted group {group}.\n".encode())
        assert group not in broker.tool("ConsumerGroupCommand", "--list").stdout.decode().split()
        again = gamevents("groups", "delete", group, "--yes", check=False)
        assert again.returncode == 1 and f"there is no group {group}".encode() in again.stderr

    def test_wrong_usage_says_what_is_missing(self, broker, gamevents):
        for words, text in ((("reset",), b"which group?"), (("reset", "g"), b"--to beginning"),
                            (("reset", "g", "--to", "soon"), b"--to: "),
                            (("delete",), b"which group?")):
            done = gamevents("groups", *words, check=False)
            assert (done.returncode, done.stdout) == (2, b"")
            assert text in done.stderr
