"""Raw HTTP for tests that send what no proper client would."""

import contextlib
import resource
import socket
import ssl
import struct

from support import program

ANSWER = b"HTTP/1.1 "
# What sending to a server that has closed raises.
GONE = (BrokenPipeError, ConnectionResetError, ssl.SSLError)


def raise_descriptor_limit(needed: int) -> None:
    """Lets this process open `needed` sockets; fails when the system does not allow it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, needed), hard))
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < needed:
        raise RuntimeError(f"this test needs {needed} open files; the hard limit is {hard}")


def connect(server: program.Server, timeout: float = 20) -> socket.socket:
    """Through TLS when the server speaks that."""
    client = socket.create_connection(("127.0.0.1", server.port), timeout)
    return server.tls.wrap_socket(client, server_hostname="localhost") if server.tls else client


def reset(client: socket.socket) -> None:
    """Closes with a reset, as a client does that crashes with unread data."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def read_to_end(client: socket.socket) -> bytes:
    """All that comes until the server closes. Raises TimeoutError when it does not."""
    parts = []
    with contextlib.suppress(ConnectionResetError, ssl.SSLError):
        while part := client.recv(1 << 16):
            parts.append(part)
    return b"".join(parts)


def statuses(answers: bytes) -> list[int]:
    """The statuses of the answers, one after the other, by their Content-Length; the answers to
    HEAD must not be among them."""
    found = []
    while answers:
        head, end, rest = answers.partition(b"\r\n\r\n")
        assert head.startswith(ANSWER) and end, answers[:200]
        found.append(int(head[len(ANSWER):len(ANSWER) + 3]))
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b": ")
            if name == b"Content-Length":
                length = int(value)
        assert len(rest) >= length, answers[:200]
        answers = rest[length:]
    return found


def exchange(server: program.Server, request: bytes, finish: bool = False) -> list[int]:
    """Sends `request` on a connection of its own and gives the statuses of all answers until the
    server closes. With `finish` the client says that it sends no more; by TLS it must then be
    answered by nothing but the server's end."""
    with connect(server) as client:
        with contextlib.suppress(*GONE):
            client.sendall(request)
            if finish and server.tls:
                client.unwrap().close()  # Which waits for the server's end, and reads nothing else.
                return []
            if finish:
                client.shutdown(socket.SHUT_WR)
        return statuses(read_to_end(client))
