"""Goal: `serve` speaks TLS as a client of today expects it, shows who it is, takes only the clients
that it should, changes its certificate while it runs, and is held up by nobody's handshake.

Method: the executable over an embedded broker; curl, the openssl command and Python's ssl as
clients, certificates made as a user makes them.
"""

import concurrent.futures
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

import pytest
from support import processes, program
from support.certificates import Certificate, authority, openssl, own  # noqa: F401 (fixtures)

SWORD = "/purchase_a_sword/divya"
HALF_DONE = 2_000
# What each of so many handshakes that stall may cost, and what they come to in all.
HANDSHAKE_MIB_MAX = 64
IDLE = 400
IDLE_KIB_MAX = 40
SWAPS = 100
pytestmark = pytest.mark.usefixtures("topic")


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"tls-{os.urandom(6).hex()}")


def trusting(certificate: Certificate, client: Certificate | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(certificate.certificate))
    if client:
        context.load_cert_chain(client.certificate, client.key)
    return context


def connect(server, context: ssl.SSLContext) -> http.client.HTTPSConnection:
    return http.client.HTTPSConnection("localhost", server.port, context=context, timeout=30)


def ask(server, context: ssl.SSLContext, path: str = SWORD) -> int:
    connection = connect(server, context)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def metric(server, context, name: str) -> float:
    connection = connect(server, context)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    (line,) = [line for line in text.splitlines() if line.startswith(name + " ")]
    return float(line.split()[1])


def handshake(server, *args) -> str:
    done = openssl("s_client", "-connect", f"127.0.0.1:{server.port}", *args, check=False)
    return (done.stdout + done.stderr).decode(errors="replace")


def curl(*args) -> subprocess.CompletedProcess:
    return subprocess.run(["curl", "--silent", "--show-error", "--max-time", "20", *map(str, args)],
                          capture_output=True, text=True, timeout=30)


def test_an_event_by_https(serve, own):
    server = serve(*own.settings("serve.tls"))
    assert server.url.startswith("https://")
    assert "serve.tls: CN=localhost, valid until " in server.stderr
    done = curl("--cacert", own.certificate, "--write-out", " %{http_version}",
                f"https://localhost:{server.port}{SWORD}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Hello divya") and done.stdout.endswith(" 1.1")
    long = "x" * 200_000
    context = trusting(own)
    connection = connect(server, context)
    for _ in range(3):  # on one connection, with bodies of many TLS records
        connection.request("POST", "/events", json.dumps({"event_type": "long", "text": long}),
                           {"Content-Type": "application/json"})
        answer = connection.getresponse()
        assert answer.status in (200, 202), answer.read()
        answer.read()
    connection.request("GET", "/openapi.json")
    assert len(connection.getresponse().read()) > 16_384  # and an answer of more than one record
    connection.close()


def test_versions_ciphers_and_protocols(serve, own):
    server = serve(*own.settings("serve.tls"))
    assert "TLSv1.3, Cipher is TLS_AES" in handshake(server, "-tls1_3")
    assert "TLSv1.2, Cipher is ECDHE-ECDSA-AES" in handshake(server, "-tls1_2")
    old = ["-cipher", "ALL:@SECLEVEL=0"]
    assert "Cipher is (NONE)" in handshake(server, "-tls1_1", *old)
    assert "Cipher is (NONE)" in handshake(server, "-tls1", *old)
    for cipher in ("ECDHE-ECDSA-AES128-SHA256", "AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-SHA"):
        assert "Cipher is (NONE)" in handshake(server, "-tls1_2", "-cipher", cipher), cipher
    assert "ALPN protocol: http/1.1" in handshake(server, "-alpn", "h2,http/1.1")
    assert "no application protocol" in handshake(server, "-alpn", "h2")
    assert "No ALPN negotiated" in handshake(server)
    context = trusting(own)
    plain = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    plain.request("GET", "/healthz")
    answer = plain.getresponse()
    assert (answer.status, answer.read()) == (
        400, b"this port speaks TLS: write https:// for http://\n")
    assert ask(server, context) == 200


def test_a_session_is_resumed(serve, own):
    server = serve(*own.settings("serve.tls"))
    context = trusting(own)
    first = context.wrap_socket(socket.create_connection(("127.0.0.1", server.port)),
                                server_hostname="localhost")
    first.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert first.recv(4096).startswith(b"HTTP/1.1 200")
    again = context.wrap_socket(socket.create_connection(("127.0.0.1", server.port)),
                                server_hostname="localhost", session=first.session)
    assert again.session_reused
    again.close()
    first.close()


def test_client_certificates(serve, own, authority, tmp_path):
    server = serve(*own.settings("serve.tls"), "--set",
                   f"serve.tls.client_ca={authority.certificate}")
    stranger = Certificate(tmp_path, "stranger")
    good = Certificate(tmp_path, "studio", issuer=authority)
    ended = Certificate(tmp_path, "ended", issuer=authority, days=-1)
    assert ask(server, trusting(own, good)) == 200
    assert ask(server, trusting(own, good)) == 200  # a session is not resumed without it
    for wrong, alert in ((None, "CERTIFICATE_REQUIRED"), (stranger, "UNKNOWN_CA"),
                         (ended, "CERTIFICATE_EXPIRED")):
        with pytest.raises((ssl.SSLError, ConnectionError)) as refused:
            ask(server, trusting(own, wrong))
        if isinstance(refused.value, ssl.SSLError):
            assert alert in str(refused.value).upper().replace(" ", "_"), wrong
    assert metric(server, trusting(own, good), "gamevents_tls_handshakes_failed_total") == 3


@pytest.mark.parametrize("make,said", [
    (lambda own, other, folder: {"certificate": own.certificate},
     "serve.tls.key: expected a file"),
    (lambda own, other, folder: {"key": own.key}, "serve.tls.certificate: expected a file"),
    (lambda own, other, folder: {"client_ca": own.certificate},
     "serve.tls.certificate: expected a file"),
    (lambda own, other, folder: {"certificate": folder / "none.pem", "key": own.key},
     "serve.tls.certificate: "),
    (lambda own, other, folder: {"certificate": own.key, "key": own.key},
     "has no certificate in PEM"),
    (lambda own, other, folder: {"certificate": own.certificate, "key": own.certificate},
     "has no private key in PEM"),
    (lambda own, other, folder: {"certificate": own.certificate, "key": other.key},
     "does not belong to the certificate in "),
    (lambda own, other, folder: {"certificate": own.certificate, "key": own.key,
                                 "client_ca": own.key}, "serve.tls.client_ca: "),
    (lambda own, other, folder: {"certificate": own.certificate, "key": locked(own, folder)},
     "has a passphrase"),
])
def test_bad_files_at_the_start(tmp_path, own, authority, make, said):
    args = [word for name, path in make(own, authority, tmp_path).items()
            for word in ("--set", f"serve.tls.{name}={path}")]
    done = program.run(["serve", "--port", "0", *args], home=tmp_path, check=False)
    assert done.returncode != 0
    assert said in done.stderr.decode(), done.stderr.decode()
    checked = program.run(["config", "check", *args], home=tmp_path, check=False)
    assert checked.returncode != 0
    assert said in (checked.stdout + checked.stderr).decode()


def locked(own: Certificate, folder) -> str:
    """The key with a passphrase."""
    path = folder / "locked.key"
    openssl("pkey", "-in", own.key, "-aes256", "-passout", "pass:secret", "-out", path)
    return path


def test_an_ending_certificate_is_named(serve, tmp_path):
    soon = Certificate(tmp_path, "localhost", days=3)
    server = serve(*soon.settings("serve.tls"))
    assert f"serve.tls.certificate: {soon.certificate} ends on " in server.stderr
    ends = metric(server, trusting(soon), 'gamevents_tls_certificate_end_seconds{use="serve"}')
    assert 2 * 86400 < ends - time.time() < 4 * 86400


class Load:
    """Clients that buy swords without a pause: half of them on connections that they keep, half on
    a new one each time. Each takes any certificate of `trusted`."""

    def __init__(self, server, trusted: ssl.SSLContext, clients: int = 4):
        self.server, self.trusted = server, trusted
        self.done = 0
        self.ended = threading.Event()
        self.pool = concurrent.futures.ThreadPoolExecutor(clients)
        self.clients = [self.pool.submit(self.run, number % 2 == 0) for number in range(clients)]

    def run(self, keeps: bool) -> None:
        connection = connect(self.server, self.trusted)
        while not self.ended.is_set():
            connection.request("GET", SWORD)
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            answer.read()
            self.done += 1
            if not keeps:
                connection.close()  # The next request connects again.

    def end(self) -> int:
        """How many requests were answered; any that failed is raised."""
        self.ended.set()
        for client in self.clients:
            client.result()
        return self.done


def shown(server) -> bytes:
    return ssl.get_server_certificate(("127.0.0.1", server.port)).encode()


def test_certificates_are_swapped_under_load(serve, tmp_path):
    pairs = [Certificate(tmp_path, f"server{number}") for number in range(2)]
    live = Certificate(tmp_path, "live")
    trusted = trusting(live)
    for pair in pairs:
        trusted.load_verify_locations(pair.certificate)
    server = serve(*live.settings("serve.tls"))
    load = Load(server, trusted)
    said = 0
    for swap in range(SWAPS):
        pair = pairs[swap % 2]
        for source, target in ((pair.certificate, live.certificate), (pair.key, live.key)):
            shutil.copy(source, f"{target}.new")
            os.replace(f"{target}.new", target)
        server.signal(signal.SIGHUP)
        said += 1
        processes.wait_until(lambda: server.stderr.count("serve.tls: read again") >= said, 10,
                             "the certificate's reading")
        assert shown(server).split() == pair.certificate.read_bytes().split()
    assert load.end() > SWAPS


def test_a_changed_file_is_noticed_and_a_bad_one_keeps_the_old(serve, tmp_path, own, authority):
    live = Certificate(tmp_path, "localhost")
    server = serve(*live.settings("serve.tls"))
    first = shown(server)
    kept = connect(server, trusting(live))
    kept.request("GET", SWORD)
    assert kept.getresponse().read()
    shutil.copy(authority.key, live.key)
    processes.wait_until(lambda: "does not belong to the certificate" in server.stderr, 10,
                         "the complaint about the key")
    assert "serve.tls: not read again, what was there before stays" in server.stderr
    assert shown(server) == first
    shutil.copy(own.certificate, live.certificate)
    shutil.copy(own.key, live.key)
    processes.wait_until(lambda: "serve.tls: read again" in server.stderr, 10, "the new one")
    assert shown(server) != first
    assert ask(server, trusting(own)) == 200
    kept.request("GET", SWORD)  # on the connection of before
    assert kept.getresponse().status == 200
    kept.close()
    time.sleep(2.5)
    assert server.stderr.count("not read again") == 1  # no complaint is made twice


def hello(own: Certificate) -> bytes:
    """The first message of a client's handshake."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting(own).wrap_bio(incoming, outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def test_half_done_handshakes_hold_up_nobody(serve, own):
    server = serve(*own.settings("serve.tls"))
    context = trusting(own)
    assert ask(server, context) == 200
    before = processes.resident_mib(server.pid)
    first = hello(own)
    clients = []
    try:
        for _ in range(HALF_DONE):
            client = socket.create_connection(("127.0.0.1", server.port), 10)
            client.sendall(first)
            clients.append(client)
        began = time.monotonic()
        assert [ask(server, context) for _ in range(20)] == [200] * 20
        took = time.monotonic() - began
        grown = processes.resident_mib(server.pid) - before
        print(f"{HALF_DONE} half-done handshakes: {grown:.1f} MiB, 20 requests in {took:.2f} s")
        assert grown < HANDSHAKE_MIB_MAX
        assert took < 10
        given_up = metric(server, context, "gamevents_tls_handshakes_failed_total")
        assert given_up >= HALF_DONE - os.cpu_count() * 512
    finally:
        for client in clients:
            client.close()


def test_a_silent_client_and_a_slow_handshake_end(serve, own):
    server = serve(*own.settings("serve.tls"))
    with socket.create_connection(("127.0.0.1", server.port), 20) as silent, \
            socket.create_connection(("127.0.0.1", server.port), 20) as slow:
        slow.sendall(hello(own))
        began = time.monotonic()
        while slow.recv(65536):
            pass
        assert silent.recv(1) == b""
        assert 8 < time.monotonic() - began < 15


def test_an_idle_connection_holds_little(serve, own):
    server = serve(*own.settings("serve.tls"))
    context = trusting(own)

    def idle(count: int) -> list[ssl.SSLSocket]:
        kept = []
        for _ in range(count):
            client = context.wrap_socket(socket.create_connection(("127.0.0.1", server.port), 10),
                                         server_hostname="localhost")
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert client.recv(4096).startswith(b"HTTP/1.1 200")
            kept.append(client)
        return kept

    clients = idle(20)
    before = processes.resident_mib(server.pid)
    clients += idle(IDLE)
    each = (processes.resident_mib(server.pid) - before) * 1024 / IDLE
    print(f"an idle TLS connection: {each:.1f} KiB")
    for client in clients:
        client.close()
    assert each <= IDLE_KIB_MAX


def test_stop_tells_the_clients(serve, own):
    server = serve(*own.settings("serve.tls"))
    context = trusting(own)
    client = context.wrap_socket(socket.create_connection(("127.0.0.1", server.port), 10),
                                 server_hostname="localhost", suppress_ragged_eofs=False)
    client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert client.recv(4096).startswith(b"HTTP/1.1 200")
    server.signal(signal.SIGTERM)
    assert client.recv(4096) == b""  # a whole end, not a cut
    client.close()
    assert server.stop() == 128 + signal.SIGTERM


EXPOSED = "is open to other machines: "
NO_TLS = "without TLS others can read and change what is sent"
NO_KEYS = "without API keys anybody can write events and read them"


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_server_beyond_loopback_says_what_is_missing(serve, own, tmp_path, host):
    keys = tmp_path / "keys.yaml"
    program.run(["keys", "add", "game", "--scope", "write", "--set",
                 f"serve.api_keys_file={keys}"], home=tmp_path)
    tls = own.settings("serve.tls")
    keyed = ["--set", f"serve.api_keys_file={keys}"]
    proxied = ["--set", "serve.trusted_proxies=10.0.0.0/8"]
    for args, parts in (([], [NO_TLS, NO_KEYS, "serve.tls.certificate and serve.tls.key",
                              "serve.api_keys_file (gamevents keys add)"]),
                        (tls, [NO_KEYS]), (keyed, [NO_TLS]), (proxied, [NO_KEYS]),
                        (tls + keyed, []), (proxied + keyed, [])):
        server = serve("--host", host, *args)
        lines = [line for line in server.stderr.splitlines() if EXPOSED in line]
        assert len(lines) == (1 if parts else 0), server.stderr
        for part in (NO_TLS, NO_KEYS):
            assert (part in "".join(lines)) == (part in parts), lines
        for part in parts:
            assert part in lines[0]
        server.kill()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.9"])
def test_a_server_of_this_machine_alone_does_not(serve, host):
    assert EXPOSED not in serve("--host", host).stderr
