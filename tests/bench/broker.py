"""The embedded broker beside Apache Kafka, in one run: Kafka's own performance tools, the time to
the first answer, memory at rest, and the latency of single records.

Ours syncs each acknowledged record to disk; Kafka runs with its defaults, which do not. The two
take turns, ROUNDS times; what is printed is each figure's median with its range, and the median of
the ratios pair by pair.
"""

import pathlib
import re
import statistics
import subprocess
import tempfile
import time

import aims
import confluent_kafka
from support import embedded, kafka, machine, processes

ROUNDS = 9
RECORDS = 1_000_000
RECORD_BYTES = 150
SINGLE_RECORDS = 300


def perf_command(name: str, *args) -> list[str]:
    """Kafka's tool with an ordinary JVM, which the short-lived ones of the tests do not need."""
    command = ["java", "-Xmx512m", "-cp", kafka.classpath(), kafka.tool_class(name)]
    return [*command, *map(str, args)]


def perf_tool(name: str, *args) -> str:
    done = subprocess.run(perf_command(name, *args), capture_output=True, timeout=300, check=True,
                          text=True, preexec_fn=processes.die_with_parent)
    return done.stdout


def produce(brokers: str, topic: str) -> float:
    """Records a second, all acknowledged."""
    out = perf_tool("ProducerPerformance", "--topic", topic, "--num-records", RECORDS,
                    "--record-size", RECORD_BYTES, "--throughput", -1, "--producer-props",
                    f"bootstrap.servers={brokers}", "acks=all")
    return float(re.findall(r"([\d.]+) records/sec", out)[-1])


def consume(brokers: str, topic: str) -> float:
    """Records a second while fetching, as the tool counts them (without its start)."""
    out = perf_tool("ConsumerPerformance", "--bootstrap-server", brokers, "--topic", topic,
                    "--num-records", RECORDS, "--timeout", 60_000)
    names, values = (line.split(", ") for line in out.strip().splitlines()[-2:])
    return float(dict(zip(names, values))["fetch.nMsg.sec"])


def single_latencies(brokers: str, topic: str) -> tuple[float, float]:
    """p50 and p99 in ms of records sent one by one with acks=all."""
    producer = confluent_kafka.Producer({"bootstrap.servers": brokers, "acks": "all",
                                         "linger.ms": 0, "socket.nagle.disable": True})
    times = []
    for number in range(SINGLE_RECORDS + 20):
        start = time.perf_counter()
        producer.produce(topic, b"x" * RECORD_BYTES)
        producer.flush(30)
        if number >= 20:  # The first ones find the way.
            times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.99) - 1]


def start_time(folder: pathlib.Path) -> float:
    """Milliseconds from starting the broker to its answer to a Metadata request."""
    broker = embedded.Embedded(folder)
    start = time.perf_counter()
    broker.start()
    while kafka.live_brokers("127.0.0.1", broker.port) == 0:
        time.sleep(0.001)
    elapsed = (time.perf_counter() - start) * 1000
    broker.kill()
    return elapsed


def row(what: str, ours: list[float], theirs: list[float], unit: str, higher_is_better=True):
    ratios = [a / b if higher_is_better else b / a for a, b in zip(ours, theirs)]
    def spread(values):
        return f"{statistics.median(values):,.4g} ({min(values):,.4g}–{max(values):,.4g})"
    print(f"| {what}, {unit} | {spread(ours)} | {spread(theirs)} | "
          f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f}) |", flush=True)


def compare_throughput(ours, theirs) -> None:
    figures: dict[str, tuple[list, list]] = {"produce": ([], []), "consume": ([], [])}
    for number in range(ROUNDS):
        for side, broker in enumerate((ours, theirs)):
            topic = broker.create_topic(f"bench-{number}")
            figures["produce"][side].append(produce(broker.brokers, topic))
            figures["consume"][side].append(consume(broker.brokers, topic))
    row("ProducerPerformance, acks=all", *figures["produce"], "records/s")
    row("ConsumerPerformance", *figures["consume"], "records/s")
    aims.note_ratio("produce", *figures["produce"])
    aims.note_ratio("fetch", *figures["consume"])


def compare_latency(ours, theirs) -> None:
    pairs = []
    for number in range(ROUNDS):
        name = f"single-{number}"
        pairs.append([single_latencies(b.brokers, b.create_topic(name)) for b in (ours, theirs)])
    for index, name in enumerate(("p50", "p99")):
        row(f"one record, acks=all, {name}", [p[0][index] for p in pairs],
            [p[1][index] for p in pairs], "ms", higher_is_better=False)


def main() -> None:
    print(machine.line(), flush=True)
    print("\n| what | ours | Kafka 4.3.1 | ratio (above 1: ours is better) |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        ours = embedded.Embedded(home / "ours")
        theirs = kafka.Kafka(home / "theirs", kafka.PRODUCTION_JVM)
        syncing = kafka.Kafka(home / "syncing", kafka.PRODUCTION_JVM,
                              "log.flush.interval.messages=1\n")
        try:
            ours.start()
            idle = processes.resident_mib(ours.process.pid)
            theirs.start()
            compare_throughput(ours, theirs)
            theirs.stop()
            syncing.start()
            print("Kafka with log.flush.interval.messages=1:")
            compare_latency(ours, syncing)
        finally:
            for broker in (ours, theirs, syncing):
                if broker.process is not None:
                    broker.kill()
        starts = [start_time(home / f"start-{number}") for number in range(ROUNDS)]
    print(f"start to first metadata answer: {statistics.median(starts):.0f} ms "
          f"({min(starts):.0f}–{max(starts):.0f}); resident at rest: {idle:.1f} MiB")
    aims.note("broker-start", starts)
    aims.note("broker-memory", [idle])


if __name__ == "__main__":
    main()
