"""Goal: who does not log in, or not again in time, is cut off and holds nobody up; who does goes on
without an error; what is refused is seen in /metrics; and a change of the users that has to wait
keeps nobody else waiting.

Method: brokers with SASL listeners, and limits that a test can wait for; librdkafka and Kafka's own
producer as clients that log in again, and a client written here as one that does not.
"""

import fcntl
import hashlib
import os
import re
import ssl
import threading
import time

import confluent_kafka
import pytest
from support import kafka, processes, program
from support.asking import PASSWORD, TOPIC, create, start  # noqa: F401 (a fixture)
from support.certificates import own  # noqa: F401 (a fixture)
from support.protocol import connection

LOGIN_S = 20  # core/broker/limits.h
LIFETIME_S = 4
TOO_OLD = "is too long ago"


def upsertion(name: str) -> dict:
    salt = b"salt" * 6
    return {"deletions": [], "upsertions": [
        {"name": name, "mechanism": 1, "iterations": 4096, "salt": salt,
         "salted_password": hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, 4096)}]}


def test_a_change_of_users_that_waits_for_a_lock_keeps_nobody_waiting(start):
    broker = start({"ann": ["admin"]}, "embedded.threads=1")
    with connection.Connection(broker.port, tls=broker.tls()) as changes, \
            connection.Connection(broker.port, tls=broker.tls()) as asks:
        for client in (changes, asks):
            client.log_in("ann", PASSWORD)
        folder = os.open(broker.data_dir, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            changes.send("AlterUserScramCredentials", 0, upsertion("bob"))
            began = time.monotonic()
            for _ in range(20):
                assert asks.ask("Metadata", 12, {"topics": []})["brokers"]
            with connection.Connection(broker.port, tls=broker.tls()) as late:
                late.log_in("ann", PASSWORD)
            assert time.monotonic() - began < 5
        finally:
            os.close(folder)
        (made,) = changes.receive("AlterUserScramCredentials", 0)["results"]
        assert (made["user"], made["error_code"]) == ("bob", 0)
    with connection.Connection(broker.port, tls=broker.tls()) as client:
        client.log_in("bob", PASSWORD)


def test_a_change_of_users_gives_up_a_lock_that_stays(start):
    broker = start({"ann": ["admin"]})
    with connection.Connection(broker.port, tls=broker.tls()) as client:
        client.log_in("ann", PASSWORD)
        folder = os.open(broker.data_dir, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            (refused,) = client.ask("AlterUserScramCredentials", 0, upsertion("bob"))["results"]
        finally:
            os.close(folder)
        assert refused["error_code"] == 56  # KAFKA_STORAGE_ERROR
        assert "another process keeps it locked" in refused["error_message"]
        (made,) = client.ask("AlterUserScramCredentials", 0, upsertion("bob"))["results"]
        assert made["error_code"] == 0


def test_who_does_not_log_in_again_is_cut_off(start):
    broker = start({"ann": ["admin"]}, f"embedded.session_lifetime={LIFETIME_S}s")
    with connection.Connection(broker.port, tls=broker.tls()) as stays, \
            connection.Connection(broker.port, tls=broker.tls()) as leaves:
        for client in (stays, leaves):
            assert client.log_in("ann", PASSWORD)["session_lifetime_ms"] == LIFETIME_S * 1000
        for _ in range(3):
            time.sleep(LIFETIME_S * 0.6)
            stays.log_in("ann", PASSWORD)
            assert stays.ask("Metadata", 12, {"topics": []})["brokers"]
        with pytest.raises(connection.Closed):
            leaves.ask("Metadata", 12, {"topics": []})
    assert "the authentication of ann " + TOO_OLD in broker.log()


def test_real_clients_log_in_again_without_an_error(start):
    broker = start({"ann": ["admin"]}, f"embedded.session_lifetime={LIFETIME_S}s")
    for mechanism in ("SCRAM-SHA-512", "PLAIN"):
        broker.java("ann", mechanism)
    errors: list = []
    client = broker.properties("ann") | {"error_cb": errors.append, "log_level": 4}
    create(client)
    rounds = LIFETIME_S * 3
    javas: list = []

    def produce_with_java(mechanism: str) -> None:
        javas.append(kafka.run_tool(
            "ProducerPerformance", "--bootstrap-server", broker.brokers, "--topic", TOPIC,
            "--num-records", rounds * 20, "--record-size", 10, "--throughput", 20,
            "--command-config", broker.java("ann", mechanism)))
    threads = [threading.Thread(target=produce_with_java, args=(mechanism,))
               for mechanism in ("SCRAM-SHA-512", "PLAIN")]
    for thread in threads:
        thread.start()
    producer = confluent_kafka.Producer(client)
    consumer = confluent_kafka.Consumer(client | {"group.id": "g",
                                                  "auto.offset.reset": "earliest"})
    consumer.subscribe([TOPIC])
    got, failed = 0, []
    for number in range(rounds):
        producer.produce(TOPIC, str(number), "librdkafka",
                         on_delivery=lambda error, _: error and failed.append(error))
        producer.poll(0)
        got += sum(message.key() == b"librdkafka" for message in consumer.consume(1000, 1))
    assert producer.flush(20) == 0
    deadline = time.monotonic() + 30
    while got < rounds and time.monotonic() < deadline:
        got += sum(message.key() == b"librdkafka" for message in consumer.consume(1000, 1))
    consumer.close()
    for thread in threads:
        thread.join(60)
    assert (got, failed, errors) == (rounds, [], [])
    assert len(javas) == 2
    for done in javas:
        assert f"{rounds * 20} records sent".encode() in done.stdout
        assert not re.search(rb"ERROR|WARN|Exception", done.stdout + done.stderr), done.stdout
    assert TOO_OLD not in broker.log()


def test_a_login_that_is_not_finished_ends_in_time_and_such_are_bounded(start):
    connections, most = 40, 10  # A quarter of embedded.connections.
    broker = start({"ann": ["admin"]}, f"embedded.connections={connections}")
    opened: list[connection.Connection] = []
    try:
        for number in range(3 * most):
            opened.append(connection.Connection(broker.port, tls=broker.tls()))
            if number % 2:  # Half of them begin a login.
                opened[-1].ask("SaslHandshake", 1, {"mechanism": "SCRAM-SHA-256"})
        began = time.monotonic()
        # All but the newest are gone at once, and others are served.
        assert all(each.is_ended(10) for each in opened[:2 * most])
        with connection.Connection(broker.port, tls=broker.tls()) as client:
            client.log_in("ann", PASSWORD)
            assert client.ask("Metadata", 12, {"topics": []})["brokers"]
        # That one took the place of one more.
        assert not opened[-1].is_ended(LOGIN_S * 0.7)
        assert all(each.is_ended(LOGIN_S) for each in opened[2 * most + 1:])
        assert time.monotonic() - began < LOGIN_S + 5
    finally:
        for each in opened:
            each.close()
    assert "no authentication in time" in broker.log()


@pytest.fixture
def served(own, tmp_path):
    """`serve` whose own broker asks its clients who they are, at `port`."""
    (tmp_path / "password").write_text(PASSWORD)
    for name, role in (("ann", "admin"), ("bob", "read:other-")):
        program.run(["--set", "embedded.users_file=users", "users", "add", name, "--role", role,
                     "--password-file", "password"], home=tmp_path)
    port = processes.free_port()
    server = program.Server(
        [*own.settings("embedded.tls"), "--set", "embedded.users_file=users",
         "--set", f"embedded.listeners=SASL_SSL://127.0.0.1:{port}"],
        home=tmp_path, brokers="embedded", topic=TOPIC)
    server.broker_port = port
    yield server
    server.kill()


def test_what_the_broker_refuses_is_in_the_metrics(served, own):
    context = ssl.create_default_context(cafile=str(own.certificate))

    def client() -> connection.Connection:
        return connection.Connection(served.broker_port, tls=context)

    def refused(reason: str, mechanism: str = "none") -> float:
        return served.metric(r"gamevents_broker_logins_refused_total\{"
                             f'mechanism="{mechanism}",reason="{reason}"\\}}')

    def requests(api: str) -> float:
        return served.metric(r"gamevents_broker_requests_total\{"
                             f'api="{api}",result="denied"\\}}')
    assert refused("credentials", "PLAIN") == 0
    for mechanism, user, password in (("PLAIN", "ann", "wrong"), ("PLAIN", "nobody", PASSWORD),
                                      ("SCRAM-SHA-512", "ann", "wrong")):
        with client() as each, pytest.raises(connection.Denied):
            each.log_in(user, password, mechanism)
    assert [refused("credentials", each) for each in ("PLAIN", "SCRAM-SHA-512",
                                                      "SCRAM-SHA-256")] == [2, 1, 0]
    with client() as each, pytest.raises(connection.Denied):
        each.log_in("ann", PASSWORD, "GSSAPI")
    with client() as each, pytest.raises(connection.Closed):
        each.ask("Metadata", 12, {"topics": []})
    with client() as each:
        each.ask("SaslHandshake", 1, {"mechanism": "PLAIN"})
        assert each.ask("SaslAuthenticate", 2, {"auth_bytes": b"x"})["error_code"] == 58
    assert [refused("mechanism"), refused("not_begun"), refused("message", "PLAIN"),
            refused("unfinished"), refused("over")] == [1, 1, 1, 0, 0]
    with client() as each:
        each.log_in("bob", PASSWORD)
        for _ in range(2):
            found = each.ask("Metadata", 12, {"topics": [{"name": TOPIC}, {"name": "secret"}],
                                              "allow_auto_topic_creation": False})
            assert {one["error_code"] for one in found["topics"]} == {29}
    assert (requests("Metadata"), requests("Fetch")) == (2, 0)
    begun = served.metric("gamevents_broker_tls_handshakes_total")
    failed = served.metric("gamevents_broker_tls_handshakes_failed_total")
    assert begun >= 7 and failed == 0
    with connection.Connection(served.broker_port) as each:
        each.send("Metadata", 12, {"topics": []})  # Not by TLS.
        assert each.is_ended(10)
    processes.wait_until(
        lambda: served.metric("gamevents_broker_tls_handshakes_failed_total") == 1, 10, "a failure")
    assert served.metric("gamevents_broker_tls_handshakes_total") == begun + 1
