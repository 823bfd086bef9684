"""Goal: commands reach an Apache Kafka by TLS, with a client's certificate and with a password, and
where they do not, one line says which part failed (the name, the connection, the certificate, TLS
or none, the password, the permission) and what to do, in words of ours.

Method: one Kafka with a listener for each way to be wrong, and an authorizer that lets one user do
nothing; `consume`, `produce`, `create-topic`, `report` and `generate` as clients.
"""

import re

import pytest
from support import kafka, processes, program
from support.certificates import Certificate

TOPIC = "events"
# Listeners of Kafka's: their certificate. All but SASL take any client, MUTUAL only one of ours.
LISTENERS = {"GOOD": "good", "SASL": "good", "ENDED": "ended", "OTHER": "other", "MUTUAL": "good"}
# librdkafka's way to say it.
RAW = re.compile(r"error:[0-9A-F]{8}|SSL routines|handshake failed|callback|Disconnected|"
                 r"[a-z_]+_AUTHORIZATION_FAILED")
COMMANDS = {
    "consume": ["consume", "--from-beginning"],
    "produce": ["produce"],
    "create-topic": ["create-topic", "another"],
    "report": ["report"],
    "generate": ["generate", "--to", "topic", "--count", "1"],
}


class Secured:
    """A Kafka with the listeners, and the certificates of both sides."""

    def __init__(self, folder):
        self.authority = Certificate(folder, "authority")
        self.stranger = Certificate(folder, "stranger")
        self.studio = Certificate(folder, "studio", issuer=self.authority)
        made = {"good": Certificate(folder, "good", issuer=self.authority),
                "ended": Certificate(folder, "ended", issuer=self.authority, days=-1),
                "other": Certificate(folder, "other", issuer=self.authority,
                                     names="DNS:game.example")}
        self.ports = {name: processes.free_port() for name in LISTENERS}
        addresses = "".join(f",{name}://127.0.0.1:{port}" for name, port in self.ports.items())
        lines = ["authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                 "super.users=User:ANONYMOUS;User:CN=studio", "sasl.enabled.mechanisms=PLAIN",
                 "ssl.truststore.type=PEM",
                 f"ssl.truststore.location={self.authority.certificate}",
                 "listener.name.mutual.ssl.client.auth=required",
                 "listener.name.sasl.plain.sasl.jaas.config=org.apache.kafka.common.security."
                 "plain.PlainLoginModule required user_ann=\"right\";"]
        for name, which in LISTENERS.items():
            store = folder / f"{name}.pem"
            store.write_text(made[which].key.read_text() + made[which].certificate.read_text())
            lines += [f"listener.name.{name.lower()}.ssl.keystore.type=PEM",
                      f"listener.name.{name.lower()}.ssl.keystore.location={store}"]
        protocols = "".join(f",{name}:{'SASL_SSL' if name == 'SASL' else 'SSL'}"
                            for name in LISTENERS)
        self.kafka = kafka.Kafka(folder / "kafka", extra_properties="\n".join(lines),
                                 listeners=addresses, protocols=protocols)
        self.kafka.start()
        self.kafka.create_topic(TOPIC)

    def address(self, listener: str) -> str:
        return f"127.0.0.1:{self.ports[listener]}"

    def tls(self, **more) -> dict:
        return {"security.protocol": "SSL", "ssl.ca.location": self.authority.certificate} | {
            name.replace("_", "."): value for name, value in more.items()}

    def password(self, password: str, **more) -> dict:
        return self.tls(sasl_mechanism="PLAIN", sasl_username="ann", sasl_password=password) | {
            "security.protocol": "SASL_SSL"} | more


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    made = Secured(tmp_path_factory.mktemp("secured"))
    yield made
    made.kafka.kill()


@pytest.fixture
def run(tmp_path):
    """run(brokers, properties, command="consume", timeout="3s"): what the command says on
    stderr when it fails; else None."""
    def command_of(brokers, properties, command="consume", timeout="3s"):
        args = [*COMMANDS[command], "--set", f"kafka.timeout={timeout}", "--set",
                f"kafka.topic={TOPIC}"]
        for name, value in properties.items():
            args += ["--set", f"kafka.properties.{name}={value}"]
        done = program.run(args, home=tmp_path, brokers=brokers, input=b"x\n", check=False)
        if done.returncode == 0:
            return None
        said = done.stdout.decode() + done.stderr.decode()
        assert RAW.search(said) is None, said
        assert len(done.stderr.splitlines()) == 1, said
        return said
    return command_of


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_reach_a_broker_by_tls(secured, run, command):
    if command == "create-topic":
        secured.kafka.create_topic("there")
    properties = secured.tls() if command != "consume" else secured.tls(
        ssl_certificate_location=secured.studio.certificate,
        ssl_key_location=secured.studio.key)
    listener = "GOOD" if command != "consume" else "MUTUAL"
    assert run(secured.address(listener), properties, command, timeout="20s") is None


def test_each_part_is_named(secured, run):
    tls, address = secured.tls(), secured.address
    stranger = {"ssl.certificate.location": secured.stranger.certificate,
                "ssl.key.location": secured.stranger.key}
    closed = f"127.0.0.1:{processes.free_port()}"
    cases = [
        (address("GOOD"), {"security.protocol": "SSL"},
         "nobody that is trusted here issued its certificate; name the issuer's, or the server's "
         "own if it issued itself, with ssl.ca.location in kafka.properties"),
        (address("ENDED"), tls, "its certificate has expired; the server needs a new one"),
        (address("OTHER"), tls, "its certificate is for another name; connect to a name that"),
        (address("MUTUAL"), tls, "it asks for a client's certificate; give one with "
         "ssl.certificate.location and ssl.key.location in kafka.properties"),
        (address("MUTUAL"), tls | stranger, "it does not take the client's certificate of "
         "ssl.certificate.location"),
        (address("GOOD"), {}, "closed the connection at once: it may want TLS; see "
         "security.protocol in kafka.properties"),
        (secured.kafka.brokers, tls, "a server without TLS is reached by "
         "security.protocol=PLAINTEXT in kafka.properties"),
        (address("SASL"), secured.password("wrong"), "does not take the user or the password; see "
         "sasl.username and sasl.password in kafka.properties"),
        (address("SASL"), secured.password("right", **{"sasl.mechanism": "SCRAM-SHA-256"}),
         "does not know the SASL mechanism; it knows PLAIN; see sasl.mechanism"),
        (address("GOOD"), secured.password("right"), "wants no user on this port; see "
         "security.protocol"),
        (address("SASL"), tls, "it may want a user and a password; see security.protocol and "
         "sasl.*"),
        ("no-such-host.invalid:9092", tls, "no-such-host.invalid:9092 (the host is not known)"),
        (closed, tls, f"{closed} (connection refused)"),
    ]
    for brokers, properties, part in cases:
        said = run(brokers, properties)
        if said is not None and part not in said:
            # On a busy machine a connection may end at another step, which tells less.
            said = run(brokers, properties)
        assert said is not None and f"no broker answers: {brokers} (" in said, (part, said)
        assert part in said


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_names_it(secured, run, command):
    ended = run(secured.address("ENDED"), secured.tls(), command)
    assert ended is not None and "its certificate has expired" in ended
    refused = run(secured.address("SASL"), secured.password("wrong"), command)
    assert refused is not None and "does not take the user or the password" in refused
    forbidden = run(secured.address("SASL"), secured.password("right"), command, timeout="20s")
    assert forbidden is not None
    assert "no permission: this user may not do that with the topic; who runs the broker must " \
        "allow it (kafka-acls there), or set another user in kafka.properties" in forbidden
