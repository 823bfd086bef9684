"""Goal: what the broker acknowledged is there once and in order, however often it is killed.

Method: three idempotent producers go on sending with acks=all while the broker is killed with
SIGKILL at random moments and started again on the same data and port, ROUNDS times. After each
start the log must reach what was acknowledged before; at the end everything is read and compared.
The same with `serve`, whose own events go straight into the log, while players send events over
HTTP beside those producers; GAMEVENTS_ROUNDS sets how often that is killed. Both again with
TLS_ROUNDS kills where everybody comes by TLS.
"""

import http.client
import json
import os
import random
import ssl
import threading
import time

import confluent_kafka
import pytest
from confluent_kafka.admin import AdminClient, NewTopic
from support import embedded, processes, program
from support.certificates import Certificate, own  # noqa: F401 (own is a fixture)

ROUNDS = 200
TLS_ROUNDS = 10
SERVE_ROUNDS = int(os.environ.get("GAMEVENTS_ROUNDS", "40"))
PLAYERS = 3
# The same for serve, whose first answer comes after its broker is up.
SERVE_LIFE_S = (0.1, 0.5)
PARTITIONS = 2
PRODUCERS = 3
# How long the broker lives in a round: from its first breath, where recovery is under way, to
# some hundred batches.
LIFE_S = (0.0, 0.25)
TOPIC = "survivors"


class Sender:
    """Sends "<name> <number>" to one partition, numbers from 0, until told to stop."""

    def __init__(self, name: int, properties: dict):
        self.name = name
        self.partition = name % PARTITIONS
        self.acknowledged: list[int] = []  # numbers, in the order of their acknowledgement
        self.last_offset = -1
        self.errors: list[str] = []
        self.sent = 0
        self._stop = threading.Event()
        self._producer = confluent_kafka.Producer({
            **properties,
            "enable.idempotence": True,
            "acks": "all",
            "linger.ms": 2,
            "message.timeout.ms": 600_000,  # longer than all rounds on a busy machine
            "log_level": 0,  # it would report every kill
            "reconnect.backoff.ms": 10,
            "reconnect.backoff.max.ms": 50,
            "topic.metadata.refresh.interval.ms": 1_000,
        })
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _reported(self, error, message) -> None:
        if error is not None:
            self.errors.append(str(error))
            return
        self.acknowledged.append(int(message.value().split()[1]))
        self.last_offset = max(self.last_offset, message.offset())

    def _run(self) -> None:
        while not self._stop.is_set():
            if len(self._producer) < 500:
                self._producer.produce(TOPIC, f"{self.name} {self.sent}".encode(),
                                       partition=self.partition, on_delivery=self._reported)
                self.sent += 1
            self._producer.poll(0 if self.sent % 20 else 0.002)
        self._producer.flush(60)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(90)
        assert not self._thread.is_alive(), f"producer {self.name} could not finish"


class Player:
    """Posts numbered events of one user, and so for one partition, one after the other and each
    once."""

    def __init__(self, name: int, port: int, tls: ssl.SSLContext | None):
        self.name = name
        self.acknowledged: list[int] = []
        self.refused: list[str] = []
        self.sent = 0
        self._port = port
        self._tls = tls
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        connection = None
        while not self._stop.is_set():
            number, self.sent = self.sent, self.sent + 1
            event = {"event_type": "numbered", "user": f"player{self.name}", "number": number}
            try:
                connection = connection or program.connect_http("127.0.0.1", self._port, 30,
                                                                self._tls)
                connection.request("POST", "/events", json.dumps(event),
                                   {"Content-Type": "application/json"})
                answer = connection.getresponse()
                text = answer.read().decode()
            except (OSError, http.client.HTTPException):
                # Killed meanwhile, or not there yet: nobody said what became of the event.
                connection = None
                time.sleep(0.01)
                continue
            if answer.status == 200:
                self.acknowledged.append(number)
            elif answer.status != 503:
                self.refused.append(text)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive(), f"player {self.name} could not finish"


def check_sender(sender: Sender, values: list[str]) -> None:
    """All that it sent is in its partition, once and in order."""
    assert not sender.errors
    assert sender.acknowledged == list(range(sender.sent)), "acknowledged out of order"
    stored = [int(value.split()[1]) for value in values if value.startswith(f"{sender.name} ")]
    assert stored == list(range(sender.sent)), "lost, repeated or out of order"


def check_player(player: Player, values: list[str]) -> None:
    """What was answered with 200 is in the log; nothing is there twice or out of order."""
    assert not player.refused
    events = [json.loads(value) for value in values if value.startswith("{")]
    stored = [event["number"] for event in events if event["user"] == f"player{player.name}"]
    assert stored == sorted(set(stored)), "repeated or out of order"
    assert set(player.acknowledged) <= set(stored), "lost"


def read_all(properties: dict) -> dict[int, list[str]]:
    """Every value of each partition, in offset order, through a consumer that assigns itself."""
    consumer = confluent_kafka.Consumer({
        **properties, "group.id": "reader", "log_level": 0,
        "enable.auto.commit": False, "enable.partition.eof": True, "auto.offset.reset": "error"})
    values: dict[int, list[str]] = {partition: [] for partition in range(PARTITIONS)}
    ended: set[int] = set()
    consumer.assign([confluent_kafka.TopicPartition(TOPIC, p, 0) for p in range(PARTITIONS)])
    try:
        while len(ended) < PARTITIONS:
            message = consumer.poll(30)
            assert message is not None, "no answer from the broker for 30 s"
            if message.error():
                assert message.error().code() == confluent_kafka.KafkaError._PARTITION_EOF, message
                ended.add(message.partition())
            else:
                values[message.partition()].append(message.value().decode())
    finally:
        consumer.close()
    return values


def check_watermarks(properties: dict, senders: list[Sender], acknowledged: list[int]) -> None:
    """Offsets that were acknowledged before the kill lie below the end of the log after it."""
    consumer = confluent_kafka.Consumer(
        {**properties, "group.id": "watch", "log_level": 0})
    try:
        for partition in range(PARTITIONS):
            _, high = consumer.get_watermark_offsets(
                confluent_kafka.TopicPartition(TOPIC, partition), timeout=30)
            for sender in senders:
                if sender.partition == partition:
                    assert acknowledged[sender.name] < high, f"the log of {partition} went back"
    finally:
        consumer.close()


def properties_of(brokers: str, tls: Certificate | None) -> dict:
    """How librdkafka reaches the broker."""
    return {"bootstrap.servers": brokers} | ({
        "security.protocol": "ssl", "ssl.ca.location": str(tls.certificate)} if tls else {})


def by_both(rounds: int):
    """For a test of `rounds`, and of few through TLS with the certificate `tls`."""
    return pytest.mark.parametrize("rounds, secure", [(rounds, False), (TLS_ROUNDS, True)],
                                   ids=["plain", "tls"])


@pytest.fixture
def tls(secure, own) -> Certificate | None:
    return own if secure else None


@pytest.mark.timeout(900)
@by_both(ROUNDS)
def test_what_was_acknowledged_survives_kill_9(tmp_path, rounds, tls):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    moments = random.Random(seed)
    broker = embedded.Embedded(tmp_path / "broker")
    args = tls.settings("embedded.tls") if tls else []
    broker.start(*args)
    properties = properties_of(broker.brokers, tls)
    admin = AdminClient({**properties, "log_level": 0})
    admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])[TOPIC].result(30)
    senders = [Sender(name, properties) for name in range(PRODUCERS)]
    try:
        for _ in range(rounds):
            time.sleep(moments.uniform(*LIFE_S))
            broker.kill()
            acknowledged = [sender.last_offset for sender in senders]
            broker.start(*args)
            check_watermarks(properties, senders, acknowledged)
        for sender in senders:
            sender.stop()
        values = read_all(properties)
    finally:
        broker.kill()
    for sender in senders:
        check_sender(sender, values[sender.partition])
    total = sum(sender.sent for sender in senders)
    assert total > rounds, "the producers hardly got to send anything"
    print(f"{rounds} kills, {total} records, each there once and in order")


@pytest.mark.timeout(120 + 5 * SERVE_ROUNDS)
@by_both(SERVE_ROUNDS)
def test_what_serve_and_its_broker_acknowledged_survives_kill_9(tmp_path, rounds, tls):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    moments = random.Random(seed)
    port, broker_port = processes.free_port(), processes.free_port()
    brokers = f"127.0.0.1:{broker_port}"

    def start():
        secured = tls.settings("serve.tls") + tls.settings("embedded.tls") if tls else []
        return program.Server(
            ["--set", f"embedded.listen={brokers}", "--set", f"kafka.partitions={PARTITIONS}",
             *secured], home=tmp_path, brokers="embedded", topic=TOPIC, port=port)
    server = start()
    properties = properties_of(brokers, tls)
    senders = [Sender(name, properties) for name in range(PARTITIONS)]
    players = [Player(name, port, tls and tls.trusted()) for name in range(PLAYERS)]
    try:
        for _ in range(rounds):
            time.sleep(moments.uniform(*SERVE_LIFE_S))
            server.kill()
            server = start()
        for one in senders + players:
            one.stop()
        values = read_all(properties)
    finally:
        server.kill()
    for sender in senders:
        check_sender(sender, values[sender.partition])
    everything = [value for partition in values.values() for value in partition]
    for player in players:
        check_player(player, everything)
        assert len(player.acknowledged) > rounds, "the player hardly got to send anything"
    print(f"{rounds} kills, {sum(len(player.acknowledged) for player in players)} answers, "
          f"{sum(sender.sent for sender in senders)} records")
