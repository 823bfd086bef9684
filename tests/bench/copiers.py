"""Who copies a topic of the embedded log to Apache Kafka, for forward.py: ours, and Kafka's own
MirrorMaker 2, which is fetched from Maven Central when it is missing.

Each `copy` gives what it took: from the first record in the target to the last one, and with the
start of the programs; and the processor's time of all of them, without the target's.
"""

import dataclasses
import pathlib
import resource
import shlex
import shutil
import subprocess
import sys
import threading
import time

import confluent_kafka
import serve
from support import kafka, paths, processes, program

MIRROR_JARS = paths.ROOT / "build" / "bench" / "mirror"
MIRROR_POM = paths.ROOT / "tests" / "bench" / "peers" / "mirror" / "pom.xml"
COPY_MAX_S = 600
LOOK_S = 0.01
# One process that copies one topic of the source under its own name. What it asks of Kafka's
# cluster for itself is kept small, and what it is tuned by is what makes it faster: large batches,
# packed as ours are, and a task for each partition.
MIRROR_PROPERTIES = """\
clusters=source, target
source.bootstrap.servers={source}
target.bootstrap.servers={target}
source->target.enabled=true
source->target.topics={topic}
target->source.enabled=false
replication.policy.class=org.apache.kafka.connect.mirror.IdentityReplicationPolicy
tasks.max={tasks}
replication.factor=1
checkpoints.topic.replication.factor=1
heartbeats.topic.replication.factor=1
offset-syncs.topic.replication.factor=1
offset.storage.replication.factor=1
status.storage.replication.factor=1
config.storage.replication.factor=1
offset-syncs.topic.location=target
emit.heartbeats.enabled=false
emit.checkpoints.enabled=false
sync.topic.acls.enabled=false
sync.topic.configs.enabled=false
sync.group.offsets.enabled=false
source.consumer.max.poll.records=20000
source.consumer.fetch.min.bytes=65536
target.producer.compression.type=lz4
target.producer.batch.size=1048576
target.producer.linger.ms=5
target.producer.buffer.memory=134217728
"""


@dataclasses.dataclass
class Copy:
    """What one copy took."""
    seconds: float  # From the first record in the target to the last one.
    whole_seconds: float  # With the start of the programs.
    cpu_seconds: float  # Of those programs, from start to end.


class Watch:
    """Looks at the target's topic until it has records, and until it has so many."""

    def __init__(self, brokers: str, topic: str, partitions: int):
        self._client = confluent_kafka.Consumer({"bootstrap.servers": brokers, "group.id": "watch"})
        self.partitions = partitions
        self._places = [confluent_kafka.TopicPartition(topic, each) for each in range(partitions)]

    def count(self) -> int:
        return sum(self._client.get_watermark_offsets(place, timeout=30)[1]
                   for place in self._places)

    def wait_for(self, count: int) -> float:
        """When there were so many."""
        until = time.monotonic() + COPY_MAX_S
        while self.count() < count:
            if time.monotonic() > until:
                raise TimeoutError(f"the copy had {self.count()} records of {count}")
            time.sleep(LOOK_S)
        return time.monotonic()


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def copy_by(command: list, home: pathlib.Path, topic: str, watch: Watch) -> Copy:
    """Runs a command that ends when all is copied."""
    begin, used, first = time.monotonic(), cpu_of_children(), []
    looking = threading.Thread(target=lambda: first.append(watch.wait_for(1)))
    looking.start()
    subprocess.run(command, check=True, cwd=home, capture_output=True,
                   env=program.environment(home, "embedded", topic, None),
                   preexec_fn=processes.die_with_parent)
    end = time.monotonic()
    looking.join()
    return Copy(end - first[0], end - begin, cpu_of_children() - used)


def forward_once(target: kafka.Kafka, home: pathlib.Path, topic: str, watch: Watch, _: int) -> Copy:
    return copy_by([paths.executable(), "forward", "--to", target.brokers, "--once"], home, topic,
                   watch)


def consume_to_produce(target: kafka.Kafka, home: pathlib.Path, topic: str, watch: Watch,
                       _: int) -> Copy:
    line = ("{0} consume --from-beginning --output json | GAMEVENTS_KAFKA_BROKERS={1} "
            "{0} produce --json --keep-partition")
    return copy_by(["sh", "-c", line.format(shlex.quote(str(paths.executable())), target.brokers)],
                   home, topic, watch)


def fetch_mirror() -> None:
    if any(MIRROR_JARS.glob("connect-mirror-*.jar")):
        return
    if shutil.which("mvn") is None:
        sys.exit("forward.py: mvn is missing: apt-get install maven")
    subprocess.run(["mvn", "-q", "-B", "-C", "-f", MIRROR_POM, "dependency:copy-dependencies",
                    "-DincludeScope=runtime", f"-DoutputDirectory={MIRROR_JARS}"],
                   stdout=sys.stderr, check=True)


def mirror(target: kafka.Kafka, home: pathlib.Path, topic: str, watch: Watch, count: int) -> Copy:
    """MirrorMaker 2 and `gamevents broker`, which it reads from; both count."""
    port = processes.free_port()
    source = program.Background(["broker", "--listen", f"127.0.0.1:{port}"], home=home,
                                brokers="embedded", topic=topic)
    maker = None
    try:
        processes.wait_until(lambda: kafka.live_brokers("127.0.0.1", port) > 0, 30, "the broker")
        before = serve.cpu_seconds(source.process.pid)
        properties = home / "mirror.properties"
        properties.write_text(MIRROR_PROPERTIES.format(
            source=f"127.0.0.1:{port}", target=target.brokers, topic=topic,
            tasks=watch.partitions))
        begin = time.monotonic()
        with open(home / "mirror.log", "wb") as log:
            maker = subprocess.Popen(
                ["java", *kafka.PRODUCTION_JVM, "-cp", f"{kafka.classpath()}:{MIRROR_JARS}/*",
                 "org.apache.kafka.connect.mirror.MirrorMaker", properties], stdout=log,
                stderr=subprocess.STDOUT, preexec_fn=processes.die_with_parent)
        first, end = watch.wait_for(1), watch.wait_for(count)
        used = serve.cpu_seconds(source.process.pid) - before + serve.cpu_seconds(maker.pid)
        return Copy(end - first, end - begin, used)
    finally:
        if maker is not None:
            processes.reap(maker)
        source.kill()


COPIERS = {"forward --once": forward_once, "consume | produce": consume_to_produce,
           "MirrorMaker 2": mirror}
