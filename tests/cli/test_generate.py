"""Goal: `generate` plays the same traffic from the same seed, accounts for each event, and
`consume --verify` tells a sound topic from one that is not.

Method: the executable against each broker and against servers of the test's own, which answer as
the test wants; topics are spoilt on purpose, by hand.
"""

import collections
import hashlib
import http.server
import json
import os
import pty
import re
import signal
import socket
import subprocess
import threading
import time

import pytest
from support import paths, processes, program

SOUND = re.compile(r"acknowledged (\d+), found \1, lost 0, duplicated 0, reordered 0\n")


class PlayServer:
    """An HTTP server that keeps the events it is sent and answers as `answer(number, events)` says:
    status, body, headers."""

    def __init__(self, answer):
        self.events = collections.deque()
        self.requests = 0
        lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                events = json.loads(body)
                events = events if isinstance(events, list) else [events]
                with lock:
                    number = outer.requests
                    outer.requests += 1
                    status, text, headers = answer(number, events)
                    if status == 200:
                        outer.events.extend(events)
                self.send_response(status)
                for name, value in ({"Content-Length": len(text)} | headers).items():
                    self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(text.encode())

            def do_GET(self):
                self.send_error(404)

            def log_message(self, *args):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


def accept(_number, events):
    return 200, json.dumps({"accepted": len(events), "duplicates": 0, "rejected": []}), {}


@pytest.fixture
def play_server():
    """play_server(answer=accept): a PlayServer for the test."""
    started = []

    def start(answer=accept):
        started.append(PlayServer(answer))
        return started[-1]
    yield start
    for server in started:
        server.stop()


@pytest.fixture
def values(gamevents):
    """The topic's records as a list of (key, event)."""
    def read():
        lines = gamevents("consume", "--from-beginning", "--output", "%k\\t%s\\n").stdout
        pairs = (line.decode().split("\t", 1) for line in lines.splitlines())
        return [(key, json.loads(value)) for key, value in pairs]
    return read


def test_a_seed_gives_the_same_events(gamevents, broker, topic, values):
    other = broker.create_topic(topic + "-again")
    for name in (topic, other):
        done = gamevents("generate", "--to", "topic", "--seed", 7, "--players", 20, "--count", 500,
                         topic=name)
        assert done.stdout.startswith(b"seed         7\nsent         500 in ")
    first = gamevents("consume", "--from-beginning").stdout
    again = gamevents("consume", "--from-beginning", topic=other).stdout
    received = re.compile(rb',"received_at":"[^"]*"')
    assert received.sub(b"", first) == received.sub(b"", again)
    assert first != again

    events = values()
    assert len({event["event_id"] for _, event in events}) == 500
    assert {event["event_type"] for _, event in events} > {"default", "purchase_sword",
                                                           "join_a_guild", "leave_a_guild"}
    for key, event in events:
        assert key == event.get("user_name", event.get("user"))
        assert event["event_time"].startswith("2026-01-01T")


def test_a_seed_that_was_played_before_is_warned_of(gamevents, broker, topic):
    play = ("generate", "--to", "topic", "--players", 20, "--count", 30)
    warning = f"the topic {topic} has events of this world already (--seed 8)".encode()
    gamevents("produce", input=b"no event\n{}\n")
    assert b"already" not in gamevents(*play, "--seed", 8).stderr
    assert warning in gamevents(*play, "--seed", 8).stderr
    assert b"already" not in gamevents(*play, "--seed", 9).stderr
    # The first records are of the first world, the last ones of the other.
    assert warning in gamevents(*play, "--seed", 8).stderr
    assert b"already" not in gamevents(*play, "--seed", 10, "--span", "2d").stderr
    assert b"--seed 10" in gamevents(*play, "--seed", 10, "--span", "2d").stderr
    assert b"already" not in gamevents(*play).stderr


def test_another_seed_is_drawn_and_told(gamevents, topic):
    seeds = {gamevents("generate", "--to", "topic", "--count", 1).stdout.splitlines()[0]
             for _ in range(3)}
    assert len(seeds) == 3


def test_connections_and_batches_do_not_change_the_events(gamevents, play_server):
    sent = []
    for extra in ([], ["--connections", 8, "--batch", 20], ["--rate", 5000, "--batch", 7]):
        server = play_server()
        done = gamevents("generate", "--url", server.url, "--seed", 3, "--count", 400,
                         "--format", "json", *extra)
        summary = json.loads(done.stdout)
        assert (summary["sent"], summary["acknowledged"]) == (400, 400)
        assert summary["requests"] == server.requests
        sent.append(sorted(map(json.dumps, server.events)))
        orders = collections.defaultdict(list)
        for event in server.events:
            user = event.get("user_name", event.get("user"))
            orders[user].append(event["event_time"])
        assert all(times == sorted(times) for times in orders.values())
    assert sent[0] == sent[1] == sent[2]


def test_the_log_holds_the_ledger(gamevents, serve, topic):
    server = serve()
    done = gamevents("generate", "--url", server.url, "--routes", "classic", "--count", 2000,
                     "--ledger", "ledger", "--format", "json")
    summary = json.loads(done.stdout)
    assert (summary["acknowledged"], summary["refused"], summary["unknown"]) == (2000, 0, 0)
    assert 0 < summary["latency_ms"]["p50"] <= summary["latency_ms"]["max"]
    verdict = gamevents("consume", "--verify", "ledger")
    assert verdict.stdout == (
        b"acknowledged 2000, found 2000, lost 0, duplicated 0, reordered 0\n")
    assert b"read 2000 records, 0 of them not in the ledger" in verdict.stderr


def test_what_is_lost_there_twice_or_out_of_order_is_found(gamevents, broker, topic):
    gamevents("generate", "--to", "topic", "--seed", 1, "--players", 1, "--count", 10,
              "--ledger", "ledger")
    lines = gamevents("consume", "--from-beginning", "--output", "json").stdout.splitlines()
    ids = [json.loads(json.loads(line)["value"])["event_id"] for line in lines]
    spoilt = broker.create_topic(topic + "-spoilt")
    # The second is lost, the fourth comes before the third, the tenth is there twice.
    order = [0, 3, 2, 4, 5, 6, 7, 8, 9, 9]
    gamevents("produce", "--json", topic=spoilt,
              input=b"".join(lines[place] + b"\n" for place in order))

    done = gamevents("consume", "--verify", "ledger", topic=spoilt, check=False)
    assert done.returncode == 1
    user = json.loads(lines[0])["key"]
    assert done.stdout.decode() == (
        "acknowledged 10, found 9, lost 1, duplicated 1, reordered 1\n"
        f"lost: {ids[1]} (user {user}, number 1)\n"
        f"duplicated: {ids[9]} (user {user}, number 9) at [0] offset 9\n"
        f"reordered: {ids[2]} (user {user}, number 2) at [0] offset 2\n")
    as_json = gamevents("consume", "--verify", "ledger", "--format", "json", topic=spoilt,
                        check=False)
    assert as_json.returncode == 1
    verdict = json.loads(as_json.stdout)
    assert verdict["first_reordered"] == [{"event_id": ids[2], "user": user, "number": 2,
                                           "partition": 0, "offset": 2}]
    # A part of the topic holds a part of the ledger.
    part = gamevents("consume", "--verify", "ledger", "-o", "5:", check=False)
    assert part.stdout.startswith(b"acknowledged 10, found 5, lost 5, duplicated 0, reordered 0\n")


def test_what_is_refused_is_counted_and_fails(gamevents, play_server):
    def answer(number, events):
        if number % 2 == 0:
            return 503, "too many events are waiting: why\n", {"Retry-After": 0}
        return 413, "too large\n", {}
    server = play_server(answer)
    done = gamevents("generate", "--url", server.url, "--connections", 1, "--count", 3,
                     "--retry", 0, "--ledger", "ledger", "--format", "json", check=False)
    assert done.returncode == 1
    assert b"3 of 3 events were not acknowledged" in done.stderr
    assert json.loads(done.stdout)["refusals"] == {
        "413 too large": 1, "503 too many events are waiting": 2}


def test_a_secured_server_takes_events_with_its_key(gamevents, serve, topic, tmp_path):
    digest = hashlib.sha256(b"abc").hexdigest()
    (tmp_path / "keys").write_text(f"{digest}  load-test\n")
    (tmp_path / "headers").write_text("X-Api-Key: abc\n")
    server = serve("--set", "serve.api_keys_file=keys")
    args = ("generate", "--url", server.url, "--count", 20)
    for header in ("X-Api-Key: abc", "@headers"):
        assert b"acknowledged 20 " in gamevents(*args, "--header", header).stdout
    refused = gamevents(*args, check=False)
    assert refused.returncode == 1
    # Nothing was measured, so no latency is told.
    assert b"401" in refused.stdout and b"latency" not in refused.stdout
    summary = json.loads(gamevents(*args, "--format", "json", check=False).stdout)
    assert summary["latency_ms"] is None


def test_a_503_is_tried_again_with_the_same_event(gamevents, play_server):
    tried = []

    def answer(number, events):
        tried.append(events[0]["event_id"])
        return accept(number, events) if number == 2 else (503, "busy", {"Retry-After": 0})
    server = play_server(answer)
    done = gamevents("generate", "--url", server.url, "--count", 1, "--retry", 2)
    assert b"requests     3, 2 of them retries\n" in done.stdout
    assert len(tried) == 3
    assert len(set(tried)) == 1


def test_a_server_that_stalls_cannot_hide(gamevents, play_server):
    def answer(number, events):
        if number == 0:
            time.sleep(1)
        return accept(number, events)
    server = play_server(answer)
    done = gamevents("generate", "--url", server.url, "--connections", 1, "--rate", 200,
                     "--count", 100, "--format", "json")
    # Most of them were due during the stall and had to wait, however fast each answer was.
    assert json.loads(done.stdout)["latency_ms"]["p50"] > 300


def test_ctrl_c_ends_it_with_the_summary(background, gamevents, serve, topic, tmp_path):
    server = serve()
    traffic = background("generate", "--url", server.url, "--routes", "classic", "--ledger",
                         "ledger", "--format", "json")
    ledger = tmp_path / "ledger"
    processes.wait_until(lambda: ledger.exists() and len(ledger.read_bytes()) > 10_000, 20,
                         "some events")
    traffic.signal(signal.SIGINT)
    done = traffic.finish(20)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["sent"] == summary["acknowledged"] > 100
    found = SOUND.fullmatch(gamevents("consume", "--verify", "ledger").stdout.decode())
    assert int(found[1]) == summary["acknowledged"]


def test_the_duration_ends_it(gamevents, play_server):
    server = play_server()
    begin = time.monotonic()
    gamevents("generate", "--url", server.url, "--duration", "1s")
    assert 1 <= time.monotonic() - begin < 6
    done = gamevents("generate", "--url", server.url, "--rate", 100, "--duration", "1s",
                     "--format", "json")
    assert 50 < json.loads(done.stdout)["sent"] < 150


def test_nobody_listens(gamevents):
    done = gamevents("generate", "--url", f"http://{program.NOWHERE}", "--count", 1, check=False)
    assert done.returncode == 1
    assert done.stdout == b""
    assert program.NOWHERE in done.stderr.decode()
    assert "gamevents serve" in done.stderr.decode()


def test_an_ipv6_server(gamevents, serve, topic):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no ::1")
    server = serve("--host", "::1")
    gamevents("generate", "--url", server.url, "--routes", "classic", "--count", 3)


def test_a_ledger_is_of_one_run(gamevents, topic, tmp_path):
    (tmp_path / "ledger").write_text("precious\n")
    done = gamevents("generate", "--to", "topic", "--count", 1, "--ledger", "ledger", check=False)
    assert done.returncode == 1
    assert "ledger: is not empty" in done.stderr.decode()
    assert (tmp_path / "ledger").read_text() == "precious\n"
    verify = gamevents("consume", "--verify", "ledger", check=False)
    assert verify.returncode == 1
    assert "ledger:1: is no line of a ledger" in verify.stderr.decode()


def test_a_topic_that_is_not_there(gamevents, broker):
    done = gamevents("generate", "--to", "topic", "--count", 5, topic="nowhere", check=False)
    assert done.returncode == 1
    assert done.stdout == b""
    assert "nowhere" in done.stderr.decode()


@pytest.mark.parametrize("args, says", [
    (["generate", "--to", "topic", "--batch", 2], "--to topic"),
    (["generate", "--routes", "classic", "--batch", 2], "--batch"),
    (["generate", "--to", "topic", "-H", "X-Api-Key: abc"], "--to topic"),
    (["generate", "--header", "X-Api-Key"], "write it as 'Name: value'"),
    (["generate", "--header", "X Y: abc"], "is no header"),
    (["generate", "--header", "X-Api-Key: a\nb: c"], "control character"),
    (["generate", "--header", "content-type: text/plain"], "by the client itself"),
    (["generate", "--header", "@nowhere"], "--header: open nowhere"),
    (["generate", "--set", "serve.port=0"], "--url"),
    (["generate", "--duration", "10"], "--duration"),
    (["generate", "--rate", "0"], "--rate"),
    (["generate", "--connections", "1001"], "--connections"),
    (["generate", "--players", "0"], "--players"),
    (["consume", "--verify", "x", "--format", "%s"], "--output: '%s' is not a form of a verdict"),
    (["consume", "--verify", "x", "--follow"], "--verify"),
], ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else None)
def test_wrong_usage(gamevents, args, says):
    done = gamevents(*args, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stdout == b""
    assert says in done.stderr.decode()


def on_a_terminal(tmp_path, *args) -> str:
    """What the program writes to stderr when that is a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [paths.executable(), *map(str, args)], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=theirs, cwd=tmp_path,
        env=program.environment(tmp_path, None, None, None), preexec_fn=processes.die_with_parent)
    os.close(theirs)
    text = b""
    try:
        while part := os.read(ours, 4096):
            text += part
    except OSError:  # Linux says EIO at the end of a terminal.
        pass
    finally:
        os.close(ours)
        assert process.wait(30) == 0
    return text.decode()


def test_progress_is_for_terminals(gamevents, play_server, tmp_path):
    server = play_server()
    args = ["generate", "--url", server.url, "--rate", 50, "--duration", "1s"]
    shown = on_a_terminal(tmp_path, *args)
    line = (r"\r\x1b\[K\d+s, \d+ %(, \d+s left)?: \d+ acknowledged \(\d+/s\), 0 refused, "
            r"0 unknown, p99 ")
    assert re.search(line, shown)
    assert shown.endswith("\r\x1b[K")
    assert on_a_terminal(tmp_path, "-q", *args) == ""
    assert gamevents(*args).stderr == b""
