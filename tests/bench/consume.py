"""How fast `consume --from-beginning` reads a topic, against `kcat -C -e -q`, as a ratio.

One broker, one topic of RECORDS events. The two take turns, ROUNDS times; what is printed is each
one's median with its range, and the median of the ratios pair by pair (above 1: ours is better).
"""

import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import aims
from support import kafka, machine, paths, processes, program

RECORDS = 500_000
ROUNDS = 5
EVENT = {"event_type": "purchase_sword", "remote ip": "127.0.0.1", "purchase_user": "divya",
         "Host": "127.0.0.1:5000", "User-Agent": "curl/7.88.1", "Accept": "*/*"}


def seconds(command: list, env: dict | None = None) -> float:
    """How long `command` takes with its stdout thrown away."""
    start = time.monotonic()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=True, timeout=300, env=env,
                   preexec_fn=processes.die_with_parent)
    return time.monotonic() - start


def fill(brokers: str, topic: str) -> None:
    """RECORDS events, each one different, through kcat."""
    lines = "".join(json.dumps(EVENT | {"n": n}) + "\n" for n in range(RECORDS))
    subprocess.run(["kcat", "-P", "-b", brokers, "-t", topic], input=lines.encode(), check=True,
                   timeout=300, preexec_fn=processes.die_with_parent)


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def main() -> None:
    print(machine.line(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        server = kafka.Kafka(home / "kafka")
        server.start()
        try:
            topic = server.create_topic("bench")
            fill(server.brokers, topic)
            env = program.environment(home, server.brokers, topic, None)
            ours = [str(paths.executable()), "consume", "--from-beginning"]
            theirs = ["kcat", "-C", "-e", "-q", "-b", server.brokers, "-t", topic]
            times = [(seconds(ours, env), seconds(theirs)) for _ in range(ROUNDS)]
        finally:
            server.kill()
    ours_took, theirs_took = map(list, zip(*times))
    print(f"consume, {RECORDS:,} events: {spread(ours_took)} s; kcat: {spread(theirs_took)} s; "
          f"ratio: {spread([b / a for a, b in times])}")
    aims.note_ratio("consume", theirs_took, ours_took)


if __name__ == "__main__":
    main()
