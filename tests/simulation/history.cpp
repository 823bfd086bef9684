#include "tests/simulation/history.h"

#include <array>
#include <cstdio>
#include <iterator>
#include <utility>

namespace gamevents::simulation {
namespace {

using broker::ErrorCode;
using log::SimulatedDisk;

constexpr size_t kProducersMax = 3;
constexpr size_t kOldLogsMax = 4;

constexpr std::array kOperations{SimulatedDisk::Op::kWrite,        SimulatedDisk::Op::kSync,
                                 SimulatedDisk::Op::kTruncate,     SimulatedDisk::Op::kRename,
                                 SimulatedDisk::Op::kRemove,       SimulatedDisk::Op::kCreate,
                                 SimulatedDisk::Op::kSyncDirectory};

}  // namespace

History::History(uint64_t seed, bool told, Totals& totals)
    : told_(told), totals_(totals), random_(seed), world_(random_), keeper_(world_, kEventsTopic) {}

void History::Tell(const std::string& what) const {
  if (told_) std::fprintf(stderr, "  %s\n", what.c_str());
}

void History::Run(int steps) {
  Begin(End::kClean);
  for (int i = 0; i < steps; ++i) {
    ++totals_.steps;
    Pass(60'000);
    Step();
    CheckWires();
    if (world_.disk().dead()) {
      ++totals_.faults["a crash within an operation"];
      Tell("the crash came");
      Restart(random_.OneIn(2) ? End::kPower : End::kKill);
    }
  }
  // Whatever was broken is whole again, and all of it can be read.
  Restart(End::kClean);
  Restart(End::kClean);
  FoldOn();
  totals_.records_checked += promises_.records_checked();
}

void History::Pass(uint64_t ms) {
  const auto passed = static_cast<int64_t>(random_.Below(ms));
  totals_.virtual_ms += passed;
  world_.clock().Set(world_.clock().Now().value + passed);
}

void History::Finish(End end) {
  waiting_.clear();
  senders_.clear();
  old_logs_.clear();  // They may not outlive the broker.
  keeper_.Stop(end, random_);
  world_.Stop(end);
  CheckWires();
}

// Starts the broker; sometimes it is kept from it by a failure, and must start when that is over.
void History::Begin(End ended) {
  if (random_.OneIn(4)) BreakDisk();
  auto started = world_.Start();
  if (!started || world_.disk().dead()) {
    Tell("did not start: " + (started ? std::string("it died") : started.error().context));
    ++totals_.faults["a start that failed"];
    if (!world_.disk().dead() && !world_.disk().troubled()) {
      throw Broken("the broker does not start: " + started.error().context);
    }
    Finish(random_.OneIn(2) ? End::kPower : End::kKill);
    started = world_.Start();
  }
  if (!started) throw Broken("the broker does not start: " + started.error().context);
  for (const auto& producer : producers_) {
    if (producer->unanswered) producer->unanswered->call = {};
  }
  promises_.Check(world_, true, ended == End::kClean);
  for (const std::string name : {"t0", "t1", "t2"}) FetchOffsets(name);
  Tell("started");
}

void History::Step() {
  switch (random_.Below(27)) {
    case 0:
    case 1:
      return MakeTopic(PickTopic());
    case 2:
      return DeleteTopic(PickTopic());
    case 3:
      return DeleteRecords();
    case 4:
    case 5:
      return CommitOffset();
    case 6:
      return FetchOffsets(PickName());
    case 7:
      return KeepHouse();
    case 8:
      return UseOldLog();
    case 9:
      return BreakDisk();
    case 10:
      return Restart(static_cast<End>(random_.Below(3)));
    case 11:
      Tell("look");
      return promises_.Check(world_, false, false);
    case 12:
    case 13:
    case 14:
      return ProduceNumbered();
    case 15:
    case 16:
    case 17:
    case 18:
    case 19:
    case 20:
      return UseWires();
    case 21:
      return FoldOn();
    default:
      return Produce();
  }
}

// A value unlike all others; now and then one that looks like the log's own structure.
std::string History::MakeValue() {
  std::string value = "v" + std::to_string(next_value_++) + ":";
  switch (random_.Below(4)) {
    case 0:
      return value + std::string(random_.Below(700), 'x');
    case 1: {
      auto inner = log::MakeBatch({"not a record of its own"});
      log::BatchHeader header = log::ReadBatchHeader(inner);
      header.base_offset = log::Offset(static_cast<int64_t>(random_.Below(60)));
      header.leader_epoch = log::LeaderEpoch(static_cast<int32_t>(random_.Below(4)));
      log::WriteBatchHeader(header, std::span(inner).first<log::kBatchHeaderSize>());
      return value + std::string(AsText(inner));
    }
    default:
      return value;
  }
}

int32_t History::PickPartition(const std::string& name) {
  const auto found = world_.logs().Find(name);
  return found ? static_cast<int32_t>(random_.Below(found->partitions.size())) : 0;
}

History::Batch History::MakeBatch(const std::string& name, int32_t partition, int64_t producer,
                                  int32_t sequence) {
  Batch batch;
  batch.topic = *promises_.Current(name);
  batch.name = name;
  batch.partition = partition;
  batch.producer = producer;
  std::vector<std::string> keys;
  for (uint64_t i = 0; i <= random_.Below(3); ++i) {
    const auto [user, text] = name == kEventsTopic ? MakeEvent(partition) : Event{"", MakeValue()};
    keys.push_back(user);
    batch.values.push_back(text);
  }
  log::BatchBuilder::Options options;
  options.codec = static_cast<log::Codec>(random_.Below(5));
  if (producer >= 0) {
    options.producer_id = log::ProducerId(producer);
    options.producer_epoch = 0;
    options.base_sequence = sequence;
  }
  // The state shows the times of its events; what was read is held against values only.
  const TimestampMs time = name == kEventsTopic ? kEventTime : world_.clock().Now();
  log::BatchBuilder builder(options);
  for (size_t i = 0; i < keys.size(); ++i) {
    builder.Add(time, keys[i], batch.values[i]);
  }
  batch.bytes = builder.Finish().value();
  return batch;
}

broker::ProduceRequest History::MakeRequest(const Batch& batch) {
  broker::ProduceRequest request;
  request.acks = -1;
  request.timeout_ms = 1000;
  request.topic_data = {{batch.name, {{batch.partition, broker::Records{batch.bytes, {}}}}}};
  return request;
}

void History::Launch(Batch& batch) {
  promises_.Sent(batch.topic, batch.partition, batch.values);
  batch.call = world_.Send(MakeRequest(batch));
}

bool History::Settle(Batch& batch) {
  const auto response = world_.Answer<broker::ProduceResponse>(std::exchange(batch.call, {}));
  if (!response) return false;
  const auto& answer = response->responses.at(0).partition_responses.at(0);
  if (answer.error_code != ErrorCode::kNone) {
    Tell("  refused: " + answer.error_message.value_or(""));
    if (answer.error_code == ErrorCode::kOutOfOrderSequenceNumber) {
      throw Broken("a producer that counts right is told that it does not: " +
                   answer.error_message.value_or(""));
    }
    return false;
  }
  totals_.acknowledged += batch.values.size();
  if (batch.may_wait_for_memory) {
    const auto now = promises_.Current(batch.name);
    if (!now) return true;  // It is in a topic that nobody was told of yet.
    batch.topic = *now;
  }
  CheckDurable(batch, answer.base_offset);
  promises_.Acknowledged(batch.topic, batch.partition, answer.base_offset, batch.values);
  return true;
}

// What is acknowledged is on disk by then, unless it was deleted since.
void History::CheckDurable(const Batch& batch, int64_t base_offset) {
  const auto log = world_.logs().Partition(batch.name, batch.partition);
  if (promises_.Current(batch.name) != batch.topic) return;
  if (log == nullptr || log->log_start().value > base_offset) return;
  // The log stamps the header; the records are there as they were sent.
  const auto records = AsText(batch.bytes).substr(log::kBatchHeaderSize);
  if (world_.disk().IsDurable(World::FolderOf(batch.name, batch.partition), records)) return;
  throw Broken(batch.name +
               ": acknowledged before it is on disk: " + batch.values.front().substr(0, 8));
}

void History::SettleAll() {
  for (auto batch = waiting_.begin(); batch != waiting_.end();) {
    const bool answered = World::Answered(batch->call);
    if (answered) Settle(*batch);
    if (!answered && IsLate(*batch)) throw Broken(batch->name + ": a request is not answered");
    batch = answered ? waiting_.erase(batch) : std::next(batch);
  }
  for (const auto& producer : producers_) {
    if (!producer->unanswered || !World::Answered(producer->unanswered->call)) continue;
    if (!Settle(*producer->unanswered)) continue;
    producer->sequence += static_cast<int32_t>(producer->unanswered->values.size());
    producer->unanswered.reset();
  }
}

// Some clients at once: what they send is appended before any of it is committed.
void History::Produce() {
  bool sent = false;
  for (uint64_t i = 0; i <= random_.Below(3); ++i) {
    const std::string name = PickTopic();
    if (!promises_.Current(name)) continue;
    Batch batch = MakeBatch(name, PickPartition(name), -1, -1);
    if (WaitsForSync(batch)) continue;
    Tell("produce to " + name + "-" + std::to_string(batch.partition) + ": " +
         batch.values.front().substr(0, 8));
    Launch(waiting_.emplace_back(std::move(batch)));
    sent = true;
  }
  // The process may go before any of it is on disk.
  if (sent && random_.OneIn(12)) {
    world_.disk().Die();
    return;
  }
  MaySyncSlowly();
  world_.Pump();
  SettleAll();
}

std::optional<History::Producer> History::NewProducer(const std::string& name, const Uuid& topic) {
  const auto given = world_.Ask<broker::InitProducerIdResponse>(broker::InitProducerIdRequest{});
  if (!given || given->error_code != ErrorCode::kNone) return std::nullopt;
  for (const auto& other : producers_) {
    if (other->id == given->producer_id) throw Broken("a producer id is given twice");
  }
  Producer producer;
  producer.topic = topic;
  producer.name = name;
  producer.partition = PickPartition(name);
  producer.id = given->producer_id;
  return producer;
}

// A producer with numbers sends its next batch, or again the one that was not answered.
void History::ProduceNumbered() {
  if (producers_.size() < kProducersMax) {
    const std::string name = PickTopic();
    const auto topic = promises_.Current(name);
    if (!topic) return;
    if (auto producer = NewProducer(name, *topic)) {
      producers_.push_back(std::make_shared<Producer>(*std::move(producer)));
    }
    return;
  }
  const auto picked = producers_.begin() + static_cast<ptrdiff_t>(random_.Below(kProducersMax));
  Producer& producer = **picked;
  if (promises_.Current(producer.name) != producer.topic) {
    producers_.erase(picked);
    return;
  }
  const bool again = producer.unanswered.has_value();
  if (!again) {
    producer.unanswered =
        MakeBatch(producer.name, producer.partition, producer.id, producer.sequence);
  }
  Batch& batch = *producer.unanswered;
  if (WaitsForSync(batch)) return;
  Tell(std::string(again ? "again" : "numbered") + " to " + producer.name + "-" +
       std::to_string(producer.partition) + ": " + batch.values.front().substr(0, 8));
  Launch(batch);
  MaySyncSlowly();
  world_.Pump();
  SettleAll();
}

void History::MakeTopic(const std::string& name) {
  Tell("make " + name);
  broker::CreateTopicsRequest request;
  request.topics = {{name, 1 + static_cast<int32_t>(random_.Below(2)), 1, {}, {}}};
  if (!promises_.Current(name)) promises_.MayExist(name);
  const auto response = world_.Ask<broker::CreateTopicsResponse>(request);
  if (!response) return;
  const ErrorCode code = response->topics.at(0).error_code;
  if (code == ErrorCode::kNone) promises_.Made(world_, name);
}

void History::DeleteTopic(const std::string& name) {
  const auto topic = promises_.Current(name);
  if (!topic) return;
  Tell("delete " + name);
  if (const auto found = world_.logs().Find(name); found && old_logs_.size() < kOldLogsMax) {
    old_logs_.push_back(found->partitions.front());
  }
  broker::DeleteTopicsRequest request;
  request.topics = {{name}};
  request.topic_names = {name};
  promises_.MayExist(name);
  MaySyncSlowly();
  const auto response = world_.Ask<broker::DeleteTopicsResponse>(request);
  if (!response || response->responses.at(0).error_code != ErrorCode::kNone) return;
  // Somebody may have made another one meanwhile.
  if (promises_.Current(name) == topic) promises_.Gone(name);
}

void History::DeleteRecords() {
  const std::string name = PickName();
  const auto topic = promises_.Current(name);
  if (!topic) return;
  const int32_t partition = PickPartition(name);
  const auto log = world_.logs().Partition(name, partition);
  if (log == nullptr || WaitsForSync(name, partition)) return;
  const int64_t end = log->high_watermark().value;
  const auto before = static_cast<int64_t>(random_.Below(static_cast<uint64_t>(end) + 1));
  Tell("delete records of " + name + "-" + std::to_string(partition) + " before " +
       std::to_string(before));
  broker::DeleteRecordsRequest request;
  request.topics = {{name, {{partition, before}}}};
  promises_.DeletedBefore(*topic, partition, before, false);
  const auto response = world_.Ask<broker::DeleteRecordsResponse>(request);
  if (!response) return;
  if (response->topics.at(0).partitions.at(0).error_code != ErrorCode::kNone) return;
  promises_.DeletedBefore(*topic, partition, before, true);
}

void History::CommitOffset() {
  const std::string name = PickName();
  const auto topic = promises_.Current(name);
  if (!topic) return;
  const std::string group = "g" + std::to_string(random_.Below(2));
  const int64_t offset = next_offset_++;
  Tell(group + " commits " + std::to_string(offset) + " of " + name);
  broker::OffsetCommitRequest request;
  request.group_id = group;
  request.generation_id_or_member_epoch = -1;
  request.topics = {{name, {{0, offset, -1, "note"}}}};
  promises_.Committing(group, *topic, offset);
  MaySyncSlowly();
  const auto response = world_.Ask<broker::OffsetCommitResponse>(request);
  if (!response) return;
  if (response->topics.at(0).partitions.at(0).error_code != ErrorCode::kNone) return;
  promises_.Committed(group, *topic, offset);
}

void History::FetchOffsets(const std::string& name) {
  const auto topic = promises_.Current(name);
  if (!topic || world_.logs().IdOf(name) != topic) return;
  for (const std::string group : {"g0", "g1"}) {
    broker::OffsetFetchRequest request;
    broker::OffsetFetchRequestGroup asked;
    asked.group_id = group;
    asked.topics = {{name, {0}}};
    request.groups = {asked};
    const auto response = world_.Ask<broker::OffsetFetchResponse>(request);
    if (!response || response->groups.at(0).error_code != ErrorCode::kNone) return;
    const auto& answer = response->groups.at(0).topics.at(0).partitions.at(0);
    if (answer.error_code != ErrorCode::kNone) continue;
    promises_.Fetched(group, *topic, answer.committed_offset);
  }
}

// What the broker does by itself from time to time.
void History::KeepHouse() {
  Tell("keep house");
  world_.broker().groups->Tick();
  static_cast<void>(world_.logs().ApplyRetention(world_.clock().Now()).ok());
  world_.Pump();
}

// A thread that was slow: it still has the log of a topic that was deleted since.
void History::UseOldLog() {
  if (old_logs_.empty()) return;
  const auto& log = old_logs_[random_.Below(old_logs_.size())];
  bool current = false;
  for (const log::Topic& topic : world_.logs().Topics()) {
    for (const auto& one : topic.partitions) current = current || one == log;
  }
  if (current) return;  // Its deletion failed.
  Tell("an old log is used");
  ++totals_.faults["a late call on a deleted log"];
  switch (random_.Below(4)) {
    case 0:
      static_cast<void>(log->Append(log::MakeBatch({std::string(600, 'z')})).ok());
      break;
    case 1:
      static_cast<void>(log->DeleteRecordsBefore(log::Offset(-1)).ok());
      break;
    case 2:
      static_cast<void>(log->ApplyRetention(TimestampMs(INT64_MAX / 2)));
      break;
    default:
      static_cast<void>(log->Close().ok());
  }
  world_.Pump();
}

void History::BreakDisk() {
  SimulatedDisk& disk = world_.disk();
  const uint64_t soon = 1 + random_.Below(12);
  switch (random_.Below(6)) {
    case 0:
      Tell("the disk is nearly full");
      ++totals_.faults["a full disk"];
      return disk.SetRoom(random_.Below(4000));
    case 1:
      Tell("descriptors run out");
      ++totals_.faults["no descriptors"];
      return disk.SetDescriptors(disk.open_files() + random_.Below(3));
    case 2:
      Tell("there is room again");
      disk.SetDescriptors(std::nullopt);
      return disk.SetRoom(std::nullopt);
    case 3:
    case 4: {
      const auto op = kOperations[random_.Below(kOperations.size())];
      Tell("operation " + std::to_string(static_cast<int>(op)) + " fails in " +
           std::to_string(soon));
      ++totals_.faults["an operation that fails"];
      return disk.FailNth(op, soon, random_.OneIn(3) ? Fault::kFull : Fault::kIo);
    }
    default:
      Tell("a crash in " + std::to_string(soon) + " operations");
      return disk.DieAfter(soon);
  }
}

void History::Restart(End end) {
  constexpr std::array kNames{"a clean stop", "kill -9", "a power failure"};
  const std::string name = kNames[static_cast<size_t>(end)];
  Tell(name);
  ++totals_.faults[name];
  Finish(end);
  Begin(end);
}

}  // namespace gamevents::simulation
