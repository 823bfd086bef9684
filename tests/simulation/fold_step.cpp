#include "tests/simulation/history.h"

#include <array>

namespace gamevents::simulation {
namespace {

constexpr uint64_t kUsers = 3;
constexpr std::array kItems{"sword", "bread", "rope"};

// What the events of MakeEvent say of their user, who is their key.
std::string UserOf(const std::string& event) {
  constexpr std::string_view kField = "\"user\":\"";
  const size_t from = event.find(kField) + kField.size();
  return event.substr(from, event.find('"', from) - from);
}

}  // namespace

// Each user has one partition, as a producer that goes by the key has it. Its first field makes it
// unlike all others; some of them come twice as far as the fold is concerned.
History::Event History::MakeEvent(int32_t partition) {
  const std::string user =
      "p" + std::to_string(partition) + "-u" + std::to_string(random_.Below(kUsers));
  const std::string item = kItems[random_.Below(kItems.size())];
  const auto number = std::to_string(next_value_++);
  const uint64_t id = static_cast<uint64_t>(next_value_) - random_.Below(4) / 3;
  std::string text = "{\"v" + number + "\":0,\"user\":\"" + user + "\",\"event_id\":\"e" +
                     std::to_string(id) + "\",\"item\":\"" + item + "\",\"event_type\":\"";
  switch (random_.Below(8)) {
    case 0:
      return {user, text + "join_a_guild\",\"joined_guild\":\"wolves\"}"};
    case 1:
      return {user, text + "leave_a_guild\"}"};
    case 2:
      return {user, text + "checkout\"}"};
    case 3:
      return {user, text + "use_item\"}"};
    case 4:
    case 5:
      return {user, text + "add_to_cart\",\"quantity\":2,\"price\":3}"};
    default:
      return {user, text + "purchase_" + item + "\"}"};
  }
}

// A server of the state reads on, perhaps not to the end, and sometimes writes a snapshot. When it
// has come to the end it has what the records make of nothing.
void History::FoldOn() {
  if (random_.OneIn(10)) DeleteTopic(kEventsTopic);
  if (!promises_.Current(kEventsTopic)) MakeTopic(kEventsTopic);
  const auto id = world_.logs().IdOf(kEventsTopic);
  if (!id || world_.disk().dead()) return;
  if (!keeper_.running()) {
    keeper_.Start();
    if (!keeper_.replica().positions.empty()) ++totals_.faults["a fold from a snapshot on"];
  }
  const uint64_t before = keeper_.restarts();
  const bool whole = keeper_.CatchUp(*id, random_.OneIn(3) ? random_.Below(8) : UINT64_MAX);
  if (keeper_.restarts() > before) ++totals_.faults["a topic made again under the fold"];
  Tell(whole ? "folded to the end" : "folded in part");
  if (random_.OneIn(3)) {
    Tell("a snapshot");
    keeper_.Save();
  }
  if (whole) CompareFold();
}

void History::CompareFold() {
  promises_.Check(world_, false, false);
  const auto records = promises_.WholeTopic(world_, kEventsTopic);
  if (!records) return;  // Some of it cannot be read now.
  state::Replica expected;
  state::Fold fold;
  for (const auto& [partition, offset, value] : *records) {
    const std::string user = UserOf(value);
    kafka::RecordView record;
    record.partition = partition;
    record.offset = offset;
    record.timestamp = kEventTime;
    record.key = user;
    record.value = value;
    if (Status taken = expected.Take(record, fold); !taken) throw Broken(taken.error().context);
  }
  ++totals_.folds_compared;
  const state::Replica& kept = keeper_.replica();
  for (const auto& [partition, position] : expected.positions) {
    const auto found = kept.positions.find(partition);
    if (found == kept.positions.end() || found->second.next != position.next) {
      throw Broken("the fold is not at the end of partition " + std::to_string(partition));
    }
  }
  const auto differences = state::Differences(kept.state, expected.state, 1);
  if (!differences.empty()) throw Broken("the fold: " + differences.front());
  const state::Counts& counts = kept.state.counts;
  const state::Counts& right = expected.state.counts;
  if (counts.done != right.done || counts.refused != right.refused ||
      counts.duplicates != right.duplicates || counts.other != right.other ||
      counts.malformed + counts.misplaced > 0) {
    throw Broken("the fold counts " + std::to_string(counts.done) + " events that were done, and " +
                 std::to_string(right.done) + " were");
  }
}

}  // namespace gamevents::simulation
