"""Goal: whatever fails behind or within `serve`, an event that it answered with 200 is in the log
exactly once and in order, and every other answer is 503; and neither an answer nor the end keeps
anybody waiting for longer than it may.

Method: `generate` plays players against `serve` and writes a ledger while Kafka is paused, killed,
the disk is full, or `serve` itself is killed; then `consume --verify` holds the ledger against the
topic. Nothing is sent twice (--retry 0), so a duplicate could only be the server's own.
"""

import concurrent.futures
import gzip
import json
import os
import pathlib
import random
import re
import signal
import time

import pytest
from support import hostile, processes, small_disk

# How long Kafka sleeps: longer than every time-out on the way, so that all of them fire.
PAUSE_S = 30
KAFKA_TIMEOUT_S = 3
# What is told without waiting for Kafka, and how soon events are stored again after a fault.
AT_ONCE_S = 1
GOES_ON_S = 8
# How long traffic goes on before a fault and after it.
LEAD_S = 2
TAIL_S = 8
CONNECTIONS = 16
RATE = 300
KILLS = 8
# A disk with room for some thousand events, beside segments of the least size.
DISK = "12m"
TOPIC = "events"


@pytest.fixture
def ledger(tmp_path):
    return tmp_path / "ledger"


@pytest.fixture
def play(background, ledger):
    """play(server, *args): starts `generate` against `server` with the ledger."""
    def start(server, *args):
        return background("generate", "--url", server.url, "--routes", "classic", "--retry", 0,
                          "--connections", CONNECTIONS, "--ledger", ledger, "--format", "json",
                          *args)
    return start


def summary_of(done) -> dict:
    """What generate said at its end; each event has one fate."""
    summary = json.loads(done.stdout)
    print(summary)
    assert summary["sent"] == (
        summary["acknowledged"] + summary["refused"] + summary["unknown"]), done.stderr
    return summary


def check_ledger(gamevents, ledger, summary, **options) -> None:
    """Every acknowledged event is in the log once and in order."""
    done = gamevents("consume", "--verify", ledger, "--format", "json", check=False, **options)
    assert done.stdout, done.stderr.decode()
    verdict = json.loads(done.stdout)
    print(verdict)
    assert done.returncode == 0, verdict
    assert verdict["acknowledged"] == verdict["found"] == summary["acknowledged"] > 0


def acknowledged_so_far(ledger) -> int:
    return ledger.read_bytes().count(b"\n") - 1 if ledger.exists() else 0


def check_goes_on(ledger, timeout: float) -> None:
    """Events are acknowledged again."""
    before = acknowledged_so_far(ledger)
    processes.wait_until(lambda: acknowledged_so_far(ledger) > before, timeout,
                         "an acknowledgement")


@pytest.mark.timeout(PAUSE_S + 120)
def test_kafka_sleeps_and_wakes_up(own_kafka, serve, play, gamevents, ledger):
    own_kafka.create_topic(TOPIC, 3)
    server = serve("--set", f"kafka.timeout={KAFKA_TIMEOUT_S}s", topic=TOPIC)
    traffic = play(server, "--rate", RATE, "--duration", f"{LEAD_S + PAUSE_S + TAIL_S}s")
    time.sleep(LEAD_S)
    own_kafka.pause()
    time.sleep(PAUSE_S)
    own_kafka.resume()
    check_goes_on(ledger, 30)
    summary = summary_of(traffic.finish())
    assert summary["unknown"] == 0
    assert summary["refused"] > 0
    assert all(reason.startswith("503 ") for reason in summary["refusals"])
    check_ledger(gamevents, ledger, summary, topic=TOPIC)


def post_at_once(server, count: int, body: bytes, headers: dict) -> list:
    """The same request from so many clients at once: each one's status and seconds."""
    def one(_):
        begin = time.monotonic()
        answer = server.request("/events", "POST", body, headers)
        assert "127.0.0.1" not in answer.text, "brokers are not a player's to know"
        return answer.status, time.monotonic() - begin
    with concurrent.futures.ThreadPoolExecutor(count) as clients:
        return list(clients.map(one, range(count)))


@pytest.mark.timeout(120)
def test_repeats_share_the_fate_of_the_first(own_embedded, serve):
    """With Kafka away, a repeat waits as long as the first, not behind it; and so does SIGTERM."""
    drain_s, margin_s = 2, 3
    own_embedded.create_topic(TOPIC, 1)
    server = serve("--set", f"kafka.timeout={KAFKA_TIMEOUT_S}s", "--set",
                   f"serve.drain={drain_s}s", topic=TOPIC)
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "/readyz 200")
    own_embedded.kill()
    event, keyed = b'{"event_type":"a","event_id":"1"}', {"Content-Type": "application/x-ndjson",
                                                          "Idempotency-Key": "k"}
    lines = b"\n".join([event] * 12)
    for count, body, headers in ((6, event, keyed), (6, b'{"event_type":"b"}', keyed | {
            "Idempotency-Key": "other"}), (1, lines, {})):
        answers = post_at_once(server, count, body, headers)
        assert all(status == 503 and seconds < KAFKA_TIMEOUT_S + margin_s
                   for status, seconds in answers), answers

    # Clients that try again, and leave their earlier attempts behind.
    with concurrent.futures.ThreadPoolExecutor(8) as clients:
        for _ in range(8):
            clients.submit(lambda: pytest.raises(
                Exception, server.request, "/events", "POST", event, keyed, timeout=0.2))
    begin = time.monotonic()
    server.stop(60)
    assert time.monotonic() - begin < drain_s + KAFKA_TIMEOUT_S + margin_s


def test_requests_that_wait_for_kafka_hold_no_more_than_their_events(own_embedded, serve):
    """Small gzips that become large bodies: what was read of them is let go of at once."""
    own_embedded.create_topic(TOPIC, 1)
    server = serve("--set", "kafka.timeout=60s", topic=TOPIC)
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "/readyz 200")
    own_embedded.kill()
    before = processes.resident_mib(server.pid)
    # What does not compress keeps it from being a bomb (kUnpackRatioMax).
    event = b'{"event_type":"a","x":"%s"}' % os.urandom(4_000).hex().encode()
    body = gzip.compress(event + b" " * ((1 << 20) - len(event)))
    request = (b"POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
               b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)) + body
    clients = [hostile.connect(server) for _ in range(10)]
    for client in clients:
        client.sendall(request * 30)
    processes.wait_until(lambda: server.metric("gamevents_http_requests_in_flight") > 300, 50,
                         "requests that wait")
    assert processes.resident_mib(server.pid) - before < 100
    for client in clients:
        client.close()


@pytest.mark.timeout(180)
def test_kafka_is_killed_and_comes_back(own_kafka, serve, play, gamevents, ledger):
    own_kafka.create_topic(TOPIC, 3)
    server = serve("--set", f"kafka.timeout={KAFKA_TIMEOUT_S}s", topic=TOPIC)
    traffic = play(server, "--rate", RATE, "--duration", f"{LEAD_S + 2 * TAIL_S}s")
    time.sleep(LEAD_S)
    own_kafka.kill()
    time.sleep(KAFKA_TIMEOUT_S + 1)
    own_kafka.start()
    check_goes_on(ledger, 60)
    summary = summary_of(traffic.finish(90))
    assert summary["unknown"] == 0
    assert summary["refused"] > 0
    assert all(reason.startswith("503 ") for reason in summary["refusals"])
    check_ledger(gamevents, ledger, summary, topic=TOPIC)


def check_refuses_at_once(server, why: str) -> None:
    """Both ways of sending events."""
    ways = {"/purchase_a_sword/x": [], "/events": ["POST", b'{"event_type":"a"}']}
    for path, arguments in ways.items():
        begin = time.monotonic()
        answer = server.request(path, *arguments)
        assert time.monotonic() - begin < AT_ONCE_S, answer.text
        assert (answer.status, why in answer.text) == (503, True), answer.text
        assert answer.headers["Retry-After"] == "1"


@pytest.mark.timeout(180)
def test_the_disk_is_full_and_has_room_again(serve, play, gamevents, ledger, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    server = serve("--set", f"embedded.data_dir={disk}", "--set", "embedded.listen=127.0.0.1:0",
                   "--set", "embedded.segment_size=2MiB", "--set",
                   f"kafka.timeout={KAFKA_TIMEOUT_S}s", brokers="embedded", topic=TOPIC,
                   launcher=small_disk.in_small_disk(disk, DISK))
    # The broker's address, and its disk, as they are seen from outside.
    within = pathlib.Path(f"/proc/{server.pid}/root{disk}")
    address = re.search(r"topic \S+ on (\S+)\)", server.stderr)[1]
    gamevents("create-topic", TOPIC, "--if-not-exists", brokers=address)
    (within / "ballast").write_bytes(bytes(8 << 20))

    traffic = play(server, "--rate", 2 * RATE, "--duration", f"{4 * TAIL_S}s")
    time.sleep(LEAD_S)
    assert acknowledged_so_far(ledger) > 0
    processes.wait_until(lambda: "takes no records" in server.stderr, 60, "a full disk")
    # From now on nothing is tried that would wait for kafka.timeout.
    check_refuses_at_once(server, "No space left on device")
    ready = server.request("/readyz")
    assert (ready.status, "No space left on device" in ready.text) == (503, True), ready.text
    said = [line for line in server.stderr.splitlines() if "takes no records" in line]
    assert len(said) == 1 and f"{disk}/{TOPIC}-" in said[0], server.stderr
    # What is there can still be read.
    gamevents("consume", "--from-beginning", brokers=address, topic=TOPIC)
    time.sleep(KAFKA_TIMEOUT_S + LEAD_S)
    check_refuses_at_once(server, "No space left on device")
    (within / "ballast").unlink()
    check_goes_on(ledger, GOES_ON_S)
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready again")
    summary = summary_of(traffic.finish(90))
    assert summary["unknown"] == 0
    assert summary["refused"] > 0
    assert all(reason.startswith("503 ") for reason in summary["refusals"])
    check_ledger(gamevents, ledger, summary, brokers=address, topic=TOPIC)


@pytest.mark.timeout(120)
def test_nobody_sends_while_the_disk_is_full(serve, gamevents, tmp_path):
    """The broker itself finds out that there is room again: nothing is in flight by then."""
    disk = tmp_path / "disk"
    disk.mkdir()
    server = serve("--set", f"embedded.data_dir={disk}", "--set", "embedded.listen=127.0.0.1:0",
                   "--set", f"kafka.timeout={KAFKA_TIMEOUT_S}s", brokers="embedded", topic=TOPIC,
                   launcher=small_disk.in_small_disk(disk, DISK))
    within = pathlib.Path(f"/proc/{server.pid}/root{disk}")
    address = re.search(r"topic \S+ on (\S+)\)", server.stderr)[1]
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    assert server.request("/purchase_a_sword/first").status == 200
    with (within / "ballast").open("wb", buffering=0) as ballast, pytest.raises(OSError):
        while True:
            ballast.write(bytes(1 << 20))
    # What finds it out, being longer than the rest of a page, waits and is told all the same.
    long = json.dumps({"event_type": "full", "user": "full", "text": "x" * 10_000})
    answer = server.request("/events", "POST", long)
    assert answer.status == 503 and "No space left on device" in answer.text, answer.text
    time.sleep(KAFKA_TIMEOUT_S)
    check_refuses_at_once(server, "No space left on device")
    assert server.request("/readyz").status == 503
    (within / "ballast").unlink()
    processes.wait_until(lambda: server.request("/readyz").status == 200, GOES_ON_S, "ready")
    assert server.request("/purchase_a_sword/last").status == 200
    stored = gamevents("consume", "--from-beginning", brokers=address, topic=TOPIC).stdout
    names = [event.get("purchase_user", "full") for event in map(json.loads, stored.splitlines())]
    assert (names[0], names[-1]) == ("first", "last") and set(names) <= {"first", "full", "last"}


@pytest.mark.timeout(180)
def test_serve_is_killed_and_started_again(serve, play, gamevents, ledger):
    settings = ["--set", "embedded.listen=127.0.0.1:0", "--set", "kafka.timeout=10s"]
    gamevents("create-topic", TOPIC, "--partitions", 3, brokers="embedded")
    port = processes.free_port()
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    moments = random.Random(seed)

    def start():
        return serve(*settings, brokers="embedded", topic=TOPIC, port=port)
    server = start()
    traffic = play(server, "--rate", RATE)
    for _ in range(KILLS):
        check_goes_on(ledger, 30)
        time.sleep(moments.uniform(0, 1.5))
        server.kill()
        time.sleep(moments.uniform(0, 0.3))
        server = start()
    check_goes_on(ledger, 30)
    traffic.signal(signal.SIGINT)
    summary = summary_of(traffic.finish())
    # A request that was cut off may be stored or not: nobody said 200, and nobody said 503.
    assert summary["unknown"] > 0
    assert all(reason == "no connection" or reason.startswith("503 ")
               for reason in summary["refusals"])
    check_ledger(gamevents, ledger, summary, brokers="embedded", topic=TOPIC)
