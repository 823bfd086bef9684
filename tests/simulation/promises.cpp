#include "tests/simulation/promises.h"

#include <algorithm>
#include <utility>

namespace gamevents::simulation {
namespace {

[[noreturn]] void Break(const std::string& where, const std::string& what) {
  throw Broken(where + ": " + what);
}

std::string Number(int64_t number) { return std::to_string(number); }

// The part of a value that makes it unlike all others.
std::string Head(const std::string& value) { return value.substr(0, value.find(':')); }

}  // namespace

void Promises::Made(World& world, const std::string& name) {
  const auto id = world.logs().IdOf(name);
  if (!id) Break(name, "was made, and is not there");
  if (topics_.contains(*id)) Break(name, "was made with an id that was there before");
  topics_[*id];
  names_[name] = {*id, false};
}

void Promises::Gone(const std::string& name) { names_[name] = {std::nullopt, false}; }

std::optional<Uuid> Promises::Current(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? std::nullopt : found->second.id;
}

void Promises::Sent(const Uuid& topic, int32_t partition, const std::vector<std::string>& values) {
  auto& sent = topics_[topic].partitions[partition].sent;
  for (const std::string& value : values) sent.insert(value);
}

void Promises::SentToName(const std::string& name, int32_t partition,
                          const std::vector<std::string>& values) {
  sent_to_names_[name + "-" + Number(partition)].insert(values.begin(), values.end());
}

void Promises::Acknowledged(const Uuid& topic, int32_t partition, int64_t base_offset,
                            const std::vector<std::string>& values) {
  Partition& state = topics_[topic].partitions[partition];
  int64_t offset = base_offset;
  for (const std::string& value : values) {
    const auto [known, added] = state.known.emplace(offset++, value);
    if (!added && known->second != value) {
      Break("partition " + Number(partition), "offset " + Number(known->first) + " was given to " +
                                                  Head(known->second) + " and to " + Head(value));
    }
  }
  state.end_min = std::max(state.end_min, offset);
}

void Promises::DeletedBefore(const Uuid& topic, int32_t partition, int64_t before, bool answered) {
  Partition& state = topics_[topic].partitions[partition];
  state.start_max = std::max(state.start_max, before);
  if (answered) state.start_min = std::max(state.start_min, before);
}

std::optional<std::vector<Promises::Known>> Promises::WholeTopic(World& world,
                                                                 const std::string& name) const {
  const auto id = Current(name);
  const auto found = world.logs().Find(name);
  if (!id || !found || world.logs().IdOf(name) != id) return std::nullopt;
  std::vector<Known> records;
  for (const auto& [index, state] : topics_.at(*id).partitions) {
    const log::Log& log = *found->partitions.at(static_cast<size_t>(index));
    if (std::cmp_not_equal(state.known.size(), log.high_watermark().value)) return std::nullopt;
    for (const auto& [offset, value] : state.known) records.push_back({index, offset, value});
  }
  return records;
}

void Promises::Committing(const std::string& group, const Uuid& topic, int64_t offset) {
  offsets_[{group, topic}].possible.insert(offset);
}

void Promises::Committed(const std::string& group, const Uuid& topic, int64_t offset) {
  GroupOffset& state = offsets_[{group, topic}];
  state.sure = std::max(state.sure.value_or(offset), offset);
  // Those sent before it are behind it; later ones may have overtaken the answer.
  state.possible.erase(state.possible.begin(), state.possible.upper_bound(offset));
}

void Promises::Fetched(const std::string& group, const Uuid& topic, int64_t offset) {
  GroupOffset& state = offsets_[{group, topic}];
  const bool nothing = offset < 0;
  const bool allowed =
      nothing ? !state.sure.has_value() : state.sure == offset || state.possible.contains(offset);
  if (!allowed) {
    Break("group " + group, "is told " + Number(offset) + " and had committed " +
                                (state.sure ? Number(*state.sure) : std::string("nothing")));
  }
  // Seen is decided, but for what is still on its way.
  if (!nothing) state.sure = offset;
}

void Promises::Check(World& world, bool restarted, bool clean) {
  for (auto& [name, state] : names_) {
    CheckName(world, name, state, restarted);
    if (!state.id) continue;
    const auto found = world.logs().Find(name);
    Topic& topic = topics_[*state.id];
    for (size_t i = 0; i < found->partitions.size(); ++i) {
      const auto index = static_cast<int32_t>(i);
      CheckPartition(name + "-" + Number(index), topic.partitions[index], *found->partitions[i],
                     restarted, clean);
    }
  }
}

void Promises::CheckName(World& world, const std::string& name, Name& state, bool restarted) {
  const auto id = world.logs().IdOf(name);
  if (id == state.id) {
    if (restarted) state.in_doubt = false;
    return;
  }
  if (!state.in_doubt) {
    Break(name, !id         ? "is gone, and nobody deleted it"
                : !state.id ? "is there, and was deleted"
                            : "is another topic than the one that was made");
  }
  // Either it is gone now, or it is the one that was being made: never an older one.
  if (id && topics_.contains(*id)) Break(name, "is a topic again that was deleted");
  if (id) topics_[*id];
  state = {id, !restarted};
}

void Promises::CheckPartition(const std::string& where, Partition& partition, const log::Log& log,
                              bool restarted, bool clean) {
  const int64_t start = log.log_start().value;
  if (start < partition.start_min) Break(where, "deleted records are back at " + Number(start));
  if (start > partition.start_max) Break(where, "begins at " + Number(start) + " unasked");
  if (log.high_watermark().value < partition.end_min) {
    Break(where, "ends at " + Number(log.high_watermark().value) + " and was acknowledged up to " +
                     Number(partition.end_min));
  }
  const int32_t epoch = log.leader_epoch().value;
  const bool raised = epoch > partition.epoch;
  if (epoch < partition.epoch) Break(where, "its leader epoch went down");
  if (restarted && !clean && !raised && partition.epoch >= 0) {
    Break(where, "its leader epoch was not raised after an unclean stop");
  }
  partition.epoch = epoch;
  std::erase_if(partition.known, [start](const auto& entry) { return entry.first < start; });
  CheckRecords(where, partition, log);
}

void Promises::CheckRecords(const std::string& where, Partition& partition, const log::Log& log) {
  std::vector<log::Read> records;
  const Status read = log::TakeAll(log, log.log_start(), records);
  // Without descriptors reading is refused, and the rest is read another time.
  const bool refused = !read && read.error().fault == Fault::kFull;
  if (!read && !refused) Break(where, "cannot be read: " + read.error().context);
  int64_t next = log.log_start().value;
  std::set<std::string> heads;
  for (const auto& [offset, time, value] : records) {
    ++records_checked_;
    if (offset != next++) Break(where, "offset " + Number(next - 1) + " is missing");
    if (!heads.insert(Head(value)).second) Break(where, Head(value) + " is there twice");
    const bool sent = partition.sent.contains(value) || sent_to_names_[where].contains(value);
    if (!sent) Break(where, Head(value) + " was never sent to it");
    const auto [known, added] = partition.known.emplace(offset, value);
    if (!added && known->second != value) {
      Break(where,
            "offset " + Number(offset) + " was " + Head(known->second) + " and is " + Head(value));
    }
  }
  if (!refused && next < log.high_watermark().value)
    Break(where, "offset " + Number(next) + " is missing");
  partition.end_min = std::max(partition.end_min, next);
}

}  // namespace gamevents::simulation
