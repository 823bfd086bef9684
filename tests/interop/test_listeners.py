"""Goal: each client is told the address that belongs to the listener that it came through, so that
a broker behind a mapped port, a tunnel or a container's network works.

Method: `gamevents broker` with two listeners, one of them behind a forwarded port that it
advertises; confluent-kafka and Kafka's own tools on either side; the program's own commands, which
find it by its data directory.
"""

import contextlib
import socket
import subprocess

import confluent_kafka
import pytest
from confluent_kafka import admin
from support import forwarder, kafka, paths, processes, program

TOPIC = "game.listeners"


@contextlib.contextmanager
def broker(home, *settings):
    """`gamevents broker` of `home`, until the end; gives the address that it prints."""
    command = [paths.executable(), "broker", "--print-address",
               *(part for setting in settings for part in ("--set", setting))]
    with open(home / "broker.log", "ab") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=log, cwd=home, preexec_fn=processes.die_with_parent,
                                   env=program.environment(home, "embedded", TOPIC, None))
    try:
        yield process.stdout.readline().decode().strip()
    finally:
        process.terminate()
        processes.reap(process)


@pytest.fixture(scope="module")
def ports(tmp_path_factory):
    """(outside, inside, home): the forwarded port and the one of this machine, while it runs."""
    home = tmp_path_factory.mktemp("listeners")
    behind, inside = processes.free_port(), processes.free_port()
    with forwarder.forwarding(behind) as outside, broker(
            home,
            f"embedded.listeners=PLAINTEXT://127.0.0.1:{behind},PLAINTEXT://127.0.0.1:{inside}",
            f"embedded.advertised_listeners=PLAINTEXT://localhost:{outside.port}") as address:
        assert address == f"127.0.0.1:{inside}", "commands use the one that is not advertised"
        yield outside, inside, home


def told(bootstrap: str) -> set[str]:
    """The addresses that Metadata and DescribeCluster name."""
    client = admin.AdminClient({"bootstrap.servers": bootstrap})
    listed = {f"{b.host}:{b.port}" for b in client.list_topics(timeout=10).brokers.values()}
    nodes = client.describe_cluster(request_timeout=10).result().nodes
    return listed | {f"{node.host}:{node.port}" for node in nodes}


def test_each_listener_tells_its_own_address(ports):
    outside, inside, _ = ports
    assert told(f"127.0.0.1:{outside.port}") == {f"localhost:{outside.port}"}
    assert told(f"127.0.0.1:{inside}") == {f"127.0.0.1:{inside}"}


def test_a_group_works_through_the_forwarded_port(ports):
    outside, inside, home = ports
    before = outside.connections
    producer = confluent_kafka.Producer({"bootstrap.servers": f"127.0.0.1:{outside.port}"})
    for number in range(100):
        producer.produce(TOPIC, str(number).encode())
    assert producer.flush(20) == 0
    consumer = confluent_kafka.Consumer({
        "bootstrap.servers": f"127.0.0.1:{outside.port}", "group.id": "outside",
        "auto.offset.reset": "earliest"})
    consumer.subscribe([TOPIC])
    values = [message.value() for message in consumer.consume(100, timeout=30)]
    consumer.close()
    assert values == [str(number).encode() for number in range(100)]
    assert outside.connections > before + 2, "the coordinator is reached through it, too"
    read = program.run(["consume", "--from-beginning"], home=home, brokers="embedded", topic=TOPIC)
    assert len(read.stdout.splitlines()) == 100, "and the program's commands come the other way"


def test_kafkas_own_tools_come_through_it(ports):
    outside, _, _ = ports
    address = f"127.0.0.1:{outside.port}"
    made = kafka.run_tool("TopicCommand", "--bootstrap-server", address, "--create", "--topic",
                          "made.outside", "--partitions", "2")
    assert b"Created topic made.outside" in made.stdout + made.stderr
    listed = kafka.run_tool("TopicCommand", "--bootstrap-server", address, "--list")
    assert b"made.outside" in listed.stdout


def test_the_one_address_can_be_advertised_alone(tmp_path):
    port = processes.free_port()
    with forwarder.forwarding(port) as outside, broker(
            tmp_path, f"embedded.listen=127.0.0.1:{port}",
            f"embedded.advertised_listeners=PLAINTEXT://127.0.0.1:{outside.port}"):
        assert told(f"127.0.0.1:{port}") == {f"127.0.0.1:{outside.port}"}


@pytest.mark.parametrize("settings, message", [
    (("embedded.listeners=SSL://127.0.0.1:29093",), "needs a certificate"),
    (("embedded.listeners=127.0.0.1:29093",), "write a listener as PLAINTEXT://HOST:PORT"),
    (("embedded.listeners=PLAINTEXT://:29093",), "name the address before the port"),
    (("embedded.listeners=EXTERNAL://127.0.0.1:29093",), "the protocol must be PLAINTEXT, SSL"),
    (("embedded.listeners=PLAINTEXT://a:1,PLAINTEXT://a:1",), "two listeners have this address"),
    (("embedded.advertised_listeners=PLAINTEXT://0.0.0.0:9092",),
     "clients cannot connect to 0.0.0.0"),
    (("embedded.advertised_listeners=PLAINTEXT://a:0",), "name the port that clients connect to"),
    (("embedded.advertised_listeners=PLAINTEXT://a:1,PLAINTEXT://b:1",), "belongs to no listener"),
    (("embedded.listen=127.0.0.1:1", "embedded.listeners=PLAINTEXT://127.0.0.1:2"),
     "keep the one or the other"),
])
def test_a_slip_is_told_by_config_check_and_broker(tmp_path, settings, message):
    sets = [part for setting in settings for part in ("--set", setting)]
    for command in (["config", "check"], ["broker"]):
        done = program.run([*command, *sets], home=tmp_path, brokers="embedded", topic=TOPIC,
                           check=False)
        assert done.returncode == 2
        assert message in done.stderr.decode()


def test_a_port_in_use_is_named_whichever_listener_it_is(tmp_path):
    free = processes.free_port()
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        done = program.run(
            ["broker", "--set", f"embedded.listeners=PLAINTEXT://127.0.0.1:{free},"
             f"PLAINTEXT://127.0.0.1:{taken}"],
            home=tmp_path, brokers="embedded", topic=TOPIC, check=False)
    assert done.returncode == 1
    assert f"127.0.0.1:{taken}" in done.stderr.decode()
    assert "embedded.listeners" in done.stderr.decode()
