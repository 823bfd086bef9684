"""Goal: `serve` answers when Kafka has acknowledged, says why when not, and stops in order.

Method: the executable over each broker, which some tests stop and start again; the records are
read back with kcat.
"""

import concurrent.futures
import http.client
import json
import signal
import socket
import time

import pytest
from support import processes

KAFKA_TIMEOUT_S = 3


@pytest.fixture
def events(kcat, topic):
    """Gives the topic's records so far: a list of (key or None, event)."""
    def read():
        lines = kcat("-C", "-t", topic, "-o", "beginning", "-e", "-q", "-Z",
                     "-f", "%k\t%s\n").stdout
        pairs = [line.decode().split("\t", 1) for line in lines.splitlines()]
        return [(None if key == "NULL" else key, json.loads(value)) for key, value in pairs]
    return read


def ready(server) -> bool:
    return server.request("/readyz").status == 200


def test_the_listening_line(serve, broker, topic):
    server = serve()
    assert server.stderr.startswith(
        f"Listening on http://127.0.0.1:{server.port} (topic {topic} on {broker.brokers})\n")


def test_answers_and_records(serve, events):
    server = serve()
    default = server.request("/", headers={"user-agent": "tests", "cookie": "secret"})
    assert (default.status, default.text) == (200, "This is the default response!\n127.0.0.1")
    sword = server.request("/purchase_a_sword/anna%20%F0%9F%97%A1%2F%22", method="POST", body=b"x")
    assert sword.text == 'Hello anna \U0001f5e1/"!! You purchased a Sword successfully!\n'
    guild = server.request("/join_a_guild/divya/masadons")
    assert guild.text == "Hey divya!! You joined the guild masadons successfully!\n"

    (none, first), (anna, second), (divya, third) = events()
    assert (none, anna, divya) == (None, 'anna \U0001f5e1/"', "divya")
    assert list(first)[:4] == ["event_type", "remote_ip", "event_id", "received_at"]
    assert first["User-Agent"] == "tests"
    assert first["Host"] == f"127.0.0.1:{server.port}"
    assert "Cookie" not in first
    assert second["purchase_user"] == anna
    assert list(third)[:4] == ["event_type", "remote ip", "user_name", "joined_guild"]
    assert len({first["event_id"], second["event_id"], third["event_id"]}) == 3


def test_headers_to_leave_out_are_configured(serve, events):
    server = serve("--set", "serve.redact_headers=X-Session")
    server.request("/", headers={"x-session": "secret", "x-level": "3"})
    (_, event), = events()
    assert event["X-Level"] == "3"
    assert "secret" not in event.values()


def test_what_is_refused_stores_nothing(serve, events):
    server = serve()
    assert server.request("/purchase_a_sword/").status == 404
    assert server.request("/purchase_a_sword/%ff").status == 400
    assert server.request("/", method="DELETE").headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert server.request("/" + "a" * 8192).status == 414
    assert server.request("/", method="POST", body=b"x" * (2 << 20)).status == 413
    assert events() == []


def test_an_event_that_kafka_does_not_take(serve, events):
    server = serve("--set", "kafka.properties.message.max.bytes=2000")
    answer = server.request("/", headers={"x-long": "x" * 4000})
    assert answer.status == 413, answer.text
    assert events() == []


def test_many_at_once_are_all_stored(serve, events):
    server = serve()

    def play(player: int) -> set[str]:
        connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
        for turn in range(50):
            connection.request("GET", f"/purchase_a_sword/p{player}-{turn}")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
            if answer.will_close:
                connection.close()  # http.client opens it anew
        return {f"p{player}-{turn}" for turn in range(50)}

    with concurrent.futures.ThreadPoolExecutor(32) as players:
        names = set().union(*players.map(play, range(32)))
    stored = events()
    assert len(stored) == 32 * 50
    assert {key for key, _ in stored} == names


def test_without_the_topic_it_is_not_ready_and_says_what_to_do(serve, broker):
    server = serve(topic="missing-topic")
    processes.wait_until(lambda: "create-topic" in server.request("/readyz").text, 10, "the reason")
    answer = server.request("/readyz")
    assert answer.status == 503
    assert "missing-topic" in answer.text
    assert server.request("/healthz").status == 200
    assert server.request("/").status == 503


def test_kafka_stops_and_comes_back(serve, own_broker):
    own_broker.create_topic("events")
    server = serve("--set", f"kafka.timeout={KAFKA_TIMEOUT_S}s", topic="events")
    processes.wait_until(lambda: ready(server), 10, "/readyz 200")
    assert server.request("/purchase_a_sword/before").status == 200

    own_broker.kill()
    begin = time.monotonic()
    answer = server.request("/purchase_a_sword/during")
    assert time.monotonic() - begin < KAFKA_TIMEOUT_S + 2
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert own_broker.brokers not in answer.text  # Players are not told where the brokers are.
    processes.wait_until(lambda: not ready(server), 10, "/readyz 503")
    assert own_broker.brokers in server.request("/readyz").text
    assert server.request("/healthz").text == "ok\n"

    own_broker.start()
    processes.wait_until(lambda: ready(server), 20, "/readyz 200 again")
    processes.wait_until(lambda: server.request("/purchase_a_sword/after").status == 200, 20, "200")
    assert server.stop() == 0, server.stderr


def test_sigterm_answers_what_has_begun(serve, own_broker):
    own_broker.create_topic("events")
    server = serve("--set", "kafka.timeout=20s", topic="events")
    assert server.request("/").status == 200
    own_broker.pause()
    with concurrent.futures.ThreadPoolExecutor(1) as client:
        pending = client.submit(server.request, "/purchase_a_sword/divya")
        time.sleep(0.5)  # the request is with Kafka, which sleeps
        server.signal(signal.SIGTERM)
        processes.wait_until(lambda: "stopping" in server.stderr, 10, "the drain")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((server.host, server.port), 5)
        assert not pending.done()
        own_broker.resume()
        answer = pending.result(30)
    assert answer.status == 200, answer.text
    assert server.process.wait(30) == 0


def test_sigterm_that_cannot_finish_says_what_was_left(serve, own_broker):
    own_broker.create_topic("events")
    server = serve("--set", "kafka.timeout=4s", "--set", "serve.drain=300ms", topic="events")
    assert server.request("/").status == 200
    own_broker.pause()
    with concurrent.futures.ThreadPoolExecutor(1) as client:
        pending = client.submit(server.request, "/purchase_a_sword/divya")
        time.sleep(0.5)
        assert server.stop() == 1
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            pending.result(30)
    assert "1 requests were still unanswered after 300 ms" in server.stderr
    assert "1 records are not acknowledged" in server.stderr


def test_a_port_in_use(serve, gamevents, topic):
    server = serve()
    second = gamevents("serve", "--port", server.port, check=False)
    assert second.returncode == 1
    assert f"127.0.0.1:{server.port}" in second.stderr.decode()
    assert "in use" in second.stderr.decode()
