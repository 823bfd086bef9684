"""What forwarding costs, and how fast it is.

First the rate of `forward --once` beside that of `consume | produce`, which copies the same records
by the same client, and that of Kafka's MirrorMaker 2, which reads them from `gamevents broker`; and
what Kafka takes at most of such records, by its own performance tool. Then the latency of
`gamevents serve`, which forwards its log to Apache Kafka, beside one that does not: while Kafka is
away, and while a backlog is copied to it. And of one that does not forward, while Kafka's own
producer sends as many records to that Kafka: what the machine that they share costs by itself.

The sides take turns, ROUNDS times; what is printed is each figure's median with its range, and the
median of the ratios round by round. Players, server and Kafka share the machine. For the latency
Kafka has a niceness of 19 and its files in memory (/dev/shm), because it would have a machine and a
disk of its own; it has copied a backlog before anything counts, so that it does not compile its own
code meanwhile, and each backlog is on the disk before it is copied.

Needs the release build, and mvn (apt-get install maven) when MirrorMaker 2 is to be fetched.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator

import aims
import broker
import copiers
import serve
from support import kafka, machine, processes, program

ROUNDS = 5
RATE = 300
SECONDS = 5
BACKLOG = 4_000_000  # records; they must last for SECONDS
COPIED = 2_000_000
PAYLOADS = 10_000  # events that Kafka's tool sends in turn
LIMIT, LIMITED_BACKLOG = "8MiB", 300_000
PRODUCER_SIDE = "not forwarding, while Kafka's own producer sends as much"
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
    os.sync()  # A backlog is older, so that nothing of it has to be written any more.


@contextlib.contextmanager
def catching_up(server: program.Server, target: kafka.Kafka, home: pathlib.Path,
                backlog: int) -> Iterator[None]:
    """Meanwhile the server copies a backlog, which is made while Kafka is paused."""
    add_backlog(home, TOPIC, backlog)
    target.resume()
    processes.wait_until(lambda: lag(server) < backlog, 60, "a copy")
    yield
    left = lag(server)
    if left < 1_000:
        print(f"the backlog did not last: {left:.0f} records were left", flush=True)
    processes.wait_until(lambda: lag(server) == 0, 300, "the whole copy")
    target.pause()


def payloads(home: pathlib.Path) -> pathlib.Path:
    """A file of events for Kafka's producer, which it sends in turn."""
    events = home / "payloads"
    if not events.exists():
        program.run(["generate", "--to", "topic", "--count", PAYLOADS], home=home,
                    brokers="embedded", topic="payloads", timeout=300)
        done = program.run(["consume", "--from-beginning", "--output", "value"], home=home,
                           brokers="embedded", topic="payloads")
        events.write_bytes(done.stdout)
    return events


def kafka_producer(target: kafka.Kafka, topic: str, events: pathlib.Path, count: int,
                   rate: int = -1) -> list:
    """Kafka's own producer as a tool: its records are packed in large batches, as ours are."""
    return ["ProducerPerformance", "--topic", topic, "--num-records", count,
            "--payload-file", events, "--throughput", rate, "--producer-props",
            f"bootstrap.servers={target.brokers}", "acks=all", "compression.type=lz4",
            "batch.size=1048576", "linger.ms=5", "buffer.memory=134217728"]


def be_beside(process: subprocess.Popen) -> None:
    """A session of its own gets what the others leave. Linux shares the processor among sessions
    first, by their own niceness (sched(7), "The autogroup feature")."""
    group = pathlib.Path(f"/proc/{process.pid}/autogroup")
    if group.exists():
        group.write_text("19")


@contextlib.contextmanager
def kafka_sends(target: kafka.Kafka, home: pathlib.Path, rate: float) -> Iterator[None]:
    """Meanwhile Kafka's own producer sends so many records a second to the target, packed as the
    forwarder packs them."""
    target.resume()
    topic = target.create_topic("sent", PARTITIONS)
    tool = kafka_producer(target, topic, payloads(home), int(rate * SECONDS * 10), int(rate))
    process = subprocess.Popen(["nice", "-n", "19", *broker.perf_command(*tool)],
                               stdout=subprocess.DEVNULL, start_new_session=True,
                               preexec_fn=processes.die_with_parent)
    be_beside(process)
    time.sleep(SECONDS)  # until its code is compiled
    yield
    if process.poll() is not None:
        print("Kafka's producer ended too early", flush=True)
    processes.reap(process)
    target.tool("TopicCommand", "--delete", "--topic", topic)
    target.pause()


def compare_latency(target: kafka.Kafka, home: pathlib.Path) -> None:
    be_beside(target.process)
    forwards = ("--set", f"forward.brokers={target.brokers}")
    limited = f"catching up, forward.rate {LIMIT}"
    sides: dict[str, list[float]] = {"without": [], "away": [], "catching up": [], limited: [],
                                     PRODUCER_SIDE: []}
    rates = []
    with (server_on(home / "without") as without, server_on(home / "with", *forwards) as spool,
          server_on(home / "limited", *forwards, "--set", f"forward.rate={LIMIT}") as slow):
        target.pause()
        with catching_up(spool, target, home / "with", BACKLOG):
            p99(spool, home)
        for _ in range(ROUNDS):
            sides["without"].append(p99(without, home))
            sides["away"].append(p99(spool, home))
            with catching_up(spool, target, home / "with", BACKLOG):
                before = lag(spool)
                sides["catching up"].append(p99(spool, home))
                rates.append((before - lag(spool)) / SECONDS)
            with catching_up(slow, target, home / "limited", LIMITED_BACKLOG):
                sides[limited].append(p99(slow, home))
            with kafka_sends(target, home, rates[-1]):
                sides[PRODUCER_SIDE].append(p99(without, home))
    print(f"\n| serve, {RATE} events/s | p99, ms | ratio to without |\n|---|---|---|")
    for side, figures in sides.items():
        print(f"| {side} | {serve.spread(figures)} | {serve.ratio(figures, sides['without'])} |")
    print("\nCatching up, beside the last of these: "
          f"{serve.ratio(sides['catching up'], sides[PRODUCER_SIDE])}")
    aims.note_ratio("forward-away", sides["away"], sides["without"])
    aims.note_ratio("forward-copies", sides["catching up"], sides[PRODUCER_SIDE])
    print(f"\nCopied beside these events: {serve.spread(rates)} records/s", flush=True)


def kafka_takes(target: kafka.Kafka, home: pathlib.Path, topic: str) -> float:
    """Records a second by Kafka's own producer."""
    out = broker.perf_tool(*kafka_producer(target, topic, payloads(home), COPIED))
    return float(re.findall(r"([\d.]+) records/sec", out)[-1])


def copy_once(side: str, target: kafka.Kafka, home: pathlib.Path, topic: str) -> copiers.Copy:
    home.mkdir()
    program.run(["create-topic", "--partitions", PARTITIONS], home=home, brokers="embedded",
                topic=topic)
    add_backlog(home, topic, COPIED)
    watch = copiers.Watch(target.brokers, topic, PARTITIONS)
    copy = copiers.COPIERS[side](target, home, topic, watch, COPIED)
    shutil.rmtree(home)
    return copy


def copy_rates(target: kafka.Kafka, home: pathlib.Path) -> None:
    copies: dict[str, list[copiers.Copy]] = {side: [] for side in copiers.COPIERS}
    taken = []
    for number in range(ROUNDS):
        for side, made in copies.items():
            topic = target.create_topic(f"copied-{number}-{len(side)}", PARTITIONS)
            made.append(copy_once(side, target, home / topic, topic))
            target.tool("TopicCommand", "--delete", "--topic", topic)
        topic = target.create_topic(f"taken-{number}", PARTITIONS)
        (home / topic).mkdir()
        taken.append(kafka_takes(target, home / topic, topic))
        target.tool("TopicCommand", "--delete", "--topic", topic)
    print(f"\n| {COPIED:,} events of generate, {PARTITIONS} partitions | records/s "
          "| with the start | CPU for each, us | forward's rate to it | with the start |\n"
          + "|---" * 6 + "|")
    rates = {side: [COPIED / copy.seconds for copy in made] for side, made in copies.items()}
    whole = {side: [COPIED / copy.whole_seconds for copy in made] for side, made in copies.items()}
    ours = next(iter(copies))
    for side, made in copies.items():
        cpu = [copy.cpu_seconds / COPIED * 1e6 for copy in made]
        print(f"| {side} | {serve.spread(rates[side])} | {serve.spread(whole[side])} | "
              f"{serve.spread(cpu)} | {serve.ratio(rates[ours], rates[side])} | "
              f"{serve.ratio(whole[ours], whole[side])} |")
    print(f"| Kafka's ProducerPerformance, acks=all | {serve.spread(taken)} | – | – | "
          f"{serve.ratio(rates[ours], taken)} | – |", flush=True)


def main() -> None:
    print(machine.line(), flush=True)
    copiers.fetch_mirror()
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
