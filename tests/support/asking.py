"""A broker that asks its clients who they are, and what clients do there."""

import contextlib
import ssl
import subprocess

import confluent_kafka
import pytest
from confluent_kafka import admin
from support import embedded, forwarder, program
from support.certificates import Certificate

TOPIC = "game-events"
PASSWORD = "correct horse, battery = staple"


class Asking(embedded.Embedded):
    """A broker with a SASL_SSL listener on `brokers`, advertised where `outside` says, and users
    with one password."""

    outside = ""

    def begin(self, own: Certificate, users: dict[str, list[str]], outside: str = "",
              settings: tuple[str, ...] = ()) -> None:
        self.own = own
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "password").write_text(PASSWORD)
        for name, roles in users.items():
            self.users("add", name, *(word for role in roles for word in ("--role", role)),
                       "--password-file", self.folder / "password")
        self.args = [*own.settings("embedded.tls"), "--set",
                     f"embedded.listeners=SASL_SSL://{self.brokers}",
                     *(word for setting in settings for word in ("--set", setting))]
        if outside:
            self.args += ["--set", f"embedded.advertised_listeners=SASL_SSL://{outside}"]
        self.start(*self.args, listen=False)

    def users(self, *args) -> None:
        program.run(["--set", f"embedded.data_dir={self.data_dir}", "users", *args],
                    home=self.folder)

    def command(self, *args, **options) -> subprocess.CompletedProcess:
        """A command of this machine that uses the broker."""
        return program.run(args, home=self.folder, brokers="embedded", topic=TOPIC, env={
            "GAMEVENTS_EMBEDDED_DATA_DIR": str(self.data_dir)}, **options)

    def properties(self, user: str, mechanism: str = "SCRAM-SHA-512", password: str = PASSWORD,
                   brokers: str | None = None) -> dict:
        """In librdkafka's words."""
        return {"bootstrap.servers": brokers or self.brokers, "security.protocol": "sasl_ssl",
                "ssl.ca.location": str(self.own.certificate), "sasl.mechanism": mechanism,
                "sasl.username": user, "sasl.password": password}

    def java(self, user: str, mechanism: str = "SCRAM-SHA-512"):
        """A file of properties in Kafka's words."""
        login = "scram.ScramLoginModule" if "SCRAM" in mechanism else "plain.PlainLoginModule"
        file = self.folder / f"{user}-{mechanism}.properties"
        file.write_text(
            f"security.protocol=SASL_SSL\nssl.truststore.type=PEM\n"
            f"ssl.truststore.location={self.own.certificate}\nsasl.mechanism={mechanism}\n"
            f"sasl.jaas.config=org.apache.kafka.common.security.{login} required "
            f'username="{user}" password="{PASSWORD}";\n')
        return file

    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.own.certificate))


@pytest.fixture
def start(own, tmp_path):
    """start(users, *settings): a broker with those; ended with the test. With `forwarded`, it
    advertises a forwarded port, `outside`."""
    with contextlib.ExitStack() as stack:
        def begin(users: dict[str, list[str]], *settings: str, forwarded: bool = False) -> Asking:
            broker = Asking(tmp_path / "broker")
            if forwarded:
                port = stack.enter_context(forwarder.forwarding(broker.port)).port
                broker.outside = f"127.0.0.1:{port}"
            stack.callback(lambda: broker.process and broker.kill())
            broker.begin(own, users, broker.outside, settings)
            return broker
        yield begin


def produce(properties: dict, values: list[bytes]) -> list:
    """The errors of the records that were not taken."""
    failed = []
    producer = confluent_kafka.Producer(properties)
    for value in values:
        producer.produce(TOPIC, value, on_delivery=lambda error, _: error and failed.append(error))
    assert producer.flush(30) == 0
    return failed


def create(properties: dict) -> None:
    client = admin.AdminClient(properties)
    client.create_topics([admin.NewTopic(TOPIC, 1, 1)])[TOPIC].result(20)


def reaches(properties: dict) -> bool:
    try:
        return bool(admin.AdminClient(properties | {"log_level": 0}).list_topics(timeout=3).brokers)
    except confluent_kafka.KafkaException:
        return False
