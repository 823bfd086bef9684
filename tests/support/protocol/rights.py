"""A question about every API, for tests of who may do what: about one role's topics and groups."""

from support import record_batch

OWN, FOREIGN = "own-", "foreign-"
FIELDS = ("error_code", "authorized_operations")


def topics_of(role: str, prefix: str) -> tuple[str, ...]:
    """The topics that must be there for `questions`: one to use, one to delete."""
    return f"{prefix}{role}", f"{prefix}{role}-gone"


def questions(role: str, prefix: str, id_of) -> list[tuple]:
    """(label, API, version or None for the newest, values), in the order in which they are to be
    asked; `id_of` gives a topic's id."""
    topic, gone = topics_of(role, prefix)
    new, group = f"{prefix}{role}-new", f"group-{role}"
    one = [{"name": topic, "partitions": [{"partition_index": 0, "timestamp": -2,
                                           "current_leader_epoch": -1}]}]
    fetched = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1000,
               "current_leader_epoch": -1, "last_fetched_epoch": -1, "log_start_offset": -1}
    fetch = {"replica_id": -1, "max_wait_ms": 0, "min_bytes": 0, "max_bytes": 10_000,
             "session_id": 0, "session_epoch": -1}
    member = {"group_id": group, "member_id": "m", "generation_id": 1}
    setting = {"name": "retention.ms", "value": "-1"}
    committed = [{"name": topic, "partition_indexes": [0]}]

    def resource(kind: int, name: str, **more) -> dict:
        return {"resources": [{"resource_type": kind, "resource_name": name, **more}]}
    return [
        ("Produce", "Produce", 12, {"acks": -1, "timeout_ms": 10_000, "topic_data": [
            {"name": topic, "partition_data": [
                {"index": 0, "records": record_batch.batch([b"value"])}]}]}),
        ("Fetch", "Fetch", 12, fetch | {"topics": [{"topic": topic, "partitions": [fetched]}]}),
        ("Fetch by id", "Fetch", None, fetch | {"topics": [
            {"topic_id": id_of(topic), "partitions": [fetched]}]}),
        ("ListOffsets", "ListOffsets", None, {"replica_id": -1, "topics": one}),
        ("OffsetForLeaderEpoch", "OffsetForLeaderEpoch", None, {"replica_id": -2, "topics": [
            {"topic": topic, "partitions": [
                {"partition": 0, "current_leader_epoch": -1, "leader_epoch": 0}]}]}),
        ("Metadata", "Metadata", None, {
            "topics": [{"name": topic}], "allow_auto_topic_creation": False,
            "include_topic_authorized_operations": True}),
        ("Metadata by id", "Metadata", None, {
            "topics": [{"topic_id": id_of(topic), "name": None}]}),
        ("Metadata that makes", "Metadata", None, {
            "topics": [{"name": f"{new}-made"}], "allow_auto_topic_creation": True}),
        ("DescribeTopicPartitions", "DescribeTopicPartitions", None, {
            "topics": [{"name": topic}], "response_partition_limit": 10}),
        ("InitProducerId", "InitProducerId", None, {
            "transactional_id": None, "transaction_timeout_ms": 1000, "producer_id": -1,
            "producer_epoch": -1}),
        ("FindCoordinator", "FindCoordinator", None, {"coordinator_keys": [group]}),
        ("FindCoordinator 3", "FindCoordinator", 3, {"key": group}),
        ("JoinGroup", "JoinGroup", None, {
            "group_id": group, "session_timeout_ms": 10_000, "rebalance_timeout_ms": 10_000,
            "member_id": "", "protocol_type": "consumer",
            "protocols": [{"name": "range", "metadata": b""}]}),
        ("SyncGroup", "SyncGroup", None, member | {"protocol_type": "consumer",
                                                   "protocol_name": "range"}),
        ("Heartbeat", "Heartbeat", None, member),
        ("LeaveGroup", "LeaveGroup", None, {"group_id": group, "members": [{"member_id": "m"}]}),
        ("OffsetCommit", "OffsetCommit", 9, {
            "group_id": group, "generation_id_or_member_epoch": -1, "topics": [
                {"name": topic, "partitions": [{"partition_index": 0, "committed_offset": 0}]}]}),
        ("OffsetFetch", "OffsetFetch", 9, {"groups": [{"group_id": group, "topics": committed}]}),
        ("OffsetFetch of all", "OffsetFetch", 9, {
            "groups": [{"group_id": group, "topics": None}]}),
        ("OffsetFetch 7", "OffsetFetch", 7, {"group_id": group, "topics": committed}),
        ("OffsetFetch 1", "OffsetFetch", 1, {"group_id": group, "topics": committed}),
        ("DescribeGroups", "DescribeGroups", None, {
            "groups": [group], "include_authorized_operations": True}),
        ("ListGroups", "ListGroups", None, {}),
        ("OffsetDelete", "OffsetDelete", None, {"group_id": group, "topics": [
            {"name": topic, "partitions": [{"partition_index": 0}]}]}),
        ("DeleteGroups", "DeleteGroups", None, {"groups_names": [f"{group}-none"]}),
        ("ConsumerGroupHeartbeat", "ConsumerGroupHeartbeat", 0, {
            "group_id": f"{group}-848", "member_id": "", "member_epoch": 0,
            "rebalance_timeout_ms": 1000, "subscribed_topic_names": [topic],
            "topic_partitions": []}),
        ("CreateTopics", "CreateTopics", None, {"timeout_ms": 10_000, "topics": [
            {"name": new, "num_partitions": 1, "replication_factor": 1}]}),
        ("CreatePartitions", "CreatePartitions", None, {
            "timeout_ms": 10_000, "topics": [{"name": topic, "count": 2, "assignments": None}]}),
        ("DeleteRecords", "DeleteRecords", None, {"timeout_ms": 10_000, "topics": [
            {"name": topic, "partitions": [{"partition_index": 0, "offset": 0}]}]}),
        ("DescribeConfigs", "DescribeConfigs", None, resource(
            2, topic, configuration_keys=["retention.ms"])),
        ("DescribeConfigs of the broker", "DescribeConfigs", None, resource(
            4, "1", configuration_keys=["node.id"])),
        ("AlterConfigs", "AlterConfigs", None, resource(2, topic, configs=[setting])),
        ("IncrementalAlterConfigs", "IncrementalAlterConfigs", None, resource(
            2, topic, configs=[setting | {"config_operation": 0}])),
        ("IncrementalAlterConfigs of the broker", "IncrementalAlterConfigs", None,
         resource(4, "1", configs=[]) | {"validate_only": True}),
        ("DeleteTopics", "DeleteTopics", None, {
            "timeout_ms": 10_000, "topics": [{"name": gone, "topic_id": id_of("")}]}),
        ("DeleteTopics by id", "DeleteTopics", None, {
            "timeout_ms": 10_000, "topics": [{"name": None, "topic_id": id_of(topic)}]}),
        ("DescribeLogDirs", "DescribeLogDirs", None, {"topics": None}),
        ("DescribeCluster", "DescribeCluster", None, {
            "include_cluster_authorized_operations": True, "endpoint_type": 1}),
        ("DescribeAcls", "DescribeAcls", None, {
            "resource_type_filter": 1, "resource_name_filter": None, "pattern_type_filter": 1,
            "principal_filter": None, "host_filter": None, "operation": 1, "permission_type": 1}),
        ("DescribeClientQuotas", "DescribeClientQuotas", None, {
            "components": [], "strict": False}),
        ("DescribeUserScramCredentials", "DescribeUserScramCredentials", None, {"users": []}),
        ("AlterUserScramCredentials", "AlterUserScramCredentials", None, {
            "deletions": [], "upsertions": [
                {"name": f"made-by-{role}", "mechanism": 1, "iterations": 4096,
                 "salt": b"s" * 26, "salted_password": b"p" * 32}]}),
        ("SaslHandshake", "SaslHandshake", None, {"mechanism": "GSSAPI"}),
        ("SaslAuthenticate", "SaslAuthenticate", None, {"auth_bytes": b""}),
        ("ApiVersions", "ApiVersions", None, {
            "client_software_name": "same", "client_software_version": "1.0"}),
    ]


def codes(answer, path: str = "") -> set:
    """The errors and rights that an answer names, with where."""
    if isinstance(answer, list):
        return set().union(*(codes(one, path) for one in answer))
    if not isinstance(answer, dict):
        return set()
    found = set()
    for name, value in answer.items():
        if name.endswith(FIELDS) and isinstance(value, int):
            found.add((f"{path}{name}", value))
        found |= codes(value, f"{path}{name}.")
    return found
