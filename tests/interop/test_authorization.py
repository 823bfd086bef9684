"""Goal: a user may do with a topic what its roles say, by every API, and is refused in Kafka's
words where it may not.

Method: a question about each API (tests/support/protocol/rights.py), asked by users of each role
about topics that the role is for and about others: of the embedded broker, and of Apache Kafka with
its own authorizer and the ACLs that our roles stand for. The errors and rights in the answers are
compared. What differs is in DIFFERENT, with its reason.
"""

import hashlib
import uuid

import pytest
from support import embedded, kafka as kafka_server, processes, program
from support.protocol import connection, schema, story
from support.protocol.rights import FOREIGN, OWN, codes, questions, topics_of

PASSWORD = "correct horse"
# Each role's grants, as `users add` takes them, and the ACLs that say the same to Kafka: resource
# type, name, kind of pattern, operation.
TOPIC, GROUP = 2, 3
LITERAL, PREFIX = 3, 4
ALL, READ, WRITE, DESCRIBE_CONFIGS = 2, 3, 4, 10
USES_GROUPS = (GROUP, "*", LITERAL, READ)
ROLES = {
    "reader": (["read:own-"], [(TOPIC, OWN, PREFIX, READ), (TOPIC, OWN, PREFIX, DESCRIBE_CONFIGS),
                               USES_GROUPS]),
    "writer": (["write:own-"], [(TOPIC, OWN, PREFIX, WRITE),
                                (TOPIC, OWN, PREFIX, DESCRIBE_CONFIGS)]),
    "keeper": (["admin:own-"], [(TOPIC, OWN, PREFIX, ALL), USES_GROUPS]),
    "admin": (["admin"], []),  # Kafka's super user.
    "nobody": ([], []),
}
KAFKA = """\
listeners=PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{asking},\
CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{asking}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,\
CONTROLLER:PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required {users};
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:admin
auto.create.topics.enable=true
group.coordinator.rebalance.protocols=classic
"""
DENIALS = {29, 30, 31}
DIFFERENT = {
    "DescribeAcls": "there are no ACLs that could be described",
    "OffsetDelete": "whoever may use groups and read the topic may; in Kafka it takes more",
}
# Only who is refused is compared.
ALLOWED_OTHERWISE = {
    "Metadata that makes": "what is made is there at once",
    "IncrementalAlterConfigs of the broker": "the broker's settings stay while it runs",
    "DescribeUserScramCredentials": "Kafka has its users elsewhere",
}


class Side:
    """A broker: one port where everybody may do everything, and one where users log in."""

    def __init__(self, server, asking: int, mechanism: str):
        self.server, self.asking, self.mechanism = server, asking, mechanism
        self.subject = None

    def prepare(self) -> None:
        self.subject = story.Subject(self.server.port)
        for role in ROLES:
            for prefix in (OWN, FOREIGN):
                for topic in topics_of(role, prefix):
                    self.subject.topic(topic)
        self.subject.until(self._is_ready, "the coordinators' start")

    def _is_ready(self) -> bool:
        made = self.subject.do("InitProducerId", transactional_id=None,
                               transaction_timeout_ms=1000, producer_id=-1, producer_epoch=-1)
        self.subject.do("FindCoordinator", coordinator_keys=["g"])  # Makes Kafka's topic for them.
        committed = self.subject.do("OffsetFetch", groups=[{"group_id": "g", "topics": None}])
        return made["error_code"] == committed["groups"][0]["error_code"] == 0

    def id_of(self, topic: str) -> uuid.UUID:
        return self.subject.topic_ids.get(topic, uuid.UUID(int=0))

    def newest(self, api_key: int) -> int:
        return self.subject.offered[api_key][1]

    def log_in(self, role: str) -> connection.Connection:
        client = connection.Connection(self.asking, timeout=5)
        client.log_in(role, PASSWORD, self.mechanism)
        return client


def start_ours(folder) -> Side:
    server = embedded.Embedded(folder / "ours")
    asking = processes.free_port()
    folder.joinpath("password").write_text(PASSWORD)
    server.folder.mkdir(parents=True)
    for role, (grants, _) in ROLES.items():
        if grants:
            program.run(["--set", f"embedded.data_dir={server.data_dir}", "users", "add", role,
                         *(word for grant in grants for word in ("--role", grant)),
                         "--password-file", folder / "password"], home=folder)
    server.start("--set", f"embedded.listeners=PLAINTEXT://{server.brokers},"
                 f"SASL_PLAINTEXT://127.0.0.1:{asking}", "--set", "embedded.auto_create=true",
                 listen=False)
    # Who is made by Kafka's request has a password, and no roles.
    salt = b"salt" * 6
    with connection.Connection(server.port) as client:
        answer = client.ask("AlterUserScramCredentials", 0, {"deletions": [], "upsertions": [
            {"name": "nobody", "mechanism": 1, "iterations": 4096, "salt": salt,
             "salted_password": hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, 4096)}]})
    assert {one["error_code"] for one in answer["results"]} == {0}
    return Side(server, asking, "SCRAM-SHA-256")


def start_kafka(folder) -> Side:
    asking = processes.free_port()
    server = kafka_server.Kafka(folder / "kafka")
    with open(server.properties, "a") as properties:
        properties.write(KAFKA.format(
            port=server.port, asking=asking, controller=server.controller_port,
            users=" ".join(f'user_{role}="{PASSWORD}"' for role in ROLES)))
    server.start()
    side = Side(server, asking, "PLAIN")
    with connection.Connection(server.port) as client:
        answer = client.ask("CreateAcls", 3, {"creations": [
            {"resource_type": kind, "resource_name": name, "resource_pattern_type": pattern,
             "principal": f"User:{role}", "host": "*", "operation": operation,
             "permission_type": 3}
            for role, (_, acls) in ROLES.items() for kind, name, pattern, operation in acls]})
    assert {one["error_code"] for one in answer["results"]} == {0}
    return side


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    """Ours and Kafka."""
    folder = tmp_path_factory.mktemp("rights")
    made = []
    try:
        made.append(start_ours(folder))
        made.append(start_kafka(folder))
        for side in made:
            side.prepare()
        yield made
    finally:
        for side in made:
            side.server.kill()


def ask_all(side: Side, other: Side, role: str, prefix: str) -> dict:
    """The errors and rights of each answer, by the question's label."""
    found = {}
    with side.log_in(role) as client:
        for label, api, version, values in questions(role, prefix, side.id_of):
            if version is None:
                version = min(one.newest(_key(api)) for one in (side, other))
            try:
                found[label] = codes(client.ask(api, version, values))
            except TimeoutError as error:
                raise AssertionError(f"{type(side.server).__name__}: {label}") from error
            except connection.Closed:
                found[label] = {("closed", 1)}
                client.close()
                client = side.log_in(role)
    return found


def _key(api: str) -> int:
    return schema.message(f"{api}Request").api_key


@pytest.mark.parametrize("prefix", [OWN, FOREIGN])
@pytest.mark.parametrize("role", ROLES)
def test_each_api_answers_as_kafka(sides, role, prefix):
    ours, theirs = (ask_all(side, other, role, prefix)
                    for side, other in (sides, reversed(sides)))
    for label in ALLOWED_OTHERWISE:
        for found in (ours, theirs):
            found[label] = {one for one in found[label] if one[1] in DENIALS}
    wrong = [f"{label}: ours {sorted(ours[label])}, Kafka's {sorted(theirs[label])}"
             for label in ours if ours[label] != theirs[label] and label not in DIFFERENT]
    assert not wrong, "\n".join(wrong)
