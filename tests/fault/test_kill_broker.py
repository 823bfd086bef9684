"""Goal: what the broker acknowledged is there once and in order, however often it is killed.

Method: three idempotent producers go on sending with acks=all while the broker is killed with
SIGKILL at random moments and started again on the same data and port, ROUNDS times. After each
start the log must reach what was acknowledged before; at the end everything is read and compared.
The same with `serve`, whose own events go straight into the log, while players send events over
HTTP beside those producers; GAMEVENTS_ROUNDS sets how often that is killed.
"""

import http.client
import json
import os
import random
import threading
import time

import confluent_kafka
import pytest
from confluent_kafka.admin import AdminClient, NewTopic
from support import embedded, processes, program

ROUNDS = 200
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

    def __init__(self, name: int, brokers: str):
        self.name = name
        self.partition = name % PARTITIONS
        self.acknowledged: list[int] = []  # numbers, in the order of their acknowledgement
        self.last_offset = -1
        self.errors: list[str] = []
        self.sent = 0
        self._stop = threading.Event()
        self._producer = confluent_kafka.Producer({
            "bootstrap.servers": brokers,
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

    def __init__(self, name: int, port: int):
        self.name = name
        self.acknowledged: list[int] = []
        self.refused: list[str] = []
        self.sent = 0
        self._port = port
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        connection = None
        while not self._stop.is_set():
            number, self.sent = self.sent, self.sent + 1
            event = {"event_type": "numbered", "user": f"player{self.name}", "number": number}
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", self._port,
                                                                      timeout=30)
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


def read_all(brokers: str) -> dict[int, list[str]]:
    """Every value of each partition, in offset order, through a consumer that assigns itself."""
    consumer = confluent_kafka.Consumer({
        "bootstrap.servers": brokers, "group.id": "reader", "log_level": 0,
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


def check_watermarks(brokers: str, senders: list[Sender], acknowledged: list[int]) -> None:
    """Offsets that were acknowledged before the kill lie below the end of the log after it."""
    consumer = confluent_kafka.Consumer(
        {"bootstrap.servers": brokers, "group.id": "watch", "log_level": 0})
    try:
        for partition in range(PARTITIONS):
            _, high = consumer.get_watermark_offsets(
                confluent_kafka.TopicPartition(TOPIC, partition), timeout=30)
            for sender in senders:
                if sender.partition == partition:
                    assert acknowledged[sender.name] < high, f"the log of {partition} went back"
    finally:
        consumer.close()


@pytest.mark.timeout(900)
def test_what_was_acknowledged_survives_kill_9(tmp_path):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    moments = random.Random(seed)
    broker = embedded.Embedded(tmp_path / "broker")
    broker.start()
    admin = AdminClient({"bootstrap.servers": broker.brokers, "log_level": 0})
    admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])[TOPIC].result(30)
    senders = [Sender(name, broker.brokers) for name in range(PRODUCERS)]
    rounds = 0
    try:
        for _ in range(ROUNDS):
            time.sleep(moments.uniform(*LIFE_S))
            broker.kill()
            acknowledged = [sender.last_offset for sender in senders]
            broker.start()
            check_watermarks(broker.brokers, senders, acknowledged)
            rounds += 1
        for sender in senders:
            sender.stop()
        values = read_all(broker.brokers)
    finally:
        broker.kill()
    assert rounds == ROUNDS
    for sender in senders:
        check_sender(sender, values[sender.partition])
    total = sum(sender.sent for sender in senders)
    assert total > ROUNDS, "the producers hardly got to send anything"
    print(f"{rounds} kills, {total} records, each there once and in order")


@pytest.mark.timeout(120 + 5 * SERVE_ROUNDS)
def test_what_serve_and_its_broker_acknowledged_survives_kill_9(tmp_path):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    moments = random.Random(seed)
    port, broker_port = processes.free_port(), processes.free_port()
    brokers = f"127.0.0.1:{broker_port}"

    def start():
        return program.Server(
            ["--set", f"embedded.listen={brokers}", "--set", f"kafka.partitions={PARTITIONS}"],
            home=tmp_path, brokers="embedded", topic=TOPIC, port=port)
    server = start()
    senders = [Sender(name, brokers) for name in range(PARTITIONS)]
    players = [Player(name, port) for name in range(PLAYERS)]
    try:
        for _ in range(SERVE_ROUNDS):
            time.sleep(moments.uniform(*SERVE_LIFE_S))
            server.kill()
            server = start()
        for one in senders + players:
            one.stop()
        values = read_all(brokers)
    finally:
        server.kill()
    for sender in senders:
        check_sender(sender, values[sender.partition])
    everything = [value for partition in values.values() for value in partition]
    for player in players:
        check_player(player, everything)
        assert len(player.acknowledged) > SERVE_ROUNDS, "the player hardly got to send anything"
    print(f"{SERVE_ROUNDS} kills, {sum(len(player.acknowledged) for player in players)} answers, "
          f"{sum(sender.sent for sender in senders)} records")
