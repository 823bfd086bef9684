"""`gamevents serve` beside servers of the same promise in Go and Rust (peers/), in one run.

Each of them stores an event in Apache Kafka for every purchase, with acks=all, and answers when it
is acknowledged. The Go server is net/http with franz-go, without a linger; the Rust server is axum
with rdkafka, which gathers for a millisecond. Beside them stands serve over its own embedded log,
which syncs every event to disk; Kafka syncs none. All of them run all the time, and one is loaded:
they take turns, ROUNDS times, and begin with another one in each round. What is printed is each
figure's median with its range, and the median of the ratios round by round, for times the other
way round: above 1 the first one named is better.

The last figure is what the disk allows: the time to append SYNC_BYTES to a file and to sync it,
beside serve's median at one connection over its embedded log.

Needs wrk (apt-get install wrk), a network that reaches the package registries, and, for the peers,
go and cargo; a peer whose toolchain is missing is left out.
"""

import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import aims
import confluent_kafka
import serve
from support import kafka, machine, paths, processes, program

ROUNDS = 5
CONNECTIONS = (1, 64, 512)
WARM_UP = 64  # Connections, before anything counts.
SYNC_BYTES = 300
SYNCS = 500
SOURCES = paths.ROOT / "tests" / "bench" / "peers"
BUILT = paths.ROOT / "build" / "bench"
OURS, EMBEDDED = "serve, Kafka", "serve, embedded"


@dataclasses.dataclass
class PeerBuild:
    """How a peer is made: `tool` must be on the PATH, and `command` writes `executable`."""
    name: str
    tool: str
    command: list
    executable: pathlib.Path


PEERS = (
    PeerBuild("Go, Kafka", "go", ["go", "build", "-C", SOURCES / "go", "-mod=readonly", "-o",
                                  BUILT / "go" / "peer", "."], BUILT / "go" / "peer"),
    PeerBuild("Rust, Kafka", "cargo", ["cargo", "build", "--quiet", "--release", "--locked",
                                       "--manifest-path", SOURCES / "rust" / "Cargo.toml",
                                       "--target-dir", BUILT / "rust"],
              BUILT / "rust" / "release" / "peer"),
)


def build_peers() -> list[PeerBuild]:
    """Those that this machine can build; says which are left out."""
    built = []
    for peer in PEERS:
        if shutil.which(peer.tool) is None:
            print(f"peers.py: {peer.tool} is missing: \"{peer.name}\" is left out", flush=True)
        elif subprocess.run(peer.command, stdout=sys.stderr).returncode != 0:
            print(f"peers.py: {peer.tool} built nothing: \"{peer.name}\" is left out", flush=True)
        else:
            built.append(peer)
    return built


class Peer:
    """A running peer, with the parts of program.Server that a load needs."""

    def __init__(self, build: PeerBuild, brokers: str):
        self.port = processes.free_port()
        self.process = subprocess.Popen(
            [build.executable, brokers, serve.TOPIC, str(self.port)],
            preexec_fn=processes.die_with_parent)
        processes.wait_until(lambda: serve.listens(self.port), 10, f"the start of {build.name}")

    @property
    def pid(self) -> int:
        return self.process.pid

    def kill(self) -> None:
        processes.reap(self.process)


def check_promise(port: int, brokers: str) -> None:
    """Buys once, and raises AssertionError unless that is the topic's last event afterwards."""
    user = f"player{port}"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/purchase_a_sword/{user}",
                                timeout=30) as answer:
        text = answer.read().decode()
    assert text == f"Hello {user}!! You purchased a Sword successfully!\n", text
    consumer = confluent_kafka.Consumer({"bootstrap.servers": brokers, "group.id": "check"})
    partition = confluent_kafka.TopicPartition(serve.TOPIC, 0)
    _, end = consumer.get_watermark_offsets(partition, timeout=30)
    consumer.assign([confluent_kafka.TopicPartition(serve.TOPIC, 0, end - 1)])
    record = consumer.poll(30)
    consumer.close()
    assert record is not None and record.error() is None, "no event in the topic"
    event = json.loads(record.value())
    assert (record.key(), event["purchase_user"]) == (user.encode(), user), event
    assert event["event_type"] == "purchase_sword" and event["remote ip"] == "127.0.0.1", event
    assert event["event_id"] and event["received_at"], event


def start_all(peers: list[PeerBuild], home: pathlib.Path,
              running: contextlib.ExitStack) -> dict[str, object]:
    """The servers by their names, all ready and warm; each one's promise was checked."""
    broker = kafka.Kafka(home / "kafka", kafka.PRODUCTION_JVM)
    broker.start()
    running.callback(broker.kill)
    broker.create_topic(serve.TOPIC)
    servers = {OURS: program.Server([], home=home, brokers=broker.brokers, topic=serve.TOPIC)}
    running.callback(servers[OURS].kill)
    for peer in peers:
        servers[peer.name] = Peer(peer, broker.brokers)
        running.callback(servers[peer.name].kill)
    for server in servers.values():
        check_promise(server.port, broker.brokers)
    program.run(["create-topic", "--partitions", 1], home=home, brokers="embedded",
                topic=serve.TOPIC)
    servers[EMBEDDED] = program.Server(["--set", "embedded.listen=127.0.0.1:0"], home=home,
                                       brokers="embedded", topic=serve.TOPIC)
    running.callback(servers[EMBEDDED].kill)
    processes.wait_until(lambda: servers[EMBEDDED].request("/readyz").status == 200, 20, "ready")
    for server in servers.values():
        serve.load(server.port, server.pid, WARM_UP)
    return servers


def sync_ms(folder: pathlib.Path) -> float:
    """The median of SYNCS times of appending SYNC_BYTES to a file and syncing it."""
    data = b"x" * SYNC_BYTES
    times = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for number in range(SYNCS):
            start = time.perf_counter()
            os.pwrite(file.fileno(), data, number * SYNC_BYTES)
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def measure(servers: dict[str, object], connections: int,
            home: pathlib.Path) -> dict[str, list[dict[str, float]]]:
    """Each server's figures, a round after the other; at one connection the disk's sync, too."""
    figures = {name: [] for name in servers}
    names = list(servers)
    for number in range(ROUNDS):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            server = servers[name]
            sync = {"sync": sync_ms(home)} if (name, connections) == (EMBEDDED, 1) else {}
            figures[name].append(serve.load(server.port, server.pid, connections) | sync)
    return figures


def column(figures: list[dict[str, float]], what: str) -> list[float]:
    return [each[what] for each in figures]


def print_figures(connections: int, figures: dict[str, list[dict[str, float]]]) -> None:
    for name, rounds in figures.items():
        cells = [serve.spread(column(rounds, what)) for what in ("rate", "p50", "p99", "cpu")]
        print(f"| {connections} | {name} | {' | '.join(cells)} |", flush=True)


def print_ratios(connections: int, figures: dict[str, list[dict[str, float]]]) -> None:
    peers = [name for name in figures if name not in (OURS, EMBEDDED)]
    for one, other in [*((OURS, peer) for peer in peers), (EMBEDDED, OURS)]:
        rates = serve.ratio(column(figures[one], "rate"), column(figures[other], "rate"))
        times = [serve.ratio(column(figures[other], what), column(figures[one], what))
                 for what in ("p50", "p99", "cpu")]
        print(f"| {connections} | {one} : {other} | {' | '.join([rates, *times])} |")


def print_syncs(embedded: list[dict[str, float]]) -> None:
    syncs = column(embedded, "sync")
    more = [each["p50"] - sync for each, sync in zip(embedded, syncs)]
    print(f"\nOne fdatasync after {SYNC_BYTES} appended bytes, median: {serve.spread(syncs)} ms; "
          f"serve's p50 at 1 connection, embedded: {serve.spread(column(embedded, 'p50'))} ms, "
          f"{serve.spread(more)} ms more.")


def note_aims(figures: dict[int, dict[str, list[dict[str, float]]]]) -> None:
    """What the aims are about; the best peer of a round is the one with the highest rate."""
    aims.note("embedded-1", [each["p50"] - each["sync"] for each in figures[1][EMBEDDED]])
    go = PEERS[0].name
    if go in figures[1]:
        aims.note_ratio("kafka-1", column(figures[1][go], "p50"), column(figures[1][OURS], "p50"))
    for connections in CONNECTIONS[1:]:
        of = figures[connections]
        rates = column(of[OURS], "rate")
        aims.note_ratio(f"embedded-{connections}", column(of[EMBEDDED], "rate"), rates)
        peers = [of[peer.name] for peer in PEERS if peer.name in of]
        if peers:
            best = [max(each, key=lambda one: one["rate"]) for each in zip(*peers)]
            aims.note_ratio(f"kafka-{connections}", rates, column(best, "rate"))
            aims.note_ratio(f"kafka-{connections}-p99", column(best, "p99"),
                            column(of[OURS], "p99"))


def main() -> None:
    print(machine.line(), flush=True)
    serve.prepare_load()
    peers = build_peers()
    BUILT.mkdir(parents=True, exist_ok=True)
    # Below build/ and not in /tmp, which may be in memory: there a sync costs nothing.
    with tempfile.TemporaryDirectory(dir=BUILT) as folder, contextlib.ExitStack() as running:
        home = pathlib.Path(folder)
        servers = start_all(peers, home, running)
        print("\n| connections | server | purchases/s | p50, ms | p99, ms | CPU, us each |\n"
              + "|---" * 6 + "|")
        figures = {}
        for connections in CONNECTIONS:
            figures[connections] = measure(servers, connections, home)
            print_figures(connections, figures[connections])
    print("\n| connections | ratio | of rates | of p50 | of p99 | of CPU |\n" + "|---" * 6 + "|")
    for connections in CONNECTIONS:
        print_ratios(connections, figures[connections])
    print_syncs(figures[1][EMBEDDED])
    note_aims(figures)


if __name__ == "__main__":
    main()
