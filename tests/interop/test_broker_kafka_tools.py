"""Goal: Apache Kafka's own command line tools work with the embedded broker.

Method: a topic's and a group's whole life with Kafka's Java classes, few starts with many checks
each; DumpLogSegments reads the files that the broker left.
"""

import json
import re
import uuid

import pytest
from support import kafka as kafka_server

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]


def fresh(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def text(done) -> str:
    return done.stdout.decode()


def table(done) -> list:
    """The rows of a tool's table as dictionaries, whatever its column widths."""
    rows = [line.split() for line in text(done).splitlines() if line.strip()]
    head = next(index for index, row in enumerate(rows) if row[0] == "GROUP")
    return [dict(zip(rows[head], row)) for row in rows[head + 1:]]


def test_topic_command(embedded):
    topic = fresh("tools")
    created = embedded.tool("TopicCommand", "--create", "--topic", topic, "--partitions", 2,
                            "--replication-factor", 1, "--config", "retention.ms=86400000")
    assert f"Created topic {topic}." in text(created)
    assert topic in text(embedded.tool("TopicCommand", "--list")).splitlines()
    embedded.tool("TopicCommand", "--alter", "--topic", topic, "--partitions", 3)
    described = text(embedded.tool("TopicCommand", "--describe", "--topic", topic))
    assert "PartitionCount: 3" in described
    assert "ReplicationFactor: 1" in described
    assert "retention.ms=86400000" in described
    assert len(re.findall(r"Leader: 1\s+Replicas: 1\s+Isr: 1", described)) == 3
    again = embedded.tool("TopicCommand", "--create", "--topic", topic, check=False)
    assert again.returncode == 1
    assert f"Topic '{topic}' already exists." in (again.stdout + again.stderr).decode()
    embedded.tool("TopicCommand", "--delete", "--topic", topic)
    assert topic not in text(embedded.tool("TopicCommand", "--list")).splitlines()


def test_a_topic_is_described_by_its_id(embedded):
    topic = embedded.create_topic(fresh("tools"), 2)
    named = text(embedded.tool("TopicCommand", "--describe", "--topic", topic))
    topic_id = re.search(r"TopicId: (\S+)", named).group(1)
    by_id = text(embedded.tool("TopicCommand", "--describe", "--topic-id", topic_id))
    # Only the newer request, which has no ids, tells of eligible replicas.
    assert re.sub(r"Elr:.*", "", by_id) == re.sub(r"Elr:.*", "", named)


def test_settings_that_change_nothing_are_taken_and_shown(embedded):
    topic = fresh("tools")
    settings = ["compression.type=zstd", "delete.retention.ms=1000",
                "min.cleanable.dirty.ratio=0.1", "unclean.leader.election.enable=true"]
    embedded.tool("TopicCommand", "--create", "--topic", topic,
                  *(word for setting in settings for word in ("--config", setting)))
    config = ["--entity-type", "topics", "--entity-name", topic]
    own = text(embedded.tool("ConfigCommand", *config, "--describe"))
    assert [setting for setting in settings if setting not in own] == []
    every = text(embedded.tool("ConfigCommand", *config, "--describe", "--all"))
    assert "flush.messages=9223372036854775807" in every
    wrong = embedded.tool("ConfigCommand", *config, "--alter", "--add-config", "flush.ms=soon",
                          check=False)
    assert wrong.returncode == 1
    assert "flush.ms" in (wrong.stdout + wrong.stderr).decode()


def test_a_client_that_is_set_up_for_sasl_is_told_at_once(embedded, tmp_path):
    properties = tmp_path / "sasl.properties"
    properties.write_text(
        "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n"
        "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required "
        'username="a" password="b";\n')
    done = embedded.tool("TopicCommand", "--list", "--command-config", properties, check=False)
    assert done.returncode == 1
    assert "Unexpected handshake request" in (done.stdout + done.stderr).decode()


def test_groups_offsets_and_records(embedded):
    topic, group = embedded.create_topic(fresh("tools")), fresh("group")
    embedded.tool("ConsoleProducer", "--topic", topic,
                  input="".join(f"{n}\n" for n in range(10)).encode())
    read = embedded.tool("ConsoleConsumer", "--topic", topic, "--group", group, "--from-beginning",
                         "--max-messages", 6)
    assert text(read).split() == [str(n) for n in range(6)]
    assert group in text(embedded.tool("ConsumerGroupCommand", "--list")).splitlines()
    described = table(embedded.tool("ConsumerGroupCommand", "--describe", "--group", group))
    assert [(row["CURRENT-OFFSET"], row["LOG-END-OFFSET"], row["LAG"]) for row in described] == [
        ("6", "10", "4")]
    rest = embedded.tool("ConsoleConsumer", "--topic", topic, "--group", group,
                         "--max-messages", 4)
    assert text(rest).split() == [str(n) for n in range(6, 10)]
    embedded.tool("ConsumerGroupCommand", "--reset-offsets", "--group", group, "--topic", topic,
                  "--shift-by", "-3", "--execute")
    described = table(embedded.tool("ConsumerGroupCommand", "--describe", "--group", group))
    assert described[0]["CURRENT-OFFSET"] == "7"
    typo = embedded.tool("ConsumerGroupCommand", "--delete-offsets", "--group", group,
                         "--topic", f"{topic}:7", check=False)
    assert "Successful" not in text(typo)
    gone = embedded.tool("ConsumerGroupCommand", "--delete-offsets", "--group", group,
                         "--topic", topic)
    assert "Successful" in text(gone)
    embedded.tool("ConsumerGroupCommand", "--delete", "--group", group)
    assert group not in text(embedded.tool("ConsumerGroupCommand", "--list")).splitlines()


def test_offsets_records_configs_and_log_dirs(embedded, tmp_path):
    topic = embedded.create_topic(fresh("tools"))
    embedded.tool("ConsoleProducer", "--topic", topic, input=b"a\nb\nc\nd\n")
    assert f"{topic}:0:4" in text(embedded.tool("GetOffsetShell", "--topic", topic))
    wanted = tmp_path / "delete.json"
    wanted.write_text(json.dumps({"version": 1, "partitions": [
        {"topic": topic, "partition": 0, "offset": 3}]}))
    deleted = embedded.tool("DeleteRecordsCommand", "--offset-json-file", wanted)
    assert "low_watermark: 3" in text(deleted)
    earliest = embedded.tool("GetOffsetShell", "--topic", topic, "--time", "-2")
    assert f"{topic}:0:3" in text(earliest)
    config = ["--entity-type", "topics", "--entity-name", topic]
    embedded.tool("ConfigCommand", *config, "--alter", "--add-config", "retention.bytes=1000000")
    assert "retention.bytes=1000000" in text(embedded.tool("ConfigCommand", *config, "--describe"))
    every = text(embedded.tool("ConfigCommand", *config, "--describe", "--all"))
    assert "segment.bytes=134217728" in every
    broker = embedded.tool("ConfigCommand", "--entity-type", "brokers", "--entity-name", 1,
                           "--describe", "--all")
    assert "node.id=1" in text(broker)
    logs = json.loads(text(embedded.tool("LogDirsCommand", "--describe",
                                         "--topic-list", topic)).splitlines()[-1])
    partition = logs["brokers"][0]["logDirs"][0]["partitions"][0]
    assert (partition["partition"], partition["size"] > 0) == (f"{topic}-0", True)
    versions = text(embedded.tool("BrokerApiVersionsCommand"))
    assert f"{embedded.brokers} (id: 1 " in versions
    assert re.search(r"InitProducerId\(22\): 0 to 5 \[usable: 5\]", versions)


@pytest.mark.parametrize("codec", CODECS)
def test_producer_performance(embedded, codec):
    topic = embedded.create_topic(fresh("perf"))
    done = kafka_server.run_tool(
        "ProducerPerformance", "--topic", topic, "--num-records", 2000, "--record-size", 150,
        "--throughput", -1, "--producer-props", f"bootstrap.servers={embedded.brokers}",
        "acks=all", f"compression.type={codec}")
    assert "2000 records sent" in text(done)
    if codec != CODECS[-1]:
        return
    read = embedded.tool("ConsumerPerformance", "--topic", topic, "--num-records", 2000)
    fields = text(read).splitlines()[-1].split(", ")
    assert int(fields[4]) == 2000


def test_verifiable_producer_and_consumer(embedded):
    topic, group = embedded.create_topic(fresh("verifiable"), 2), fresh("group")
    sent = [json.loads(line) for line in text(embedded.tool(
        "VerifiableProducer", "--topic", topic, "--max-messages", 300, "--acks", -1)).splitlines()]
    acknowledged = [event["value"] for event in sent if event["name"] == "producer_send_success"]
    assert len(acknowledged) == 300
    read = [json.loads(line) for line in text(embedded.tool(
        "VerifiableConsumer", "--topic", topic, "--group-id", group, "--max-messages", 300,
        "--reset-policy", "earliest", "--verbose")).splitlines()]
    values = [event["value"] for event in read if event["name"] == "record_data"]
    assert sorted(values) == sorted(acknowledged)
    commits = [event for event in read if event["name"] == "offsets_committed"]
    assert commits and all(event["success"] for event in commits)


def test_dump_log_segments(own_embedded):
    topic, group = "dumped", "readers"
    own_embedded.create_topic(topic)
    for codec in CODECS:
        kafka_server.run_tool(
            "ProducerPerformance", "--topic", topic, "--num-records", 500, "--record-size", 100,
            "--throughput", -1, "--producer-props",
            f"bootstrap.servers={own_embedded.brokers}", f"compression.type={codec}")
    own_embedded.tool("ConsoleConsumer", "--topic", topic, "--group", group, "--from-beginning",
                      "--max-messages", 10)
    assert own_embedded.stop() == 0
    stem = own_embedded.data_dir / f"{topic}-0" / f"{0:020}"
    files = ",".join(str(stem.with_suffix(suffix)) for suffix in (".log", ".index", ".timeindex"))
    dump = text(kafka_server.run_tool("DumpLogSegments", "--deep-iteration", "--print-data-log",
                                      "--files", files))
    assert len(re.findall(r"^\| offset: \d+ ", dump, re.MULTILINE)) == 500 * len(CODECS)
    valid = re.findall(r"isvalid: (\w+)", dump)
    assert valid and set(valid) == {"true"}
    assert {codec.upper() for codec in CODECS} <= {
        found.upper() for found in re.findall(r"compresscodec: (\w+)", dump)}
    for complaint in ("Mismatches", "Index timestamp mismatch", "out of order", "invalid bytes",
                      "Non-consecutive", "Exception"):
        assert complaint not in dump
    assert "Dumping " + str(stem.with_suffix(".timeindex")) in dump
    offsets = own_embedded.data_dir / "__consumer_offsets-0" / f"{0:020}.log"
    decoded = text(kafka_server.run_tool("DumpLogSegments", "--offsets-decoder", "--files",
                                         offsets))
    assert f'"group":"{group}"' in decoded.replace(" ", "")
    assert f'"topic":"{topic}"' in decoded.replace(" ", "")
