"""Goal: Kafka's clients reach the embedded broker by TLS, with certificates where it asks for them,
and are told the address that they came to; programs of this machine reach it without; nobody's
handshake holds up others; a new certificate needs no restart.

Method: `gamevents broker` with embedded.tls; librdkafka, kcat and Kafka's own tools as clients.
"""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
import uuid

import pytest
from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic
from support import embedded, kafka, processes, program
from support.certificates import Certificate, authority, own  # noqa: F401 (fixtures)

HALF_DONE = 2_000
HALF_DONE_MIB_MAX = 40  # 250 handshakes at once, and what 2,000 sockets leave behind
TOPIC = "events"
RECORDS = 3_000


@pytest.fixture
def start(tmp_path):
    """start(*args): a broker with those; ended with the test."""
    brokers = []

    def begin(*args):
        broker = embedded.Embedded(tmp_path / f"broker{len(brokers)}")
        brokers.append(broker)
        broker.start(*args)
        return broker
    yield begin
    for broker in brokers:
        broker.kill()


def trusting(broker, own: Certificate, client: Certificate | None = None, **more) -> dict:
    """A client's properties in librdkafka's words."""
    properties = {"bootstrap.servers": broker.brokers, "security.protocol": "ssl",
                  "ssl.ca.location": str(own.certificate)} | more
    if client:
        properties |= {"ssl.certificate.location": str(client.certificate),
                       "ssl.key.location": str(client.key)}
    return properties


def create(properties: dict, topic: str = TOPIC) -> None:
    admin = AdminClient(properties)
    for created in admin.create_topics([NewTopic(topic, 1, 1)]).values():
        created.result(timeout=20)


def produce(properties: dict, values: list[bytes], topic: str = TOPIC) -> None:
    failed = []
    producer = Producer(properties)
    for value in values:
        producer.produce(topic, value, on_delivery=lambda error, _: error and failed.append(error))
    assert producer.flush(30) == 0 and not failed


def consume(properties: dict, count: int, topic: str = TOPIC) -> list[bytes]:
    consumer = Consumer(properties | {"group.id": uuid.uuid4().hex,
                                      "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    got: list[bytes] = []
    deadline = time.monotonic() + 30
    while len(got) < count and time.monotonic() < deadline:
        got += [message.value() for message in consumer.consume(1000, 0.5)]
    consumer.close()
    return got


def reaches(properties: dict) -> bool:
    try:
        return bool(AdminClient(properties).list_topics(timeout=3).brokers)
    except KafkaException:
        return False


def plain_address(broker) -> str:
    return (broker.data_dir / "ENDPOINT").read_text().split()[0]


def test_clients_by_tls_and_programs_of_this_machine_without(start, own, tmp_path):
    broker = start(*own.settings("embedded.tls"))
    client = trusting(broker, own)
    create(client)
    # Records of many sizes, so that answers are of one TLS record, of many, and partly sent.
    values = [os.urandom(number * 37 % 5_000) for number in range(RECORDS)]
    produce(client, values)
    assert consume(client, RECORDS) == values
    (node,) = AdminClient(client).list_topics(timeout=10).brokers.values()
    assert f"{node.host}:{node.port}" == broker.brokers
    kcat = subprocess.run(
        ["kcat", "-b", broker.brokers, "-C", "-t", TOPIC, "-o", "0", "-c", "1", "-f", "%o", "-X",
         "security.protocol=ssl", "-X", f"ssl.ca.location={own.certificate}"],
        capture_output=True, timeout=30, check=True)
    assert kcat.stdout == b"0"
    properties = tmp_path / "client.properties"
    properties.write_text("security.protocol=SSL\nssl.truststore.type=PEM\n"
                          f"ssl.truststore.location={own.certificate}\n")
    described = kafka.run_tool("TopicCommand", "--bootstrap-server", broker.brokers,
                               "--command-config", properties, "--describe", "--topic", TOPIC)
    assert b"PartitionCount: 1" in described.stdout
    # This machine's programs find the plain listener, on the loopback address, by ENDPOINT.
    plain = plain_address(broker)
    assert plain.startswith("127.0.0.1:") and plain != broker.brokers
    (node,) = AdminClient({"bootstrap.servers": plain}).list_topics(timeout=10).brokers.values()
    assert f"{node.host}:{node.port}" == plain
    consumed = program.run(
        ["consume", "--from-beginning", "--output", "%o\n"], home=tmp_path, topic=TOPIC,
        brokers="embedded", env={"GAMEVENTS_EMBEDDED_DATA_DIR": str(broker.data_dir)})
    assert len(consumed.stdout.split()) == RECORDS
    assert f"by TLS and for this machine on {plain}" in broker.log()
    assert not reaches({"bootstrap.servers": broker.brokers})  # plain, where TLS is spoken
    assert reaches(client)


def test_client_certificates(start, own, authority, tmp_path):
    broker = start(*own.settings("embedded.tls"), "--set",
                   f"embedded.tls.client_ca={authority.certificate}")
    good = Certificate(tmp_path, "studio", issuer=authority)
    stranger = Certificate(tmp_path, "stranger")
    ended = Certificate(tmp_path, "ended", issuer=authority, days=-1)
    create(trusting(broker, own, good))
    assert not reaches(trusting(broker, own))
    assert not reaches(trusting(broker, own, stranger))
    assert not reaches(trusting(broker, own, ended))
    assert not reaches(trusting(broker, authority, good))  # who does not trust the broker
    produce(trusting(broker, own, good), [b"one"])
    assert consume(trusting(broker, own, good), 1) == [b"one"]


def test_a_new_certificate_under_load(start, own, authority, tmp_path):
    live = Certificate(tmp_path, "live")
    pairs = [Certificate(tmp_path, f"broker{number}") for number in range(2)]
    trusted = tmp_path / "trusted.pem"
    trusted.write_text("".join(each.certificate.read_text() for each in (live, *pairs)))
    broker = start(*live.settings("embedded.tls"))
    client = trusting(broker, own) | {"ssl.ca.location": str(trusted)}
    create(client)
    host, port = broker.brokers.split(":")
    sent = []
    for swap in range(10):
        pair = pairs[swap % 2]
        for source, target in ((pair.certificate, live.certificate), (pair.key, live.key)):
            shutil.copy(source, f"{target}.new")
            os.replace(f"{target}.new", target)
        broker.process.send_signal(signal.SIGHUP)
        processes.wait_until(lambda: broker.log().count("embedded.tls: read again") > swap, 10,
                             "the certificate's reading")
        shown = ssl.get_server_certificate((host, int(port)))
        assert shown.split() == pair.certificate.read_text().split()
        sent.append(str(swap).encode())
        produce(client, sent[-1:])
    assert consume(client, len(sent)) == sent
    shutil.copy(authority.key, live.key)  # noticed without a signal, and not taken
    processes.wait_until(lambda: "does not belong to the certificate" in broker.log(), 10,
                         "the complaint about the key")
    assert reaches(client)


def test_half_done_handshakes_hold_up_nobody(start, own):
    broker = start(*own.settings("embedded.tls"))
    host, port = broker.brokers.split(":")
    client = trusting(broker, own)
    create(client)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    hello = ssl.create_default_context(cafile=str(own.certificate)).wrap_bio(
        incoming, outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        hello.do_handshake()
    first = outgoing.read()
    before = processes.resident_mib(broker.process.pid)
    sockets = []
    try:
        for _ in range(HALF_DONE):
            each = socket.create_connection((host, int(port)), 10)
            each.sendall(first)
            sockets.append(each)
        produce(client, [b"served"])
        assert consume(client, 1) == [b"served"]
        grown = processes.resident_mib(broker.process.pid) - before
        print(f"{HALF_DONE} half-done handshakes: {grown:.1f} MiB")
        assert grown < HALF_DONE_MIB_MAX
        sockets[-1].settimeout(20)
        began = time.monotonic()
        while sockets[-1].recv(65536):
            pass
        assert time.monotonic() - began < 12
    finally:
        for each in sockets:
            each.close()


def test_serve_s_own_broker_speaks_tls_too(own, tmp_path):
    address = f"127.0.0.1:{processes.free_port()}"
    server = program.Server([*own.settings("embedded.tls"), "--set", f"embedded.listen={address}"],
                            home=tmp_path, brokers="embedded", topic=TOPIC)
    try:
        assert server.request("/purchase_a_sword/divya").status == 200
        client = {"bootstrap.servers": address, "security.protocol": "ssl",
                  "ssl.ca.location": str(own.certificate)}
        (event,) = consume(client, 1)
        assert b"purchase_sword" in event
        server.signal(signal.SIGHUP)
        processes.wait_until(lambda: "embedded.tls: read again" in server.stderr, 10, "reading")
    finally:
        server.kill()


def test_a_port_in_use_names_the_key_of_the_tls_listener(own, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = program.run(["broker", "--set", f"embedded.listen=127.0.0.1:{port}",
                            *own.settings("embedded.tls")],
                           home=tmp_path, brokers="embedded", topic=TOPIC, check=False)
    assert done.returncode == 1
    assert "set embedded.listen to another address" in done.stderr.decode()


def test_tls_beside_listeners_is_told_by_config_check(own, tmp_path):
    done = program.run(["config", "check", "--set",
                        "embedded.listeners=PLAINTEXT://127.0.0.1:29093",
                        *own.settings("embedded.tls")],
                       home=tmp_path, brokers="embedded", topic=TOPIC, check=False)
    assert done.returncode == 2
    assert "no listener of embedded.listeners speaks TLS" in done.stderr.decode()
