"""Goal: a client that was made for Apache Kafka gets Kafka's answers from the embedded broker.

Method: stories (tests/support/protocol/stories) are told to both, one test per API: each question
in each version that the embedded broker offers, with bodies that are right and bodies that are
wrong in many ways. Every field of the answers is compared but places, times, drawn ids and free
words. What differs is in DIFFERENCES with its reason, and nothing is in it that does not differ.
The newest version is asked by TLS as well.
"""

import pytest
from support import embedded, kafka as kafka_server
from support.certificates import own  # noqa: F401 (a fixture)
from support.protocol import compare, schema, stories, story
from support.protocol.differences import DIFFERENCES
from support.protocol.stories import shared

# Kafka with its classic groups alone, which are what the embedded broker has.
CLASSIC_GROUPS = "group.coordinator.rebalance.protocols=classic\n"


@pytest.fixture(scope="module")
def brokers(tmp_path_factory, own):
    """Ours, Kafka, and one of ours that speaks TLS, as story.Subjects with the shared topics and
    group."""
    folder = tmp_path_factory.mktemp("same")
    servers = [embedded.Embedded(folder / "ours"),
               kafka_server.Kafka(folder / "kafka", extra_properties=CLASSIC_GROUPS),
               embedded.Embedded(folder / "secure")]
    try:
        for server, args in zip(servers, ([], [], own.settings("embedded.tls"))):
            server.start(*args)
        ours, theirs, secure = subjects = [
            story.Subject(server.port, tls)
            for server, tls in zip(servers, (None, None, own.trusted()))]
        ours.limit(theirs)
        theirs.limit(ours)
        secure.limit(theirs)
        for subject in subjects:
            shared.prepare(subject)
        yield subjects
        for subject in subjects:
            subject.close()
    finally:
        for server in servers:
            if server.process:
                server.kill()


def versions(subject: story.Subject, api: str) -> range:
    """Those that both brokers offer and the schema has."""
    described = schema.message(f"{api}Request")
    low, high = subject.versions[described.api_key]
    return range(max(low, described.valid.first), high + 1)


def tell(subject: story.Subject, api: str, version: int) -> dict:
    """All of the API's stories; the answers by label, flat."""
    with story.Talk(subject, api, version) as talk:
        for one in stories.of(api):
            one(talk)
        return {label: compare.flat(talk, answer) for label, answer in talk.answers.items()}


def text(found: tuple, versions_found: list) -> str:
    """A line of the test's complaint."""
    label, path, ours, theirs = found
    return (f"{label}: {path}: ours {ours!r}, Kafka's {theirs!r} "
            f"(versions {', '.join(map(str, versions_found))})")


@pytest.mark.parametrize("api", stories.APIS)
def test_answers_are_kafkas(brokers, api):
    plain, kafka, secure = brokers
    found: dict = {}
    offered = versions(plain, api)
    for version in offered:
        theirs = tell(kafka, api, version)
        for subject in (plain, secure) if version == offered[-1] else (plain,):
            ours = tell(subject, api, version)
            assert ours and ours.keys() == theirs.keys()
            for label in ours:
                for path, (mine, kafkas) in compare.differences(ours[label], theirs[label]).items():
                    found.setdefault((label, path, mine, kafkas), []).append(version)
    listed = [one for one in DIFFERENCES if one.api == api]
    unknown = [text(one, found[one]) for one in found
               if not any(known.explains(*one) for known in listed)]
    assert not unknown, "\n".join(unknown)
    gone = [known for known in listed if not any(known.explains(*one) for one in found)]
    assert not gone, "these are not different any more"


def test_every_api_has_stories(brokers):
    keys = {schema.message(f"{api}Request").api_key for api in stories.APIS}
    assert keys == brokers[0].offered.keys()


def test_versions_are_kafkas(brokers):
    ours, theirs, _ = brokers
    for key, (low, high) in ours.offered.items():
        kafkas_low, kafkas_high = theirs.offered[key]
        assert kafkas_low <= low <= high <= kafkas_high, key

