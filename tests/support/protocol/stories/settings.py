"""Settings of topics and brokers, and the numbers of producers."""

from support.protocol.story import story
from support.protocol.stories.shared import IMPOSSIBLE, MISSING

TOPIC, BROKER, LOGGER, GROUP = 2, 4, 8, 32
SET, DELETE, APPEND, SUBTRACT = range(4)


@story("DescribeConfigs")
def describe_configs(talk):
    def ask(label, *resources, **more):
        talk.ask(label, resources=[
            {"resource_type": kind, "resource_name": name, "configuration_keys": keys}
            for kind, name, keys in resources], **more)
    own = talk.topic("own", retention_ms="5000", cleanup_policy="delete")
    ask("a topic", (TOPIC, own, None))
    ask("a topic's synonyms", (TOPIC, own, None), include_synonyms=True)
    ask("documentation", (TOPIC, own, ["retention.ms"]), since=3, include_documentation=True)
    ask("a setting twice", (TOPIC, own, ["retention.ms", "retention.ms"]))
    ask("a setting without a name", (TOPIC, own, [""]))
    ask("a known and an unknown setting", (TOPIC, own, ["retention.ms", "no.such.thing"]))
    ask("a broker's setting of a topic", (TOPIC, own, ["log.retention.ms"]))
    ask("an unknown setting of a broker", (BROKER, "1", ["no.such.thing"]))
    ask("a broker with a negative number", (BROKER, "-1", None))
    ask("a missing topic twice", (TOPIC, MISSING, None), (TOPIC, MISSING, None))
    ask("a good one and a bad one", (TOPIC, own, ["retention.ms"]), (TOPIC, MISSING, None))
    ask("two settings", (TOPIC, own, ["retention.ms", "segment.bytes"]))
    ask("an unknown setting", (TOPIC, own, ["no.such.thing"]))
    ask("no settings", (TOPIC, own, []))
    ask("a missing topic", (TOPIC, MISSING, None))
    ask("an impossible name", (TOPIC, IMPOSSIBLE, None))
    ask("an empty name", (TOPIC, "", None))
    ask("a topic twice", (TOPIC, own, ["retention.ms"]), (TOPIC, own, ["segment.bytes"]))
    ask("a broker", (BROKER, "1", None))
    ask("a broker's synonyms", (BROKER, "1", None), include_synonyms=True)
    ask("all brokers", (BROKER, "", None))
    ask("a missing broker", (BROKER, "9", None))
    ask("a broker without a number", (BROKER, "x", None))
    for kind in (0, 1, 3, LOGGER, GROUP, 99, -1):
        ask(f"resource type {kind}", (kind, "1", None))
    ask("nothing")


@story("AlterConfigs")
def alter_configs(talk):
    def ask(label, *resources, **more):
        talk.ask(label, resources=[
            {"resource_type": kind, "resource_name": name, "configs": [
                {"name": key, "value": value} for key, value in configs]}
            for kind, name, configs in resources], **more)
    own = talk.topic("own", retention_ms="5000")
    ask("a setting", (TOPIC, own, [("segment.bytes", "1048576")]))
    ask("only checked", (TOPIC, own, [("retention.ms", "1")]), validate_only=True)
    ask("no settings", (TOPIC, own, []))
    ask("no settings of a missing topic", (TOPIC, MISSING, []))
    ask("a setting without a name", (TOPIC, own, [("", "1")]))
    ask("an unknown setting without a value", (TOPIC, own, [("no.such.thing", None)]))
    ask("a broker's setting of a topic", (TOPIC, own, [("log.retention.ms", "1")]))
    ask("a broker without a number", (BROKER, "x", [("log.retention.ms", "1000")]))
    ask("an unknown setting", (TOPIC, own, [("no.such.thing", "1")]))
    ask("a setting that is no number", (TOPIC, own, [("retention.ms", "soon")]))
    ask("a setting out of range", (TOPIC, own, [("segment.bytes", "1")]))
    ask("a setting without a value", (TOPIC, own, [("retention.ms", None)]))
    ask("a setting twice", (TOPIC, own, [("retention.ms", "1"), ("retention.ms", "2")]))
    ask("a missing topic", (TOPIC, MISSING, [("retention.ms", "1")]))
    ask("an impossible name", (TOPIC, IMPOSSIBLE, [("retention.ms", "1")]))
    ask("an empty name", (TOPIC, "", [("retention.ms", "1")]))
    ask("a missing broker", (BROKER, "9", [("log.retention.ms", "1000")]))
    for kind in (0, 1, 3, 99):
        ask(f"resource type {kind}", (kind, "1", [("retention.ms", "1")]))
    ask("a good one and a bad one", (TOPIC, own, []), (TOPIC, MISSING, []))
    ask("nothing")


@story("IncrementalAlterConfigs")
def incremental_alter_configs(talk):
    def ask(label, *resources, **more):
        talk.ask(label, resources=[
            {"resource_type": kind, "resource_name": name, "configs": [
                {"name": key, "config_operation": operation, "value": value}
                for key, operation, value in configs]}
            for kind, name, configs in resources], **more)
    own = talk.topic("own", retention_ms="5000")
    ask("set", (TOPIC, own, [("segment.bytes", SET, "1048576")]))
    ask("delete", (TOPIC, own, [("retention.ms", DELETE, None)]))
    ask("delete what is not set", (TOPIC, own, [("retention.ms", DELETE, None)]))
    ask("delete an unknown setting", (TOPIC, own, [("no.such.thing", DELETE, None)]))
    ask("append what is there", (TOPIC, own, [("cleanup.policy", APPEND, "delete")]))
    ask("subtract what is not there", (TOPIC, own, [("cleanup.policy", SUBTRACT, "compact")]))
    ask("append to what is no list", (TOPIC, own, [("retention.ms", APPEND, "1")]))
    ask("append an impossible item", (TOPIC, own, [("cleanup.policy", APPEND, "sometimes")]))
    ask("append nothing", (TOPIC, own, [("cleanup.policy", APPEND, None)]))
    ask("only checked", (TOPIC, own, [("retention.ms", SET, "1")]), validate_only=True)
    ask("an unknown setting", (TOPIC, own, [("no.such.thing", SET, "1")]))
    ask("a setting that is no number", (TOPIC, own, [("retention.ms", SET, "soon")]))
    ask("a setting out of range", (TOPIC, own, [("segment.bytes", SET, "1")]))
    ask("a setting without a value", (TOPIC, own, [("retention.ms", SET, None)]))
    ask("a setting twice", (TOPIC, own, [("retention.ms", SET, "1"),
                                         ("retention.ms", SET, "2")]))
    ask("a setting set and deleted", (TOPIC, own, [("retention.ms", SET, "1"),
                                                   ("retention.ms", DELETE, None)]))
    ask("a missing topic's setting twice", (TOPIC, MISSING, [("retention.ms", SET, "1"),
                                                             ("retention.ms", SET, "2")]))
    for operation in (4, -1):
        ask(f"operation {operation}", (TOPIC, own, [("retention.ms", operation, "1")]))
    ask("delete with a value", (TOPIC, own, [("retention.ms", DELETE, "1")]))
    ask("a setting without a name", (TOPIC, own, [("", SET, "1")]))
    ask("an unknown setting without a value", (TOPIC, own, [("no.such.thing", SET, None)]))
    ask("append to an unknown setting", (TOPIC, own, [("no.such.thing", APPEND, "1")]))
    ask("subtract from what is no list", (TOPIC, own, [("retention.ms", SUBTRACT, "1")]))
    ask("subtract an impossible item", (TOPIC, own, [("cleanup.policy", SUBTRACT, "sometimes")]))
    ask("append an empty item", (TOPIC, own, [("cleanup.policy", APPEND, "")]))
    ask("append twice", (TOPIC, own, [("cleanup.policy", APPEND, "delete,delete")]))
    ask("no settings", (TOPIC, own, []))
    ask("no settings of a missing topic", (TOPIC, MISSING, []))
    ask("a broker without a number", (BROKER, "x", [("log.retention.ms", SET, "1000")]))
    ask("a missing topic twice", (TOPIC, MISSING, []), (TOPIC, MISSING, []))
    ask("a topic twice", (TOPIC, own, [("retention.ms", SET, "1")]), (TOPIC, own, []))
    ask("a missing topic", (TOPIC, MISSING, [("retention.ms", SET, "1")]))
    ask("an impossible name", (TOPIC, IMPOSSIBLE, [("retention.ms", SET, "1")]))
    ask("an empty name", (TOPIC, "", [("retention.ms", SET, "1")]))
    ask("a missing broker", (BROKER, "9", [("log.retention.ms", SET, "1000")]))
    for kind in (0, 1, 3, 99):
        ask(f"resource type {kind}", (kind, "1", [("retention.ms", SET, "1")]))
    ask("a good one and a bad one", (TOPIC, own, []), (TOPIC, MISSING, []))
    ask("nothing")


@story("InitProducerId")
def init_producer_id(talk):
    def ask(label, **more):
        talk.ask(label, **{"transactional_id": None, "transaction_timeout_ms": 60_000, **more})
    ask("a number")
    ask("a number again")
    for timeout in (0, -1, 2**31 - 1):
        ask(f"a time limit of {timeout}", transaction_timeout_ms=timeout)
    ask("an empty transactional id", transactional_id="")
    ask("a transactional id", transactional_id="t")
    ask("an id without an epoch", since=3, producer_id=5)
    ask("an epoch without an id", since=3, producer_epoch=5)
    ask("an id and an epoch", since=3, producer_id=5, producer_epoch=5)
    ask("impossible ids", since=3, producer_id=-2, producer_epoch=-2)
