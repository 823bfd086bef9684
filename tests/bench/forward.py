"""What forwarding costs, and how fast it is.

First the latency of `gamevents serve`, which forwards its log to Apache Kafka, beside one that does
not: while Kafka is away, and while a backlog is copied to it. Then the rate of `forward --once`
beside that of `consume | produce`, which copies the same records by the same client.

The sides take turns, ROUNDS times; what is printed is each figure's median with its range, and the
median of the ratios round by round. Players, server and Kafka share the machine. For the latency
Kafka has a niceness of 19 and its files in memory (/dev/shm), because it would have a machine and a
disk of its own.

The CPU time is the clients', without Kafka's.

Needs the release build.
"""

import contextlib
import json
import pathlib
import resource
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
BACKLOG = 600_000  # records; they must last for SECONDS
COPIED = 400_000
LIMIT = "8MiB"
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


def while_catching_up(server: program.Server, target: kafka.Kafka, home: pathlib.Path) -> float:
    """The latency while the server copies a backlog, which is made while Kafka is paused."""
    add_backlog(home, TOPIC, BACKLOG)
    target.resume()
    processes.wait_until(lambda: lag(server) < BACKLOG, 60, "a copy")
    latency = p99(server, home)
    left = lag(server)
    if left < 1_000:
        print(f"the backlog did not last: {left:.0f} records were left", flush=True)
    processes.wait_until(lambda: lag(server) == 0, 120, "the whole copy")
    target.pause()
    return latency


def compare_latency(target: kafka.Kafka, home: pathlib.Path) -> None:
    forwards = ("--set", f"forward.brokers={target.brokers}")
    limited = f"catching up, forward.rate {LIMIT}"
    sides: dict[str, list[float]] = {"without": [], "away": [], "catching up": [], limited: []}
    with (server_on(home / "without") as without, server_on(home / "with", *forwards) as spool,
          server_on(home / "limited", *forwards, "--set", f"forward.rate={LIMIT}") as slow):
        target.pause()
        for _ in range(ROUNDS):
            sides["without"].append(p99(without, home))
            sides["away"].append(p99(spool, home))
            sides["catching up"].append(while_catching_up(spool, target, home / "with"))
            sides[limited].append(while_catching_up(slow, target, home / "limited"))
    print(f"\n| serve, {RATE} events/s | p99, ms | ratio to without |\n|---|---|---|")
    for side, figures in sides.items():
        print(f"| {side} | {serve.spread(figures)} | {serve.ratio(figures, sides['without'])} |",
              flush=True)


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def copy_rates(target: kafka.Kafka, home: pathlib.Path) -> None:
    sides = ("forward --once", "consume | produce")
    rates: dict[str, list[float]] = {side: [] for side in sides}
    cpu: dict[str, list[float]] = {side: [] for side in sides}
    for number in range(ROUNDS):
        for side in sides:
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
            begin, used = time.monotonic(), cpu_of_children()
            subprocess.run(command, check=True, cwd=home, capture_output=True,
                           env=program.environment(home, "embedded", topic, None),
                           preexec_fn=processes.die_with_parent)
            rates[side].append(COPIED / (time.monotonic() - begin))
            cpu[side].append((cpu_of_children() - used) / COPIED * 1e6)
    print(f"\n| {COPIED:,} events of generate, {PARTITIONS} partitions | records/s "
          "| CPU for each, us |\n|---|---|---|")
    for side in sides:
        print(f"| {side} | {serve.spread(rates[side])} | {serve.spread(cpu[side])} |")
    print(f"\nRatio of the rates: {serve.ratio(*rates.values())}, of the CPU time of the second to "
          f"the first: {serve.ratio(cpu[sides[1]], cpu[sides[0]])}", flush=True)


def main() -> None:
    print(machine.line(), flush=True)
    for measure, launcher, disk in ((copy_rates, (), None),
                                    (compare_latency, ("nice", "-n", "19"), "/dev/shm")):
        with (tempfile.TemporaryDirectory() as folder,
              tempfile.TemporaryDirectory(dir=disk) as beside):
            home = pathlib.Path(folder)
            target = kafka.Kafka(pathlib.Path(beside) / "kafka", kafka.PRODUCTION_JVM,
                                 launcher=launcher)
            target.start()
            try:
                measure(target, home)
            finally:
                target.kill()


if __name__ == "__main__":
    main()
