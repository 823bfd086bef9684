"""A port that leads to another one, and can swallow everything: connections are accepted and what
is sent is taken, and no answer ever comes, as behind a firewall that drops packets."""

import threading
from collections.abc import Callable

from support.forwarder import Forwarder


class Blackhole(Forwarder):
    """A Forwarder until `cut`. What is open then, and what is opened until `heal`, stays open and
    silent for ever; later connections work again. `target` may be set later."""

    def __init__(self, target: int | None = None):
        self._lock = threading.Lock()
        self._is_cut = False
        self._round = 0  # Connections of an earlier one are dead.
        super().__init__(target)

    def cut(self) -> None:
        self._begin_round(is_cut=True)

    def heal(self) -> None:
        self._begin_round(is_cut=False)

    def _begin_round(self, *, is_cut: bool) -> None:
        with self._lock:
            self._is_cut = is_cut
            self._round += 1

    def _passage(self) -> Callable[[], bool] | None:
        with self._lock:
            if self._is_cut:
                return None
            begun = self._round

        def passes() -> bool:
            with self._lock:
                return self._round == begun
        return passes
