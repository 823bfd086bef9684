#include "core/kafka/reader.h"

#include "core/kafka/configuration.h"
#include "core/kafka/error.h"
#include "core/kafka/fetch_progress.h"
#include "core/kafka/in_process_broker.h"
#include "core/kafka/message.h"
#include "core/kafka/partition_fetch.h"
#include "core/kafka/query.h"
#include "core/kafka/reading_errors.h"
#include "core/kafka/topic_watch.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace gamevents::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

// Messages taken out of librdkafka's queue at a time, which is also what a caller's batch pins.
constexpr size_t kBatchRecordsMax = 1'024;
// What waits in librdkafka's queue, which all partitions of a reader share; one fetch more a
// broker.
constexpr size_t kQueueKib = 8'192;
// How long one look may take whether a silent partition's leader still answers.
constexpr milliseconds kProbeMax{1'000};

struct Partition {
  PartitionRange range;
  int64_t end = 0;        // where reading stops: range.end, or never when following
  int64_t next = 0;       // the offset after the last record that was returned
  nanoseconds silent{0};  // waited for in Next since the leader was last heard of
  // Waited for in Next since its log was seen to go on, and nothing came of it; then also how far
  // the fetcher was.
  std::optional<nanoseconds> behind{};
  std::optional<int64_t> fetched{};
  std::optional<Landmark> landmark{};     // when following: a record that was returned
  std::optional<PartitionFetch> fetch{};  // nothing: it is finished, or has not begun

  void NoteProgress() {
    silent = nanoseconds(0);
    behind.reset();
  }
};

// What one Next gives: the messages, and the views that point into them and at each other.
struct Batch {
  std::vector<Message> messages;
  std::vector<RecordView> records;
  std::vector<HeaderView> headers;
  std::vector<size_t> header_counts;  // one a record, until the spans can be made

  void Clear() {
    messages.clear();
    records.clear();
    headers.clear();
    header_counts.clear();
  }
};

// What a reader's handle says outside of calls. It is the handle's opaque, as the ConnectionErrors
// that OpenHandle was given.
struct HandleNotices : ConnectionErrors {
  using ConnectionErrors::ConnectionErrors;
  FetchProgress progress;
};

class RdReader final : public Reader {
 public:
  explicit RdReader(const ReaderOptions& options)
      : options_(options), notices_(options.client.brokers) {}
  /// Finds the topic and the ranges. Errors: as Reader::Open.
  Status Find();
  /// Begins to fetch what was found. Errors: kIo as librdkafka says.
  Status Start();

  std::span<const PartitionRange> ranges() const override { return ranges_; }
  Result<std::span<const RecordView>> Next(milliseconds wait) override;
  void LimitBatch(size_t count) override {
    batch_max_ = std::clamp(count, size_t{1}, kBatchRecordsMax);
  }
  std::vector<PartitionRange> TakeFinished() override { return std::exchange(finished_, {}); }
  bool Finished() const override { return unfinished_ == 0; }
  int64_t Behind() const override;
  Status Commit() override;

 private:
  Status StartPartition(Partition& partition);
  std::vector<WatchedPlace> Places() const;
  Status StartWatch();
  void MarkPlaces();
  void Fill(milliseconds wait);
  size_t Fetch(milliseconds wait, size_t count_max);
  void WakeStalled();
  void Take(const rd_kafka_message_t& message);
  void TakeRecord(const rd_kafka_message_t& message, Partition& partition);
  void TakeHeaders(const rd_kafka_message_t& message);
  void BindHeaders();
  void TakeError(const rd_kafka_message_t& message, const Partition& partition);
  Error OutOfRange(const ReadPlace& place, const std::string& said);
  void Finish(Partition& partition);
  Status CheckContact(nanoseconds waited);
  Status Probe(std::span<const int32_t> silent);
  Status CheckMoves(Partition& partition, int64_t log_end);
  Partition& At(int32_t partition) { return partitions_[slots_[static_cast<size_t>(partition)]]; }

  const ReaderOptions options_;
  HandleNotices notices_;
  Handle handle_;
  Queue queue_;
  TopicHandle topic_;

  std::vector<Partition> partitions_;
  std::vector<size_t> slots_;  // partition number → index into partitions_
  std::vector<PartitionRange> ranges_;
  std::vector<PartitionRange> finished_;
  size_t unfinished_ = 0;
  size_t batch_max_ = kBatchRecordsMax;
  size_t taken_count_ = 0;  // records, and the bytes of their keys and values
  size_t taken_bytes_ = 0;
  size_t woken_at_ = 0;  // taken_bytes_ when the fetchers were woken last
  bool full_ = false;    // the queue was, since then

  Batch last_;
  std::optional<Error> failed_;  // what came behind the records of the last batch
  std::unique_ptr<TopicWatch> watch_;
  bool unmarked_ = false;  // there are landmarks that the watch has not been told
};

Properties Settings(const ReaderOptions& options) {
  Properties settings = DirectReading();
  settings.merge(Properties{
      {"queued.max.messages.kbytes", std::to_string(kQueueKib)},
      {"queued.min.messages", "1000000"},
      {"fetch.message.max.bytes", "1048576"},
      {"fetch.max.bytes", "16777216"},
      {"fetch.wait.max.ms", "100"},
      {"fetch.error.backoff.ms", "100"},
  });
  if (options.group) settings["group.id"] = *options.group;
  // How far the fetchers are, often enough to see within the timeout whether they move.
  const int64_t often = std::clamp<int64_t>(options.client.timeout.count() / 4, 100, 2'500);
  settings["statistics.interval.ms"] = std::to_string(often);
  return settings;
}

int OnStatistics(rd_kafka_t*, char* json, size_t size, void* opaque) {
  auto* notices = static_cast<HandleNotices*>(static_cast<ConnectionErrors*>(opaque));
  notices->progress.OnStatistics({json, size});
  return 0;  // librdkafka frees it
}

void SetStatistics(rd_kafka_conf_t* conf) { rd_kafka_conf_set_stats_cb(conf, OnStatistics); }

constexpr Promise kReaderPromises[] = {
    {"group.id", "", "give the group to the command (--group), which starts at its offsets"},
    {"enable.auto.commit", "false", "only what has been handed over is committed"},
    {"auto.commit.enable", "false", "only what has been handed over is committed"},
    {"enable.partition.eof", "true", "the end of a partition is found by it"},
    {"auto.offset.reset", "error", "records that are gone are reported, not jumped over"},
    {"allow.auto.create.topics", "false", "reading a topic does not create it"},
};

std::string Milliseconds(nanoseconds time) {
  return std::to_string(std::chrono::duration_cast<milliseconds>(time).count());
}

Status RdReader::Find() {
  auto handle = OpenHandle(RD_KAFKA_CONSUMER, options_.client, Settings(options_), kReaderPromises,
                           notices_, SetStatistics);
  if (!handle) return std::move(handle).error();
  handle_ = std::move(*handle);

  const Query query{handle_.get(), options_.topic, notices_,
                    steady_clock::now() + options_.client.timeout};
  QueryOffsets offsets(query);
  auto ranges = FindRanges(offsets, options_);
  if (!ranges) return std::move(ranges).error();
  ranges_ = std::move(*ranges);
  return Done{};
}

Status RdReader::Start() {
  queue_.reset(rd_kafka_queue_new(handle_.get()));
  topic_.reset(rd_kafka_topic_new(handle_.get(), options_.topic.c_str(), nullptr));
  if (!topic_) return KafkaError(rd_kafka_last_error()).In("topic " + options_.topic);
  slots_.resize(static_cast<size_t>(ranges_.back().partition) + 1);
  partitions_.reserve(ranges_.size());
  for (const PartitionRange& range : ranges_) {
    const int64_t end = options_.follow ? std::numeric_limits<int64_t>::max() : range.end;
    slots_[static_cast<size_t>(range.partition)] = partitions_.size();
    partitions_.push_back({range, end, range.begin});
    const auto landmark = options_.landmarks.find(range.partition);
    if (landmark != options_.landmarks.end()) partitions_.back().landmark = landmark->second;
  }
  if (options_.follow) {
    if (auto watched = StartWatch(); !watched) return watched;
  }
  for (Partition& partition : partitions_) {
    if (auto started = StartPartition(partition); !started) return started;
  }
  return Done{};
}

std::vector<WatchedPlace> RdReader::Places() const {
  std::vector<WatchedPlace> places;
  for (const Partition& partition : partitions_) {
    places.push_back({partition.range.partition, partition.next, partition.landmark});
  }
  return places;
}

Status RdReader::StartWatch() {
  auto watch = TopicWatch::Start(options_.client, options_.topic, Places());
  if (!watch) return std::move(watch).error();
  watch_ = std::move(*watch);
  return Done{};
}

// Tells the watch what has been returned, as often as it looks.
void RdReader::MarkPlaces() {
  if (!watch_) return;
  for (const auto& [partition, landmark] : LandmarksOf(last_.records)) {
    At(partition).landmark = landmark;
  }
  unmarked_ = unmarked_ || !last_.records.empty();
  if (!unmarked_ || !watch_->Wants()) return;
  unmarked_ = false;
  watch_->Update(Places());
}

Status RdReader::StartPartition(Partition& partition) {
  if (partition.next >= partition.end) {
    finished_.push_back(partition.range);
    return Done{};
  }
  auto fetch = PartitionFetch::Start(handle_.get(), topic_.get(), partition.range.partition,
                                     partition.next, queue_.get());
  if (!fetch) return std::move(fetch).error().In("topic " + options_.topic + ": start reading");
  partition.fetch.emplace(std::move(*fetch));
  ++unfinished_;
  return Done{};
}

// Stops the fetching of a partition; what was fetched past its end is dropped by librdkafka.
void RdReader::Finish(Partition& partition) {
  partition.fetch.reset();
  --unfinished_;
  finished_.push_back(partition.range);
}

size_t RdReader::Fetch(milliseconds wait, size_t count_max) {
  std::array<rd_kafka_message_t*, kBatchRecordsMax> raw;
  const ssize_t count = rd_kafka_consume_batch_queue(
      queue_.get(), static_cast<int>(std::clamp<int64_t>(wait.count(), 0, 3'600'000)), raw.data(),
      count_max);
  if (count <= 0) return 0;
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) last_.messages.emplace_back(raw[i]);
  return static_cast<size_t>(count);
}

// A batch call waits until its batch is full, so only the first message is waited for.
void RdReader::Fill(milliseconds wait) {
  if (Fetch(milliseconds(0), batch_max_) > 0) return;
  if (Fetch(wait, 1) == 1 && batch_max_ > 1) Fetch(milliseconds(0), batch_max_ - 1);
}

Result<std::span<const RecordView>> RdReader::Next(milliseconds wait) {
  last_.Clear();
  if (watch_ && !failed_) failed_ = watch_->Found();
  if (failed_) return *failed_;
  if (Finished()) return std::span<const RecordView>();

  const auto start = steady_clock::now();
  WakeStalled();
  Fill(wait);
  for (const Message& message : last_.messages) {
    Take(*message);
    if (failed_) break;
  }
  BindHeaders();
  MarkPlaces();
  if (failed_ && last_.records.empty()) return *failed_;
  // Every caller's loop comes here; what the handle itself has to say, its statistics too, is not
  // let pile up, however much there is to read.
  rd_kafka_poll(handle_.get(), 0);
  if (auto heard = CheckContact(steady_clock::now() - start); !heard) {
    // Of one partition; what came of the others counts as returned, so it is.
    if (last_.records.empty()) return std::move(heard).error();
    if (!failed_) failed_ = std::move(heard).error();
  }
  return std::span<const RecordView>(last_.records);
}

void RdReader::Take(const rd_kafka_message_t& message) {
  Partition& partition = At(message.partition);
  if (!partition.fetch) return;
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    TakeRecord(message, partition);
  } else if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    partition.NoteProgress();
    partition.next = std::max(partition.next, message.offset);
    // Offsets that hold no record (markers, aborted or compacted ones) end here too.
    if (message.offset >= partition.end) Finish(partition);
  } else {
    TakeError(message, partition);
  }
}

void RdReader::TakeRecord(const rd_kafka_message_t& message, Partition& partition) {
  partition.NoteProgress();
  if (message.offset >= partition.end) return Finish(partition);

  RecordView record = RecordOf(message);
  record.topic = options_.topic;
  last_.records.push_back(record);
  TakeHeaders(message);

  taken_count_ += 1;
  taken_bytes_ += message.len + message.key_len;
  partition.next = message.offset + 1;
  if (partition.next >= partition.end) Finish(partition);
}

// Of the last answers of the partitions' leaders, which librdkafka keeps.
int64_t RdReader::Behind() const {
  int64_t behind = 0;
  for (const Partition& partition : partitions_) {
    int64_t low = 0;
    int64_t high = 0;
    const auto found = rd_kafka_get_watermark_offsets(handle_.get(), options_.topic.c_str(),
                                                      partition.range.partition, &low, &high);
    const bool known = found == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0;
    const int64_t end = std::max(known ? high : 0, partition.range.high_watermark);
    behind += std::max<int64_t>(end - partition.next, 0);
  }
  return behind;
}

// A fetcher that found the queue full looks again only when its thread wakes, after up to a second
// (librdkafka before 2.2, which had no fetch.queue.backoff.ms). Any request to its broker wakes it,
// and the answer does not matter; it is asked for while there is still something to look at.
void RdReader::WakeStalled() {
  constexpr size_t kFull = kQueueKib << 10;
  const size_t length = rd_kafka_queue_length(queue_.get());
  const size_t waiting = taken_count_ == 0 ? 0 : length * (taken_bytes_ / taken_count_);
  full_ = full_ || waiting >= kFull / 10 * 9;
  // What waits is guessed from what came before; that it is used up is certain.
  const bool used_up = length == 0 && taken_bytes_ - woken_at_ >= kFull / 2;
  if (!used_up && (!full_ || waiting > kFull / 2)) return;
  full_ = false;
  woken_at_ = taken_bytes_;
  std::vector<int32_t> fetching;
  for (const Partition& partition : partitions_) {
    if (partition.fetch) fetching.push_back(partition.range.partition);
  }
  const Query query{handle_.get(), options_.topic, notices_, steady_clock::now() + kProbeMax};
  (void)ListOffsets(query, fetching, kLogEnd);
}

void RdReader::TakeHeaders(const rd_kafka_message_t& message) {
  if (!options_.headers) {
    last_.header_counts.push_back(0);
    return;
  }
  const size_t before = last_.headers.size();
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    for (size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      last_.headers.push_back({name, BytesOf(value, size)});
    }
  }
  last_.header_counts.push_back(last_.headers.size() - before);
}

// Only now does last_.headers stay where it is.
void RdReader::BindHeaders() {
  const HeaderView* next = last_.headers.data();
  for (size_t i = 0; i < last_.records.size(); ++i) {
    last_.records[i].headers = {next, last_.header_counts[i]};
    next += last_.header_counts[i];
  }
}

void RdReader::TakeError(const rd_kafka_message_t& message, const Partition& partition) {
  // A lost connection is librdkafka's to mend; CheckContact counts how long it takes.
  if (FaultOf(message.err) == Fault::kUnavailable) return;
  const char* text = rd_kafka_message_errstr(&message);
  Error error = KafkaError(message.err, text == nullptr ? "" : text);
  const ReadPlace place{options_.topic, message.partition, partition.next};
  if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
      message.err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
    failed_ = OutOfRange(place, error.context);
  } else if (error.fault == Fault::kNotFound) {
    failed_ = DeletedWhileRead(place, error.context);
  } else if (error.fault == Fault::kCorrupt) {
    // The log is the one that it was; a batch of it cannot be read.
    failed_ = Unreadable(place, error.context);
  } else {
    failed_ = std::move(error).In("topic " + options_.topic + " [" +
                                  std::to_string(message.partition) + "]");
  }
}

// An offset that the broker does not have lies before the log's start, or behind its end. A log
// that has grown past it since then still ended before it.
Error RdReader::OutOfRange(const ReadPlace& place, const std::string& said) {
  const Query query{handle_.get(), options_.topic, notices_, steady_clock::now() + kProbeMax};
  const auto starts = ListOffsets(query, {&place.partition, 1}, kLogStart);
  if (starts && starts->front() <= place.next) return EndedBefore(place, said);
  return DeletedBeforeRead(place, said);
}

// Silence is normal at the end of a topic that is followed, so after half of the timeout the
// leaders of silent partitions are asked for their offsets; who answers is not silent.
Status RdReader::CheckContact(nanoseconds waited) {
  std::vector<int32_t> silent;
  for (Partition& partition : partitions_) {
    if (!partition.fetch) continue;
    partition.silent += waited;
    if (partition.behind) *partition.behind += waited;
    if (partition.silent * 2 >= options_.client.timeout) {
      silent.push_back(partition.range.partition);
    }
  }
  if (silent.empty()) return Done{};

  const auto start = steady_clock::now();
  if (auto answered = Probe(silent); !answered) return answered;
  const nanoseconds asked = steady_clock::now() - start;
  for (const int32_t number : silent) {
    Partition& partition = At(number);
    if (partition.silent == nanoseconds(0)) continue;
    partition.silent += asked;
    if (partition.silent < options_.client.timeout) continue;
    return Error{Fault::kUnavailable, "topic " + options_.topic + " [" + std::to_string(number) +
                                          "]: nothing came for " + Milliseconds(partition.silent) +
                                          " ms; " + notices_.Describe()};
  }
  return Done{};
}

// Asks the leaders of `silent` where their logs end. Errors: kCorrupt when one ends before the end
// that it had: what was there is lost, and waiting for it would never end.
Status RdReader::Probe(std::span<const int32_t> silent) {
  const auto patience = std::min(kProbeMax, options_.client.timeout / 4);
  const Query query{handle_.get(), options_.topic, notices_, steady_clock::now() + patience};
  auto ends = ListOffsets(query, silent, kLogEnd);
  if (!ends) {
    if (ends.error().fault != Fault::kNotFound) return Done{};
    return Error{Fault::kNotFound,
                 ends.error().context + "; the topic was deleted while it was read"};
  }
  for (size_t i = 0; i < silent.size(); ++i) {
    Partition& partition = At(silent[i]);
    partition.silent = nanoseconds(0);
    if (auto moves = CheckMoves(partition, (*ends)[i]); !moves) return moves;
    if (options_.follow || (*ends)[i] >= partition.end) continue;
    return Error{Fault::kCorrupt, "topic " + options_.topic + " [" + std::to_string(silent[i]) +
                                      "]: its log ended at offset " +
                                      std::to_string(partition.end) + " and now ends at " +
                                      std::to_string((*ends)[i]) + ": it was cut or recreated"};
  }
  return Done{};
}

// A broker that answers while nothing comes of a log that goes on: librdkafka cannot make a record
// of what is there, and asks for it again and again. Where it only passes over what holds no
// record, its fetcher moves on.
Status RdReader::CheckMoves(Partition& partition, int64_t log_end) {
  const bool is_behind = std::min(log_end, partition.end) > partition.next;
  const auto fetched = notices_.progress.FetchedUpTo(partition.range.partition);
  if (!is_behind || !partition.behind || fetched != partition.fetched) {
    partition.behind = is_behind ? std::optional(nanoseconds(0)) : std::nullopt;
    partition.fetched = fetched;
    return Done{};
  }
  if (*partition.behind < options_.client.timeout) return Done{};
  const std::string number = std::to_string(partition.range.partition);
  return Error{Fault::kUnavailable,
               "topic " + options_.topic + " [" + number + "]: no record came from offset " +
                   std::to_string(partition.next) + " on for " + Milliseconds(*partition.behind) +
                   " ms, though the log ends at offset " + std::to_string(log_end) +
                   " and its broker answers: what is there may be compressed in a way that "
                   "librdkafka does not read (docs/broker.md); consume --partition " +
                   number + " with a higher -o reads on behind it"};
}

Status RdReader::Commit() {
  if (!options_.group) return Done{};
  const TopicList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions_.size())));
  for (const Partition& partition : partitions_) {
    // A finished partition is read to its end, whatever its last offsets hold.
    const int64_t position = partition.fetch ? partition.next : partition.end;
    rd_kafka_topic_partition_list_add(list.get(), options_.topic.c_str(), partition.range.partition)
        ->offset = std::max(position, partition.range.begin);
  }
  const std::string where = "commit to group " + *options_.group;
  const Queue replies(rd_kafka_queue_new(handle_.get()));
  auto code = rd_kafka_commit_queue(handle_.get(), list.get(), replies.get(), nullptr, nullptr);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return KafkaError(code).In(where);
  const int timeout_ms = static_cast<int>(options_.client.timeout.count());
  const Event event(rd_kafka_queue_poll(replies.get(), timeout_ms));
  if (!event) return NoAnswer(RD_KAFKA_RESP_ERR__TIMED_OUT, notices_).In(where);
  code = rd_kafka_event_error(event.get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return Done{};
  return NoAnswer(code, notices_, rd_kafka_event_error_string(event.get())).In(where);
}

}  // namespace

Result<std::unique_ptr<Reader>> Reader::Open(const ReaderOptions& options) {
  if (options.client.in_process != nullptr) return options.client.in_process->OpenReader(options);
  auto reader = std::make_unique<RdReader>(options);
  if (auto found = reader->Find(); !found) return std::move(found).error();
  if (auto started = reader->Start(); !started) return std::move(started).error();
  return std::unique_ptr<Reader>(std::move(reader));
}

Status Reader::Check(const ReaderOptions& options) {
  return CheckProperties(RD_KAFKA_CONSUMER, options.client, Settings(options), kReaderPromises);
}

Result<std::vector<PartitionRange>> Reader::Find(const ReaderOptions& options) {
  if (options.client.in_process != nullptr) return options.client.in_process->FindRanges(options);
  RdReader reader(options);
  if (auto found = reader.Find(); !found) return std::move(found).error();
  return std::vector<PartitionRange>(reader.ranges().begin(), reader.ranges().end());
}

}  // namespace gamevents::kafka
