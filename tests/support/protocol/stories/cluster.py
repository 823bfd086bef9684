"""What the cluster is: its brokers, topics, coordinators and versions."""

from support.protocol.schema import NO_UUID
from support.protocol.story import UNKNOWN_ID, story
from support.protocol.stories.shared import (GROUP, GROUP_KEY, IMPOSSIBLE, KNOWN, MISSING, ONE,
                                             SHARE_KEY, THREE, TOO_LONG, TRANSACTION_KEY)


@story("Metadata")
def metadata_by_name(talk):
    def ask(label, *names, **more):
        return talk.ask(label, topics=[{"name": name} for name in names], **more)
    ask("one topic", ONE)
    ask("two topics", THREE, ONE)
    ask("a missing topic", MISSING)
    ask("a missing topic among others", ONE, MISSING)
    ask("an impossible name", IMPOSSIBLE)
    ask("an empty name", "")
    ask("a name that is too long", TOO_LONG)
    ask("a topic twice", ONE, ONE)
    ask("a missing topic twice", MISSING, MISSING)
    ask("a name of dots", "..", since=4, allow_auto_topic_creation=True)
    ask("a missing topic and no creation", MISSING, since=4, allow_auto_topic_creation=False)
    ask("a topic's operations", ONE, MISSING, since=8, include_topic_authorized_operations=True)
    ask("the cluster's operations", ONE, since=8, include_cluster_authorized_operations=True)
    talk.ask("no topics", since=1, topics=[])
    talk.ask("all topics", topics=None if talk.version > 0 else [])
    talk.keep_topics("all topics", KNOWN)


@story("Metadata")
def metadata_by_id(talk):
    def ask(label, *topics):
        return talk.ask(label, since=10, topics=list(topics))
    known, other = talk.id_of(ONE), talk.id_of(THREE)
    ask("an id and an empty name", {"topic_id": known, "name": ""})
    ask("an id and no name", {"topic_id": known, "name": None})
    ask("an unknown id", {"topic_id": UNKNOWN_ID, "name": None})
    ask("an unknown id and an empty name", {"topic_id": UNKNOWN_ID, "name": ""})
    ask("an id and its name", {"topic_id": known, "name": ONE})
    ask("an id and another's name", {"topic_id": known, "name": THREE})
    ask("neither id nor name", {"topic_id": NO_UUID, "name": None})
    ask("two ids", {"topic_id": known, "name": None}, {"topic_id": other, "name": None})
    ask("an id twice", {"topic_id": known, "name": None}, {"topic_id": known, "name": None})
    ask("an id and another topic's name", {"topic_id": known, "name": None}, {"name": THREE})
    ask("an unknown id and a name", {"topic_id": UNKNOWN_ID, "name": None}, {"name": THREE})


@story("DescribeCluster")
def describe_cluster(talk):
    talk.ask("the cluster")
    talk.ask("its operations", include_cluster_authorized_operations=True)
    for endpoint in (0, 1, 2, 7, -1):
        talk.ask(f"endpoint type {endpoint}", since=1, endpoint_type=endpoint)
    talk.ask("fenced brokers", since=2, include_fenced_brokers=True)


@story("DescribeTopicPartitions")
def describe_topic_partitions(talk):
    def ask(label, *names, **more):
        return talk.ask(label, topics=[{"name": name} for name in names], **more)
    ask("one topic", ONE)
    ask("topics out of order", THREE, ONE)
    ask("a topic twice", ONE, ONE)
    ask("a missing topic", MISSING)
    ask("an impossible name", IMPOSSIBLE)
    ask("an empty name", "")
    ask("a name that is too long", TOO_LONG)
    for limit in (1, 2, 3, 4, 0, -1, 5000):
        ask(f"at most {limit}", THREE, ONE, response_partition_limit=limit)
    ask("at most 1, the first missing", MISSING, THREE, response_partition_limit=1)
    for index in (-1, 0, 1, 2, 3, 9):
        ask(f"from partition {index}", ONE, THREE,
            cursor={"topic_name": THREE, "partition_index": index})
    ask("from a topic before all", ONE, THREE, cursor={"topic_name": "a", "partition_index": 0})
    ask("from a topic between", ONE, THREE, cursor={"topic_name": "p", "partition_index": 0})
    ask("from a topic after all", ONE, THREE, cursor={"topic_name": "z", "partition_index": 0})
    ask("from an empty name", ONE, THREE, cursor={"topic_name": "", "partition_index": 0})
    ask("from partition 1, at most 1", ONE, THREE, response_partition_limit=1,
        cursor={"topic_name": THREE, "partition_index": 1})
    for label, start in {"all topics": None, "all topics from the last": THREE,
                         "all topics from a missing one": "p"}.items():
        ask(label, cursor=start and {"topic_name": start, "partition_index": 1})
        talk.keep_topics(label, KNOWN)


@story("FindCoordinator")
def find_coordinator(talk):
    def ask(label, *keys, **more):
        return talk.ask(label, key=keys[0], coordinator_keys=list(keys), **more)
    ask("of a group", GROUP)
    ask("of no group's name", "")
    ask("of a transaction", GROUP, since=1, key_type=TRANSACTION_KEY)
    ask("of an impossible share group", GROUP, since=1, key_type=SHARE_KEY)
    for key_type in (3, 7, -1):
        ask(f"of key type {key_type}", GROUP, since=1, key_type=key_type)
    ask("of no transaction's name", "", since=1, key_type=TRANSACTION_KEY)
    ask("of two groups", GROUP, "another", since=4)
    ask("of a group twice", GROUP, GROUP, since=4)
    talk.ask("of nothing", since=4, key_type=GROUP_KEY, coordinator_keys=[])


@story("ApiVersions")
def api_versions(talk):
    def ask(label, name, version, **more):
        return talk.ask(label, client_software_name=name, client_software_version=version, **more)
    ask("a proper client", "same", "1.0")
    for name in ("", "-a", "a-", "a b", "a_b", ".a", "ä", "a.b-c"):
        ask(f"a client named {name!r}", name, "1.0", since=3)
    for version in ("", "1 0", "1.0-rc"):
        ask(f"a client of version {version!r}", "same", version, since=3)


@story("SaslHandshake")
def sasl_handshake(talk):
    talk.ask("PLAIN", mechanism="PLAIN")
    talk.ask("PLAIN again", mechanism="PLAIN")
    talk.ask("no mechanism", mechanism="")


@story("SaslAuthenticate")
def sasl_authenticate(talk):
    talk.ask("a password", auth_bytes=b"\0a\0b")
    talk.ask("nothing", auth_bytes=b"")


@story("DescribeAcls")
def describe_acls(talk):
    talk.ask("all", resource_type_filter=1, resource_name_filter=None, pattern_type_filter=1,
             principal_filter=None, host_filter=None, operation=1, permission_type=1)


@story("DescribeClientQuotas")
def describe_quotas(talk):
    def ask(label, *components, strict=False):
        return talk.ask(label, strict=strict, components=[
            {"entity_type": kind, "match_type": match_type, "match": match}
            for kind, match_type, match in components])
    ask("all")
    ask("a user", ("user", 0, talk.name("user")))
    ask("a user strictly", ("user", 0, talk.name("user")), strict=True)
    ask("users and clients", ("user", 2, None), ("client-id", 1, None))
    ask("an address", ("ip", 0, "192.0.2.1"))
    ask("no type", ("", 0, "a"))
    ask("a type twice", ("user", 0, "a"), ("user", 0, "b"))
    ask("an unknown type", ("player", 0, "a"))
    ask("an unknown match", ("user", 3, None))
    ask("no name", ("user", 0, None))
    ask("a name too many", ("user", 1, "a"))
    ask("users and addresses", ("user", 0, "a"), ("ip", 0, "192.0.2.1"))


def upsertion(name, mechanism=1, iterations=4096, salt=b"s" * 26, size=32):
    return {"name": name, "mechanism": mechanism, "iterations": iterations, "salt": salt,
            "salted_password": b"p" * size}


@story("AlterUserScramCredentials")
def alter_users(talk):
    def ask(label, deletions=(), *upsertions):
        return talk.ask(label, deletions=[{"name": name, "mechanism": mechanism}
                                          for name, mechanism in deletions],
                        upsertions=list(upsertions))
    user = talk.name("user")
    ask("nothing")
    ask("a new user", (), upsertion(user))
    ask("the user again", (), upsertion(user, iterations=8192))
    ask("both mechanisms", (), upsertion(user), upsertion(user, 2, size=64))
    ask("a password twice", (), upsertion(user), upsertion(user))
    ask("set and removed", [(user, 1)], upsertion(user))
    ask("no name", (), upsertion(""))
    for mechanism in (0, 3, -1):
        ask(f"mechanism {mechanism}", (), upsertion(user, mechanism))
        ask(f"without mechanism {mechanism}", [(user, mechanism)])
    for iterations in (4095, 16384, 16385, 0):
        ask(f"{iterations} iterations", (), upsertion(user, iterations=iterations))
    ask("one of two wrong", (), upsertion(user), upsertion("", 1))
    ask("both removed", [(user, 1), (user, 2)])
    ask("a missing password removed", [(talk.name("missing"), 1)])


@story("DescribeUserScramCredentials")
def describe_users(talk):
    user = talk.name("user")
    for made in (upsertion(user), upsertion(user, 2, 8192, size=64)):
        talk.do("AlterUserScramCredentials", deletions=[], upsertions=[made])

    def is_known() -> bool:
        found = talk.do("DescribeUserScramCredentials", users=[{"name": user}])
        return len(found["results"][0]["credential_infos"]) == 2
    talk.subject.until(is_known, f"the passwords of {user}")

    def ask(label, *names):
        return talk.ask(label, users=[{"name": name} for name in names])
    ask("a user", user)
    ask("a user twice", user, user)
    ask("a missing user", talk.name("missing"))
    ask("a user and a missing one", user, talk.name("missing"))
    ask("no name", "")
