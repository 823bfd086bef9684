"""Goal: carts and inventories are what the log says, and no answered command is lost, however often
`serve` is killed.

Method: clients, each with a user of its own, go on buying while `serve` with its embedded broker is
killed with SIGKILL at random moments, in the middle of snapshots too, and started again on the same
data, ROUNDS times. After each start every user must own what was answered, and `state verify` must
find that the snapshot and a replay of the whole log agree. GAMEVENTS_STATE_ROUNDS sets the rounds.
And a broker is killed under many commands at once, some of which it has acknowledged: each must
have its answer in time.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import threading
import time

import pytest
from support import paths, processes, program

ROUNDS = int(os.environ.get("GAMEVENTS_STATE_ROUNDS", "15"))
CLIENTS = 4
# How long it lives in a round once it is ready: from its first breath to several snapshots.
LIFE_S = (0.0, 0.6)
READY_S = 30
TOPIC = "survivors"
# A snapshot is due all the time, so that many kills come in the middle of one.
SETTINGS = ["--set", "state.snapshot_interval=100ms", "--set", "state.snapshot_events=20"]

# Enough commands under way that the broker's end finds some acknowledged and not yet folded.
WAITING = 100
READ_S = 0.5  # When the server has read what was sent before.
KAFKA_TIMEOUT_S = 2
DRAIN_S = 2
# What the fold gets beside kafka.timeout (kFoldTimeout).
FOLD_S = 5
SLACK_S = 1.5


class Client:
    """Buys bread one by one, and arrows through a cart, as `user`; one command at a time."""

    def __init__(self, number: int, port: int):
        self.user = f"user{number}"
        self.bread = [0, 0]  # answered, and at most owned: those without an answer may count
        self.arrows = [0, 0]
        self.answered: list[tuple[int, str]] = []  # offset and event_id
        self.refused: list[str] = []
        self._port = port
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _ask(self, connection, method: str, path: str):
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status == 200:
            said = json.loads(body)
            self.answered.append((said["offset"], said["event_id"]))
        elif answer.status != 503:
            self.refused.append(f"{method} {path}: {answer.status} {body!r}")
        return answer.status == 200

    def _buy(self, connection) -> None:
        self.bread[1] += 1
        if self._ask(connection, "POST", f"/purchase/bread/{self.user}"):
            self.bread[0] += 1
        if not self._ask(connection, "PUT", f"/cart/{self.user}/items/arrow?quantity=2"):
            return
        self.arrows[1] += 2
        if self._ask(connection, "POST", f"/cart/{self.user}/checkout"):
            self.arrows[0] += 2

    def _run(self) -> None:
        connection = None
        while not self._stop.is_set():
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", self._port,
                                                                      timeout=30)
                self._buy(connection)
            except (OSError, http.client.HTTPException):
                connection = None
                time.sleep(0.01)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(40)
        assert not self._thread.is_alive()


class Serve:
    """`serve` on a port that stays, over data that stays."""

    def __init__(self, home, port: int):
        self.port = port
        self.home = home
        # Nothing is bought out of the limits of a stack.
        (home / "items.yaml").write_text("items:\n  bread: {kind: food, price: 2}\n"
                                         "  arrow: {kind: ammunition, price: 1}\n")
        (home / "gamevents.yaml").write_text("catalogue: items.yaml\n")
        self.env = program.environment(home, "embedded", TOPIC, {
            "GAMEVENTS_EMBEDDED_LISTEN": f"127.0.0.1:{processes.free_port()}"})
        self.process = None

    def run(self, *args) -> subprocess.CompletedProcess:
        return subprocess.run([paths.executable(), *args], env=self.env, cwd=self.home, timeout=60,
                              capture_output=True, preexec_fn=processes.die_with_parent)

    def start(self) -> None:
        with open(self.home / "serve.log", "ab") as log:
            self.process = subprocess.Popen(
                [paths.executable(), "serve", "--port", str(self.port), *SETTINGS], env=self.env,
                cwd=self.home, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=processes.die_with_parent)
        processes.wait_until(lambda: self.get("/inventory?limit=1000") is not None, READY_S,
                             "the state was ready")

    def get(self, path: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            return json.loads(body) if answer.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


def owned(serve: Serve, user: str, item: str) -> int:
    items = serve.get(f"/inventory/{user}")["items"]
    return sum(each["quantity"] for each in items if each["item"] == item)


def check_round(serve: Serve, clients) -> None:
    # What was answered before is read first: the clients go on meanwhile.
    before = [(client.bread[0], client.arrows[0]) for client in clients]
    for client, (bread, arrows) in zip(clients, before):
        assert bread <= owned(serve, client.user, "bread") <= client.bread[1]
        assert arrows <= owned(serve, client.user, "arrow") <= client.arrows[1]
    verified = serve.run("state", "verify")
    assert verified.returncode == 0, verified.stderr.decode()


@pytest.mark.timeout(60 + 5 * ROUNDS)
def test_no_answered_command_is_lost(tmp_path):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}, {ROUNDS} rounds")
    rng = random.Random(seed)
    serve = Serve(tmp_path, processes.free_port())
    assert serve.run("create-topic").returncode == 0
    serve.start()
    clients = [Client(number, serve.port) for number in range(CLIENTS)]
    try:
        for _ in range(ROUNDS):
            time.sleep(rng.uniform(*LIFE_S))
            serve.kill()
            serve.start()
            check_round(serve, clients)
    finally:
        for client in clients:
            client.stop()
    assert not [line for client in clients for line in client.refused]
    dump = serve.run("consume", "--from-beginning", "--output", "json")
    assert dump.returncode == 0
    stored = {}
    for line in dump.stdout.splitlines():
        record = json.loads(line)
        stored[record["offset"]] = record["value"]
    answered = [each for client in clients for each in client.answered]
    assert len(answered) > ROUNDS
    for offset, event_id in answered:
        assert event_id in json.dumps(stored[offset])
    assert (tmp_path / "gamevents" / ".state" / f"{TOPIC}.sqlite").exists()
    print(f"{len(answered)} answered commands, all there")
    serve.kill()


def buy_until(server, stop, answers) -> None:
    """Buys, one by one, and notes each answer's status and how long it took; 0 for none."""
    while not stop.is_set():
        begin = time.monotonic()
        try:
            status = server.request("/purchase/potion/u", timeout=60).status
        except (OSError, http.client.HTTPException):
            status = 0
        answers.append((status, time.monotonic() - begin))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("stop_at_once", [False, True])
def test_each_command_is_answered_in_time_when_the_broker_dies(own_embedded, serve, stop_at_once):
    topic = own_embedded.create_topic("waits")
    server = serve("--set", f"kafka.timeout={KAFKA_TIMEOUT_S}s", "--set",
                   f"serve.drain={DRAIN_S}s", "--set", "log.level=error", topic=topic)
    processes.wait_until(lambda: server.request("/carts").status == 200, READY_S, "ready")
    stop, answers = threading.Event(), []
    clients = [threading.Thread(target=buy_until, args=(server, stop, answers), daemon=True)
               for _ in range(WAITING)]
    for client in clients:
        client.start()
    time.sleep(2)
    own_embedded.kill()
    stop.set()
    limit = KAFKA_TIMEOUT_S + FOLD_S
    if stop_at_once:
        time.sleep(READ_S)  # A request that the server has not read yet has no claim to an answer.
        begin = time.monotonic()
        server.stop()  # It says what Kafka has not acknowledged.
        assert "unanswered" not in server.stderr
        assert time.monotonic() - begin < DRAIN_S + KAFKA_TIMEOUT_S + SLACK_S
        limit = DRAIN_S
    for client in clients:
        client.join(60)
        assert not client.is_alive()
    assert {status for status, _ in answers} <= {200, 503, 409}
    assert max(seconds for _, seconds in answers) < limit + SLACK_S
    if not stop_at_once:
        begin = time.monotonic()
        assert server.stop() == 0, server.stderr
        assert time.monotonic() - begin < KAFKA_TIMEOUT_S + SLACK_S
