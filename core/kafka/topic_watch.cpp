#include "core/kafka/topic_watch.h"

#include "core/base/thread.h"
#include "core/kafka/message.h"
#include "core/kafka/partition_fetch.h"
#include "core/kafka/reading_errors.h"

#include <algorithm>
#include <utility>

namespace gamevents::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// What the questions of one look take at most, whatever does not answer.
constexpr milliseconds kLookMax{1'000};
/// How long it then waits for what it reads again, and how soon a stop is noticed in that.
constexpr milliseconds kRereadMax{3'000};
constexpr milliseconds kLookWait{50};

// One record is read, so one is fetched.
Properties WatchSettings() {
  Properties settings = DirectReading();
  settings.merge(Properties{
      {"queued.min.messages", "1"},
      {"queued.max.messages.kbytes", "1024"},
      {"fetch.message.max.bytes", "1024"},
      {"fetch.wait.max.ms", "100"},
  });
  return settings;
}

}  // namespace

Result<std::unique_ptr<TopicWatch>> TopicWatch::Start(const ClientOptions& options,
                                                      const std::string& topic,
                                                      std::vector<WatchedPlace> places) {
  std::unique_ptr<TopicWatch> watch(new TopicWatch(options, topic));
  auto handle =
      OpenHandle(RD_KAFKA_CONSUMER, options, WatchSettings(), {}, watch->connection_errors_);
  if (!handle) return std::move(handle).error();
  watch->handle_ = std::move(*handle);
  watch->topic_handle_.reset(rd_kafka_topic_new(watch->handle_.get(), topic.c_str(), nullptr));
  watch->queue_.reset(rd_kafka_queue_new(watch->handle_.get()));
  watch->places_ = std::move(places);
  const bool known = std::ranges::any_of(
      watch->places_, [](const WatchedPlace& place) { return place.landmark.has_value(); });
  if (known) {
    auto doubt = watch->Look(watch->places_);
    if (doubt && doubt->certain) return std::move(doubt->error);
  }
  auto started = StartThread(watch->thread_, [w = watch.get()] { w->Run(); });
  if (!started) return std::move(started).error();
  return watch;
}

TopicWatch::~TopicWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void TopicWatch::Update(std::vector<WatchedPlace> places) {
  const std::lock_guard lock(mutex_);
  places_ = std::move(places);
  is_new_ = true;
  wants_ = false;
}

std::optional<Error> TopicWatch::Found() const {
  if (!has_found_) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return found_;
}

void TopicWatch::Run() {
  bool doubted = false;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const std::vector<WatchedPlace> places = places_;
    is_new_ = false;
    lock.unlock();
    auto doubt = Look(places);
    lock.lock();
    if (doubt && (doubt->certain || doubted)) {
      found_ = std::move(doubt->error);
      has_found_ = true;
      return;
    }
    doubted = doubt.has_value();
    // What came during the look has its turn first, or it would never be proven.
    wants_ = !is_new_;
    changed_.wait_for(lock, kLookEvery, [this] { return stopping_.load(); });
  }
}

std::optional<TopicWatch::Doubt> TopicWatch::Look(std::span<const WatchedPlace> places) {
  rd_kafka_poll(handle_.get(), 0);  // What the handle has to say is not let pile up.
  // The first landmark is of the topic that was opened, however late it is read again.
  for (const WatchedPlace& place : places) {
    if (place.landmark) known_.try_emplace(place.partition, *place.landmark);
  }
  const Query query{handle_.get(), topic_, connection_errors_, steady_clock::now() + kLookMax};
  const auto existing = FindPartitions(query);
  if (!existing) {
    if (existing.error().fault != Fault::kNotFound) return std::nullopt;
    return Doubt{DeletedWhileFollowed(topic_), false};
  }
  for (const WatchedPlace& place : places) {
    if (std::ranges::binary_search(*existing, place.partition)) continue;
    return Another(place.partition, "the partition is no longer there", false);
  }
  if (auto doubt = CheckEnds(query, places)) return doubt;
  return Reread(places);
}

TopicWatch::Doubt TopicWatch::Another(int32_t partition, const std::string& why,
                                      bool certain) const {
  return {AnotherTopic(topic_, partition, why), certain};
}

std::optional<TopicWatch::Doubt> TopicWatch::CheckEnds(const Query& query,
                                                       std::span<const WatchedPlace> places) {
  std::vector<int32_t> partitions;
  for (const WatchedPlace& place : places) partitions.push_back(place.partition);
  const auto ends = ListOffsets(query, partitions, kLogEnd);
  if (!ends) return std::nullopt;
  for (size_t i = 0; i < places.size(); ++i) {
    if ((*ends)[i] >= places[i].next) continue;
    return Another(places[i].partition,
                   "it ends at offset " + std::to_string((*ends)[i]) + ", and offset " +
                       std::to_string(places[i].next - 1) + " was read",
                   false);
  }
  return std::nullopt;
}

// Reads again what was there at the last look, or, the first time, the place's landmark, or the
// last record before what is read. Only when that is still there does the place's landmark take its
// turn: it can have been read of a topic that was made again since that look.
std::optional<TopicWatch::Doubt> TopicWatch::Reread(std::span<const WatchedPlace> places) {
  const auto deadline = steady_clock::now() + kRereadMax;
  // What the last look left behind counts as fetched, and librdkafka would wait with fetching more.
  while (Message(rd_kafka_consume_queue(queue_.get(), 0))) continue;
  std::map<int32_t, Awaited> awaited;
  std::vector<PartitionFetch> fetches;
  for (const WatchedPlace& place : places) {
    const auto known = known_.find(place.partition);
    const auto landmark =
        known == known_.end() ? std::nullopt : std::optional<Landmark>(known->second);
    const int64_t offset = landmark ? landmark->offset : place.next - 1;
    if (offset < 0) continue;
    auto fetch = PartitionFetch::Start(handle_.get(), topic_handle_.get(), place.partition, offset,
                                       queue_.get());
    if (!fetch) continue;
    fetches.push_back(std::move(*fetch));
    awaited[place.partition] = {offset, landmark, place.landmark};
  }
  std::optional<Doubt> doubt;
  while (!doubt && !awaited.empty() && !stopping_ && steady_clock::now() < deadline) {
    const Message message(
        rd_kafka_consume_queue(queue_.get(), static_cast<int>(kLookWait.count())));
    if (!message) continue;
    const auto found = awaited.find(message->partition);
    if (found == awaited.end()) continue;
    doubt = Compare(*message, found->second);
    awaited.erase(found);
  }
  return doubt;
}

// Anything but a record at that offset says nothing: it may have been deleted, or compacted, or its
// broker does not answer.
std::optional<TopicWatch::Doubt> TopicWatch::Compare(const rd_kafka_message_t& message,
                                                     const Awaited& awaited) {
  const bool is_record = message.err == RD_KAFKA_RESP_ERR_NO_ERROR;
  const bool is_gone = (is_record && message.offset != awaited.offset) ||
                       message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF ||
                       message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
                       message.err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE;
  if (!is_record && !is_gone) return std::nullopt;
  std::optional<Landmark> next = awaited.next;
  if (!is_gone) {
    const Landmark there = LandmarkOf(RecordOf(message));
    if (awaited.landmark && there != *awaited.landmark) {
      return Another(message.partition, AnotherRecordAt(awaited.offset), true);
    }
    if (!next) next = there;
  }
  if (next) known_[message.partition] = *next;
  return std::nullopt;
}

}  // namespace gamevents::kafka
