#include "core/kafka/group_admin.h"

#include "core/kafka/admin_client.h"
#include "core/kafka/configuration.h"
#include "core/kafka/error.h"

#include <algorithm>
#include <utility>

namespace gamevents::kafka {
namespace {

std::string StateName(rd_kafka_consumer_group_state_t state) {
  return rd_kafka_consumer_group_state_name(state);
}

Error NoSuchGroup(const std::string& group) {
  return Error{Fault::kNotFound, "there is no group " + group};
}

// A refusal that somebody has to do something about, in words; any other as it is.
Error Explain(int code, const std::string& group, const AdminClient& client,
              std::string_view text = {}) {
  if (code == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND) return NoSuchGroup(group);
  if (code == RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP || code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID) {
    return Error{Fault::kBadInput, "group " + group +
                                       " has members: stop its consumers first; gamevents groups " +
                                       group + " names them"};
  }
  return NoAnswer(code, client.connection_errors(), text).In("group " + group);
}

std::vector<GroupPartition> PartitionsOf(const rd_kafka_MemberAssignment_t* assignment) {
  std::vector<GroupPartition> partitions;
  const auto* list = rd_kafka_MemberAssignment_partitions(assignment);
  for (int i = 0; list != nullptr && i < list->cnt; ++i) {
    partitions.push_back({list->elems[i].topic, list->elems[i].partition});
  }
  std::ranges::sort(partitions);
  return partitions;
}

GroupMember MemberOf(const rd_kafka_MemberDescription_t* member) {
  return {rd_kafka_MemberDescription_consumer_id(member),
          rd_kafka_MemberDescription_client_id(member), rd_kafka_MemberDescription_host(member),
          PartitionsOf(rd_kafka_MemberDescription_assignment(member))};
}

// What was said of the one group that was asked about, and of each partition.
Status CheckGroup(const rd_kafka_group_result_t* const* results, size_t count,
                  const std::string& group, const AdminClient& client) {
  if (count != 1) return Error{Fault::kCorrupt, "the broker answered for another group"};
  const rd_kafka_error_t* error = rd_kafka_group_result_error(results[0]);
  if (error != nullptr) {
    return Explain(rd_kafka_error_code(error), group, client, rd_kafka_error_string(error));
  }
  const auto* partitions = rd_kafka_group_result_partitions(results[0]);
  for (int i = 0; partitions != nullptr && i < partitions->cnt; ++i) {
    const auto& each = partitions->elems[i];
    if (each.err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    return Explain(each.err, group, client)
        .In(std::string(each.topic) + " [" + std::to_string(each.partition) + "]");
  }
  return Done{};
}

Result<Event> DescribeOne(const AdminClient& client, const std::string& group) {
  const char* names[] = {group.c_str()};
  return client.Call(
      RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS,
      [&](rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* replies) {
        rd_kafka_DescribeConsumerGroups(handle, names, 1, options, replies);
      });
}

}  // namespace

Result<std::vector<GroupSummary>> ListGroups(const ClientOptions& options) {
  AdminClient client(options);
  if (auto opened = client.Open(); !opened) return std::move(opened).error();
  const auto answer = client.Call(
      RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS,
      [](rd_kafka_t* handle, const rd_kafka_AdminOptions_t* asked, rd_kafka_queue_t* replies) {
        rd_kafka_ListConsumerGroups(handle, asked, replies);
      });
  if (!answer) return Error(answer.error()).In("groups");
  const auto* result = rd_kafka_event_ListConsumerGroups_result(answer->get());
  size_t count = 0;
  const auto* errors = rd_kafka_ListConsumerGroups_result_errors(result, &count);
  if (count > 0) {
    return NoAnswer(rd_kafka_error_code(errors[0]), client.connection_errors(),
                    rd_kafka_error_string(errors[0]))
        .In("groups");
  }
  const auto* listed = rd_kafka_ListConsumerGroups_result_valid(result, &count);
  std::vector<GroupSummary> groups;
  for (size_t i = 0; i < count; ++i) {
    groups.push_back({rd_kafka_ConsumerGroupListing_group_id(listed[i]),
                      StateName(rd_kafka_ConsumerGroupListing_state(listed[i]))});
  }
  std::ranges::sort(groups, {}, &GroupSummary::name);
  return groups;
}

Result<GroupDescription> DescribeGroup(const ClientOptions& options, const std::string& group) {
  AdminClient client(options);
  if (auto opened = client.Open(); !opened) return std::move(opened).error();
  const auto answer = DescribeOne(client, group);
  if (!answer) return Error(answer.error()).In("group " + group);
  size_t count = 0;
  const auto* described = rd_kafka_DescribeConsumerGroups_result_groups(
      rd_kafka_event_DescribeConsumerGroups_result(answer->get()), &count);
  if (count != 1) return Error{Fault::kCorrupt, "the broker answered for another group"};
  const rd_kafka_error_t* error = rd_kafka_ConsumerGroupDescription_error(described[0]);
  if (error != nullptr) {
    return Explain(rd_kafka_error_code(error), group, client, rd_kafka_error_string(error));
  }
  const auto state = rd_kafka_ConsumerGroupDescription_state(described[0]);
  // Kafka before 4.0, and ours, answer so for a group that is not there.
  if (state == RD_KAFKA_CONSUMER_GROUP_STATE_DEAD) return NoSuchGroup(group);
  GroupDescription description{group, StateName(state), "", {}};
  const char* assignor = rd_kafka_ConsumerGroupDescription_partition_assignor(described[0]);
  if (assignor != nullptr) description.assignor = assignor;
  count = rd_kafka_ConsumerGroupDescription_member_count(described[0]);
  for (size_t i = 0; i < count; ++i) {
    description.members.push_back(
        MemberOf(rd_kafka_ConsumerGroupDescription_member(described[0], i)));
  }
  std::ranges::sort(description.members, {}, &GroupMember::id);
  return description;
}

Result<std::vector<GroupOffset>> GroupOffsets(const ClientOptions& options,
                                              const std::string& group) {
  AdminClient client(options);
  if (auto opened = client.Open(); !opened) return std::move(opened).error();
  const OffsetsToList wanted(rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), nullptr));
  rd_kafka_ListConsumerGroupOffsets_t* asked[] = {wanted.get()};
  const auto answer = client.Call(
      RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS,
      [&](rd_kafka_t* handle, const rd_kafka_AdminOptions_t* with, rd_kafka_queue_t* replies) {
        rd_kafka_ListConsumerGroupOffsets(handle, asked, 1, with, replies);
      });
  if (!answer) return Error(answer.error()).In("group " + group);
  size_t count = 0;
  const auto* results = rd_kafka_ListConsumerGroupOffsets_result_groups(
      rd_kafka_event_ListConsumerGroupOffsets_result(answer->get()), &count);
  if (auto sound = CheckGroup(results, count, group, client); !sound) {
    return std::move(sound).error();
  }
  std::vector<GroupOffset> offsets;
  const auto* list = rd_kafka_group_result_partitions(results[0]);
  for (int i = 0; list != nullptr && i < list->cnt; ++i) {
    const auto& each = list->elems[i];
    if (each.offset >= 0) offsets.push_back({{each.topic, each.partition}, each.offset});
  }
  std::ranges::sort(offsets, {}, &GroupOffset::partition);
  return offsets;
}

Status SetGroupOffsets(const ClientOptions& options, const std::string& group,
                       const std::vector<GroupOffset>& offsets) {
  AdminClient client(options);
  if (auto opened = client.Open(); !opened) return std::move(opened).error();
  const TopicList list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const GroupOffset& each : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), each.partition.topic.c_str(),
                                      each.partition.partition)
        ->offset = each.offset;
  }
  const OffsetsToAlter wanted(rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), list.get()));
  rd_kafka_AlterConsumerGroupOffsets_t* asked[] = {wanted.get()};
  const auto answer = client.Call(
      RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS,
      [&](rd_kafka_t* handle, const rd_kafka_AdminOptions_t* with, rd_kafka_queue_t* replies) {
        rd_kafka_AlterConsumerGroupOffsets(handle, asked, 1, with, replies);
      });
  if (!answer) return Error(answer.error()).In("group " + group);
  size_t count = 0;
  const auto* results = rd_kafka_AlterConsumerGroupOffsets_result_groups(
      rd_kafka_event_AlterConsumerGroupOffsets_result(answer->get()), &count);
  return CheckGroup(results, count, group, client);
}

Status DeleteGroup(const ClientOptions& options, const std::string& group) {
  AdminClient client(options);
  if (auto opened = client.Open(); !opened) return std::move(opened).error();
  const GroupToDelete wanted(rd_kafka_DeleteGroup_new(group.c_str()));
  rd_kafka_DeleteGroup_t* asked[] = {wanted.get()};
  const auto answer = client.Call(
      RD_KAFKA_ADMIN_OP_DELETEGROUPS,
      [&](rd_kafka_t* handle, const rd_kafka_AdminOptions_t* with, rd_kafka_queue_t* replies) {
        rd_kafka_DeleteGroups(handle, asked, 1, with, replies);
      });
  if (!answer) return Error(answer.error()).In("group " + group);
  size_t count = 0;
  const auto* results = rd_kafka_DeleteGroups_result_groups(
      rd_kafka_event_DeleteGroups_result(answer->get()), &count);
  return CheckGroup(results, count, group, client);
}

}  // namespace gamevents::kafka
