"""One connection to a broker, over which requests go in any version and come back as values."""

import socket
import ssl
import struct

from support.protocol import schema, scram, wire

CLIENT_ID = "same"
API_VERSIONS = "ApiVersions"


class Closed(ConnectionError):
    """The broker closed the connection where an answer was expected."""


class Denied(ConnectionError):
    """The broker refused to let the user in; `code` is its error."""

    def __init__(self, code: int, message: str):
        super().__init__(f"{code}: {message}")
        self.code = code


class Connection:
    """Not for several threads. What it sends waits for its answer. `tls` is what to speak TLS
    with."""

    def __init__(self, port: int, timeout: float = 20, tls: ssl.SSLContext | None = None):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self._socket = tls.wrap_socket(self._socket, server_hostname="localhost")
        self._answers = self._socket.makefile("rb")
        self._correlation_id = 0

    def close(self) -> None:
        self._answers.close()
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def ask(self, api: str, version: int, values: dict) -> dict:
        """The response's values. Raises Closed, or wire.Malformed for bytes of another form."""
        self.send(api, version, values)
        return self.receive(api, version)

    def is_ended(self, limit: float) -> bool:
        """Whether the broker closes the connection within so many seconds. Of no use after it."""
        self._socket.settimeout(limit)
        try:
            while self._socket.recv(65536):
                pass
        except TimeoutError:
            return False
        except OSError:
            pass
        return True

    def log_in(self, user: str, password: str, mechanism: str = "SCRAM-SHA-256") -> dict:
        """Proves who we are, again too; gives the last answer. Raises Denied."""
        self._check(self.ask("SaslHandshake", 1, {"mechanism": mechanism}))
        answers = []

        def send(message: bytes) -> bytes:
            answers.append(self._check(self.ask("SaslAuthenticate", 2, {"auth_bytes": message})))
            return answers[-1]["auth_bytes"]
        scram.exchange(mechanism, user, password, send)
        return answers[-1]

    @staticmethod
    def _check(answer: dict) -> dict:
        if answer["error_code"] != 0:
            raise Denied(answer["error_code"], answer.get("error_message") or "")
        return answer

    def send(self, api: str, version: int, values: dict) -> None:
        """The first half of `ask`, for a request whose answer comes when others have done
        something."""
        request = schema.message(f"{api}Request")
        self._correlation_id += 1
        header = schema.encode(
            schema.message("RequestHeader"), 2 if version in request.flexible else 1,
            {"request_api_key": request.api_key, "request_api_version": version,
             "correlation_id": self._correlation_id, "client_id": CLIENT_ID})
        frame = header + schema.encode(request, version, values)
        try:
            self._socket.sendall(struct.pack(">i", len(frame)) + frame)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError) as error:
            raise Closed from error

    def receive(self, api: str, version: int) -> dict:
        """The second half of `ask`."""
        response = schema.message(f"{api}Response")
        reader = wire.Reader(self._frame())
        # Who asks for the versions does not know them yet, so this answer's header is old.
        is_flexible = version in response.flexible and api != API_VERSIONS
        header = schema.read(reader, schema.message("ResponseHeader"), int(is_flexible))
        if header["correlation_id"] != self._correlation_id:
            raise wire.Malformed(f"an answer to {header['correlation_id']}")
        values = schema.read(reader, response, version)
        reader.end()
        return values

    def _frame(self) -> bytes:
        try:
            size = self._answers.read(4)
            frame = self._answers.read(struct.unpack(">i", size)[0]) if len(size) == 4 else b""
        except ConnectionResetError as error:
            raise Closed from error
        if not frame:
            raise Closed("the broker closed the connection")
        return frame
