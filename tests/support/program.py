"""The gamevents executable as a user runs it: to its end, or as a server."""

import dataclasses
import http.client
import os
import pathlib
import re
import signal
import ssl
import subprocess
import threading

from support import paths, processes

LISTENING = re.compile(r"Listening on (https?)://(\[[^\]]+\]|[^:\s]+):(\d+)")
START_TIMEOUT_S = 20
NOWHERE = "127.0.0.1:1"  # Nothing listens there; for tests that use no broker.


class ProgramFailed(AssertionError):
    """The program did not end with 0 although the test said that it must."""


def environment(home: pathlib.Path, brokers, topic, extra) -> dict:
    """This process's environment without any configuration of gamevents but the test's own."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("GAMEVENTS_")}
    env["GAMEVENTS_KAFKA_BROKERS"] = brokers or NOWHERE
    if topic:
        env["GAMEVENTS_KAFKA_TOPIC"] = topic
    env["XDG_CONFIG_HOME"] = env["XDG_STATE_HOME"] = str(home)
    return env | (extra or {})


def run(args, *, home, brokers=None, topic=None, env=None, input=None, timeout=60,
        check=True) -> subprocess.CompletedProcess:
    """Runs the program to its end in the folder `home`; stdout and stderr as bytes."""
    done = subprocess.run(
        [paths.executable(), *map(str, args)], input=b"" if input is None else input,
        capture_output=True, timeout=timeout, cwd=home,
        env=environment(home, brokers, topic, env), preexec_fn=processes.die_with_parent)
    if check and done.returncode != 0:
        raise ProgramFailed(f"gamevents {' '.join(map(str, args))} ended with {done.returncode}:\n"
                            f"{done.stderr.decode(errors='replace')}")
    return done


def connect_http(host: str, port: int, timeout: float,
                 tls: ssl.SSLContext | None) -> http.client.HTTPConnection:
    """For requests to `serve`; by HTTPS with `tls`."""
    if tls:
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=tls)
    return http.client.HTTPConnection(host, port, timeout=timeout)


@dataclasses.dataclass
class Answer:
    """One HTTP answer."""
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Background:
    """The program while the test goes on; `finish` waits for its end."""

    def __init__(self, args, *, home, brokers=None, topic=None, env=None):
        self.process = subprocess.Popen(
            [paths.executable(), *map(str, args)], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=home,
            env=environment(home, brokers, topic, env), preexec_fn=processes.die_with_parent)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def finish(self, timeout: float = 60) -> subprocess.CompletedProcess:
        """Its exit code, stdout and stderr."""
        stdout, stderr = self.process.communicate(timeout=timeout)
        return subprocess.CompletedProcess(self.process.args, self.process.returncode, stdout,
                                           stderr)

    def kill(self) -> None:
        processes.reap(self.process)
        self.process.stdout.close()
        self.process.stderr.close()


class Server:
    """A running `gamevents serve`, on any free port unless told; ready when the constructor
    returns. `launcher` is what starts it, with the program's command after it; it inherits
    `pass_fds`. `tls` is what to reach it with when it speaks TLS."""

    def __init__(self, args, *, home, brokers=None, topic=None, env=None, port=0, launcher=(),
                 pass_fds=(), tls: ssl.SSLContext | None = None):
        self.tls = tls
        self._lines: list[str] = []
        self._bound = threading.Event()
        self.process = subprocess.Popen(
            [*launcher, paths.executable(), "serve", "--port", str(port), *map(str, args)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=home,
            env=environment(home, brokers, topic, env), pass_fds=pass_fds,
            preexec_fn=processes.die_with_parent)
        self._reader = threading.Thread(target=self._read_stderr, daemon=True)
        self._reader.start()
        try:
            self._wait_for_port()
        except BaseException:
            processes.reap(self.process)
            raise

    def _read_stderr(self) -> None:
        for line in self.process.stderr:
            self._lines.append(line.decode(errors="replace"))
            if LISTENING.search(self._lines[-1]):
                self._bound.set()
        self._bound.set()  # The end of stderr: nothing more will come.

    def _wait_for_port(self) -> None:
        self._bound.wait(START_TIMEOUT_S)
        found = LISTENING.search(self.stderr)
        if not found:
            raise ProgramFailed(f"serve said nowhere where it listens:\n{self.stderr}")
        self.scheme = found[1]
        host = found[2].strip("[]")
        self.host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        self.port = int(found[3])
        name = f"[{self.host}]" if ":" in self.host else self.host
        self.url = f"{self.scheme}://{name}:{self.port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def stderr(self) -> str:
        """What it has written to stderr so far."""
        return "".join(self._lines)

    def request(self, path, method="GET", body=None, headers=None, timeout=30) -> Answer:
        """One request on a connection of its own."""
        connection = connect_http(self.host, self.port, timeout, self.tls)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def metric(self, name: str) -> float:
        """The figure that /metrics has under the name, which must be one."""
        (found,) = re.findall(rf"^{name} (\S+)$", self.request("/metrics").text, re.MULTILINE)
        return float(found)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def stop(self, timeout: float = 30) -> int:
        """SIGTERM, and the exit code once it has ended and stderr is complete."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        code = self.process.wait(timeout)
        self._reader.join(timeout)
        return code

    def kill(self) -> None:
        processes.reap(self.process)
        self._reader.join(10)
