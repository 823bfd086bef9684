"""Goal: as test_spool.py's, over a cluster of three brokers that keeps each record on all of them
and acknowledges it when two have it.

Method: `generate` plays players against `serve` with a ledger, while the cluster is stopped for a
while, loses one broker or all, has its topic deleted and made again, or has no room on its disks.
GAMEVENTS_SPOOL_AWAY_S is for how long (default: a few seconds). Then `consume --verify` holds the
ledger against the cluster's topic.
"""

import json
import os
import re
import time
import uuid

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic
from support import kafka as kafka_server, processes, small_disk

AWAY_S = float(os.environ.get("GAMEVENTS_SPOOL_AWAY_S", "4"))
RATE = 300
LEAD_S = 2
TAIL_S = 2
CATCH_UP_S = 120
PARTITIONS = 3
DISK = "600m"


class Target:
    """The cluster and one topic of it, and what becomes of them."""

    def __init__(self, cluster: kafka_server.Cluster, disk: small_disk.SmallDisk):
        self.cluster, self.disk = cluster, disk
        self.topic = f"spool-{uuid.uuid4().hex[:12]}"
        self.admin = AdminClient({"bootstrap.servers": cluster.brokers, "log_level": 0})

    def _ask(self, ask) -> None:
        """Asks until the cluster does it: it may just be choosing a leader."""
        def done() -> bool:
            try:
                next(iter(ask().values())).result(timeout=30)
            except KafkaException as error:
                print(error)
                return False
            return True
        processes.wait_until(done, 60, "the cluster's answer")

    def create_topic(self) -> None:
        topic = NewTopic(self.topic, PARTITIONS, len(self.cluster.nodes))
        self._ask(lambda: self.admin.create_topics([topic]))

    def is_stopped_for_a_while(self) -> None:
        self.cluster.pause()
        time.sleep(AWAY_S)
        self.cluster.resume()

    def loses_one_broker(self) -> None:
        self.cluster.nodes[0].kill()
        time.sleep(AWAY_S)
        self.cluster.start()

    def loses_all_brokers(self) -> None:
        self.cluster.kill()
        time.sleep(AWAY_S)
        self.cluster.start()

    def has_its_topic_deleted_and_made_again(self) -> None:
        self._ask(lambda: self.admin.delete_topics([self.topic]))
        time.sleep(AWAY_S)
        self.create_topic()

    def has_its_topic_replaced_at_once(self) -> None:
        self._ask(lambda: self.admin.delete_topics([self.topic]))
        self.create_topic()

    def has_no_room(self) -> None:
        """A broker whose disk is full ends; the others may be about to when there is room again, so
        all are started anew."""
        self.disk.fill()
        processes.wait_until(lambda: any(node.process.poll() is not None
                                         for node in self.cluster.nodes), 60, "a broker's end")
        time.sleep(AWAY_S)
        self.disk.empty()
        self.cluster.kill()
        self.cluster.start()


@pytest.fixture(scope="module")
def cluster_on_small_disk(tmp_path_factory):
    disk = small_disk.SmallDisk(tmp_path_factory.mktemp("disk"), DISK)
    # Its files are made within the small disk, which is reached through the keeper's own root.
    cluster = kafka_server.Cluster(disk.within, launcher=disk.launcher)
    cluster.start()
    yield cluster, disk
    cluster.kill()
    disk.close()


@pytest.fixture
def spooled(cluster_on_small_disk):
    spooled = Target(*cluster_on_small_disk)
    spooled.create_topic()
    return spooled


def lag(server) -> float:
    found = re.findall(r"^gamevents_forward_lag_records{.*} (\S+)$",
                       server.request("/metrics").text, re.MULTILINE)
    return sum(map(float, found)) if found else float("inf")


@pytest.mark.parametrize("what", [
    "is_stopped_for_a_while", "loses_one_broker", "loses_all_brokers",
    "has_its_topic_deleted_and_made_again", "has_its_topic_replaced_at_once", "has_no_room"])
@pytest.mark.timeout(AWAY_S + CATCH_UP_S + 240)
def test_the_cluster(spooled, serve, gamevents, background, tmp_path, what):
    server = serve("--set", "embedded.listen=127.0.0.1:0", "--set",
                   f"kafka.partitions={PARTITIONS}", "--set",
                   f"forward.brokers={spooled.cluster.brokers}", brokers="embedded",
                   topic=spooled.topic)
    ledger = tmp_path / "ledger"
    traffic = background("generate", "--url", server.url, "--routes", "classic", "--retry", 0,
                         "--rate", RATE, "--ledger", ledger, "--format", "json")
    processes.wait_until(lambda: server.metric("gamevents_forward_records_total") > RATE, 60,
                         "a copy")
    time.sleep(LEAD_S)
    getattr(spooled, what)()
    time.sleep(TAIL_S)
    traffic.signal(2)
    summary = json.loads(traffic.finish(60).stdout)
    assert (summary["refused"], summary["unknown"]) == (0, 0), summary
    begin = time.monotonic()
    processes.wait_until(lambda: lag(server) == 0, CATCH_UP_S, server.request("/readyz").text)
    print(f"caught up after {time.monotonic() - begin:.1f} s")
    done = gamevents("consume", "--verify", ledger, "--format", "json",
                     brokers=spooled.cluster.brokers, topic=spooled.topic, check=False)
    assert done.stdout, done.stderr.decode()
    verdict = json.loads(done.stdout)
    print(verdict)
    assert (verdict["lost"], verdict["duplicated"], verdict["reordered"]) == (0, 0, 0), verdict
    assert verdict["acknowledged"] == summary["acknowledged"] > 0
