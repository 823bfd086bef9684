"""How fast `report` counts EVENTS events by type: straight from the embedded log's segments and
through Kafka, beside Spark (from_json and groupBy, after its start-up) and `kcat | jq`.

One embedded broker, one topic, ROUNDS rounds in turn; the best of each counts. Memory is the peak
of the process (of all its processes for Spark: the JVM's alone).
"""

import argparse
import json
import os
import pathlib
import random
import subprocess
import tempfile
import time

from confluent_kafka import Producer
from support import embedded, paths, processes, program, spark

EVENTS = 2_400_000
ROUNDS = 2
TOPIC = "bench"
ITEMS = ("sword", "shield", "potion", "axe", "bow", "helmet")
TYPES = tuple(f"purchase_{item}" for item in ITEMS) + ("default", "join_a_guild", "add_to_cart")
SPARK_TIMEOUT_S = 900

# Prints how long each count took, its counts, and the JVM's peak memory. The session is warm: a
# small batch of the same query has run before the clock starts.
SPARK_JOB = '''
import json, time
from pyspark.sql.functions import col, from_json

brokers, topic, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])

def count(ending):
    rows = (spark.read.format("kafka").option("kafka.bootstrap.servers", brokers)
            .option("subscribe", topic).option("startingOffsets", "earliest")
            .option("endingOffsets", ending).load()
            .select(from_json(col("value").cast("string"), "event_type string").alias("e"))
            .groupBy("e.event_type").count().collect())
    return {row[0]: row[1] for row in rows}

count(json.dumps({topic: {"0": 1000}}))
times = []
for _ in range(rounds):
    start = time.monotonic()
    counts = count("latest")
    times.append(time.monotonic() - start)
jvm = spark._jvm.java.lang.ProcessHandle.current().pid()
with open(f"/proc/{jvm}/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print("RESULT " + json.dumps({"times": times, "counts": counts, "peak": peak}))
'''


def fill(brokers: str, events: int) -> tuple[dict, int]:
    """The events, from a fixed seed, one partition; gives the counts by type and the bytes."""
    chance = random.Random(20261123)
    producer = Producer({"bootstrap.servers": brokers, "linger.ms": 50, "batch.size": 500_000,
                         "queue.buffering.max.messages": 1_000_000})
    counts: dict[str, int] = {}
    size = 0
    for n in range(events):
        kind = TYPES[min(int(chance.expovariate(0.5)), len(TYPES) - 1)]
        counts[kind] = counts.get(kind, 0) + 1
        user = f"user{chance.randrange(50_000)}"
        event = (f'{{"event_type":"{kind}","remote ip":"10.1.{n % 250}.{n % 199}",'
                 f'"user":"{user}","price":{chance.randrange(500)},"quantity":{1 + n % 3},'
                 f'"Host":"127.0.0.1:5000","User-Agent":"curl/7.88.1","n":{n}}}')
        size += len(event)
        while True:
            try:
                producer.produce(TOPIC, event.encode(), key=user.encode())
                break
            except BufferError:
                producer.poll(0.1)
        if n % 10_000 == 0:
            producer.poll(0)
    left = producer.flush(120)
    assert left == 0, f"{left} events were not acknowledged"
    return counts, size


def measure(command: list[str], env: dict) -> tuple[float, int, str]:
    """Seconds, peak KiB and stdout of a command."""
    start = time.monotonic()
    done = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, env=env,
                            preexec_fn=processes.die_with_parent)
    out = done.stdout.read().decode()
    _, status, usage = os.wait4(done.pid, 0)
    took = time.monotonic() - start
    assert status == 0, f"{command} ended with {status}"
    return took, usage.ru_maxrss, out


def report_command(source: str) -> list[str]:
    return [str(paths.executable()), "report", "--source", source, "--group-by", "event_type",
            "--format", "json"]


def say(name: str, best: float, peak: int, events: int) -> None:
    print(f"{name:28} {best:7.2f} s {events / best / 1e6:7.2f} M events/s {peak / 1024:8.0f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        broker = embedded.Embedded(home / "broker")
        broker.start()
        try:
            broker.create_topic(TOPIC)
            counts, size = fill(broker.brokers, args.events)
            print(f"{args.events} events, {size / 1e6:.0f} MB of values")
            env = program.environment(home, "embedded", TOPIC,
                                      {"GAMEVENTS_EMBEDDED_DATA_DIR": str(broker.data_dir)})
            kcat = ["sh", "-c", f"kcat -C -e -q -b {broker.brokers} -t {TOPIC} | jq -r .event_type"
                                " | sort | uniq -c"]
            figures: dict[str, list] = {}
            for _ in range(args.rounds):
                for source in ("segments", "kafka"):
                    took, peak, out = measure(report_command(source), env)
                    rows = {row["event_type"]: row["count"] for row in json.loads(out)}
                    assert rows == counts, f"report --source {source} counted {rows}, not {counts}"
                    figures.setdefault(f"report, {source}", []).append((took, peak))
                figures.setdefault("kcat | jq | sort | uniq -c", []).append(measure(kcat, env)[:2])
            done = spark.run(SPARK_JOB, broker.brokers, TOPIC, args.rounds, timeout=SPARK_TIMEOUT_S)
            line = next(line for line in done.stdout.decode().splitlines()
                        if line.startswith("RESULT "))
            result = json.loads(line.removeprefix("RESULT "))
            assert result["counts"] == counts, "Spark counted otherwise"
            figures["Spark, warm"] = [(took, result["peak"]) for took in result["times"]]
        finally:
            broker.kill()
    for name, measured in figures.items():
        say(name, min(took for took, _ in measured), max(peak for _, peak in measured),
            args.events)


if __name__ == "__main__":
    main()
