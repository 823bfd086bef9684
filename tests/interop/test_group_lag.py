"""Goal: how far a consumer group is behind is the same whoever says it: /metrics, `gamevents
groups`, and kadm, the library with which exporters in Go count it.

Method: groups that commit known offsets, a topic that grows behind them; each of the three is
asked. That `gamevents groups` says what Kafka's own tool says is in test_topics_and_groups.py.
"""

import json
import re
import subprocess
import urllib.request

import confluent_kafka
from confluent_kafka import TopicPartition, admin
from support import paths, processes
from support.asking import PASSWORD, TOPIC, start  # noqa: F401 (start is a fixture)
from support.certificates import own  # noqa: F401 (a fixture, as `start`)

USERS = {"ann": ["admin"]}
PARTITIONS = 3
RECORDS = 40  # of each partition
TIME_LIMIT_S = 60


class Asked:
    """A broker that is asked for lags, each as {partition: records}."""

    def __init__(self, broker):
        self.broker = broker
        self.properties = broker.properties("ann")
        processes.wait_until(lambda: "metrics on" in broker.log(), 10, "the listener")
        self._url = re.findall(r"metrics on (http://\S+)", broker.log())[-1]

    def metrics(self) -> str:
        with urllib.request.urlopen(self._url, timeout=10) as answer:
            return answer.read().decode()

    def by_metrics(self, group: str) -> dict[int, int]:
        found = re.findall(rf'^gamevents_broker_group_lag_records{{group="{group}",'
                           rf'topic="{TOPIC}",partition="(\d+)"}} (\d+)$', self.metrics(),
                           re.MULTILINE)
        return {int(partition): int(lag) for partition, lag in found}

    def by_groups(self, group: str) -> dict[int, int]:
        said = json.loads(self.broker.command("groups", group, "--format", "json").stdout)
        return {each["partition"]: each["lag"] for each in said["partitions"]
                if each["committed"] is not None}

    def by_kadm(self, group: str) -> dict[int, int]:
        done = subprocess.run(
            [paths.interop() / "go" / "client", self.broker.brokers, self.broker.own.certificate,
             "ann", PASSWORD, "SCRAM-SHA-512", "lag", TOPIC, group], capture_output=True,
            text=True, timeout=TIME_LIMIT_S, check=False,
            preexec_fn=processes.die_with_parent)
        assert done.returncode == 0, done.stderr
        return {int(partition): lag for partition, lag in json.loads(done.stdout)["lag"].items()}

    def all_say(self, group: str, lags: dict[int, int]) -> None:
        assert self.by_metrics(group) == lags
        assert self.by_groups(group) == lags
        assert self.by_kadm(group) == lags

    def produce(self, partition: int, count: int) -> None:
        producer = confluent_kafka.Producer(self.properties)
        for number in range(count):
            producer.produce(TOPIC, str(number), partition=partition)
        assert producer.flush(30) == 0

    def commit(self, group: str, offsets: dict[int, int]) -> None:
        consumer = confluent_kafka.Consumer(self.properties | {"group.id": group})
        consumer.commit(offsets=[TopicPartition(TOPIC, *pair) for pair in offsets.items()],
                        asynchronous=False)
        consumer.close()


def test_three_ways_to_ask_agree(start):  # noqa: F811 (the fixture)
    asked = Asked(start(USERS, "embedded.metrics_listen=127.0.0.1:0"))
    client = admin.AdminClient(asked.properties)
    client.create_topics([admin.NewTopic(TOPIC, PARTITIONS, 1)])[TOPIC].result(20)
    for partition in range(PARTITIONS):
        asked.produce(partition, RECORDS)
    asked.commit("some", {0: 0, 1: 10, 2: RECORDS})
    asked.commit("one", {1: 39})
    asked.all_say("some", {0: RECORDS, 1: RECORDS - 10, 2: 0})
    asked.all_say("one", {1: 1})
    asked.produce(2, 5)
    asked.all_say("some", {0: RECORDS, 1: RECORDS - 10, 2: 5})
    asked.commit("some", {0: 25})
    asked.all_say("some", {0: RECORDS - 25, 1: RECORDS - 10, 2: 5})
    assert 'gamevents_broker_groups{state="Empty"} 2\n' in asked.metrics()
