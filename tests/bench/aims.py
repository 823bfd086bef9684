"""What gamevents is to reach, and what one run of `make bench` says of it.

A measurement notes the figures that an aim is about, round by round; they go to the file that
GAMEVENTS_BENCH_FIGURES names, or nowhere without it. As a program, with that file, this prints each
aim with the median of its figures and their range: the missed ones first.
"""

import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from support import paths

FIGURES = "GAMEVENTS_BENCH_FIGURES"


@dataclasses.dataclass(frozen=True)
class Aim:
    """`bound` is the least that the median is to be, or the most."""
    what: str
    beside: str
    bound: float
    is_least: bool = True
    unit: str = ""

    def is_met(self, median: float) -> bool:
        return median >= self.bound if self.is_least else median <= self.bound


SYNC, BEST = "one fdatasync of 300 appended bytes", "the best of the Go and Rust servers"
AIMS = {
    "embedded-1": Aim("serve, 1 connection, embedded: p50", SYNC, 0.2, False, "ms more"),
    "kafka-1": Aim("serve, 1 connection, Kafka: p50", "the Go server", 1),
    "kafka-64": Aim("serve, 64 connections, Kafka: rate", BEST, 1.2),
    "kafka-64-p99": Aim("serve, 64 connections, Kafka: p99", BEST, 1),
    "kafka-512": Aim("serve, 512 connections, Kafka: rate", BEST, 1.5),
    "kafka-512-p99": Aim("serve, 512 connections, Kafka: p99", BEST, 1),
    "embedded-64": Aim("serve, 64 connections, embedded: rate", "serve on Kafka, unsynced", 2),
    "embedded-512": Aim("serve, 512 connections, embedded: rate", "serve on Kafka, unsynced", 1.3),
    "idle": Aim("serve, 64 busy and 10,000 idle connections: rate", "64 busy alone", 0.95),
    "batches": Aim("POST /events, batches of 1,000, plain", "–", 1e6, unit="events/s"),
    "batches-keyed": Aim("POST /events, batches of 1,000, keyed", "one by one", 10),
    "produce": Aim("broker, ProducerPerformance, 150 B, acks=all", "Kafka, unsynced", 1.2),
    "fetch": Aim("broker, ConsumerPerformance", "Kafka", 2),
    "broker-start": Aim("broker, start to the first metadata", "–", 50, False, "ms"),
    "broker-memory": Aim("broker, resident at rest", "–", 24, False, "MiB"),
    "consume": Aim("consume --from-beginning to /dev/null", "kcat -C -e -q", 3),
    "report-2400000": Aim("report, 2.4 M events from segments: time", "DuckDB", 1, False),
    "report-10000000": Aim("report, 10 M events from segments: time", "DuckDB", 1, False),
    "report-spark": Aim("report, 2.4 M events through Kafka", "Spark, warm", 15),
    "fold": Aim("the fold, one core", "–", 2e6, unit="events/s"),
    "executable": Aim("the executable, stripped", "–", 12, False, "MB"),
    "forward-away": Aim("serve that forwards, cluster away: p99", "not forwarding", 1.2, False),
    "forward-copies": Aim("serve that forwards, catching up: p99",
                          "not forwarding, while Kafka's producer sends as much", 1.2, False),
}


def note(name: str, values: list[float]) -> None:
    """Notes an aim's figures, one a round: of rates ours by theirs, of times theirs by ours, or
    what the aim says."""
    assert name in AIMS, name
    if FIGURES in os.environ:
        with open(os.environ[FIGURES], "a", encoding="utf-8") as file:
            file.write(json.dumps({"name": name, "values": values}) + "\n")


def note_ratio(name: str, ours: list[float], theirs: list[float]) -> None:
    note(name, [a / b for a, b in zip(ours, theirs)])


def stripped_mb() -> float:
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["strip", "-o", out.name, paths.executable()], check=True)
        return pathlib.Path(out.name).stat().st_size / 1e6


def written(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}" if value < 0.1 else f"{value:.2f}"


def row(aim: Aim, values: list[float]) -> str:
    median = statistics.median(values)
    figures = f"{written(median)} ({written(min(values))}–{written(max(values))}) {aim.unit}"
    bound = f"{aim.bound:,.0f}" if aim.bound >= 1_000 else f"{aim.bound:g}"
    return (f"| {aim.what} | {aim.beside} | "
            f"{'at least' if aim.is_least else 'at most'} {bound} | {figures.strip()} | "
            f"{'met' if aim.is_met(median) else '**missed**'} |")


def main() -> None:
    lines = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    found = {one["name"]: one["values"] for one in map(json.loads, lines)}
    found["executable"] = [stripped_mb()]
    measured = [(AIMS[name], found[name]) for name in AIMS if name in found]
    measured.sort(key=lambda one: one[0].is_met(statistics.median(one[1])))
    print("\n| what | beside | aim | seen | |\n|---|---|---|---|---|")
    for aim, values in measured:
        print(row(aim, values))
    if missing := [aim.what for name, aim in AIMS.items() if name not in found]:
        print("\nNot measured: " + "; ".join(missing))


if __name__ == "__main__":
    main()
