"""What is asked of a broker about one API in one version, with the state that it takes.

A story is a function of a Talk. It makes topics and members as it goes and asks labelled questions,
whose answers are kept: the same story told to two brokers gives answers that can be compared.
"""

import dataclasses
import ssl
import time
import uuid
from collections.abc import Callable

from support import record_batch
from support.protocol import connection, schema, wire

READY_TIMEOUT_S = 20
NO_ERROR = 0
EARLIEST = -2
UNKNOWN_ID = uuid.UUID("5b0c8a6e-3f0d-4c62-9d3f-4b9d6c1a7e55")
STORIES: dict[str, list[Callable]] = {}


def story(api: str):
    """Makes the function one of the API's stories."""
    def register(tell: Callable) -> Callable:
        STORIES.setdefault(api, []).append(tell)
        return tell
    return register


@dataclasses.dataclass
class Ids:
    """What a broker has drawn, by what it is for: the same thing has another id elsewhere."""
    names: dict = dataclasses.field(default_factory=dict)
    members: int = 0  # of those, the ids of members

    def add(self, value, name: str) -> None:
        self.names.setdefault(value, name)

    def add_member(self, member_id: str) -> None:
        if member_id and member_id not in self.names:
            self.members += 1
            self.names[member_id] = f"member {self.members}"


class Subject:
    """A broker with what the stories share: the topics `one` and `three`, and the group `done`.
    `tls` is what to reach it with when it speaks TLS."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None):
        self.port = port
        self.tls = tls
        self.topic_ids: dict[str, uuid.UUID] = {}
        self._connection = self.connect()
        answer = self._connection.ask("ApiVersions", 0, {})
        self.offered = {one["api_key"]: (one["min_version"], one["max_version"])
                        for one in answer["api_keys"]}
        self.versions = self.offered  # Those that stories use; see `limit`.

    def connect(self) -> connection.Connection:
        return connection.Connection(self.port, tls=self.tls)

    def limit(self, other: "Subject") -> None:
        """From now on what is done for a story is done in the newest version of both."""
        self.versions = {
            key: (max(low, other.offered[key][0]), min(high, other.offered[key][1]))
            for key, (low, high) in self.offered.items() if key in other.offered}

    def close(self) -> None:
        self._connection.close()

    def do(self, api: str, **values) -> dict:
        """A request that is not asked about, on a connection that lasts."""
        key = schema.message(f"{api}Request").api_key
        return self._connection.ask(api, self.versions[key][1], values)

    def until(self, ready: Callable[[], bool], what: str) -> None:
        """Kafka answers before all of it knows; this waits until it does."""
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not ready():
            if time.monotonic() > deadline:
                raise TimeoutError(what)
            time.sleep(0.002)

    def topic(self, name: str, partitions: int = 1, **configs) -> str:
        """A topic that can be written and read at once, and keeps records of any time. Underscores
        in settings are dots."""
        configs = {"retention_ms": "-1", **configs}
        made = self.do("CreateTopics", topics=[
            {"name": name, "num_partitions": partitions, "replication_factor": 1,
             "configs": [{"name": key.replace("_", "."), "value": value}
                         for key, value in configs.items()]}])
        (answer,) = made["topics"]
        assert answer["error_code"] == NO_ERROR, answer
        self.topic_ids[name] = answer["topic_id"]
        self.until(lambda: self.has(name, partitions), f"topic {name}")
        return name

    def has(self, name: str, partitions: int) -> bool:
        """Whether the topic is there with so many partitions and can be read."""
        answer = self.do("ListOffsets", replica_id=-1, topics=[
            {"name": name, "partitions": [{"partition_index": index, "timestamp": EARLIEST}
                                          for index in range(partitions)]}])
        (topic,) = answer["topics"]
        return all(one["error_code"] == NO_ERROR for one in topic["partitions"])

    def produce(self, topic: str, values: list[bytes], partition: int = 0, **batch) -> None:
        """One batch; see record_batch.batch for `batch`."""
        answer = self.do("Produce", acks=-1, timeout_ms=10_000, topic_data=[
            {"name": topic, "partition_data": [
                {"index": partition, "records": record_batch.batch(values, **batch)}]}])
        (result,) = answer["responses"][0]["partition_responses"]
        assert result["error_code"] == NO_ERROR, result


class Talk:
    """One broker, one API, one version. `answers` has what it said, by label."""

    def __init__(self, subject: Subject, api: str, version: int):
        self.subject = subject
        self.api = api
        self.version = version
        self.prefix = f"{api}-{version}-"
        self.answers: dict[str, dict] = {}
        self.ids = Ids({value: f"id of {name}" for name, value in subject.topic_ids.items()})
        self._connections: list[connection.Connection] = []
        self.do = subject.do

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in self._connections:
            one.close()

    def name(self, short: str) -> str:
        """A name that no other talk uses."""
        return self.prefix + short

    def topic(self, short: str, partitions: int = 1, **configs) -> str:
        """See Subject.topic."""
        name = self.subject.topic(self.name(short), partitions, **configs)
        self.ids.add(self.subject.topic_ids[name], f"id of {short}")
        return name

    def id_of(self, topic: str) -> uuid.UUID:
        """The topic's id, if it was made by `topic`."""
        return self.subject.topic_ids.get(topic, UNKNOWN_ID)

    def connect(self) -> connection.Connection:
        """One more connection, which is closed with the talk."""
        self._connections.append(self.subject.connect())
        return self._connections[-1]

    def _main(self) -> connection.Connection:
        return self._connections[0] if self._connections else self.connect()

    def ask(self, label: str, since: int = 0, until: int = schema.FOREVER, **values):
        """Asks, unless the version is not among those that can; gives the answer, or None."""
        if not since <= self.version <= until:
            return None
        on = self._main()
        try:
            on.send(self.api, self.version, values)
        except connection.Closed:
            return self._keep(label, {"closed": True})
        return self.hear(label, on)

    def send(self, **values) -> connection.Connection:
        """Asks on a connection of its own; `hear` takes the answer when it is due."""
        on = self.connect()
        on.send(self.api, self.version, values)
        return on

    def hear(self, label: str, on: connection.Connection):
        """Keeps the answer that comes on the connection, or that it was closed."""
        try:
            return self._keep(label, on.receive(self.api, self.version))
        except connection.Closed:
            self._connections.remove(on)
            on.close()
            return self._keep(label, {"closed": True})
        except (wire.Malformed, TimeoutError) as error:
            raise AssertionError(f"{self.api} version {self.version}, {label}: {error}") from error

    def keep_topics(self, label: str, names: list[str], field: str = "topics") -> None:
        """Of an answer that names all topics, keeps those that the test knows."""
        answer = self.answers.get(label, {})
        if field in answer:
            answer[field] = [one for one in answer[field] if one["name"] in names]

    def _keep(self, label: str, answer: dict) -> dict:
        assert label not in self.answers, f"{self.api} asks {label!r} twice"
        self.answers[label] = answer
        return answer
