"""`POST /events` in batches of BATCH beside the same events one by one, in one run: events
acknowledged a second at CONNECTIONS keep-alive connections, over serve's own embedded broker and
over Kafka.

Three forms of a request: events without names; with an Idempotency-Key, so that each event is
looked up among those of the window; and the first in gzip. The two sides take turns, ROUNDS times;
what is printed is each figure's median with its range, and the median of the ratios pair by pair.

Needs wrk (apt-get install wrk) and the release build.
"""

import contextlib
import functools
import gzip
import hashlib
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import aims
from support import kafka, machine, processes, program

ROUNDS = 5
SECONDS = 4
CONNECTIONS = 64
BATCH = 1_000
TOPIC = "events"
EMBEDDED = "embedded"
SCRIPT = """\
local file = io.open("{body}", "rb")
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = "application/json"
{more}
"""
KEYS = """\
local thread = 0
function setup(each) thread = thread + 1; each:set("number", thread) end
local count = 0
local run = tostring({run})
function request()
  count = count + 1
  wrk.headers["Idempotency-Key"] = run .. "-" .. number .. "-" .. count
  return wrk.format()
end
"""
GZIP = 'wrk.headers["Content-Encoding"] = "gzip"'


def event(number: int) -> dict:
    """Events of a batch differ: a thousand that do not would be a bomb in gzip, and be refused."""
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    return {"event_type": "purchase_sword", "user_name": f"player{digest[:3]}", "price": 12,
            "level": number % 60, "guild": "masadons", "session": digest[:32]}


class Client:
    """Sends the same request again and again, by wrk."""

    def __init__(self, folder: pathlib.Path, server: program.Server):
        self.folder = folder
        self.server = server
        self.runs = 0

    def events_per_second(self, form: str, batch: int) -> float:
        self.runs += 1
        # Behind this one nothing waits any more of what the last run left.
        assert self.server.request("/").status == 200
        body = json.dumps([event(n) for n in range(batch)] if batch > 1 else event(0)).encode()
        (self.folder / "body").write_bytes(gzip.compress(body) if form == "gzip" else body)
        more = {"plain": "", "keyed": KEYS.replace("{run}", str(self.runs)), "gzip": GZIP}[form]
        script = self.folder / "script.lua"
        script.write_text(SCRIPT.replace("{body}", str(self.folder / "body"))
                          .replace("{more}", more))
        done = subprocess.run(
            ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "20s",
             "-s", str(script), f"{self.server.url}/events"],
            capture_output=True, text=True, check=True, timeout=SECONDS + 60,
            preexec_fn=processes.die_with_parent)
        wrong = re.search(r"(Non-2xx.*|Socket errors.*)", done.stdout)
        if wrong:
            print(f"{form}, batches of {batch}: {wrong[1].strip()}", file=sys.stderr)
        return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1]) * batch


def spread(values: list[float], form: str) -> str:
    return (f"{statistics.median(values):{form}} "
            f"({min(values):{form}}–{max(values):{form}})")


def compare(name: str, client: Client) -> None:
    for form in ("plain", "keyed", "gzip"):
        pairs = [(client.events_per_second(form, BATCH), client.events_per_second(form, 1))
                 for _ in range(ROUNDS)]
        batched, single = zip(*pairs)
        ratios = [a / b for a, b in pairs]
        print(f"| {name}, {form} | {spread(batched, ',.0f')} | {spread(single, ',.0f')} | "
              f"{spread(ratios, '.1f')} |", flush=True)
        if (name, form) == (EMBEDDED, "plain"):
            aims.note("batches", list(batched))
        if (name, form) == (EMBEDDED, "keyed"):
            aims.note("batches-keyed", ratios)


@contextlib.contextmanager
def brokers_of(name: str, home: pathlib.Path) -> Iterator[list]:
    """What serve is told of its brokers: its own embedded one, or a Kafka that runs meanwhile."""
    if name == EMBEDDED:
        yield ["--set", "embedded.listen=127.0.0.1:0", "--set", "kafka.brokers=embedded"]
        return
    broker = kafka.Kafka(home / "kafka", kafka.PRODUCTION_JVM)
    try:
        broker.start()
        broker.create_topic(TOPIC)
        yield ["--set", f"kafka.brokers={broker.brokers}"]
    finally:
        broker.kill()


def main() -> None:
    print(machine.line(), flush=True)
    print(f"\n| events a second, {CONNECTIONS} connections | batches of {BATCH:,} | one by one | "
          "ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        for name in (EMBEDDED, "Kafka"):
            with brokers_of(name, home) as settings:
                server = program.Server(settings, home=home, topic=TOPIC)
                try:
                    ready = functools.partial(server.request, "/readyz")
                    processes.wait_until(lambda ask=ready: ask().status == 200, 20, "ready")
                    compare(name, Client(home, server))
                finally:
                    server.kill()


if __name__ == "__main__":
    main()
