"""Goal: Kafka's clients log in to the embedded broker with users' passwords, by TLS, behind a
forwarded port as well; nobody else gets in, by the way of this machine's commands neither; and
passwords that are set by Kafka's own tool stay set.

Method: `gamevents broker` with SASL listeners; librdkafka (by confluent-kafka and kcat), Kafka's
own tools and kafka-python as clients; a client written here for what no real one does.
"""

import signal
import subprocess
import time

import confluent_kafka
import pytest
from confluent_kafka import admin
from support import embedded, kafka, paths, processes, program
from support.asking import PASSWORD, TOPIC, create, produce, reaches, start  # noqa: F401
from support.certificates import own  # noqa: F401 (a fixture, as `start`)
from support.protocol import connection

MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
DENIED = 58


def consume(properties: dict, count: int) -> list[bytes]:
    consumer = confluent_kafka.Consumer(properties | {"group.id": "g",
                                                      "auto.offset.reset": "earliest"})
    consumer.subscribe([TOPIC])
    got = [message.value() for message in consumer.consume(count, timeout=30)]
    consumer.close()
    return got


def test_clients_log_in_through_a_forwarded_port(start):
    broker = start({"ann": ["admin"]}, forwarded=True)
    address = broker.outside
    values = [str(number).encode() for number in range(300)]
    for mechanism in MECHANISMS:
        client = broker.properties("ann", mechanism, brokers=address)
        (node,) = admin.AdminClient(client).list_topics(timeout=10).brokers.values()
        assert f"{node.host}:{node.port}" == address
    create(client)
    assert not produce(client, values)
    assert consume(client, len(values)) == values
    for mechanism in MECHANISMS:
        listed = kafka.run_tool("TopicCommand", "--bootstrap-server", address,
                                "--command-config", broker.java("ann", mechanism), "--list")
        assert TOPIC.encode() in listed.stdout
    # Debian's librdkafka, which says its nonce twice.
    kcat = subprocess.run(
        ["kcat", "-b", address, "-C", "-t", TOPIC, "-o", "0", "-c", "1", "-f", "%s",
         *(word for name, value in client.items() if name != "bootstrap.servers"
           for word in ("-X", f"{name}={value}"))],
        capture_output=True, timeout=30, check=True)
    assert kcat.stdout == b"0"


def test_kafka_python_logs_in(start, own):
    import kafka as kafka_python
    broker = start({"ann": ["admin"]})
    for mechanism in MECHANISMS:
        client = kafka_python.KafkaConsumer(
            bootstrap_servers=broker.brokers, security_protocol="SASL_SSL",
            ssl_cafile=str(own.certificate), sasl_mechanism=mechanism, sasl_plain_username="ann",
            sasl_plain_password=PASSWORD)
        assert TOPIC not in client.topics()
        client.close()


def test_a_wrong_password_is_slow_counted_and_logged(start):
    broker = start({"ann": ["admin"]})
    refused = 0
    for mechanism in MECHANISMS:
        for user, password in (("ann", "wrong"), ("nobody\x1b[2J", PASSWORD), ("ann", "")):
            began = time.monotonic()
            client = connection.Connection(broker.port, tls=broker.tls())
            with pytest.raises(connection.Denied) as denied:
                client.log_in(user, password, mechanism)
            assert denied.value.code == DENIED and "password" in str(denied.value)
            assert time.monotonic() - began > 0.4
            with pytest.raises(connection.Closed):
                client.ask("ApiVersions", 0, {})
            refused += 1
    lines = [line for line in broker.log().splitlines() if "authentication as" in line]
    assert 1 < len(lines) <= refused
    assert all("127.0.0.1: authentication as " in line for line in lines)
    assert "\x1b" not in broker.log()
    # Several at once are one line, which counts the rest.
    clients = [connection.Connection(broker.port, tls=broker.tls()) for _ in range(10)]
    for client in clients:
        client.send("Metadata", 12, {"topics": []})
    time.sleep(1.2)
    with pytest.raises(connection.Closed):
        connection.Connection(broker.port, tls=broker.tls()).ask("Metadata", 12, {"topics": []})
    lines = [line for line in broker.log().splitlines() if "before the client has said" in line]
    assert len(lines) <= 3 and "more before" in lines[-1]


def test_before_it_is_known_a_client_gets_nothing(start):
    broker = start({"ann": ["admin"]})
    with connection.Connection(broker.port, tls=broker.tls()) as client:
        assert client.ask("ApiVersions", 0, {})["error_code"] == 0
        assert client.ask("SaslHandshake", 1, {"mechanism": "GSSAPI"}) == {
            "error_code": 33, "mechanisms": ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"]}
    # A long request is cut off by what it says of itself.
    with connection.Connection(broker.port, tls=broker.tls()) as client:
        with pytest.raises(connection.Closed):
            client.ask("SaslAuthenticate", 2, {"auth_bytes": b"x" * 70_000})
    assert not reaches({"bootstrap.servers": broker.brokers})
    assert reaches(broker.properties("ann"))


def test_this_machines_commands_need_no_password_and_nobody_else_gets_their_way(start):
    broker = start({"ann": ["admin"]})
    broker.command("create-topic", TOPIC)
    broker.command("produce", input=b"one\n")
    assert broker.command("consume", "--from-beginning").stdout == b"one\n"
    local = (broker.data_dir / "ENDPOINT").read_text().split()[0]
    assert local != broker.brokers and local.startswith("127.0.0.1:")
    with connection.Connection(int(local.rpartition(":")[2])) as client:
        with pytest.raises(connection.Closed):
            client.ask("Metadata", 12, {"topics": []})
    with connection.Connection(int(local.rpartition(":")[2])) as client:
        with pytest.raises(connection.Denied):
            client.log_in("ann", PASSWORD)
    password = broker.data_dir / ".endpoint-password"
    assert password.stat().st_mode & 0o777 == 0o600
    # Whoever has the broker next takes the same password.
    kept = password.read_text()
    broker.stop()
    broker.start(*broker.args, listen=False)
    assert password.read_text() == kept
    assert broker.command("consume", "--from-beginning").stdout == b"one\n"


def test_kafkas_tool_sets_passwords_which_survive_a_kill(start):
    broker = start({"ann": ["admin"], "reader": ["read"]})

    def configs(*args, check=True):
        return kafka.run_tool("ConfigCommand", "--bootstrap-server", broker.brokers,
                              "--command-config", broker.java("ann"), *args, check=check)
    for user in ("reader", "new"):
        configs("--alter", "--entity-type", "users", "--entity-name", user, "--add-config",
                "SCRAM-SHA-512=[iterations=8192,password=another]")
    broker.kill()
    broker.start(*broker.args, listen=False)
    client = admin.AdminClient(broker.properties("ann"))
    described = client.describe_user_scram_credentials(["new"])["new"].result(20)
    assert [one.iterations for one in described.scram_credential_infos] == [8192]
    shown = configs("--describe", "--entity-type", "users").stdout.decode()
    assert ("SCRAM credential configs for user-principal 'new' are "
            "SCRAM-SHA-512=iterations=8192") in shown
    assert "'ann'" in shown and "'reader'" in shown
    shown = configs("--describe", "--entity-type", "users", "--entity-name", "new").stdout.decode()
    assert "'new' are SCRAM-SHA-512=iterations=8192" in shown and "'ann'" not in shown
    refused = configs("--alter", "--entity-type", "users", "--entity-name", "new", "--add-config",
                      "producer_byte_rate=1024", check=False)
    assert refused.returncode != 0
    assert b"does not support ALTER_CLIENT_QUOTAS" in refused.stdout + refused.stderr
    assert reaches(broker.properties("reader", password="another"))
    assert not reaches(broker.properties("reader"))
    # Whoever is made so has no roles, until `users` gives some.
    client = broker.properties("new", password="another")
    assert [error.code() for error in produce(client, [b"x"])] == [
        confluent_kafka.KafkaError.TOPIC_AUTHORIZATION_FAILED]
    configs("--alter", "--entity-type", "users", "--entity-name", "new", "--delete-config",
            "SCRAM-SHA-512")
    assert not reaches(client)


def test_roles_and_removal_take_effect_within_seconds(start):
    broker = start({"ann": ["admin"], "bob": ["read"]})
    create(broker.properties("ann"))
    with connection.Connection(broker.port, tls=broker.tls()) as client:
        client.log_in("bob", PASSWORD)

        def may_write() -> bool:
            made = client.ask("InitProducerId", 4, {
                "transactional_id": None, "transaction_timeout_ms": 1, "producer_id": -1,
                "producer_epoch": -1})
            return made["error_code"] == 0
        assert not may_write()
        broker.users("add", "bob", "--role", "write", "--replace", "--password-file",
                     broker.folder / "password")
        processes.wait_until(may_write, 5, "the new role")
        broker.users("remove", "bob")

        def is_closed() -> bool:
            try:
                return not may_write() and False
            except connection.Closed:
                return True
        processes.wait_until(is_closed, 5, "the end of the connection")


def test_a_client_authenticates_again_as_the_same_user(start):
    broker = start({"ann": ["admin"], "bob": ["admin"]})
    with connection.Connection(broker.port, tls=broker.tls()) as client:
        client.log_in("ann", PASSWORD)
        time.sleep(1.1)
        client.log_in("ann", PASSWORD, "SCRAM-SHA-512")
        assert client.ask("Metadata", 12, {"topics": []})["brokers"]
        time.sleep(1.1)
        with pytest.raises(connection.Denied):
            client.log_in("bob", PASSWORD)


@pytest.mark.parametrize("settings, message", [
    (("embedded.listen=0.0.0.0:29092",), "is open to other machines without TLS and passwords"),
    (("embedded.listeners=SASL_PLAINTEXT://0.0.0.0:29092",), "without TLS"),
    (("embedded.listeners=SSL://127.0.0.1:29092",), "needs a certificate"),
])
def test_the_refusal_to_listen_names_the_remedies(tmp_path, settings, message):
    sets = [part for setting in settings for part in ("--set", setting)]
    for command in (["broker"], ["serve", "--port", "0"], ["config", "check"]):
        done = program.run([*command, *sets], home=tmp_path, brokers="embedded", topic=TOPIC,
                           check=False)
        assert done.returncode == 2
        assert message in done.stderr.decode()
        if "certificate" not in message:
            assert "embedded.allow_plaintext: true" in done.stderr.decode()


def test_what_is_meant_is_done(tmp_path):
    broker = embedded.Embedded(tmp_path / "open")
    command = [paths.executable(), "broker", "--listen", "0.0.0.0:0", "--data-dir",
               broker.data_dir, "--print-address", "--set", "embedded.allow_plaintext=true"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               cwd=tmp_path, preexec_fn=processes.die_with_parent)
    try:
        assert process.stdout.readline().startswith(b"127.0.0.1:")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        processes.reap(process)
