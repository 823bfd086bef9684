"""`gamevents serve` beside the stock cpp-httplib server with its thread pool (pool_server.cpp), in
one run: acknowledged purchases a second and their latency at several numbers of connections, over
the embedded broker and over Apache Kafka; and what ten thousand idle clients cost.

Both servers hand each event to the same librdkafka client with acks=-1, and answer when it is
acknowledged. The pool has as many threads as there are connections, its best: with fewer, a
connection beyond them waits for ever. The two take turns, ROUNDS times; what is printed is each
figure's median with its range, and the median of the ratios pair by pair (above 1: serve is
better). The CPU time for each purchase says the most where a machine is busy with other things: it
is the server's alone, while the rate is shared by load generator, server and broker.

Needs wrk (apt-get install wrk) and the release build; builds pool_server itself.
"""

import contextlib
import os
import pathlib
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile

import aims
from support import embedded, kafka, machine, paths, processes, program

ROUNDS = 5
SECONDS = 3
CONNECTIONS = (1, 64, 512, 4096)
IDLE = 10_000
BUSY = 64
TOPIC = "purchases"
TARGET = "/purchase_a_sword/player42"
UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Pool:
    """A running pool_server with `threads` threads."""

    def __init__(self, brokers: str, threads: int):
        self.port = processes.free_port()
        self.process = subprocess.Popen(
            [paths.ROOT / "build" / "release" / "tests" / "bench" / "pool_server", brokers, TOPIC,
             str(self.port), str(threads)], preexec_fn=processes.die_with_parent)
        processes.wait_until(lambda: listens(self.port), 10, "pool_server's start")

    def kill(self) -> None:
        processes.reap(self.process)


def cpu_seconds(pid: int) -> float:
    """What the process has used so far of all cores, the kernel's work for it included."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(port: int, pid: int, connections: int, scheme: str = "http") -> dict[str, float]:
    """Purchases a second, their latencies in ms, and the server's CPU time for each in us, by wrk.
    Any answer but 200 is an error."""
    before = cpu_seconds(pid)
    done = subprocess.run(
        ["wrk", "-t2" if connections > 1 else "-t1", f"-c{connections}", f"-d{SECONDS}s",
         "--timeout", "20s", "--latency", f"{scheme}://127.0.0.1:{port}{TARGET}"],
        capture_output=True, text=True, check=True, timeout=SECONDS + 60,
        preexec_fn=processes.die_with_parent)
    wrong = re.search(r"(Non-2xx.*|Socket errors.*)", done.stdout)
    if wrong:
        print(f"{connections} connections: {wrong[1].strip()}", file=sys.stderr)
    figures = {"rate": float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])}
    requests = int(re.search(r"(\d+) requests in", done.stdout)[1])
    figures["cpu"] = (cpu_seconds(pid) - before) / max(requests, 1) * 1e6
    for percent in ("50", "99"):
        value, unit = re.search(rf"\s{percent}%\s+([\d.]+)(us|ms|s|m)", done.stdout).groups()
        figures[f"p{percent}"] = float(value) * UNITS_MS[unit]
    return figures


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):,.3g} ({min(values):,.3g}–{max(values):,.3g})" \
        if max(values) < 1000 else \
        f"{statistics.median(values):,.0f} ({min(values):,.0f}–{max(values):,.0f})"


def ratio(ours: list[float], theirs: list[float]) -> str:
    ratios = [a / b for a, b in zip(ours, theirs)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def compare(name: str, brokers: str, home: pathlib.Path) -> dict[int, list[float]]:
    """Prints a row for each number of connections; gives our rates."""
    rates = {}
    server = program.Server([], home=home, brokers=brokers, topic=TOPIC)
    try:
        for connections in CONNECTIONS:
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(load(server.port, server.pid, connections))
                pool = Pool(brokers, connections)
                theirs.append(load(pool.port, pool.process.pid, connections))
                pool.kill()
            rates[connections] = [figures["rate"] for figures in ours]
            columns = [f"{name}, {connections}"]
            for side in (ours, theirs):
                columns += [spread([figures[figure] for figures in side])
                            for figure in ("rate", "p99", "cpu")]
            columns += [ratio(rates[connections], [figures["rate"] for figures in theirs]),
                        ratio([figures["cpu"] for figures in theirs],
                              [figures["cpu"] for figures in ours])]
            print("| " + " | ".join(columns) + " |", flush=True)
    finally:
        server.kill()
    return rates


def resident_mib(pid: int) -> float:
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def open_idle(port: int, count: int) -> list[socket.socket]:
    """Clients that have asked once and keep their connections."""
    clients = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", port), 30)
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        clients.append(client)
    for client in clients:
        if not client.recv(4096).startswith(b"HTTP/1.1 200"):
            raise RuntimeError("an idle client was not served")
    return clients


def idle_cost(brokers: str, home: pathlib.Path) -> None:
    alone, beside, grown = [], [], []
    server = program.Server([], home=home, brokers=brokers, topic=TOPIC)
    try:
        load(server.port, server.pid, BUSY)
        for _ in range(ROUNDS):
            alone.append(load(server.port, server.pid, BUSY))
            before = resident_mib(server.pid)
            clients = open_idle(server.port, IDLE)
            grown.append((resident_mib(server.pid) - before) * 1024 / IDLE)
            beside.append(load(server.port, server.pid, BUSY))
            for client in clients:
                client.close()
    finally:
        server.kill()
    for name, figures in ((f"{BUSY} busy alone", alone), (f"{IDLE:,} idle beside them", beside)):
        print(f"| {name} | {spread([f['rate'] for f in figures])} | "
              f"{spread([f['p50'] for f in figures])} | {spread([f['p99'] for f in figures])} |")
    print(f"\nRatio: {ratio([f['rate'] for f in beside], [f['rate'] for f in alone])}; resident "
          f"memory an idle client, the first time: {grown[0]:.1f} KiB.")
    aims.note_ratio("idle", [f["rate"] for f in beside], [f["rate"] for f in alone])


def prepare_load() -> None:
    """What a load needs: wrk, and a descriptor for each connection."""
    if shutil.which("wrk") is None:
        sys.exit(f"{pathlib.Path(sys.argv[0]).name}: wrk is missing: apt-get install wrk")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main() -> None:
    print(machine.line(), flush=True)
    prepare_load()
    subprocess.run([paths.ROOT / "tests" / "scripts" / "build", "release", "pool_server"],
                   stdout=sys.stderr, check=True)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as running:
        home = pathlib.Path(folder)
        ours = embedded.Embedded(home / "embedded")
        theirs = kafka.Kafka(home / "kafka", kafka.PRODUCTION_JVM)
        rates = {}
        print("\n| broker, connections | serve, purchases/s | p99, ms | CPU, us each "
              "| pool, purchases/s | p99, ms | CPU, us each | ratio of rates | of CPU |\n"
              + "|---" * 9 + "|")
        for name, broker in (("embedded", ours), ("Kafka 4.3.1", theirs)):
            broker.start()
            running.callback(broker.kill)
            broker.create_topic(TOPIC)
            rates[name] = compare(name, broker.brokers, home)
        print(f"\nEmbedded (each record synced) to Kafka (none synced), 512 connections: "
              f"{ratio(rates['embedded'][512], rates['Kafka 4.3.1'][512])}\n\n"
              "| embedded | purchases/s | p50, ms | p99, ms |\n|---|---|---|---|")
        theirs.kill()
        idle_cost(ours.brokers, home)


if __name__ == "__main__":
    main()
