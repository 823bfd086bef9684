"""What the state costs: how fast the fold is and how soon a snapshot of a million users is loaded
(tests/bench/state/state_bench.cpp, in processor time), and the latency of a cart's command, which
waits for the fold, beside a plain purchase's, which does not.

The two take turns, one request at a time on one connection, over an embedded broker that syncs.
"""

import http.client
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

from support import paths, processes, program

REQUESTS = 400


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


def shown(values: list[float]) -> str:
    cut = statistics.quantiles(values, n=100)
    return f"p50 {cut[49]:.2f} ms, p99 {cut[98]:.2f} ms"


def main() -> None:
    subprocess.run(["cmake", "--build", "--preset", "release", "--target", "state_bench"],
                   cwd=paths.ROOT, check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run([paths.ROOT / "build/release/tests/bench/state/state_bench"],
                          check=True, capture_output=True, text=True)
    for name, value in json.loads(done.stdout).items():
        print(f"{name}: {value}")
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        program.run(["create-topic"], home=home, brokers="embedded")
        server = program.Server(["--set", "embedded.listen=127.0.0.1:0"], home=home,
                                brokers="embedded")
        try:
            processes.wait_until(lambda: server.request("/carts").status == 200, 20, "ready")
            plain, cart = latencies(server)
        finally:
            server.kill()
    print(f"a purchase: {shown(plain)}")
    print(f"a cart's command: {shown(cart)}")
    print(f"ratio of medians: {statistics.median(cart) / statistics.median(plain):.2f}")


if __name__ == "__main__":
    main()
