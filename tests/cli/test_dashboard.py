"""Goal: `serve` shows its topic to those who may see it, as many as it says, and is neither held up
nor kept from ending by them.

Method: the executable over an embedded broker; the stream read line by line, without a browser
(that is tests/interop/test_dashboard.py).
"""

import base64
import contextlib
import hashlib
import http.client
import json
import os
import re
import socket
import threading
import time

import pytest
from support import processes

PAGE = "/dashboard"
STREAM = "/dashboard/stream"
SWORD = "/purchase_a_sword/divya"
pytestmark = pytest.mark.usefixtures("topic")


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"dashboard-{os.urandom(6).hex()}")


@contextlib.contextmanager
def watching(server, **headers):
    """The answer to a request for the stream, which is left when the block ends."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=20)
    try:
        connection.request("GET", STREAM, headers={k.replace("_", "-"): v for k, v in
                                                   headers.items()})
        yield connection.getresponse()
    finally:
        connection.close()


def next_event(answer) -> dict:
    """The next event of a stream: {"event": …, "id": …, "data": …}; {} at the end."""
    event: dict = {}
    while line := answer.readline().decode():
        name, _, value = line.rstrip("\n").partition(": ")
        if not name and event:
            return event
        if name and not name.startswith(":"):
            event[name] = event[name] + "\n" + value if name in event else value
    return {}


def figures(html: str) -> dict:
    return dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", html))


def await_figure(answer, name: str, number: str) -> dict:
    """The first event that shows it."""
    while event := next_event(answer):
        if figures(event["data"]).get(name) == number:
            return event
    raise AssertionError(f"the stream ended without {name} = {number}")


def test_the_page_is_of_the_moment_it_is_asked_for(serve):
    server = serve()
    for count in range(1, 4):
        assert server.request(SWORD).status == 200
        answer = server.request(PAGE)
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert figures(answer.text)["Events"] == str(count)
    head = server.request(PAGE, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert server.request(PAGE, method="POST").status == 405


def test_the_stream_tells_what_is_stored(serve):
    server = serve()
    assert server.request(SWORD).status == 200
    with watching(server) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert answer.headers["Cache-Control"] == "no-store"
        event = await_figure(answer, "Events", "1")
        assert event["event"] == "state"
        for count in range(2, 5):
            assert server.request(SWORD).status == 200
            later = await_figure(answer, "Events", str(count))
            assert later["id"] != event["id"]
            event = later
    # Who connects again is told nothing that it has seen.
    with watching(server, Last_Event_ID=event["id"]) as answer:
        assert server.request(SWORD).status == 200
        assert figures(next_event(answer)["data"])["Events"] == "5"


def test_a_client_of_http_1_0_gets_the_same_without_chunks(serve):
    server = serve()
    assert server.request(SWORD).status == 200
    with socket.create_connection((server.host, server.port), timeout=20) as client:
        client.sendall(f"GET {STREAM} HTTP/1.0\r\n\r\n".encode())
        received = b""
        while b"<dt>Events</dt><dd>1</dd>" not in received:
            received += client.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"Connection: close" in head and b"Transfer-Encoding" not in head
    assert body.startswith(b"retry: ")


def test_it_can_be_turned_off(serve):
    server = serve("--set", "serve.dashboard=false")
    assert server.request(PAGE).status == 404
    assert server.request(STREAM).status == 404
    assert PAGE not in json.loads(server.request("/openapi.json").text)["paths"]


def test_so_many_may_watch(serve):
    server = serve("--set", "serve.dashboard_watchers=2")
    with watching(server) as first, watching(server) as second:
        assert (first.status, second.status) == (200, 200)
        refused = server.request(STREAM)
        assert refused.status == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert "serve.dashboard_watchers" in refused.text
        assert server.metric("gamevents_dashboard_watchers") == 2
        assert server.metric("gamevents_http_streams") == 2
        assert server.request(PAGE).status == 200
    processes.wait_until(lambda: server.metric("gamevents_http_streams") == 0, 10, "their end")
    with watching(server) as answer:
        assert answer.status == 200


def test_watchers_are_no_requests_that_wait(serve):
    server = serve("--set", "serve.max_in_flight=1", "--set", "serve.rate_limit=1",
                   "--set", "serve.rate_burst=1")
    with contextlib.ExitStack() as stack:
        answers = [stack.enter_context(watching(server)) for _ in range(5)]
        assert [answer.status for answer in answers] == [200] * 5
        assert server.metric("gamevents_http_requests_in_flight") == 1  # the scrape itself
        assert server.request(SWORD).status == 200
        for answer in answers:
            await_figure(answer, "Events", "1")


def test_whoever_has_no_key_sees_nothing(serve, tmp_path):
    (tmp_path / "keys").write_text(f"{hashlib.sha256(b'secret').hexdigest()}  analyst\n")
    server = serve("--set", "serve.api_keys_file=keys", "--set", "serve.access_log=text")

    def basic(password):
        return {"Authorization": "Basic " + base64.b64encode(f"me:{password}".encode()).decode()}
    for path in (PAGE, STREAM):
        for headers in ({}, basic("wrong"), {"X-Api-Key": "wrong"}, {"Authorization": "Basic !"}):
            answer = server.request(path, headers=headers)
            assert answer.status == 401, headers
            assert answer.headers["WWW-Authenticate"] == 'Basic realm="gamevents", charset="UTF-8"'
            assert "<html" not in answer.text and "retry" not in answer.text
    for headers in (basic("secret"), {"X-Api-Key": "secret"}, {"Authorization": "Bearer secret"}):
        assert server.request(PAGE, headers=headers).status == 200
        with watching(server, **headers) as answer:
            assert answer.status == 200
    # A password is a key for people's pages only, and events are stored with it by nobody.
    assert server.request(SWORD, headers=basic("secret")).status == 401
    assert server.stop() == 0
    line = next(line for line in server.stderr.splitlines() if " 200 " in line and STREAM in line)
    assert "analyst" in line


def test_an_operator_may_open_it(serve, tmp_path):
    (tmp_path / "keys").write_text(f"{hashlib.sha256(b'secret').hexdigest()}  analyst\n")
    server = serve("--set", "serve.api_keys_file=keys", "--set",
                   f"serve.open_routes={PAGE},{STREAM}")
    assert server.request(PAGE).status == 200
    assert server.request("/metrics").status == 401


def test_a_topic_that_is_not_there_is_named(serve):
    server = serve(topic="missing-topic")
    text = server.request(PAGE).text
    assert "No event has come yet: " in text
    assert 'class="problem"' not in text
    assert "make it with: gamevents create-topic missing-topic" in text
    assert server.request("/healthz").status == 200


def test_watchers_do_not_keep_it_from_ending(serve):
    server = serve("--set", "serve.drain=60s")
    assert server.request(SWORD).status == 200
    with watching(server) as reading, watching(server) as deaf:
        assert deaf.status == 200
        ends = []
        await_figure(reading, "Events", "1")
        reader = threading.Thread(target=lambda: ends.append(next_event(reading)))
        reader.start()
        began = time.monotonic()
        assert server.stop() == 0, server.stderr
        assert time.monotonic() - began < 15
        reader.join(10)
        assert ends == [{}]
