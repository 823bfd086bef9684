"""Goal: the streaming job brings each event into Parquet once, whatever kills it. Method: the
shipped job in real Spark, killed with SIGKILL while it writes a batch and started again over more
events; the files read by DuckDB and held against what was sent."""

import json
import os
import signal
import subprocess
import uuid

import duckdb
import pytest
from confluent_kafka import Producer
from support import processes
from support import spark as spark_session

STEP_TIMEOUT_S = 300
pytestmark = pytest.mark.timeout(3 * STEP_TIMEOUT_S)

START_MS = 1_795_478_390_000  # 2026-11-23T23:59:50Z: two days.
BATCH_RECORDS = 200
TYPES = ["default", "purchase_sword", "a/b", 5]


def values(first: int, count: int) -> list[bytes]:
    """Events of four types, two of which are no folder's name; every fiftieth is no event."""
    return [b"{broken %d" % i if i % 50 == 7 else
            json.dumps({"event_type": TYPES[i % 4], "n": i, "name": "Zoë"}).encode()
            for i in range(first, first + count)]


def send(broker, topic, sent: list[bytes], first: int) -> None:
    producer = Producer({"bootstrap.servers": broker.brokers})
    for i, value in enumerate(sent, first):
        producer.produce(topic, value, key=b"k%d" % i, partition=i % 2, timestamp=START_MS + i * 10)
    assert producer.flush(30) == 0


def rows(pattern: str, columns: str) -> list[tuple]:
    return duckdb.sql(f"select {columns} from read_parquet('{pattern}', hive_partitioning=true, "
                      f"hive_types_autocast=false) order by key, \"offset\"").fetchall()


def test_a_killed_stream_loses_and_doubles_nothing(embedded, tmp_path):
    topic = embedded.create_topic(f"stream-{uuid.uuid4().hex[:8]}", 2)
    sent = values(0, 3_000)
    send(embedded, topic, sent, 0)
    output = tmp_path / "events"
    command = ["stream_to_parquet.py", "--brokers", embedded.brokers, "--topic", topic,
               "--output", output, "--checkpoint", tmp_path / "checkpoint",
               "--batch-records", BATCH_RECORDS]

    running = subprocess.Popen(
        spark_session.job_command(*command, "--every", "0.1"), env=spark_session.environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        preexec_fn=processes.die_with_parent)
    try:
        processes.wait_until(  # In the middle of a batch that is not the first.
            lambda: list(output.glob("*/*/batch=1")) and list(output.glob(".spark-staging-*")),
            STEP_TIMEOUT_S, "the second batch")
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(30)
    before = len(rows(f"{output}/event_type=*/day=*/batch=*/*.parquet", "key"))
    assert 0 < before < len(sent)  # It was killed on its way.

    more = values(len(sent), 500)
    send(embedded, topic, more, len(sent))
    sent += more
    spark_session.submit_job(*command, timeout=STEP_TIMEOUT_S)

    found = rows(f"{output}/event_type=*/day=*/batch=*/*.parquet",
                 "key, partition, event, event_type, day")
    expected = [(b"k%d" % i, i % 2, value.decode(), TYPES[i % 4] if i % 4 < 2 else "other",
                 "2026-11-23" if i * 10 < 10_000 else "2026-11-24")
                for i, value in enumerate(sent) if value.startswith(b'{"')]
    assert found == sorted(expected)
    malformed = rows(f"{output}.malformed/batch=*/*.parquet", "key, partition, value, kind")
    assert malformed == sorted((b"k%d" % i, i % 2, value, "broken JSON")
                               for i, value in enumerate(sent) if value.startswith(b"{broken"))
    assert len(found) + len(malformed) == len(sent) == 3_500
