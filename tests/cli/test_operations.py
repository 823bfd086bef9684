"""Goal: who runs `serve` can see what it does, bound what it takes, say who may use it, and have it
started and stopped by a service manager.

Method: the executable over an embedded broker; /metrics read by Prometheus' own parser, the service
manager's side of its protocol played by the test.
"""

import concurrent.futures
import hashlib
import http.client
import json
import os
import signal
import socket
import sys
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families
from support import processes, program
from support.service_manager import manager  # noqa: F401  (a fixture)

GAME = "http://game.example:8080"
SWORD = "/purchase_a_sword/divya"
pytestmark = pytest.mark.usefixtures("topic")


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"operations-{os.urandom(6).hex()}")


def scrape(server) -> dict:
    """{name: {frozenset of labels: value}} of every sample."""
    answer = server.request("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    samples: dict = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = frozenset(sample.labels.items())
            assert labels not in samples.get(sample.name, {}), sample
            samples.setdefault(sample.name, {})[labels] = sample.value
    return samples


def value(samples, name, **labels) -> float:
    return samples[name].get(frozenset(labels.items()), 0)


def requests_of(samples, route, code) -> float:
    return value(samples, "gamevents_http_requests_total", route=route, code=str(code))


def line_of(key: str, name: str) -> str:
    return f"{hashlib.sha256(key.encode()).hexdigest()}  {name}\n"


def wait_for_note(server, text: str) -> None:
    processes.wait_until(lambda: text in server.stderr, 10, text)


def test_metrics_add_up(serve):
    server = serve()
    sword = "/purchase_a_sword/<username>"
    for _ in range(5):
        assert server.request(SWORD).status == 200
    server.request("/purchase_a_sword/%ff")
    server.request("/no/such/route?secret=1")
    server.request("/", method="DELETE")
    samples = scrape(server)
    assert requests_of(samples, sword, 200) == 5
    assert requests_of(samples, sword, 400) == 1
    assert requests_of(samples, "other", 404) == 1
    assert requests_of(samples, "/", 405) == 1
    durations = "gamevents_http_request_duration_seconds"
    assert value(samples, durations + "_count", route=sword) == 6
    assert value(samples, durations + "_bucket", route=sword, le="+Inf") == 6
    assert 0 < value(samples, durations + "_sum", route=sword) < 60
    assert value(samples, "gamevents_producer_records_total") == 5
    assert value(samples, "gamevents_producer_bytes_total") > 5 * len("purchase_sword")
    assert value(samples, "gamevents_producer_acknowledgement_duration_seconds_count") == 5
    assert value(samples, "gamevents_producer_queue_records") == 0
    assert value(samples, "gamevents_producer_errors_total", code="unavailable") == 0
    assert value(samples, "gamevents_http_requests_in_flight") == 1  # the scrape itself
    assert abs(value(samples, "process_start_time_seconds") - time.time()) < 60
    (build,) = samples["gamevents_build_info"]
    assert dict(build)["version"]
    # Every sample's name says what it counts in: labels have known values, never a path.
    assert not any("secret" in text or "no/such" in text
                   for labels in samples.values() for pairs in labels for _, text in pairs)


def test_metrics_of_the_front_end(serve):
    server = serve()
    before = scrape(server)
    server.request("/", method="POST", body=b"x" * 10_000)
    server.request("/" + "a" * 9_000)
    after = scrape(server)

    def grown(name, **labels):
        return value(after, name, **labels) - value(before, name, **labels)
    assert grown("gamevents_http_connections_accepted_total") == 3
    assert grown("gamevents_http_received_bytes_total") > 10_000
    assert grown("gamevents_http_sent_bytes_total") > 1_000
    assert grown("gamevents_http_bad_requests_total", code="414") == 1
    assert value(after, "gamevents_http_connections") >= 1


def test_every_route_is_in_the_document(serve):
    server = serve()
    answer = server.request("/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    document = json.loads(answer.text)
    assert document["openapi"] == "3.1.0"
    lines = server.request("/no/such/route").text.splitlines()[1:]
    listed = {line.split()[-1] for line in lines}
    assert {path.replace("{", "<").replace("}", ">") for path in document["paths"]} == listed
    assert {"/", "/metrics", "/openapi.json", "/healthz", "/readyz"} <= listed


def test_readiness_in_json(serve):
    server = serve(topic="missing-topic")
    asks_json = {"Accept": "application/json"}

    def reasons():
        return json.loads(server.request("/readyz", headers=asks_json).text)["reasons"]
    processes.wait_until(lambda: any("create-topic" in each for each in reasons()), 10, "it")
    answer = server.request("/readyz", headers=asks_json)
    assert answer.status == 503
    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(answer.text)["ready"] is False


def test_a_full_queue_is_answered_at_once_with_when_to_come_back(serve, own_embedded):
    own_embedded.create_topic("events")
    server = serve("--set", "serve.queue_records=3", "--set", "kafka.timeout=20s",
                   "--set", "serve.drain=1ms", topic="events")
    assert server.request("/").status == 200
    own_embedded.pause()
    with concurrent.futures.ThreadPoolExecutor(3) as clients:
        waiting = [clients.submit(server.request, SWORD) for _ in range(3)]
        processes.wait_until(
            lambda: value(scrape(server), "gamevents_producer_queue_records") == 3, 10, "3 waiting")
        begin = time.monotonic()
        refused = server.request(SWORD)
        assert time.monotonic() - begin < 2
        assert refused.status == 503
        assert 1 <= int(refused.headers["Retry-After"]) <= 30
        assert "serve.queue_records" in server.request("/readyz").text
        assert value(scrape(server), "gamevents_producer_errors_total", code="full") == 1
        own_embedded.resume()
        assert [each.result(30).status for each in waiting] == [200] * 3
    processes.wait_until(lambda: server.request("/readyz").status == 200, 10, "room again")
    assert server.request(SWORD).status == 200


def test_requests_in_flight_are_bounded(serve, own_embedded):
    own_embedded.create_topic("events")
    server = serve("--set", "serve.max_in_flight=2", topic="events")
    assert server.request("/").status == 200
    own_embedded.pause()
    with concurrent.futures.ThreadPoolExecutor(2) as clients:
        waiting = [clients.submit(server.request, SWORD) for _ in range(2)]
        time.sleep(0.5)  # A scrape is in flight, too: beside it only one of them would find room.
        processes.wait_until(
            lambda: value(scrape(server), "gamevents_http_requests_in_flight") == 3, 10, "waiting")
        refused = server.request(SWORD)
        assert refused.status == 503
        assert int(refused.headers["Retry-After"]) >= 1
        assert server.request("/healthz").status == 200
        own_embedded.resume()
        assert [each.result(30).status for each in waiting] == [200] * 2
    assert value(scrape(server), "gamevents_http_requests_refused_total", reason="in_flight") == 1


def test_one_callers_rate(serve, embedded):
    server = serve("--set", "serve.rate_limit=1", "--set", "serve.rate_burst=3")
    answers = [server.request(SWORD) for _ in range(6)]
    assert [answer.status for answer in answers[:3]] == [200] * 3
    refused = [answer for answer in answers if answer.status == 429]
    assert len(refused) >= 2
    assert {answer.headers["Retry-After"] for answer in refused} == {"1"}
    assert server.request("/readyz").status in (200, 503)
    time.sleep(1.1)
    assert server.request(SWORD).status == 200
    samples = scrape(server)
    assert value(samples, "gamevents_http_requests_refused_total",
                 reason="rate_limit") == len(refused)


def test_keys_and_reading_them_again(serve, tmp_path):
    keys = tmp_path / "keys"
    keys.write_text("# games\n" + line_of("first-key", "game"))
    server = serve("--set", f"serve.api_keys_file={keys}")
    refused = server.request(SWORD)
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="gamevents"'

    def status(key):
        by_header = server.request(SWORD, headers={"x-api-key": key}).status
        assert server.request(SWORD, headers={"Authorization": f"Bearer {key}"}).status == by_header
        return by_header
    assert (status("first-key"), status("second-key")) == (200, 401)
    for path in ("/healthz", "/metrics", "/openapi.json"):
        assert server.request(path).status == 200
    schemes = json.loads(server.request("/openapi.json").text)["components"]["securitySchemes"]
    assert {scheme["type"] for scheme in schemes.values()} == {"apiKey", "http"}

    keys.write_text(line_of("second-key", "web") + "not a key\n")
    server.signal(signal.SIGHUP)
    wait_for_note(server, f"serve.api_keys_file: not read again, what was there before stays: "
                          f"{keys}:2: ")
    assert (status("first-key"), status("second-key")) == (200, 401)

    keys.write_text(line_of("second-key", "web"))
    server.signal(signal.SIGHUP)
    wait_for_note(server, "serve.api_keys_file: read again")
    assert (status("first-key"), status("second-key")) == (401, 200)
    assert server.stop() == 0, server.stderr


def test_operators_routes_can_be_closed(serve, tmp_path):
    (tmp_path / "keys").write_text(line_of("key", "prometheus"))
    server = serve("--set", "serve.api_keys_file=keys", "--set", "serve.open_routes=/healthz")
    assert server.request("/healthz").status == 200
    assert server.request("/metrics").status == 401
    assert server.request("/metrics", headers={"Authorization": "Bearer key"}).status == 200


@pytest.mark.parametrize("settings, message", [
    (["serve.api_keys_file=missing"], "serve.api_keys_file: "),
    (["serve.api_keys_file=empty"], "there is no key"),
    (["serve.open_routes=/health"], "serve.open_routes: there is no route /health"),
    (["serve.access_log=text", "serve.access_log_file=no/such/folder"], "serve.access_log_file: "),
])
def test_what_cannot_be_used_is_named_at_the_start(gamevents, topic, embedded, tmp_path, settings,
                                                   message):
    (tmp_path / "empty").write_text("# nobody\n")
    sets = [word for setting in settings for word in ("--set", setting)]
    done = gamevents("serve", "--port", "0", *sets, check=False)
    assert done.returncode == 1
    assert message in done.stderr.decode()


def test_an_origin_is_checked_by_the_configuration(gamevents, embedded):
    done = gamevents("config", "check", "--set", "serve.cors_origins=https://game.example/",
                     check=False)
    assert done.returncode == 2
    assert "is no origin" in done.stderr.decode()


def test_pages_of_an_allowed_origin(serve):
    server = serve("--set", f"serve.cors_origins={GAME}")
    asks = {"Origin": GAME, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-api-key"}
    preflight = server.request("/", method="OPTIONS", headers=asks)
    assert preflight.status == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == GAME
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Allow-Headers"] == "content-type,x-api-key"
    assert int(preflight.headers["Access-Control-Max-Age"]) > 0
    assert "Origin" in preflight.headers.get_all("Vary")
    answer = server.request(SWORD, method="POST", headers={"Origin": GAME})
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, GAME)
    other = server.request(SWORD, method="POST", headers={"Origin": "http://evil.example"})
    assert (other.status, other.headers["Access-Control-Allow-Origin"]) == (403, None)
    own = server.request(SWORD, headers={"Origin": server.url})
    assert own.status == 200
    assert value(scrape(server), "gamevents_producer_records_total") == 2


def beacon(server, **headers):
    """What navigator.sendBeacon sends for a text while a page closes."""
    return server.request("/events", method="POST", body='{"event_type": "unload"}', headers={
        "Content-Type": "text/plain;charset=UTF-8", "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "no-cors", **headers})


def test_the_last_events_of_a_page_arrive(serve):
    server = serve("--set", f"serve.cors_origins={GAME}")
    answer = beacon(server, Origin=GAME)
    assert (answer.status, answer.headers["Access-Control-Allow-Credentials"]) == (200, "true")
    asks = {"Origin": GAME, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type"}
    preflight = server.request("/events", method="OPTIONS", headers=asks)
    assert preflight.headers["Access-Control-Allow-Credentials"] == "true"
    assert beacon(server, Origin="http://evil.example").status == 403
    assert beacon(serve("--set", "serve.cors_origins=*"), Origin=GAME).status == 415
    assert value(scrape(server), "gamevents_producer_records_total") == 1


# Each route that stores and that a page can have a browser ask for with an image or a link.
STORING = ["/", SWORD, "/join_a_guild/u/g", "/purchase/sword/u", "/leave_a_guild/u",
           "/leave_a_guild/u/g"]


def test_pages_of_other_sites_store_nothing_by_a_get(serve):
    server = serve()
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "/readyz 200")
    for site in ("cross-site", "same-site"):
        for path in STORING:
            for method in ("GET", "HEAD", "POST"):
                refused = server.request(path, method=method, headers={"Sec-Fetch-Site": site})
                assert refused.status == 403, (site, path, method)
    assert value(scrape(server), "gamevents_producer_records_total") == 0
    for headers in ({}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin"}):
        for path in STORING:
            answer = server.request(path, headers=headers)
            assert answer.status in (200, 409), (headers, path)
            assert answer.headers["Cache-Control"] == "no-store", path
    # A purchase is answered when the fold has passed it, which may be before its delivery counts.
    processes.wait_until(
        lambda: value(scrape(server), "gamevents_producer_records_total") == 3 * len(STORING), 10,
        "all records")
    shown = server.request("/inventory/u", headers={"Sec-Fetch-Site": "cross-site"})
    assert (shown.status, shown.headers["Cache-Control"]) == (200, None)


def test_a_name_that_is_made_to_resolve_to_the_server_is_not_its_own(serve):
    """DNS rebinding: Host and Origin agree, but the name is the page's author's."""
    server = serve("--set", "serve.hosts=game.example")
    evil = {"Host": "evil.example:5000", "Origin": "http://evil.example:5000"}
    for method, path in (("POST", "/events"), ("GET", SWORD), ("GET", "/inventory"),
                         ("GET", "/dashboard"), ("GET", "/metrics")):
        refused = server.request(path, method=method, body=b"" if method == "POST" else None,
                                 headers=evil)
        assert refused.status == 421, path
        assert "serve.hosts" in refused.text
    for name in ("localhost:1", "a.localhost", "127.0.0.1", "[::1]:9", "game.example:5000"):
        assert server.request(SWORD, headers={"Host": name}).status == 200
    metrics = scrape(server)
    assert value(metrics, "gamevents_http_bad_requests_total", code="421") == 5
    assert value(metrics, "gamevents_producer_records_total") == 5


def test_beyond_loopback_names_are_checked_once_they_are_listed(serve):
    free = serve("--host", "0.0.0.0")
    assert free.request(SWORD, headers={"Host": "any.example"}).status == 200
    listed = serve("--host", "0.0.0.0", "--set", "serve.hosts=game.example")
    assert listed.request(SWORD, headers={"Host": "any.example"}).status == 421
    assert listed.request(SWORD, headers={"Host": "game.example"}).status == 200


def test_a_name_of_the_server_is_checked_by_the_configuration(gamevents, embedded):
    done = gamevents("config", "check", "--set", "serve.hosts=http://game.example:5000",
                     check=False)
    assert done.returncode == 2
    assert "is no host's name" in done.stderr.decode()


def test_without_allowed_origins_pages_of_others_store_nothing(serve):
    server = serve()
    assert server.request(SWORD, headers={"Origin": GAME}).status == 403
    asks = {"Origin": GAME, "Access-Control-Request-Method": "POST"}
    preflight = server.request("/", method="OPTIONS", headers=asks)
    assert not [name for name in preflight.headers if name.startswith("Access-Control-")]


def test_access_log_as_json(serve, tmp_path):
    log = tmp_path / "access.log"
    server = serve("--set", "serve.access_log=json", "--set", f"serve.access_log_file={log}")
    server.request(SWORD + "?token=secret", headers={"user-agent": 'a"b\xe9', "x-api-key": "s"})
    server.request("/nowhere", method="POST", body=b"12345")
    log.rename(tmp_path / "access.log.1")
    server.signal(signal.SIGHUP)
    wait_for_note(server, "serve.access_log_file: read again")
    server.request("/healthz")
    assert server.stop() == 0
    text = (tmp_path / "access.log.1").read_text() + log.read_text()
    assert "secret" not in text
    first, second, third = map(json.loads, text.splitlines())
    assert first["path"] == SWORD
    assert first["route"] == "/purchase_a_sword/<username>"
    assert (first["status"], first["remote_ip"], first["key"]) == (200, "127.0.0.1", None)
    assert first["user_agent"] == 'a"b\xe9'
    assert 0 < first["seconds"] < 30
    assert (second["method"], second["status"], second["bytes_in"]) == ("POST", 404, 5)
    assert third["route"] == "/healthz"


def test_access_log_as_text_goes_to_stderr(serve):
    server = serve("--set", "serve.access_log=text")
    assert server.request(SWORD, headers={"user-agent": "game 1"}).status == 200
    wait_for_note(server, f" 127.0.0.1 - GET {SWORD} 200 0 ")
    assert '"game 1"\n' in server.stderr


def test_log_level_is_read_again(serve, tmp_path):
    (tmp_path / "gamevents.yaml").write_text("log: {level: error}\n")
    server = serve()
    processes.wait_until(lambda: server.request("/readyz").status == 200, 10, "ready")
    assert "info" not in server.stderr
    (tmp_path / "gamevents.yaml").write_text("log: {level: loud}\n")
    server.signal(signal.SIGHUP)
    wait_for_note(server, "log.level: not read again")
    (tmp_path / "gamevents.yaml").write_text("log: {level: info}\nserve: {max_body: 2KiB}\n")
    server.signal(signal.SIGHUP)
    wait_for_note(server, "log.level: read again")
    assert "serve.max_body is changed: that needs a restart" in server.stderr


def test_the_service_manager_is_told(serve, manager):  # noqa: F811
    server = serve(env={"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "200000"})
    assert manager.next_but_watchdog() == ["READY=1"]
    assert [manager.next(), manager.next()] == [["WATCHDOG=1"]] * 2
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    server.signal(signal.SIGHUP)
    reloading, moment = manager.next_but_watchdog()
    assert reloading == "RELOADING=1"
    assert before <= int(moment.removeprefix("MONOTONIC_USEC=")) < before + 10_000_000
    assert manager.next_but_watchdog() == ["READY=1"]
    server.signal(signal.SIGTERM)
    assert manager.next_but_watchdog() == ["STOPPING=1"]
    assert server.process.wait(30) == 0


def test_before_it_stops_it_says_that_it_is_not_ready(serve, manager):  # noqa: F811
    server = serve("--set", "serve.drain_delay=1500ms", env={"NOTIFY_SOCKET": manager.path})
    processes.wait_until(lambda: server.request("/readyz").status == 200, 10, "ready")
    server.signal(signal.SIGTERM)
    assert manager.next() == ["READY=1"]
    assert manager.next() == ["STOPPING=1"]
    processes.wait_until(lambda: server.request("/readyz").status == 503, 1, "/readyz 503")
    assert "stopping" in server.request("/readyz").text
    assert server.request(SWORD).status == 200  # whoever has not noticed is still served
    assert server.process.wait(30) == 0


# Puts the socket where sd_listen_fds(3) looks for it, and says whose it is.
HAND_OVER = """
import os, sys
fd, count, *command = sys.argv[1:]
os.dup2(int(fd), 3)
os.environ.update(LISTEN_FDS=count, LISTEN_PID=str(os.getpid()))
os.execv(command[0], command)
"""


def launcher(fd: int, count: int) -> list[str]:
    return [sys.executable, "-c", HAND_OVER, str(fd), str(count)]


def test_a_socket_that_is_handed_over(embedded, topic, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        # A client that comes before the server is there: its request waits in the socket.
        early = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        early.request("GET", SWORD)
        server = program.Server([], home=tmp_path, brokers=embedded.brokers, topic=topic,
                                launcher=launcher(listener.fileno(), 1),
                                pass_fds=[listener.fileno()])
    try:
        assert server.port == port
        assert early.getresponse().status == 200
        assert server.request(SWORD).status == 200
        assert server.stop() == 0
    finally:
        server.kill()


def test_what_is_handed_over_must_be_one_listening_socket(embedded, topic, tmp_path):
    with socket.socket() as silent:
        for count, message in ((1, "no TCP socket that listens"), (2, "hands over 2 sockets")):
            with pytest.raises(program.ProgramFailed, match=message):
                program.Server([], home=tmp_path, brokers=embedded.brokers, topic=topic,
                               launcher=launcher(silent.fileno(), count),
                               pass_fds=[silent.fileno()])


def test_what_a_browser_hides_is_noted(serve, tmp_path):
    (tmp_path / "keys").write_text(line_of("abc", "game"))
    server = serve("--set", "serve.api_keys_file=keys")
    stranger = {"Origin": "http://localhost:33380"}
    asks = stranger | {"Access-Control-Request-Method": "POST"}
    for _ in range(3):
        assert server.request("/events", method="OPTIONS", headers=asks).status == 200
    wait_for_note(server, "info: refused origin http://localhost:33380 (OPTIONS /events of "
                          "127.0.0.1); serve.cors_origins would allow it\n")
    assert server.request("/inventory?secret=1").status == 401
    wait_for_note(server, "info: refused a request without an API key (GET /inventory of "
                          "127.0.0.1)\n")
    text = {"X-Api-Key": "abc", "Content-Type": "text/plain"}
    assert server.request("/events", method="POST", body=b"{}", headers=text).status == 415
    wait_for_note(server, "info: refused what was sent to /events (415): ")
    # A line of each, however many there were, and nothing of the query.
    assert server.request(SWORD, headers=stranger).status == 403
    assert server.request(SWORD, headers={"X-Api-Key": "abcd"}).status == 401
    assert server.stop() == 0
    assert server.stderr.count("refused ") == 3
    assert "secret" not in server.stderr
