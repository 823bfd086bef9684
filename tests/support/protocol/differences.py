"""Every difference between the embedded broker's answers and Kafka's that is known.

tests/interop/test_broker_same_as_kafka.py fails of one that is not here, and of one that is here
and does not occur.
"""

from support.protocol.difference import Difference

DIFFERENCES: list[Difference] = []


def differ(api: str, why: str, *places: tuple) -> None:
    """Places are (label, path) or (label, path, ours, kafka)."""
    DIFFERENCES.extend(Difference(api, label, path, why, *values)
                       for label, path, *values in places)


# Transactions.
NO_TRANSACTIONS = "there are no transactions; the code is one at which every client stops"
differ("FindCoordinator", NO_TRANSACTIONS,
       ("of a transaction", "*error_code", 53, 0), ("of a transaction", "*node_id", -1, 1),
       ("of a transaction", "*host"), ("of a transaction", "*port"),
       ("of no transaction's name", "error_code", 53, 0),
       ("of no transaction's name", "node_id", -1, 1), ("of no transaction's name", "host"),
       ("of no transaction's name", "port"), ("of no transaction's name", "coordinators.*"))
differ("InitProducerId", NO_TRANSACTIONS,
       ("a transactional id", "error_code", 53, 0), ("a transactional id", "producer_*"))
differ("Produce", "there are no transactions",
       ("a transactional id", "*.error_code", 42, 0), ("a transactional id", "*.base_offset"),
       ("a transactional id", "*.log_start_offset"),
       ("a transactional batch", "*.error_code", 87, 53))

# What Kafka has that is not here.
differ("ApiVersions", "versions in which topics are named by their ids alone are not offered",
       ("*", "api_keys.0.max_version", 12, 13),
       ("*", "api_keys.8.max_version", 9, 10), ("*", "api_keys.9.max_version", 9, 10))
differ("ApiVersions", "features of what is not here: new groups, share groups, streams, "
       "transactions, replicas, a quorum",
       *[("*", f"{which}_features.{name}_version")
         for name in ("eligible_leader_replicas", "group", "share", "streams", "transaction")
         for which in ("supported", "finalized")],
       ("*", "supported_features.kraft_version"))
differ("Fetch", "sessions are declined, which every client accepts",
       ("a new session", "session_id", 0, "some"))
differ("DescribeConfigs", "neither loggers nor groups have settings here",
       ("resource type 8", "*.error_code", 42, 0), ("resource type 32", "*.error_code", 42, 0))

# Other defaults.
DEFAULTS = "the default is another one: keep everything, in segments of 128 MiB"
KEPT = "Kafka keeps this default as a setting of the cluster"
for api in ("CreateTopics", "DescribeConfigs"):
    differ(api, DEFAULTS, ("*", "*.configs.segment_bytes.*value", "134217728", "1073741824"))
    differ(api, KEPT, ("*", "*.configs.min_insync_replicas.config_source", 5, 3))
differ("CreateTopics", DEFAULTS, ("*", "*.configs.retention_ms.value", "-1", "604800000"))
differ("CreateTopics", "the policies are one word here: Kafka takes 'delete,delete' for it, too, "
       "and none for keeping everything, which retention.ms -1 says here",
       ("an empty list", "topics.*"), ("a choice twice", "topics.*"))
differ("CreateTopics", "a number is shown as it was understood, in Kafka as it was written",
       ("blanks around a number", "*.retention_ms.value", "1000", " 1000 "))
differ("DescribeConfigs", KEPT,
       ("a topic's synonyms", "*.configs.min_insync_replicas.synonyms.0.source", 5, 3),
       ("a topic's synonyms", "*.configs.min_insync_replicas.synonyms.1"))
differ("DescribeConfigs", DEFAULTS,
       ("a broker*", "*.configs.log_retention_ms.value", "-1", None),
       ("a broker*", "*.configs.log_retention_ms.synonyms.0"),
       ("a broker*", "*.configs.log_segment_bytes.*value", "134217728", "1073741824"),
       ("a broker*", "*.configs.max_connections.*value", "1000", "2147483647"))
differ("DescribeConfigs", "the broker cannot be reconfigured while it runs, and does not know "
       "which of its settings are defaults",
       ("a broker*", "*.config_source", 4, 5), ("a broker*", "*.source", 4, 5),
       ("a broker*", "*.read_only", True, False),
       ("a broker's synonyms", "*.auto_create_topics_enable.synonyms.1"))
differ("DescribeConfigs", "a topic's default has the topic's name for it, for the broker's own "
       "configuration has other names than Kafka's",
       ("a topic's synonyms", "*.synonyms.?.name"), ("a topic's synonyms", "*.synonyms.?",
                                                     "present", "absent"))

# Where Kafka answers oddly.
FAILS = "Kafka's handler fails on it"
differ("DescribeTopicPartitions", FAILS, ("an empty name", "*.error_code", 17, -1),
       ("an empty name", "*.topic_authorized_operations"))
differ("Metadata", FAILS, ("neither id nor name", "*"))
differ("IncrementalAlterConfigs", FAILS, ("operation *", "*.error_code", 42, -1))
differ("Fetch", FAILS, ("isolation level 2", "*"), ("isolation level -1", "*"))
differ("ListOffsets", FAILS, ("isolation level 2", "*"), ("isolation level -1", "*"))
differ("Produce", FAILS, ("an unknown codec", "*.error_code", 76, -1),
       ("broken gzip", "*.error_code", 87, -1), ("zstd", "*.error_code", 87, -1))
differ("OffsetForLeaderEpoch", "Kafka takes it for an epoch before all",
       ("epoch -2*", "*.end_offset", -1, 0), ("epoch -2*", "*.leader_epoch", -1, -2))
differ("CreateTopics", "Kafka draws an id for what it only checks",
       ("*", "*.topic_id", "00000000-0000-0000-0000-000000000000", "some id"))
differ("CreateTopics", "Kafka looks for collisions among the topics that are there alone",
       ("a colliding name", "topics.x_y.*"))
differ("DeleteTopics", "Kafka leaves out the name of a topic that is named twice by id",
       ("an id twice", "responses.*"))

differ("AlterUserScramCredentials", "a user's two passwords may be set at once, as kafka-configs "
       "asks for both; Kafka takes one for each user",
       ("both *", "*.error_code", 0, 92))

# What cannot be told by a client.
differ("Produce", "only what is appended tells of the log's start",
       ("*", "*.log_start_offset", -1, 0))
differ("Produce", "when a batch came that is sent again is not kept",
       ("sequence 0 again", "*.log_append_time_ms", -1, "some"))
differ("Produce", "all that is wrong with a batch is an invalid record",
       ("magic 3", "*.error_code", 87, 2), ("a negative epoch", "*.error_code", 87, 47),
       ("zstd", "*.error_code", 87, 76))
differ("Produce", "bytes behind the last batch are refused, not cut off",
       ("bytes behind a batch", "*.error_code", 87, 0), ("bytes behind a batch", "*.base_offset"))
differ("Produce", "Kafka writes only the last of several batches for a partition",
       ("a * twice", "*.partition_responses.0#2"), ("a topic twice", "*.base_offset"))
differ("Fetch", "who leads is told to no replica: there is no other broker",
       ("replica state *", "*.current_leader"))
differ("Fetch", "only whole batches are sent; clients drop what is cut off",
       ("100 bytes of a partition", "*.records"))
differ("Fetch", "each mention is answered; clients make none twice, and looking costs time",
       ("a partition twice", "*"))
differ("DescribeGroups", "what members had is let go when all have joined again",
       ("a group that awaits its assignment", "*.member_assignment"))
