"""A server of pages, so that a test has an origin of its own."""

import functools
import http.server
import pathlib
import threading


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and writes no log."""

    def log_message(self, *_) -> None:
        pass


class PageServer:
    """Serves what is in `folder`; `url` is its origin."""

    def __init__(self, folder: pathlib.Path):
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
