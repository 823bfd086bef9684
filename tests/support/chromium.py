"""Headless Chromium, driven over its DevTools protocol through a pipe: nothing listens.

A message is JSON and a zero byte (`--remote-debugging-pipe`, descriptors 3 and 4 of the browser).
"""

import base64
import fcntl
import json
import os
import queue
import subprocess
import threading
import time

from support import processes

FLAGS = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
         "--disable-background-networking --disable-component-update --disable-sync "
         "--disable-dev-shm-usage --hide-scrollbars --remote-debugging-pipe").split()
ANSWER_TIMEOUT_S = 60  # A busy machine of two cores needs some to start it.


class Page:
    """One tab. `problems` is what its console has complained of: errors, and what its policy or a
    certificate or the network has stopped."""

    def __init__(self, browser, session):
        self._browser = browser
        self._session = session
        self.problems: list[str] = []
        self.handlers = {}

    def call(self, method, **params) -> dict:
        return self._browser.call(method, self._session, **params)

    def send(self, method, **params) -> None:
        """The same without waiting for the answer: what a handler may do."""
        self._browser.send(method, self._session, **params)

    def open(self, url: str) -> None:
        failed = self.call("Page.navigate", url=url).get("errorText")
        assert not failed, f"{url}: {failed}"

    def run(self, expression: str):
        """The value of a JavaScript expression, a promise's too; fails where that throws."""
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                         awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def wait(self, expression: str, timeout: float = 20):
        """Waits until the expression is true; its value."""
        end = time.monotonic() + timeout
        while not (value := self._run_if_there(expression)):
            assert time.monotonic() < end, f"not true in {timeout} s: {expression}"
            time.sleep(0.05)
        return value

    def _run_if_there(self, expression: str):
        """The same as run, and nothing while one page takes the place of another."""
        try:
            return self.run(expression)
        except AssertionError as error:
            if "navigated or closed" in str(error):
                return None
            raise

    def screenshot(self, path) -> None:
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def on_event(self, method: str, params: dict) -> None:
        if method == "Runtime.exceptionThrown":
            self.problems.append(json.dumps(params["exceptionDetails"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.problems.append(params["entry"]["text"])
        elif method == "Runtime.consoleAPICalled":
            self.problems.append(json.dumps(params["args"]))
        elif method == "Page.javascriptDialogOpening":
            self.problems.append(f"dialog: {params['message']}")
        elif method in self.handlers:
            self.handlers[method](params)


class Browser:
    """A browser of its own, with a profile in `folder`."""

    def __init__(self, folder):
        self._pages: dict[str, Page] = {}
        self._answers: dict[int, queue.Queue] = {}
        self._number = 0
        self._lock = threading.Lock()
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        # Where the shell's redirections to 3 and 4 do not touch them.
        high = [fcntl.fcntl(each, fcntl.F_DUPFD, 20) for each in (theirs_in, theirs_out)]
        command = f'exec "$0" "$@" 3<&{high[0]} 4>&{high[1]}'
        self.process = subprocess.Popen(
            ["bash", "-c", command, "chromium", *FLAGS, f"--user-data-dir={folder / 'profile'}",
             "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            pass_fds=high, preexec_fn=processes.die_with_parent)
        for each in (theirs_in, theirs_out, *high):
            os.close(each)
        self._in = os.fdopen(ours_in, "rb", buffering=0)
        self._out = os.fdopen(ours_out, "wb", buffering=0)
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, method, session=None, **params) -> queue.Queue:
        """Gives a command; its answer comes into what is returned."""
        message = {"method": method, "params": params}
        if session:
            message["sessionId"] = session
        answer = queue.Queue()
        with self._lock:
            self._number += 1
            message["id"] = self._number
            self._answers[self._number] = answer
            self._out.write(json.dumps(message).encode() + b"\0")
        return answer

    def call(self, method, session=None, **params) -> dict:
        """A command's result; an assertion fails when there is an error instead."""
        done = self.send(method, session, **params).get(timeout=ANSWER_TIMEOUT_S)
        assert "error" not in done, f"{method}: {done['error']}"
        return done["result"]

    def page(self) -> Page:
        """A new, empty tab."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        return page

    def close(self) -> None:
        processes.reap(self.process)
        self._out.close()

    def _read(self) -> None:
        rest = b""
        while piece := self._in.read(1 << 16):
            *messages, rest = (rest + piece).split(b"\0")
            for message in map(json.loads, messages):
                if "id" in message:
                    self._answers.pop(message["id"]).put(message)
                elif message.get("sessionId") in self._pages:
                    page = self._pages[message["sessionId"]]
                    page.on_event(message["method"], message["params"])
        self._in.close()
