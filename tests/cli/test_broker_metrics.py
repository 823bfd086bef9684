"""Goal: who runs `gamevents broker` alone can watch it as `serve` can be watched: by /metrics,
/healthz and /readyz on a listener of its own, which is there only when it is asked for.

Method: the executable with embedded.metrics_listen; Kafka clients of all fates; a disk that is
full, a port that is taken, clients that never end their request.
"""

import json
import socket

import confluent_kafka
import pytest
from confluent_kafka.admin import AdminClient
from prometheus_client.parser import text_string_to_metric_families
from support import embedded, processes, small_disk

class Watched(embedded.Watched):
    """With its samples by their names and labels."""

    def samples(self) -> dict:
        """{name: {frozenset of labels: value}}."""
        found: dict = {}
        for family in text_string_to_metric_families(self.get("/metrics")[1]):
            for sample in family.samples:
                found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
        return found

    def value(self, name: str, **labels) -> float:
        return self.samples()[name].get(frozenset(labels.items()), 0)


@pytest.fixture
def broker(tmp_path):
    started = Watched(tmp_path / "broker")
    started.start()
    yield started
    started.kill()


def produce(broker, topic: str, count: int, **settings) -> list:
    """The errors of the deliveries."""
    errors: list = []
    producer = confluent_kafka.Producer({"bootstrap.servers": broker.brokers, **settings})
    for number in range(count):
        producer.produce(topic, str(number), partition=0,
                         on_delivery=lambda error, _: errors.append(error) if error else None)
    producer.flush(30)
    return errors


def test_nothing_listens_unless_asked(tmp_path):
    plain = embedded.Embedded(tmp_path / "plain")
    plain.start()
    assert "metrics on" not in plain.log()
    assert plain.stop() == 0


def test_routes(broker):
    assert broker.get("/healthz") == (200, "ok\n")
    processes.wait_until(lambda: broker.get("/readyz") == (200, "ready\n"), 10, "the first probe")
    status, text = broker.get("/readyz", Accept="application/json")
    assert status == 200 and json.loads(text) == {"ready": True, "reasons": []}
    assert broker.get("/metrics")[0] == 200
    status, text = broker.get("/events")
    assert status == 404 and "/metrics" in text
    status, _ = broker.get("/metrics", Host="evil.example")
    assert status == 421  # a page whose name leads here
    assert broker.stop() == 0


def test_requests_and_connections_add_up(broker):
    broker.create_topic("t", 2)
    before = broker.value("gamevents_broker_produced_records_total")
    assert produce(broker, "t", 25) == []
    assert broker.value("gamevents_broker_produced_records_total") - before == 25
    assert broker.value("gamevents_log_end_offset", topic="t", partition="0") == 25
    assert broker.value("gamevents_log_end_offset", topic="t", partition="1") == 0
    assert broker.value("gamevents_log_bytes", topic="t", partition="0") > 25
    assert broker.value("gamevents_log_segments", topic="t", partition="0") == 1
    requests = broker.value("gamevents_broker_requests_total", api="Produce", result="ok")
    assert 1 <= requests <= 25
    durations = "gamevents_broker_request_duration_seconds_count"
    assert broker.value(durations, api="Produce") == requests
    # One sync may be for many.
    assert broker.value("gamevents_log_sync_duration_seconds_count") >= 1
    assert broker.value("gamevents_broker_received_bytes_total") > 25
    assert broker.value("gamevents_broker_connections_accepted_total") >= 2
    consumer = confluent_kafka.Consumer({"bootstrap.servers": broker.brokers, "group.id": "g",
                                         "auto.offset.reset": "earliest"})
    consumer.subscribe(["t"])
    processes.wait_until(lambda: consumer.poll(1) is not None, 30, "a record")
    assert broker.value("gamevents_broker_fetched_bytes_total") > 25
    assert broker.value("gamevents_broker_groups", state="Stable") == 1
    assert broker.value("gamevents_broker_connections") >= 1
    consumer.close()
    processes.wait_until(lambda: broker.value("gamevents_broker_connections") == 0, 30,
                         "the end of all connections")
    # One that sends what is no request.
    with socket.create_connection(("127.0.0.1", broker.port)) as odd:
        odd.sendall(b"\0\0\0\x0a" + b"\x7f" * 10)
        assert odd.recv(1) == b""
    assert broker.value("gamevents_broker_requests_total", api="unknown", result="closed") == 1


def test_deletions_are_counted_by_reason(broker):
    broker.create_topic("t")
    produce(broker, "t", 10)
    admin = AdminClient({"bootstrap.servers": broker.brokers})
    for done in admin.delete_topics(["t"]).values():
        done.result(timeout=30)
    assert broker.value("gamevents_log_deletions_total", reason="user") == 1
    assert broker.value("gamevents_log_deleted_bytes_total", reason="user") > 0
    assert broker.value("gamevents_log_deletions_total", reason="retention_age") == 0
    assert "gamevents_log_bytes" in broker.samples()  # __consumer_offsets
    assert broker.value("gamevents_log_bytes", topic="t", partition="0") == 0


def test_a_restart_after_a_kill_is_seen(tmp_path):
    broker = Watched(tmp_path / "broker")
    broker.start()
    broker.create_topic("t")
    produce(broker, "t", 10)
    broker.kill()
    broker.start()
    assert broker.value("gamevents_log_recovery_seconds") > 0
    assert broker.value("gamevents_log_recovery_truncated_bytes") == 0
    assert broker.value("gamevents_log_end_offset", topic="t", partition="0") == 10
    assert broker.stop() == 0


def test_a_full_disk_shows(tmp_path):
    disk = small_disk.SmallDisk(tmp_path / "broker" / "data", "24m")
    broker = Watched(tmp_path / "broker")
    try:
        broker.start(launcher=disk.launcher)
        broker.create_topic("t")
        assert produce(broker, "t", 1) == []
        size = broker.value("gamevents_disk_size_bytes")
        assert size == 24 << 20
        disk.fill()
        assert broker.value("gamevents_disk_free_bytes") < size / 10
        assert produce(broker, "t", 3_000, **{"message.timeout.ms": 3_000}) != []
        processes.wait_until(lambda: broker.get("/readyz")[0] == 503, 10, "not ready")
        assert "No space left on device" in broker.get("/readyz")[1]
        assert broker.value("gamevents_ready") == 0
        assert broker.value("gamevents_broker_requests_total", api="Produce", result="storage") > 0
        disk.empty()
        processes.wait_until(lambda: broker.get("/readyz")[0] == 200, 20, "ready again")
    finally:
        broker.kill()
        disk.close()


def test_a_port_in_use_is_named_and_nothing_is_left(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = "127.0.0.1:%d" % taken.getsockname()[1]
        broker = embedded.Embedded(tmp_path / "broker")
        broker.start("--set", f"embedded.metrics_listen={address}")
        assert broker.process.wait(30) == 1
        assert f"embedded.metrics_listen: listen on {address}: the port is in use" in broker.log()
    broker.start()  # The directory was let go.
    assert broker.stop() == 0


def test_an_open_listener_is_warned_of(tmp_path):
    broker = embedded.Embedded(tmp_path / "broker")
    broker.start("--set", "embedded.metrics_listen=0.0.0.0:0")
    processes.wait_until(lambda: "metrics on" in broker.log(), 10, "the listener")
    assert "is open to other machines" in broker.log()
    assert broker.stop() == 0


def test_clients_that_hang_hold_up_neither_scrapes_nor_the_stop(broker):
    host, port = broker.url.removeprefix("http://").split(":")
    hanging = [socket.create_connection((host, int(port))) for _ in range(80)]
    for each in hanging:
        each.sendall(b"GET /metrics HTTP/1.1\r\n")
    for each in hanging[:40]:
        each.close()
    processes.wait_until(lambda: broker.get("/healthz")[0] == 200, 20, "an answer beside them")
    assert broker.stop() == 0
    for each in hanging:
        each.close()
