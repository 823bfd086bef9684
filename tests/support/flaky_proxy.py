"""An HTTP proxy before `serve` that breaks some of the requests, each in its turn."""

import concurrent.futures
import http.client
import http.server
import socket
import ssl
import threading
from collections.abc import Callable

from support import processes

UPSTREAM_TIMEOUT_S = 20
# Pages of any origin may read what is answered without asking.
FOR_PAGES = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "Retry-After")]
# Fates of requests: trouble that a server tells of, and the network's as well.
REFUSALS = ["pass", 503, "pass", "pass", 429, "pass", "pass", 503, 503, "pass"]
LOSSES = [*REFUSALS, "reset", "pass", "lose the answer", "pass"]
# What does not pass from one side to the other.
HOP_HEADERS = {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "date",
               "server"}


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def do_OPTIONS(self) -> None:
        try:  # What a browser asks first is no request that has a fate.
            self._answer(*self._ask(b""))
        except OSError:
            self._answer(502, [], b"nobody is there\n")

    def log_message(self, *_) -> None:
        pass

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _pass_on(self) -> None:
        body = self._body()
        fate = self.server.owner.next_fate()
        if isinstance(fate, int):
            return self._answer(fate, [("Retry-After", "1"), *FOR_PAGES], b"not now\n")
        if fate == "reset":
            return self._reset()
        try:
            status, headers, answer = self._ask(body)
        except OSError:
            return self._answer(502, [("Retry-After", "1")], b"nobody is there\n")
        if fate == "lose the answer":
            return self._reset()
        self._answer(status, headers, answer)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        upstream = self.server.owner.upstream
        connection = http.client.HTTPConnection(upstream.host, upstream.port,
                                                timeout=UPSTREAM_TIMEOUT_S)
        try:
            headers = {name: value for name, value in self.headers.items()
                       if name.lower() not in HOP_HEADERS}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    def _answer(self, status: int, headers, body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in HOP_HEADERS:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        # SO_LINGER of 0 s: the close is a reset.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                   b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.close_connection = True
        self.connection.close()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_) -> None:
        pass  # A client that went away, or whom we reset.


class FlakyProxy:
    """Answers at `url`, and passes requests on to `upstream`, a support.program.Server that may be
    replaced. `fates` are those of the requests, again and again: "pass", a status that is answered
    without asking, "reset" (the connection, before asking), or "lose the answer". While nobody is
    there, the answer is 502. `url` is https:// with `certificate`, a pair of files."""

    def __init__(self, upstream, fates, certificate=None):
        self.upstream = upstream
        self.passed = 0
        self._fates = list(fates)
        self._lock = threading.Lock()
        self._requests = 0
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def next_fate(self):
        with self._lock:
            fate = self._fates[self._requests % len(self._fates)]
            self._requests += 1
            self.passed += fate == "pass"
            return fate

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def send_through_a_kill(send: Callable, flaky: FlakyProxy, start: Callable, after: int,
                        time_limit: float):
    """Runs `send`, and gives what that gives. Meanwhile, when `after` requests have passed, it
    kills the server, and starts it again on its port, by `start(port=…)`. The server is started by
    this thread: it dies with the one that started it."""
    with concurrent.futures.ThreadPoolExecutor(1) as sender:
        sending = sender.submit(send)
        processes.wait_until(lambda: flaky.passed >= after or sending.done(), time_limit,
                             "requests")
        assert not sending.done(), sending.result()
        flaky.upstream.kill()
        flaky.upstream = start(port=flaky.upstream.port)
        return sending.result(time_limit)
