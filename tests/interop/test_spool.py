"""Goal: an event that `serve` answered with 200 comes to Apache Kafka exactly once and in order,
also when Kafka or the network is away meanwhile, or `serve` dies; nothing is refused for that, and
nothing is deleted before it is copied.

Method: `generate` plays players against `serve`, which keeps the events in its embedded log and
forwards them, and writes a ledger; Kafka is paused, killed, or behind a network that swallows
everything; `serve` is killed at random moments (GAMEVENTS_SPOOL_KILLS times; the seed is in the
output). Then `consume --verify` holds the ledger against Kafka's topic.
"""

import json
import os
import pathlib
import random
import re
import signal
import statistics
import time
import uuid

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource
from support import embedded, kafka as kafka_server, processes, program, small_disk
from support.blackhole import Blackhole

KILLS = int(os.environ.get("GAMEVENTS_SPOOL_KILLS", "5"))
ROUNDS = int(os.environ.get("GAMEVENTS_SPOOL_ROUNDS", "2"))  # of the measurement
RATE = 300
LEAD_S = 2
TAIL_S = 4
# Longer than serve may keep a request waiting, were it to wait for Kafka.
AWAY_S = 15
# How long all may take to be copied after that: what a swallowed request waits for, and the rest.
CATCH_UP_S = 120
SKIP_S = 15
MEASURE_S = 8
RETENTION_TICK_S = 62
TOPIC = "events"
PARTITIONS = 3
DISK = "12m"
ANY_PORT = ("--set", "embedded.listen=127.0.0.1:0", "--set", f"kafka.partitions={PARTITIONS}")


@pytest.fixture
def ledger(tmp_path):
    return tmp_path / "ledger"


@pytest.fixture
def spool(serve):
    """spool(target, *args, topic=TOPIC, port=0): `serve` on an embedded log of its own, which it
    forwards to the brokers `target`."""
    def start(target, *args, topic=TOPIC, **options):
        return serve(*ANY_PORT, "--set", f"forward.brokers={target}", *args, brokers="embedded",
                     topic=topic, **options)
    return start


@pytest.fixture
def play(background, ledger):
    """play(server, *args): starts `generate` against `server` with the ledger."""
    def start(server, *args):
        return background("generate", "--url", server.url, "--routes", "classic", "--retry", 0,
                          "--rate", RATE, "--ledger", ledger, "--format", "json", *args)
    return start


@pytest.fixture
def cut_kafka(tmp_path):
    """A Kafka that is reached through a Blackhole, its attribute `network`."""
    network = Blackhole()
    server = kafka_server.Kafka(tmp_path / "kafka", extra_properties=(
        f"advertised.listeners=PLAINTEXT://127.0.0.1:{network.port}\n"))
    network.target = server.port
    server.network = network
    server.start()
    server.brokers = f"127.0.0.1:{network.port}"
    yield server
    network.close()
    server.kill()


def by_partition(server, name: str) -> dict[int, float]:
    found = re.findall(rf'^gamevents_forward_{name}{{.*partition="(\d+)"}} (\S+)$',
                       server.request("/metrics").text, re.MULTILINE)
    return {int(partition): float(value) for partition, value in found}


def lag(server) -> float:
    return sum(by_partition(server, "lag_records").values())


def wait_for_all(server, timeout: float = CATCH_UP_S) -> None:
    """Everything is copied."""
    begin = time.monotonic()
    processes.wait_until(lambda: by_partition(server, "lag_records") and lag(server) == 0, timeout,
                         "all events copied")
    print(f"caught up after {time.monotonic() - begin:.1f} s")


def summary_of(done) -> dict:
    summary = json.loads(done.stdout)
    print(summary)
    return summary


def check_copied(gamevents, ledger, brokers, topic=TOPIC) -> int:
    """Kafka has every acknowledged event once and in order; gives how many."""
    done = gamevents("consume", "--verify", ledger, "--format", "json", brokers=brokers,
                     topic=topic, check=False)
    assert done.stdout, done.stderr.decode()
    verdict = json.loads(done.stdout)
    print(verdict)
    assert done.returncode == 0, verdict
    assert (verdict["lost"], verdict["duplicated"], verdict["reordered"]) == (0, 0, 0)
    return verdict["acknowledged"]


def acknowledged_so_far(ledger) -> int:
    return ledger.read_bytes().count(b"\n") - 1 if ledger.exists() else 0


def check_goes_on(ledger, timeout: float = 30) -> None:
    before = acknowledged_so_far(ledger)
    processes.wait_until(lambda: acknowledged_so_far(ledger) > before, timeout,
                         "an acknowledgement")


@pytest.mark.parametrize("how", ["paused", "killed", "cut off"])
@pytest.mark.timeout(AWAY_S + CATCH_UP_S + 120)
def test_kafka_is_away(request, spool, play, gamevents, ledger, how):
    """Nobody who sends events notices."""
    kafka = request.getfixturevalue("cut_kafka" if how == "cut off" else "own_kafka")
    network = getattr(kafka, "network", None)
    leave = {"paused": kafka.pause, "killed": kafka.kill, "cut off": network and network.cut}[how]
    come_back = {"paused": kafka.resume, "killed": kafka.start,
                 "cut off": network and network.heal}[how]
    server = spool(kafka.brokers)
    traffic = play(server, "--duration", f"{LEAD_S + AWAY_S + TAIL_S}s")
    time.sleep(LEAD_S)
    processes.wait_until(lambda: server.metric("gamevents_forward_records_total") > RATE, 60,
                         "a copy")
    leave()
    time.sleep(AWAY_S)
    check_goes_on(ledger)
    ready = server.request("/readyz")
    print(ready.text)
    assert (ready.status, "behind, the oldest" in ready.text) == (200, True), ready.text
    assert lag(server) > RATE
    assert max(by_partition(server, "oldest_age_seconds").values()) > AWAY_S / 2
    come_back()
    summary = summary_of(traffic.finish(120))
    assert (summary["refused"], summary["unknown"]) == (0, 0)
    wait_for_all(server)
    assert "nothing is behind" in server.request("/readyz").text
    # What a commit brought whose answer was cut off is there, and is not counted.
    uncounted = summary["acknowledged"] - server.metric("gamevents_forward_records_total")
    assert 0 <= uncounted <= (2 * RATE if how == "cut off" else 0)
    assert check_copied(gamevents, ledger, kafka.brokers) == summary["acknowledged"] > 0


@pytest.mark.timeout(CATCH_UP_S + 60 + 8 * KILLS)
def test_serve_is_killed_and_started_again(kafka, spool, play, gamevents, ledger):
    topic = f"spool-{uuid.uuid4().hex[:12]}"
    port = processes.free_port()
    seed = random.randrange(1 << 32)
    print(f"seed {seed}, {KILLS} kills")
    moments = random.Random(seed)
    server = spool(kafka.brokers, topic=topic, port=port)
    traffic = play(server)
    for _ in range(KILLS):
        check_goes_on(ledger)
        time.sleep(moments.uniform(0, 1.5))
        server.kill()
        time.sleep(moments.uniform(0, 0.3))
        server = spool(kafka.brokers, topic=topic, port=port)
    check_goes_on(ledger)
    traffic.signal(signal.SIGINT)
    summary = summary_of(traffic.finish())
    wait_for_all(server)
    assert check_copied(gamevents, ledger, kafka.brokers, topic) == summary["acknowledged"] > 0


def refusal_of(change) -> str:
    """The name of the error that an answer of the admin client ends with."""
    with pytest.raises(Exception) as refused:
        next(iter(change.values())).result(timeout=30)
    return refused.value.args[0].name()


@pytest.mark.timeout(RETENTION_TICK_S + CATCH_UP_S + 120)
def test_nothing_is_deleted_before_it_is_copied(own_kafka, spool, play, gamevents, ledger):
    own_kafka.kill()
    server = spool(own_kafka.brokers, "--set", "embedded.retention_age=1s")
    begun = time.monotonic()
    summary = summary_of(play(server, "--count", 10 * RATE).finish())
    address = re.search(r"topic \S+ on (\S+)\)", server.stderr)[1]
    admin = AdminClient({"bootstrap.servers": address})
    assert refusal_of(admin.delete_topics([TOPIC])) == "POLICY_VIOLATION"
    assert refusal_of(admin.delete_records([TopicPartition(TOPIC, 0, 1)])) == "POLICY_VIOLATION"
    assert server.stderr.count("a client's deletion is refused") == 2
    time.sleep(max(0, begun + RETENTION_TICK_S - time.monotonic()))
    assert server.metric(r'gamevents_log_deleted_bytes_total\{reason="retention_age"\}') == 0
    assert lag(server) == summary["acknowledged"]

    own_kafka.start()
    wait_for_all(server)
    assert check_copied(gamevents, ledger, own_kafka.brokers) == 10 * RATE
    for done in admin.delete_records([TopicPartition(TOPIC, 0, 1)]).values():
        assert done.result(timeout=30).low_watermark >= 1


def send(server, user: str, size: int = 1) -> None:
    """An event of the user, which is stored."""
    event = json.dumps({"event_type": "a", "user": user, "text": os.urandom(size).hex()})
    answer = server.request("/events", "POST", event)
    assert answer.status == 200, answer.text


def test_a_record_that_kafka_refuses_stops_its_partition_alone(kafka, spool, gamevents):
    topic = kafka.create_topic(f"spool-{uuid.uuid4().hex[:12]}", PARTITIONS)
    admin = AdminClient({"bootstrap.servers": kafka.brokers})
    small = ConfigResource("topic", topic, incremental_configs=[ConfigEntry(
        "max.message.bytes", "4000", incremental_operation=AlterConfigOpType.SET)])
    for changed in admin.incremental_alter_configs([small]).values():
        changed.result(timeout=30)
    server = spool(kafka.brokers, topic=topic)
    send(server, "anna")
    wait_for_all(server)
    send(server, "anna", size=100_000)
    send(server, "anna")
    processes.wait_until(lambda: 1 in by_partition(server, "stopped").values(), 60, "a stop")
    stopped = by_partition(server, "stopped")
    (where,) = (partition for partition, is_stopped in stopped.items() if is_stopped)
    users = [f"user{i}" for i in range(30)]
    for user in users:
        send(server, user)
    others = [partition for partition in range(PARTITIONS) if partition != where]
    processes.wait_until(lambda: all(by_partition(server, "lag_records")[partition] == 0
                                     for partition in others), 60, "the others go on")
    assert by_partition(server, "lag_records")[where] >= 2
    ready = server.request("/readyz")
    print(ready.text)
    assert ready.status == 200
    assert f"{topic} [{where}]: STOPPED at offset 1: " in ready.text
    assert f"gamevents forward skip --topic {topic} --partition {where} --to 2" in ready.text

    gamevents("forward", "skip", "--topic", topic, "--partition", where, "--to", 2,
              brokers="embedded", topic=topic)
    wait_for_all(server, SKIP_S)
    assert sum(by_partition(server, "stopped").values()) == 0
    assert "STOPPED" not in server.request("/readyz").text
    copied = gamevents("consume", "--from-beginning", brokers=kafka.brokers, topic=topic)
    assert copied.stdout.count(b"\n") == 2 + len(users)


@pytest.mark.timeout(180)
def test_the_disk_is_full_while_kafka_is_away(own_kafka, spool, play, gamevents, ledger, tmp_path):
    """It is no worse than without forwarding: 503 and the reason, and what was taken is kept."""
    own_kafka.kill()
    disk = tmp_path / "disk"
    disk.mkdir()
    server = spool(own_kafka.brokers, "--set", f"embedded.data_dir={disk}", "--set",
                   "embedded.segment_size=2MiB", "--set", "embedded.retention_size=1",
                   launcher=small_disk.in_small_disk(disk, DISK))
    within = pathlib.Path(f"/proc/{server.pid}/root{disk}")
    traffic = play(server, "--duration", "20s")
    check_goes_on(ledger)
    with (within / "ballast").open("wb", buffering=0) as ballast, pytest.raises(OSError):
        while True:
            ballast.write(bytes(1 << 20))
    processes.wait_until(lambda: "takes no records" in server.stderr, 30, "a full disk")
    answer = server.request("/events", "POST", b'{"event_type":"a"}')
    assert (answer.status, "No space left on device" in answer.text) == (503, True), answer.text
    ready = server.request("/readyz")
    assert ready.status == 503
    assert "No space left on device" in ready.text and " behind, the oldest " in ready.text
    (within / "ballast").unlink()
    check_goes_on(ledger)
    summary = summary_of(traffic.finish())
    assert summary["refused"] > 0
    assert all(reason.startswith("503 ") for reason in summary["refusals"])
    own_kafka.start()
    wait_for_all(server)
    assert check_copied(gamevents, ledger, own_kafka.brokers) == summary["acknowledged"] > 0


def test_a_broker_of_its_own_forwards_and_serve_takes_over(kafka, spool, play, gamevents, ledger,
                                                          tmp_path):
    """The process that has the log forwards it: first `broker`, then the `serve` beside it."""
    topic = f"spool-{uuid.uuid4().hex[:12]}"
    broker = embedded.Embedded(tmp_path / "broker")
    settings = ("--set", f"embedded.data_dir={broker.data_dir}")
    try:
        broker.start("--set", f"forward.brokers={kafka.brokers}", "--set", f"kafka.topic={topic}")
        gamevents("create-topic", topic, "--partitions", PARTITIONS, brokers=broker.brokers)
        server = spool(kafka.brokers, *settings, topic=topic)
        assert "nothing is forwarded by this process until" in server.request("/readyz").text
        traffic = play(server, "--duration", "12s")
        check_goes_on(ledger)
        time.sleep(LEAD_S)
        assert broker.stop() == 0
        check_goes_on(ledger)
    finally:
        processes.reap(broker.process)
    summary = summary_of(traffic.finish())
    wait_for_all(server)
    assert "forwarding to" in server.request("/readyz").text
    assert check_copied(gamevents, ledger, kafka.brokers, topic) == summary["acknowledged"] > 0


@pytest.mark.timeout(240)
def test_another_forwarder_beside_it_is_told_of_and_outlived(kafka, spool, background, gamevents):
    topic = f"spool-{uuid.uuid4().hex[:12]}"
    server = spool(kafka.brokers, topic=topic)
    send(server, "anna")
    wait_for_all(server)
    other = background("forward", "--to", kafka.brokers, brokers="embedded", topic=topic)

    def is_taken_over() -> bool:
        send(server, "anna")
        return "STOPPED" in server.request("/readyz").text
    processes.wait_until(is_taken_over, 60, "a takeover")
    ready = server.request("/readyz")
    assert ready.status == 200
    assert "another forwarder of this log took over" in ready.text, ready.text
    other.signal(signal.SIGTERM)
    assert other.finish().returncode == 0
    send(server, "anna")
    wait_for_all(server)
    assert "STOPPED" not in server.request("/readyz").text
    sent = gamevents("consume", "--from-beginning", brokers="embedded", topic=topic).stdout
    copied = gamevents("consume", "--from-beginning", brokers=kafka.brokers, topic=topic).stdout
    assert copied == sent


@pytest.mark.timeout(120)
def test_a_broker_notes_how_far_behind_it_is(own_kafka, gamevents, tmp_path):
    own_kafka.kill()
    broker = embedded.Embedded(tmp_path / "broker")
    try:
        broker.start("--set", f"forward.brokers={own_kafka.brokers}", "--set",
                     f"kafka.topic={TOPIC}")
        gamevents("create-topic", TOPIC, brokers=broker.brokers, topic=TOPIC)
        gamevents("produce", input=b"an event\n" * 50, brokers=broker.brokers, topic=TOPIC)
        processes.wait_until(lambda: "50 records" in broker.log(), 40, "a note of the lag")
        own_kafka.start()
        processes.wait_until(lambda: "nothing is behind" in broker.log(), 60, "the end of the lag")
        assert broker.log().count("50 records") < 3
    finally:
        processes.reap(broker.process)


@pytest.mark.parametrize("service", ["serve", "broker"])
def test_a_broker_is_not_its_own_target(gamevents, service):
    port = processes.free_port()
    done = gamevents("--set", f"embedded.listen=127.0.0.1:{port}", "--set", "serve.port=0", "--set",
                     f"forward.brokers=localhost:{port}", service, brokers="embedded", check=False)
    assert done.returncode == 2
    assert f"localhost:{port} is the embedded broker itself" in done.stderr.decode()


@pytest.mark.timeout(60 + ROUNDS * (2 * MEASURE_S + 20))
def test_latency_beside_one_without_forwarding(kafka, spool, serve, background):
    """Printed, not asserted: on a busy machine it says little."""
    topic = f"spool-{uuid.uuid4().hex[:12]}"
    with_it = spool(kafka.brokers, topic=topic)
    without = serve(*ANY_PORT, "--set", "embedded.data_dir=without", brokers="embedded",
                    topic=topic)
    p99: dict = {True: [], False: []}
    for _ in range(ROUNDS):
        for server in (with_it, without):
            done = background("generate", "--url", server.url, "--routes", "classic", "--rate",
                              RATE, "--duration", f"{MEASURE_S}s", "--format", "json").finish()
            p99[server is with_it].append(summary_of(done)["latency_ms"]["p99"])
    ratio = statistics.median(p99[True]) / statistics.median(p99[False])
    print(f"p99 with forwarding {p99[True]} ms, without {p99[False]} ms: ratio {ratio:.2f}")
    wait_for_all(with_it)
