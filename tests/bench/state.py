"""What the state costs: how fast the fold is and how soon a snapshot of a million users is loaded
(tests/bench/state/state_bench.cpp, in processor time), and the latency of a cart's command, which
waits for the fold, beside a plain purchase's, which does not.

The two take turns, one request at a time on one connection, over an embedded broker that syncs.
Everything is measured ROUNDS times; what is printed is each figure's median with its range.
"""

import http.client
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import aims
from support import machine, paths, processes, program

ROUNDS = 5
REQUESTS = 400  # Of each kind, in a round.


def timed(connection, method: str, path: str) -> float:
    """Milliseconds of one request."""
    start = time.perf_counter()
    connection.request(method, path)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, (path, answer.status)
    return (time.perf_counter() - start) * 1000


def latencies(server) -> tuple[list[float], list[float]]:
    connection = http.client.HTTPConnection(server.host, server.port)
    plain, cart = [], []
    for number in range(REQUESTS):
        plain.append(timed(connection, "GET", f"/purchase_a_sword/user{number % 50}"))
        cart.append(timed(connection, "PUT",
                          f"/cart/user{number % 50}/items/bread?quantity={number % 9 + 1}"))
    return plain, cart


def spread(values: list[float], form: str) -> str:
    return f"{statistics.median(values):{form}} ({min(values):{form}}–{max(values):{form}})"


def state_costs() -> None:
    """Prints the figures of state_bench."""
    subprocess.run(["cmake", "--build", "--preset", "release", "--target", "state_bench"],
                   cwd=paths.ROOT, check=True, stdout=subprocess.DEVNULL)
    rounds = []
    for _ in range(ROUNDS):
        done = subprocess.run([paths.ROOT / "build/release/tests/bench/state/state_bench"],
                              check=True, capture_output=True, text=True,
                              preexec_fn=processes.die_with_parent)
        rounds.append(json.loads(done.stdout))
    for name, value in rounds[0].items():
        form = ",.3f" if isinstance(value, float) else ",.0f"
        print(f"{name}: {spread([each[name] for each in rounds], form)}", flush=True)
    aims.note("fold", [each["fold_events_per_s"] for each in rounds])


def command_latencies() -> None:
    """Prints the latencies of both requests and their ratio."""
    rounds = []
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        program.run(["create-topic"], home=home, brokers="embedded")
        server = program.Server(["--set", "embedded.listen=127.0.0.1:0"], home=home,
                                brokers="embedded")
        try:
            processes.wait_until(lambda: server.request("/carts").status == 200, 20, "ready")
            for _ in range(ROUNDS):
                rounds.append([statistics.quantiles(each, n=100) for each in latencies(server)])
        finally:
            server.kill()
    for side, name in enumerate(("a purchase", "a cart's command")):
        cuts = [each[side] for each in rounds]
        print(f"{name}: p50 {spread([cut[49] for cut in cuts], '.2f')} ms, "
              f"p99 {spread([cut[98] for cut in cuts], '.2f')} ms")
    ratios = [cart[49] / plain[49] for plain, cart in rounds]
    print(f"ratio of medians: {spread(ratios, '.2f')}")


def main() -> None:
    print(machine.line(), flush=True)
    state_costs()
    command_latencies()


if __name__ == "__main__":
    main()
