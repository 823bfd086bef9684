"""How soon `gamevents shell` answers a first question and a second, other one over the same events,
beside DuckDB over the same values as NDJSON and as Parquet.

One embedded broker, one topic of one partition with --events events. Each round, in turn, starts
each program anew, asks it both questions, and compares the answers with the generator's own.

- The shell's first answer is timed from its start, with the reading of the topic; the second from
  when the statement is written to the last line of the answer.
- DuckDB is timed inside its process, around each query; its start-up does not count. It is told the
  two columns of NDJSON that the questions need.
- Memory is the peak of the process after both.
"""

import argparse
import csv
import dataclasses
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import report as counting
from support import embedded, machine, paths, processes, program

EVENTS = 10_000_000
ROUNDS = 5
SHELL, NDJSON, PARQUET = "shell", "DuckDB, read_ndjson, told", "DuckDB, read_parquet"
FIRST = ("SELECT event_type, count(*), sum(price) FROM {} GROUP BY event_type ORDER BY event_type")
SECOND = ("SELECT event_type, count(*), max(price) FROM {} WHERE price >= 250 "
          "GROUP BY event_type ORDER BY event_type")

# Arguments: the table, and both questions.
DUCKDB_JOB = '''
import json, sys, time
import duckdb

connection = duckdb.connect()
connection.execute("SET enable_progress_bar = false")  # it is drawn on stdout
times, answers = [], []
for question in sys.argv[2:]:
    start = time.monotonic()
    answers.append(connection.execute(question.format(sys.argv[1])).fetchall())
    times.append(time.monotonic() - start)
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print("RESULT " + json.dumps({"times": times, "answers": answers, "peak": peak}, default=int))
'''


@dataclasses.dataclass
class Figures:
    """What one program took."""
    first: list[float] = dataclasses.field(default_factory=list)  # seconds
    second: list[float] = dataclasses.field(default_factory=list)
    peak: int = 0  # KiB

    def add(self, times: list[float], peak: int) -> None:
        self.first.append(times[0])
        self.second.append(times[1])
        self.peak = max(self.peak, peak)


def ask_shell(env: dict, home: pathlib.Path, rows: int) -> tuple[list[float], list, int]:
    """Both questions at one shell: seconds, answers, peak KiB."""
    start = time.monotonic()
    shell = subprocess.Popen([paths.executable(), "shell", "-q"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, env=env, cwd=home, text=True,
                             preexec_fn=processes.die_with_parent)
    try:
        shell.stdin.write("\\format csv\n")
        times, answers = [], []
        for question in (FIRST, SECOND):
            shell.stdin.write(question.format("events") + ";\n")
            shell.stdin.flush()
            shell.stdout.readline()  # the headings
            lines = [shell.stdout.readline().strip() for _ in range(rows)]
            times.append(time.monotonic() - start)
            answers.append([[kind, int(count), int(price)]
                            for kind, count, price in csv.reader(lines)])
            start = time.monotonic()
        status = pathlib.Path(f"/proc/{shell.pid}/status").read_text()
        shell.stdin.close()
        assert shell.wait(30) == 0
        return times, answers, int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])
    finally:
        processes.reap(shell)
        shell.stdout.close()


def ask_duckdb(table: str) -> tuple[list[float], list, int]:
    done = subprocess.run([sys.executable, "-c", DUCKDB_JOB, table, FIRST, SECOND], check=True,
                          capture_output=True, text=True, preexec_fn=processes.die_with_parent)
    found = counting.result(done.stdout)
    return found["times"], found["answers"], found["peak"]


def write_parquet(ndjson: pathlib.Path, parquet: pathlib.Path) -> None:
    job = f"COPY (FROM read_ndjson('{ndjson}')) TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)"
    subprocess.run([sys.executable, "-c", f"import duckdb; duckdb.execute({job!r})"], check=True)


def expected(ndjson: pathlib.Path) -> list:
    """Both answers, from the generator's own lines."""
    first, second = {}, {}
    with ndjson.open(encoding="ascii") as lines:
        for line in lines:
            event = json.loads(line)
            kind, price = event["event_type"], event["price"]
            count, total = first.get(kind, (0, 0))
            first[kind] = (count + 1, total + price)
            if price >= 250:
                count, most = second.get(kind, (0, 0))
                second[kind] = (count + 1, max(most, price))
    return [[[kind, *of] for kind, of in sorted(each.items())] for each in (first, second)]


def say(figures: dict[str, Figures]) -> None:
    print("\n| program | first, s | second, s | second by first | peak MiB |\n"
          "|---|--:|--:|--:|--:|")
    for name, each in figures.items():
        share = statistics.median(each.second) / statistics.median(each.first)
        print(f"| {name} | {counting.spread(each.first, '.2f')} |"
              f" {counting.spread(each.second, '.3f')} | {share:.3f} | {each.peak / 1024:,.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    args = parser.parse_args()
    print(machine.line(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        broker = embedded.Embedded(home / "broker")
        broker.start()
        try:
            broker.create_topic(counting.TOPIC)
            ndjson, parquet = home / "events.ndjson", home / "events.parquet"
            counting.fill(broker.brokers, [args.events], ndjson)
            write_parquet(ndjson, parquet)
            answers = expected(ndjson)
            env = program.environment(home, "embedded", counting.TOPIC,
                                      {"GAMEVENTS_EMBEDDED_DATA_DIR": str(broker.data_dir)})
            told = "{event_type: 'VARCHAR', price: 'BIGINT'}"
            asks = {SHELL: lambda: ask_shell(env, home, len(answers[0])),
                    NDJSON: lambda: ask_duckdb(f"read_ndjson('{ndjson}', columns = {told})"),
                    PARQUET: lambda: ask_duckdb(f"read_parquet('{parquet}')")}
            figures = {name: Figures() for name in asks}
            for _ in range(args.rounds):
                for name, ask in asks.items():
                    times, found, peak = ask()
                    assert found == answers, f"{name}: {found}, not {answers}"
                    figures[name].add(times, peak)
        finally:
            broker.kill()
    print(f"{args.events:,} events, {args.rounds} rounds; {machine.line()}")
    say(figures)


if __name__ == "__main__":
    main()
