"""A port that leads to another one, and can swallow everything: connections are accepted and what
is sent is taken, and no answer ever comes, as behind a firewall that drops packets."""

import contextlib
import socket
import threading


class Blackhole:
    """Passes bytes between its own port and 127.0.0.1:`target` until `cut`. What is open then, and
    what is opened until `heal`, stays open and silent for ever; later connections work again."""

    def __init__(self):
        self.target = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._is_cut = False
        self._round = 0  # Connections of an earlier one are dead.
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        with self._lock:
            self._is_cut = True
            self._round += 1

    def heal(self) -> None:
        with self._lock:
            self._is_cut = False
            self._round += 1

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # Closed: the test is over.
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with self._lock:
            self._open.append(client)
            is_cut, begun = self._is_cut, self._round
        if is_cut:
            return
        with contextlib.suppress(OSError):  # The broker is down: so is the connection.
            server = socket.create_connection(("127.0.0.1", self.target))
            self._open.append(server)
            threading.Thread(target=self._pass_on, args=(server, client, begun),
                             daemon=True).start()
            self._pass_on(client, server, begun)
            return
        client.close()

    def _pass_on(self, source: socket.socket, sink: socket.socket, begun: int) -> None:
        with contextlib.suppress(OSError):  # One of the two has gone.
            while data := source.recv(65536):
                with self._lock:
                    alive = self._round == begun
                if alive:
                    sink.sendall(data)
        with self._lock:
            alive = self._round == begun
        if alive:
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        for each in [self._listener, *self._open]:
            each.close()
