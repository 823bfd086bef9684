"""A real Apache Kafka on this machine, KRaft combined mode, loopback, in its own folder: one node,
or a cluster of several.
"""

import functools
import pathlib
import signal
import socket
import struct
import subprocess
import zipfile

from support import paths, processes

# Up quickly and small: what tests want. PRODUCTION_JVM is what Kafka's own start script asks for.
QUICK_JVM = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
PRODUCTION_JVM = ("-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20")
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 30
CLUSTER_ID = "R2FtZUV2ZW50c1Rlc3RzIQ"  # Any 22 base64 characters will do.

PROPERTIES = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}{listeners}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}{listeners}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT{protocols}
log.dirs={data}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
"""


def live_brokers(host: str, port: int, timeout: float = 2) -> int:
    """How many brokers a Metadata request (version 0) names; 0 when nobody answers it."""
    header = struct.pack(">hhih", 3, 0, 1, -1)  # Metadata, version, correlation id, no client id.
    request = header + struct.pack(">i", 0)
    try:
        with socket.create_connection((host, port), timeout) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            reply = connection.makefile("rb").read(12)  # Size, correlation id, broker count.
    except OSError:
        return 0
    return struct.unpack(">iii", reply)[2] if len(reply) == 12 else 0


def classpath() -> str:
    """Kafka's jars and the logging configuration that keeps stdout for the tools' answers."""
    jars = paths.interop() / "kafka"
    if not any(jars.glob("kafka-tools-*.jar")):
        raise FileNotFoundError(f"{jars} has no Kafka: run tests/scripts/setup test")
    return f"{paths.ROOT / 'tests' / 'interop' / 'java'}:{jars}/*"


@functools.cache
def tool_class(name: str) -> str:
    """The full name of Kafka's command line class `name`: TopicCommand, ConsoleConsumer, …"""
    for jar in sorted((paths.interop() / "kafka").glob("kafka*-*.jar")):
        for entry in zipfile.ZipFile(jar).namelist():
            if entry.endswith(f"/{name}.class"):
                return entry.removesuffix(".class").replace("/", ".")
    raise LookupError(f"no class {name} in Kafka's jars")


def run_tool(name, *args, input=None, timeout=60, check=True,
             launcher=()) -> subprocess.CompletedProcess:
    """Runs one of Kafka's Java tools to its end; stdout and stderr as bytes."""
    command = [*launcher, "java", *QUICK_JVM, "-cp", classpath(), tool_class(name)]
    done = subprocess.run([*command, *map(str, args)], input=input, capture_output=True,
                          timeout=timeout, preexec_fn=processes.die_with_parent)
    if check and done.returncode != 0:
        raise RuntimeError(f"{name} {args} ended with {done.returncode}: {done.stderr.decode()}")
    return done


class Broker:
    """A broker of this machine, whoever made it. `start` after `stop` or `kill` takes the same port
    and data."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.port = processes.free_port()
        self.brokers = f"127.0.0.1:{self.port}"
        self.process = None

    def stop(self) -> int:
        """A clean stop (SIGTERM); gives the exit code."""
        self.process.terminate()
        return self.process.wait(STOP_TIMEOUT_S)

    def kill(self) -> None:
        """SIGKILL: what a crash or the out-of-memory killer does."""
        processes.reap(self.process)

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nothing answers."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def tool(self, name, *args, **options) -> subprocess.CompletedProcess:
        """Runs one of Kafka's tools against this broker; see run_tool for `options`."""
        return run_tool(name, "--bootstrap-server", self.brokers, *args, **options)

    def create_topic(self, name: str, partitions: int = 1) -> str:
        """Creates the topic with Kafka's own admin tool's library; gives `name` back."""
        from confluent_kafka.admin import AdminClient, NewTopic  # Only tests have it.
        admin = AdminClient({"bootstrap.servers": self.brokers})
        for created in admin.create_topics([NewTopic(name, partitions, 1)]).values():
            created.result(timeout=30)
        processes.wait_until(lambda: self._knows(admin, name, partitions), 30, f"topic {name}")
        return name

    @staticmethod
    def _knows(admin, name: str, partitions: int) -> bool:
        found = admin.list_topics(name, timeout=10).topics[name]
        return found.error is None and len(found.partitions) == partitions


class Kafka(Broker):
    """One node of Apache Kafka. `listeners` are more of them, ",NAME://ADDRESS", and `protocols`
    what each speaks, ",NAME:SSL". `launcher` is what starts its programs, with their commands
    after it. `controllers` are the ports of all of a cluster's nodes, the `node`th its own."""

    def __init__(self, folder: pathlib.Path, jvm: tuple = QUICK_JVM, extra_properties: str = "",
                 listeners: str = "", protocols: str = "", launcher=(), controllers=(),
                 node: int = 1):
        super().__init__(folder)
        self.listeners = listeners
        self.protocols = protocols
        self.jvm = jvm
        self.extra_properties = extra_properties
        self.launcher = launcher
        self.node = node
        self.controllers = controllers or (processes.free_port(),)
        self.controller_port = self.controllers[node - 1]
        self._format()

    def _format(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.properties = self.folder / "server.properties"
        self.properties.write_text(PROPERTIES.format(
            port=self.port, controller_port=self.controller_port, data=self.folder / "data",
            listeners=self.listeners, protocols=self.protocols, node=self.node,
            voters=",".join(f"{i}@127.0.0.1:{port}" for i, port in enumerate(self.controllers, 1)))
            + self.extra_properties)
        run_tool("StorageTool", "format", "-t", CLUSTER_ID, "-c", self.properties,
                 launcher=self.launcher)

    def start(self) -> None:
        """Returns when the broker answers. Its output goes to `folder`/kafka.log."""
        self.launch()
        self.wait_for_brokers(1)

    def launch(self) -> None:
        """Begins to start."""
        command = [*self.launcher, "java", *self.jvm, "-cp", classpath(), "kafka.Kafka",
                   str(self.properties)]
        with open(self.folder / "kafka.log", "ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True, preexec_fn=processes.die_with_parent)

    def wait_for_brokers(self, count: int) -> None:
        """Returns when the broker answers, and knows of `count`."""
        try:
            processes.wait_until(lambda: self._knows_brokers(count), START_TIMEOUT_S,
                                 "Kafka's start")
        except BaseException:
            processes.reap(self.process)
            raise

    def _knows_brokers(self, count: int) -> bool:
        if self.process.poll() is not None:
            tail = (self.folder / "kafka.log").read_text(errors="replace")[-2000:]
            raise RuntimeError(f"Kafka ended with {self.process.returncode}: {tail}")
        return live_brokers("127.0.0.1", self.port) >= count


class Cluster:
    """`count` nodes, each topic on all of them: a record is stored when two have it."""

    PROPERTIES = """\
default.replication.factor={count}
min.insync.replicas=2
offsets.topic.replication.factor={count}
transaction.state.log.replication.factor={count}
transaction.state.log.min.isr=2
"""

    def __init__(self, folder: pathlib.Path, count: int = 3, launcher=()):
        controllers = tuple(processes.free_port() for _ in range(count))
        self.nodes = [Kafka(folder / f"node{node}", node=node, controllers=controllers,
                            launcher=launcher,
                            extra_properties=self.PROPERTIES.format(count=count))
                      for node in range(1, count + 1)]
        self.brokers = ",".join(node.brokers for node in self.nodes)

    def start(self) -> None:
        """Starts the nodes that do not run; returns when each knows all."""
        for node in self.nodes:
            if node.process is None or node.process.poll() is not None:
                node.launch()
        for node in self.nodes:
            node.wait_for_brokers(len(self.nodes))

    def kill(self) -> None:
        for node in self.nodes:
            if node.process is not None:
                node.kill()

    def pause(self) -> None:
        for node in self.nodes:
            node.pause()

    def resume(self) -> None:
        for node in self.nodes:
            node.resume()
