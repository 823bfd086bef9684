"""Goal: no client can crash `serve`, make it hang, have a request taken for another one, or keep
others from being served. Method: raw sockets against the executable with its embedded broker: a
table of malformed requests, clients that are slow, endless, greedy, half gone or gone. Through TLS
as well, but for what Python's ssl cannot do (closing half a connection, reading and writing at
once), and for a client too many, whose handshake is not begun.
"""

import contextlib
import socket
import threading
import time

import pytest
from support import hostile, processes, program
from support.certificates import own  # noqa: F401 (a fixture)
from support.hostile_requests import REQUESTS, chunked, encoded, get, post

# Short enough for a test to wait for, long enough for a busy machine to send a request in.
HEADER_TIMEOUT_S = 2
SLOWLORIS = 5_000
PIPELINED = 100_000

# For a test that holds through TLS as well.
both = pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"], indirect=True,
                               scope="module")


@pytest.fixture(scope="module")
def secure(request) -> bool:
    """Whether `start` starts servers that speak TLS; see `both`."""
    return getattr(request, "param", False)


@pytest.fixture(scope="module")
def start(secure, own, tmp_path_factory):
    """start(*settings): a `serve` with an embedded broker of its own, killed at the end."""
    started = []

    def run(*settings, **options):
        arguments = [word for setting in ("embedded.listen=127.0.0.1:0", *settings)
                     for word in ("--set", setting)]
        if secure:
            arguments += own.settings("serve.tls")
            options["tls"] = own.trusted()
        home = tmp_path_factory.mktemp("serve")
        started.append(program.Server(arguments, home=home, brokers="embedded", **options))
        processes.wait_until(lambda: started[-1].request("/readyz").status == 200, 20, "/readyz")
        return started[-1]
    yield run
    for server in started:
        server.kill()


@pytest.fixture(scope="module")
def server(start):
    """One for the tests that leave it as it was; see `sound`."""
    return start(f"serve.header_timeout={HEADER_TIMEOUT_S}s",
                 f"serve.body_timeout={HEADER_TIMEOUT_S}s", "serve.trusted_proxies=127.0.0.0/8")


def sound(server) -> bool:
    """Whether it still runs and stores an event."""
    return server.request("/purchase_a_sword/after").status == 200


def test_the_table_is_large():
    assert len(REQUESTS) >= 150


@both
@pytest.mark.parametrize("name", REQUESTS)
def test_a_hostile_request_is_refused_and_ends_its_connection(server, name):
    request, expected = REQUESTS[name]
    assert hostile.exchange(server, request) == expected


@both
def test_after_all_of_them_it_still_serves(server):
    assert sound(server)


@both
def test_what_only_looks_hostile_is_served(server):
    """The table's other side: what is refused there is not refused because of its neighbours."""
    long = b"/" + b"a/" * 4000  # Deadly for a recursive regex.
    once = b"Connection: close\r\n"
    for request, expected in (
            (get(once, long), 404), (get(once + b"A: b\r\n" * 98), 200),
            (get(once, b"http://other/healthz"), 200), (b"\r\n" + get(once), 200),
            (get(once + b"Content-Length: 0, 0\r\n"), 200),
            (post(once + b"Content-Length: 1\r\nContent-Length: 1\r\n", b"x"), 200),
            (chunked(b"000001;a=b\r\nx\r\n0\r\nTrailer: y\r\n\r\n")
             .replace(b"Host", once + b"Host"), 200),
            (get(once + b"Name: \xff\xfe\r\n"), 200)):
        assert hostile.exchange(server, request) == [expected], request[:100]


@both
def test_no_header_changes_who_the_client_is(server, start):
    """CVE-2025-66570 (REMOTE_ADDR and its like), CVE-2026-46527 (an empty X-Forwarded-For)."""
    spoofs = {name: "6.6.6.6" for name in
              ("REMOTE_ADDR", "REMOTE_PORT", "LOCAL_ADDR", "LOCAL_PORT", "X-Real-IP", "Client-IP")}
    assert server.request("/", headers=spoofs).text.endswith("\n127.0.0.1")
    for value in ("", " ", ",", "unknown", ",,,", "6.6.6.6, unknown"):
        answer = server.request("/", headers={"X-Forwarded-For": value})
        assert (answer.status, answer.text.splitlines()[-1]) == (200, "127.0.0.1"), value
    for value in ("6.6.6.6, 192.0.2.7", "6.6.6.6, 192.0.2.7,"):  # RFC 9110 section 5.6.1.2
        believed = server.request("/", headers={"X-Forwarded-For": value})
        assert believed.text.endswith("\n192.0.2.7")
    wary = start()
    claims = {"X-Forwarded-For": "6.6.6.6", "Forwarded": "for=6.6.6.6"}
    assert wary.request("/", headers=claims).text.endswith("\n127.0.0.1")


def test_nothing_percent_decoded_becomes_a_header(server):
    """CVE-2026-45372: CR and LF out of a header's or the path's percent-encoding."""
    answer = server.request("/purchase_a_sword/a%0D%0ASet-Cookie:%20b",
                            headers={"X-A": "%0d%0aX-B: c", "Referer": "%0D%0A%0D%0A<html>"})
    assert answer.status == 200
    assert answer.headers["Set-Cookie"] is None
    assert answer.headers["X-B"] is None


@both
def test_a_request_cut_off_at_every_byte(server):
    """Half closed, reset, or just silent: at each byte of a request with a body."""
    request = chunked(b"5;a\r\nsword\r\n0\r\nA: b\r\n\r\n").replace(b"POST / ", b"POST /healthz ")
    silent = []
    for length in range(len(request)):
        assert hostile.exchange(server, request[:length], finish=True) == []
        gone = hostile.connect(server)
        gone.sendall(request[:length])
        hostile.reset(gone)
        if length > 0:
            silent.append(hostile.connect(server))
            silent[-1].sendall(request[:length])
    for client in silent:
        assert hostile.statuses(hostile.read_to_end(client)) == [408]
        client.close()
    assert len(silent) == len(request) - 1
    assert sound(server)


@both
def test_clients_that_leave_while_their_answers_are_pending(server):
    for turn in range(300):
        client = hostile.connect(server)
        client.sendall(get(target=b"/purchase_a_sword/gone%d" % turn) * 5)
        if turn % 3 == 0:
            hostile.reset(client)
        elif turn % 3 == 1 and not server.tls:
            client.shutdown(socket.SHUT_WR)
            assert hostile.statuses(hostile.read_to_end(client)) == [200] * 5
        client.close()
    assert sound(server)


def drip(client: socket.socket, part: bytes, pause: float) -> float:
    """Sends `part` again and again until the server has had enough; the seconds that it took."""
    begin = time.monotonic()
    try:
        while time.monotonic() - begin < 30:
            client.sendall(part)
            time.sleep(pause)
    except hostile.GONE:
        pass
    return time.monotonic() - begin


@both
@pytest.mark.parametrize("head, part", [
    (b"GET / HTTP/1.1\r\nA: ", b"b"),
    (b"GET / HTTP/1.1\r\n", b"A: b\r\n"),
    (post(b"Content-Length: 1000000\r\n"), b"b"),
    (chunked(b""), b"1\r\nb\r\n"),
    (encoded(b"x" * 100)[:-50], b"x"),
], ids=["a header", "headers", "a body", "chunks", "a gzip"])
def test_what_never_ends_is_ended(server, head, part):
    with hostile.connect(server) as client:
        client.sendall(head)
        seconds = drip(client, part, 0.1)
    assert HEADER_TIMEOUT_S - 1 < seconds < HEADER_TIMEOUT_S + 8


def test_slowloris_keeps_nobody_from_being_served(start):
    """Thousands that send a header every now and then, while others play."""
    hostile.raise_descriptor_limit(SLOWLORIS + 200)
    server = start("serve.header_timeout=8s")
    slow = []
    try:
        for _ in range(SLOWLORIS):
            slow.append(hostile.connect(server))
            slow[-1].sendall(b"GET / HTTP/1.1\r\n")
        longest = 0.0
        for turn in range(200):
            for client in slow[turn::200]:
                client.sendall(b"X-%d: y\r\n" % turn)
            begin = time.monotonic()
            assert server.request(f"/purchase_a_sword/player{turn}").status == 200
            longest = max(longest, time.monotonic() - begin)
        assert longest < 2
        answers = [hostile.statuses(hostile.read_to_end(client)) for client in slow]
        assert answers == [[408]] * SLOWLORIS
    finally:
        for client in slow:
            client.close()
    assert sound(server)


def test_one_client_too_many_is_told_so(start):
    server = start("serve.max_connections=100")
    clients = []
    for _ in range(100):
        clients.append(hostile.connect(server))
        clients[-1].sendall(get())
        assert clients[-1].recv(1000).startswith(b"HTTP/1.1 200")
    for _ in range(50):
        assert hostile.exchange(server, get()) == [503]
    for client in clients:
        client.sendall(get())
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
        client.close()
    processes.wait_until(lambda: server.request("/healthz").status == 200, 10, "room again")
    assert sound(server)


def test_a_hundred_thousand_pipelined_requests(server):
    """All are sent before it matters whether an answer is read; each gets its own, in order."""
    with hostile.connect(server, 60) as client:
        def send():
            for first in range(0, PIPELINED, 1000):
                client.sendall(b"".join(get(target=b"/purchase_a_sword/p%d" % number)
                                        for number in range(first, first + 1000)))
        sender = threading.Thread(target=send, daemon=True)
        sender.start()
        answers = client.makefile("rb", 1 << 20)
        for number in range(PIPELINED):
            length = 0
            assert answers.readline() == b"HTTP/1.1 200 OK\r\n"
            while (line := answers.readline()) != b"\r\n":
                if line.startswith(b"Content-Length: "):
                    length = int(line[16:])
            assert answers.read(length).startswith(b"Hello p%d!!" % number)
        sender.join()


@both
def test_who_never_reads_is_held_back_and_cut(start):
    server = start("serve.write_timeout=2s")
    with hostile.connect(server) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sent = 0
        begin = time.monotonic()
        with pytest.raises(hostile.GONE):
            while time.monotonic() - begin < 30:
                client.sendall(get(target=b"/nowhere") * 1000)
                sent += 1
        assert sent < 10_000
    assert sound(server)


@both
def test_clients_that_ask_for_much_and_read_nothing_hold_little(start):
    """128 requests in one segment, each for the longest answer there is."""
    server = start()
    longest = len(server.request("/openapi.json").body)
    before = processes.resident_mib(server.pid)
    clients = [hostile.connect(server) for _ in range(30)]
    for client in clients:
        client.sendall(get(target=b"/openapi.json") * 128)
    honest = post(b"Content-Length: 100000\r\nConnection: close\r\n",
                  b'{"event_type":"a","x":"' + b"x" * 99_975, b"/events")
    for _ in range(5):
        with hostile.connect(server) as client:
            client.sendall(honest)
            time.sleep(0.05)
            client.sendall(b'"}')
            assert hostile.statuses(hostile.read_to_end(client)) == [200]
        assert processes.resident_mib(server.pid) - before < 100
        held = server.metric("gamevents_http_memory_bytes")
        # What is to be sent grows by doubling.
        assert held < len(clients) * 2 * ((512 << 10) + longest)
    for client in clients:
        client.close()
    assert sound(server)


def test_connections_leave_descriptors_to_the_log(start):
    """More clients than there are open files: the log's next segments are begun all the same."""
    few = ["sh", "-c", 'ulimit -n 256 && exec "$@"', "sh"]
    server = start("embedded.segment_size=2MiB", launcher=few)
    assert "clients are taken, not the 20000 of serve.max_connections" in server.stderr
    clients = [hostile.connect(server) for _ in range(300)]
    try:
        # Those that are refused are closed by now; the others are idle, and take what there is.
        processes.wait_until(lambda: refused(clients[-1]), 20, "a refusal")
        taken = [client for client in clients if not refused(client)]
        assert 50 < len(taken) < 250
        for client in taken[:10]:  # Room for this test's own requests.
            client.close()
        processes.wait_until(lambda: server.request("/healthz").status == 200, 20, "room")
        for _ in range(30):
            event = b'{"event_type":"a","x":"' + b"x" * 200_000 + b'"}'
            assert server.request("/events", "POST", event).status == 200
    finally:
        for client in clients:
            client.close()
    assert sound(server)


def refused(client: socket.socket) -> bool:
    """Whether the server has answered 503 before it was asked anything."""
    client.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        return client.recv(1000, socket.MSG_PEEK).startswith(b"HTTP/1.1 503")
    return False


def test_bodies_without_end_leave_memory_for_others(start):
    """More unfinished bodies than the budget holds: some are refused, whole requests are not."""
    server = start("serve.request_memory=8MiB", "serve.body_timeout=20s")
    clients = []
    for _ in range(64):
        client = hostile.connect(server)
        client.setblocking(False)
        try:
            client.send(post(b"Content-Length: 1048576\r\n", b"b" * 900_000))
        except BlockingIOError:
            pass
        clients.append(client)
    refused = 0
    for client in clients:
        client.settimeout(0.2)
        try:
            refused += client.recv(1000).startswith(b"HTTP/1.1 503")
        except TimeoutError:
            pass
    assert refused > 0
    assert sound(server)
    for client in clients:
        client.close()
    assert sound(server)
