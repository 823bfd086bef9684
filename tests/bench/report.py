"""How fast `report` counts events by type, and in how much memory: straight from the embedded log's
segments and through Kafka, beside DuckDB over the same values as NDJSON, Spark (from_json and
groupBy, warm), and `kcat | jq`; and how each grows with the number of events.

One embedded broker and one topic of one partition with as many events as the largest of --sizes;
the smaller ones are its first events. The programs take turns, --rounds times (Spark's rounds are
in one session, after them). Each one's counts are compared with the generator's.

- `report` and `kcat` are timed from their start to their exit.
- Spark and `kcat | jq` count SLOW_EVENTS_MAX events at most.
- DuckDB and Spark are timed inside their process, around the query: neither's start-up counts.
- Memory is the peak of the process; of the JVM for Spark, of the largest process for kcat | jq.
"""

import argparse
import collections
import dataclasses
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

import aims
from confluent_kafka import Producer
from support import embedded, machine, paths, processes, program, spark

SIZES = "2400000,10000000"
ROUNDS = 5
SLOW_EVENTS_MAX = 2_400_000  # of the programs that take longer than all others together
TOPIC = "bench"
ITEMS = ("sword", "shield", "potion", "axe", "bow", "helmet")
TYPES = tuple(f"purchase_{item}" for item in ITEMS) + ("default", "join_a_guild", "add_to_cart")
SPARK_TIMEOUT_S = 1_800
SEGMENTS, KAFKA, ONE_CORE = "report, segments", "report, kafka", "report, segments, one core"
DUCKDB, DUCKDB_TOLD, DUCKDB_ONE = ("DuckDB, read_ndjson", "DuckDB, told the column",
                                   "DuckDB, told, threads=1")
SPARK, KCAT = "Spark, warm", "kcat, jq, sort, uniq"
SLOW = {SPARK, KCAT}
PROGRAMS = (SEGMENTS, KAFKA, ONE_CORE, DUCKDB, DUCKDB_TOLD, DUCKDB_ONE, SPARK, KCAT)

# Prints how long each count took, its counts, and the JVM's peak memory. The session is warm: a
# small batch of the same query has run before the clock starts.
SPARK_JOB = '''
import json, time
from pyspark.sql.functions import col, from_json

brokers, topic, events, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])

def count(events):
    rows = (spark.read.format("kafka").option("kafka.bootstrap.servers", brokers)
            .option("subscribe", topic).option("startingOffsets", "earliest")
            .option("endingOffsets", json.dumps({topic: {"0": events}})).load()
            .select(from_json(col("value").cast("string"), "event_type string").alias("e"))
            .groupBy("e.event_type").count().collect())
    return {row[0]: row[1] for row in rows}

count(1000)
times = []
for _ in range(rounds):
    start = time.monotonic()
    counts = count(events)
    times.append(time.monotonic() - start)
jvm = spark._jvm.java.lang.ProcessHandle.current().pid()
with open(f"/proc/{jvm}/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print("RESULT " + json.dumps({"times": times, "counts": counts, "peak": peak}))
'''

# Arguments: the file, "told" or "detected", threads (0: as many as it likes).
DUCKDB_JOB = '''
import json, sys, time
import duckdb

path, columns, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
start = time.monotonic()
connection = duckdb.connect()
if threads:
    connection.execute(f"set threads = {threads}")
told = ", columns = {event_type: 'VARCHAR'}" if columns == "told" else ""
rows = connection.execute(f"select event_type, count(*) from read_ndjson('{path}'{told})"
                          " group by event_type").fetchall()
print("RESULT " + json.dumps({"times": [time.monotonic() - start], "counts": dict(rows)}))
'''


@dataclasses.dataclass
class Figures:
    """What one program took for one size."""
    times: list[float] = dataclasses.field(default_factory=list)  # seconds
    peak: int = 0  # KiB

    def add(self, seconds: float, peak: int) -> None:
        self.times.append(seconds)
        self.peak = max(self.peak, peak)

    @property
    def median(self) -> float:
        return statistics.median(self.times)


def event(chance: random.Random, n: int) -> tuple[str, str, str]:
    """Its type, its user and its JSON."""
    kind = TYPES[min(int(chance.expovariate(0.5)), len(TYPES) - 1)]
    user = f"user{chance.randrange(50_000)}"
    return kind, user, (
        f'{{"event_type":"{kind}","remote ip":"10.1.{n % 250}.{n % 199}",'
        f'"user":"{user}","price":{chance.randrange(500)},"quantity":{1 + n % 3},'
        f'"Host":"127.0.0.1:5000","User-Agent":"curl/7.88.1","n":{n}}}')


def fill(brokers: str, sizes: list[int], ndjson: pathlib.Path) -> dict[int, tuple[dict, int]]:
    """The events, from a fixed seed, into the topic and the file; for each size, the counts by
    type and the bytes of its values."""
    chance = random.Random(20261123)
    producer = Producer({"bootstrap.servers": brokers, "linger.ms": 50, "batch.size": 500_000,
                         "enable.idempotence": True, "queue.buffering.max.messages": 1_000_000})
    counts = collections.Counter()
    size = 0
    facts = {}
    with open(ndjson, "w", encoding="ascii") as out:
        for n in range(max(sizes)):
            kind, user, text = event(chance, n)
            counts[kind] += 1
            size += len(text)
            out.write(text + "\n")
            produce(producer, text.encode(), user.encode())
            if n + 1 in sizes:
                facts[n + 1] = (dict(counts), size)
    left = producer.flush(300)
    assert left == 0, f"{left} events were not acknowledged"
    return facts


def produce(producer: Producer, value: bytes, key: bytes) -> None:
    while True:
        try:
            producer.produce(TOPIC, value, key=key)
            return
        except BufferError:
            producer.poll(0.1)


# Starts a command and prints, last, its seconds, its exit code and its peak KiB. A process of its
# own, because Linux counts a process's peak from before its exec: it would be that of this script.
LAUNCHER = '''
import os, sys, time
start = time.monotonic()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print("MEASURED", time.monotonic() - start, os.waitstatus_to_exitcode(status), usage.ru_maxrss)
'''


def measure(command: list[str], env: dict) -> tuple[float, int, str]:
    """Seconds, peak KiB and stdout of a command."""
    done = subprocess.run([sys.executable, "-S", "-c", LAUNCHER, *command],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, env=env, check=True,
                          preexec_fn=processes.die_with_parent)
    out, _, measured = done.stdout.decode().rpartition("MEASURED")
    took, code, peak = measured.split()
    assert int(code) == 0, f"{command} ended with {code}"
    return float(took), int(peak), out


def result(out: str) -> dict:
    line = next(line for line in out.splitlines() if line.startswith("RESULT "))
    return json.loads(line.removeprefix("RESULT "))


class Bench:
    """The programs over one broker."""

    def __init__(self, broker, home: pathlib.Path):
        self.broker = broker
        self.env = program.environment(home, "embedded", TOPIC,
                                       {"GAMEVENTS_EMBEDDED_DATA_DIR": str(broker.data_dir)})

    def report(self, events: int, source: str, launcher: tuple = ()) -> tuple[float, int, dict]:
        took, peak, out = measure(
            [*launcher, str(paths.executable()), "report", "--source", source, "-o",
             f"0:{events}", "--group-by", "event_type", "--format", "json"], self.env)
        return took, peak, {row["event_type"]: row["count"] for row in json.loads(out)}

    def duckdb(self, ndjson: pathlib.Path, columns: str, threads: int) -> tuple[float, int, dict]:
        _, peak, out = measure([sys.executable, "-c", DUCKDB_JOB, str(ndjson), columns,
                                str(threads)], self.env)
        found = result(out)
        return found["times"][0], peak, found["counts"]

    def kcat(self, events: int) -> tuple[float, int, dict]:
        took, peak, out = measure(
            ["sh", "-c", f"kcat -C -e -q -b {self.broker.brokers} -t {TOPIC} -c {events}"
             " | jq -r .event_type | sort | uniq -c"], self.env)
        rows = (line.split() for line in out.splitlines())
        return took, peak, {kind: int(count) for count, kind in rows}

    def spark(self, events: int, rounds: int) -> dict:
        done = spark.run(SPARK_JOB, self.broker.brokers, TOPIC, events, rounds, quick=False,
                         timeout=SPARK_TIMEOUT_S)
        return result(done.stdout.decode())

    def run(self, events: int, counts: dict, ndjson: pathlib.Path, rounds: int,
            without: set) -> dict[str, Figures]:
        """All programs over the first `events` events, in turn."""
        asks = {SEGMENTS: lambda: self.report(events, "segments"),
                KAFKA: lambda: self.report(events, "kafka"),
                ONE_CORE: lambda: self.report(events, "segments", ("taskset", "-c", "0")),
                DUCKDB: lambda: self.duckdb(ndjson, "detected", 0),
                DUCKDB_TOLD: lambda: self.duckdb(ndjson, "told", 0),
                DUCKDB_ONE: lambda: self.duckdb(ndjson, "told", 1),
                KCAT: lambda: self.kcat(events)}
        figures = {name: Figures() for name in PROGRAMS if name not in without}
        for _ in range(rounds):
            for name in (name for name in asks if name in figures):
                took, peak, found = asks[name]()
                assert found == counts, f"{name} counted {found}, not {counts}"
                figures[name].add(took, peak)
        if SPARK in figures:
            found = self.spark(events, rounds)
            assert found["counts"] == counts, f"Spark counted {found['counts']}, not {counts}"
            for took in found["times"]:
                figures[SPARK].add(took, found["peak"])
        return figures


def spread(values: list[float], form: str) -> str:
    return f"{statistics.median(values):{form}} ({min(values):{form}}–{max(values):{form}})"


def say_size(events: int, size: int, figures: dict[str, Figures]) -> None:
    base = figures[SEGMENTS].median
    print(f"\n{events:,} events, {size / 1e6:,.0f} MB of values; load average"
          f" {os.getloadavg()[0]:.1f}\n\n| program | seconds | M events/s | peak MiB |"
          " times `report, segments` |\n|---|--:|--:|--:|--:|")
    for name, each in figures.items():
        print(f"| {name} | {spread(each.times, '.2f')} | {events / each.median / 1e6:.2f} |"
              f" {each.peak / 1024:,.0f} | {each.median / base:.2f} |", flush=True)
    for one, other, what in ((SPARK, KAFKA, "Spark : report through Kafka"),
                             (SEGMENTS, DUCKDB, "report from segments : DuckDB"),
                             (SEGMENTS, DUCKDB_TOLD, "report from segments : DuckDB, told"),
                             (ONE_CORE, DUCKDB_ONE, "the same, one core and one thread each")):
        if one in figures and other in figures:
            print(f"- {what}: {figures[one].median / figures[other].median:.2f}")
    if DUCKDB in figures and f"report-{events}" in aims.AIMS:
        aims.note_ratio(f"report-{events}", figures[SEGMENTS].times, figures[DUCKDB].times)
    if {SPARK, KAFKA} <= figures.keys():
        aims.note_ratio("report-spark", figures[SPARK].times, figures[KAFKA].times)


def say_growth(by_size: dict[int, dict[str, Figures]]) -> None:
    """Medians by size, and how the largest compares with the smallest, event by event."""
    sizes = sorted(by_size)
    names = list(by_size[sizes[-1]])
    print("\n| seconds (peak MiB) | " + " | ".join(f"{size:,}" for size in sizes)
          + " | growth an event |\n|---|" + "--:|" * (len(sizes) + 1))
    for name in names:
        each = [by_size[size][name] for size in sizes]
        growth = (each[-1].median / sizes[-1]) / (each[0].median / sizes[0])
        cells = " | ".join(f"{one.median:.2f} ({one.peak / 1024:,.0f})" for one in each)
        print(f"| {name} | {cells} | {growth:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default=SIZES, help="numbers of events, with commas between")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--without", action="append", default=[], choices=PROGRAMS,
                        help="a program to leave out; may be given several times")
    args = parser.parse_args()
    sizes = sorted({int(size) for size in args.sizes.split(",")})
    by_size = {}
    print(machine.line(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        broker = embedded.Embedded(home / "broker")
        broker.start()
        try:
            broker.create_topic(TOPIC)
            every = home / "events.ndjson"
            facts = fill(broker.brokers, sizes, every)
            bench = Bench(broker, home)
            for events in sizes:
                ndjson = head(every, facts[events][1] + events, home / "head.ndjson")
                without = set(args.without) - {SEGMENTS}
                if events > SLOW_EVENTS_MAX:
                    without |= SLOW
                by_size[events] = bench.run(events, facts[events][0], ndjson, args.rounds, without)
                say_size(events, facts[events][1], by_size[events])
        finally:
            broker.kill()
    if len(sizes) > 1:
        say_growth(by_size)


def head(every: pathlib.Path, size: int, to: pathlib.Path) -> pathlib.Path:
    """The file's first `size` bytes as a file: itself, when it has no more."""
    if every.stat().st_size == size:
        return every
    with open(every, "rb") as source, open(to, "wb") as out:
        left = size
        while left > 0:
            piece = source.read(min(left, 1 << 22))
            out.write(piece)
            left -= len(piece)
    return to


if __name__ == "__main__":
    main()
