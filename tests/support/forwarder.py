"""A port that leads to another one, as a container's mapped port or a tunnel does."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator


class Forwarder:
    """Passes bytes between its own port and `target`, a port of this machine, both ways."""

    def __init__(self, target: int | None):
        self.target = target
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _passage(self) -> Callable[[], bool] | None:
        """Of a connection that begins: whether its bytes pass, asked again and again; None: it
        leads nowhere."""
        return lambda: True

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # Closed: the test is over.
            while True:
                client, _ = self._listener.accept()
                self._open.append(client)
                if (passes := self._passage()) is not None:
                    self._join(client, passes)

    def _join(self, client: socket.socket, passes: Callable[[], bool]) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.target))
        except OSError:  # What it leads to is down: so is the connection.
            client.close()
            return
        self.connections += 1
        self._open.append(server)
        for ends in ((client, server), (server, client)):
            threading.Thread(target=self._pass_on, args=(*ends, passes), daemon=True).start()

    @staticmethod
    def _pass_on(source: socket.socket, sink: socket.socket, passes: Callable[[], bool]) -> None:
        with contextlib.suppress(OSError):  # One of the two has gone.
            while data := source.recv(65536):
                if passes():
                    sink.sendall(data)
        if passes():
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        for each in [self._listener, *self._open]:
            each.close()


@contextlib.contextmanager
def forwarding(target: int) -> Iterator[Forwarder]:
    """A Forwarder, closed at the end."""
    forwarder = Forwarder(target)
    try:
        yield forwarder
    finally:
        forwarder.close()
