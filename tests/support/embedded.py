"""`gamevents broker` as tests use any broker: a process with a port and a data directory."""

import os
import re
import subprocess
import urllib.error
import urllib.request

from support import kafka, paths, processes


class Embedded(kafka.Broker):
    """The executable's own broker. Like the tests' Kafka it makes no topic unless told to."""

    @property
    def data_dir(self):
        return self.folder / "data"

    def start(self, *args, launcher=(), listen=True) -> None:
        """Returns when the broker has said that clients can connect. What it says goes to
        `folder`/broker.log. `launcher` is what starts it, with the program's command after it.
        Without `listen`, `args` say where it listens, first on `brokers`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        env = {key: value for key, value in os.environ.items() if not key.startswith("GAMEVENTS_")}
        env["XDG_CONFIG_HOME"] = str(self.folder)
        where = ["--listen", self.brokers] if listen else []
        command = [*launcher, paths.executable(), "broker", *where, "--data-dir", self.data_dir,
                   "--print-address", "--set", "embedded.auto_create=false", *args]
        with open(self.folder / "broker.log", "ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, env=env,
                cwd=self.folder, preexec_fn=processes.die_with_parent)
        address = self.process.stdout.readline().decode()
        if address != self.brokers + "\n":
            processes.reap(self.process)
            raise RuntimeError(f"the broker printed {address!r}: {self.log()[-2000:]}")

    def log(self) -> str:
        """What it has written to stderr so far."""
        return (self.folder / "broker.log").read_text(errors="replace")


class Watched(Embedded):
    """With a listener for its metrics, at `url`."""

    url = ""

    @property
    def metrics_port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def start(self, *args, **options) -> None:
        log = self.folder / "broker.log"
        before = log.stat().st_size if log.exists() else 0
        super().start("--set", "embedded.metrics_listen=127.0.0.1:0", *args, **options)
        found: list[str] = []

        def is_said() -> bool:
            found.extend(re.findall(r"metrics on (http://\S+)/metrics\n", self.log()[before:]))
            return bool(found)
        processes.wait_until(is_said, 10, "the listener")
        self.url = found[0]

    def get(self, path: str, **headers) -> tuple[int, str]:
        """The status and the text of an answer."""
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
