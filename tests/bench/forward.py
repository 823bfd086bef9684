"""What forwarding costs, and how fast it is.

First the latency of `gamevents serve`, which forwards its log to Apache Kafka, beside one that does
not: while Kafka is away, and while a backlog is copied to it. Then the rate of `forward --once`
beside that of `consume | produce`, which copies the same records by the same client.

The sides take turns, ROUNDS times; what is printed is each figure's median with its range, and the
median of the ratios round by round. Players, server and Kafka share the machine: the figures while
a backlog is copied are those of a busy one.

Needs the release build.
"""

import contextlib
import json
import pathlib
import shlex
import subprocess
import tempfile
import time
from collections.abc import Iterator

import serve
from support import kafka, machine, paths, processes, program

ROUNDS = 5
RATE = 300
SECONDS = 6
BACKLOG = 400_000  # records; they must last for SECONDS
COPIED = 400_000
PARTITIONS = 2
TOPIC = "events"


def p99(server: program.Server, home: pathlib.Path) -> float:
    done = program.run(["generate", "--url", server.url, "--routes", "classic", "--rate", RATE,
                        "--duration", f"{SECONDS}s", "--format", "json"], home=home)
    return json.loads(done.stdout)["latency_ms"]["p99"]


@contextlib.contextmanager
def server_on(home: pathlib.Path, *args) -> Iterator[program.Server]:
    home.mkdir(exist_ok=True)
    server = program.Server(["--set", "embedded.listen=127.0.0.1:0", "--set",
                             f"kafka.partitions={PARTITIONS}", *args],
                            home=home, brokers="embedded", topic=TOPIC)
    try:
        yield server
    finally:
        server.kill()


def lag(server: program.Server) -> float:
    return sum(float(line.rpartition(" ")[2])
               for line in server.request("/metrics").text.splitlines()
               if line.startswith("gamevents_forward_lag_records{"))


def add_backlog(home: pathlib.Path, topic: str, count: int) -> None:
    program.run(["generate", "--to", "topic", "--count", count], home=home, brokers="embedded",
                topic=topic, timeout=300)


def compare_latency(target: kafka.Kafka, home: pathlib.Path) -> None:
    sides: dict[str, list[float]] = {"without": [], "away": [], "catching up": []}
    forwards = ("--set", f"forward.brokers={target.brokers}")
    with server_on(home / "without") as without, server_on(home / "with", *forwards) as spool:
        for _ in range(ROUNDS):
            target.pause()
            sides["without"].append(p99(without, home))
            sides["away"].append(p99(spool, home))
            add_backlog(home / "with", TOPIC, BACKLOG)
            target.resume()
            processes.wait_until(lambda: lag(spool) < BACKLOG, 60, "a copy")
            sides["catching up"].append(p99(spool, home))
            left = lag(spool)
            if left < 1_000:
                print(f"the backlog did not last: {left:.0f} records were left", flush=True)
            processes.wait_until(lambda: lag(spool) == 0, 120, "the whole copy")
    print("\n| serve, 300 events/s | p99, ms | ratio to without |\n|---|---|---|")
    for side, figures in sides.items():
        print(f"| {side} | {serve.spread(figures)} | {serve.ratio(figures, sides['without'])} |",
              flush=True)


def copy_rates(target: kafka.Kafka, home: pathlib.Path) -> None:
    rates: dict[str, list[float]] = {"forward --once": [], "consume | produce": []}
    for number in range(ROUNDS):
        for side, figures in rates.items():
            topic = f"copied-{number}-{len(side)}"
            program.run(["create-topic", "--partitions", PARTITIONS], home=home,
                        brokers="embedded", topic=topic)
            add_backlog(home, topic, COPIED)
            target.create_topic(topic, PARTITIONS)
            command = [str(paths.executable()), "forward", "--to", target.brokers, "--once"]
            if side != "forward --once":
                command = ["sh", "-c", "{0} consume --from-beginning --output json | "
                           "GAMEVENTS_KAFKA_BROKERS={1} {0} produce --json --keep-partition"
                           .format(shlex.quote(str(paths.executable())), target.brokers)]
            begin = time.monotonic()
            subprocess.run(command, check=True, cwd=home, capture_output=True,
                           env=program.environment(home, "embedded", topic, None),
                           preexec_fn=processes.die_with_parent)
            figures.append(COPIED / (time.monotonic() - begin))
    print(f"\n| {COPIED:,} events of generate, {PARTITIONS} partitions | records/s |\n|---|---|")
    for side, figures in rates.items():
        print(f"| {side} | {serve.spread(figures)} |")
    print(f"\nRatio: {serve.ratio(*rates.values())}", flush=True)


def main() -> None:
    print(machine.line(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        target = kafka.Kafka(home / "kafka", kafka.PRODUCTION_JVM)
        target.start()
        try:
            copy_rates(target, home)
            compare_latency(target, home)
        finally:
            target.kill()


if __name__ == "__main__":
    main()
