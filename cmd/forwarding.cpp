#include "cmd/forwarding.h"

#include "cmd/forward_options.h"
#include "core/base/clock.h"
#include "core/base/notes.h"
#include "core/config/keys.h"
#include "core/embedded/runner.h"
#include "core/forward/describe.h"
#include "core/forward/lag_notes.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <sstream>
#include <stop_token>
#include <string_view>
#include <utility>

namespace gamevents::cmd {
namespace {

using std::chrono::steady_clock;

// A scrape asks six times in a row, and each answer reads from the disk.
constexpr std::chrono::milliseconds kSnapshotAge{500};
// How often the lag is looked at for the notes.
constexpr std::chrono::seconds kLagLook{5};

using Measure = double (*)(const forward::PartitionProgress& partition, TimestampMs now);

struct ShownByPartition {
  const char* name;
  const char* help;
  Measure measure;
};

double AgeSeconds(const forward::PartitionProgress& partition, TimestampMs now) {
  if (!partition.oldest || partition.oldest->value < 0) return 0;
  return static_cast<double>(std::max<int64_t>(now.value - partition.oldest->value, 0)) / 1e3;
}

constexpr ShownByPartition kByPartition[] = {
    {"gamevents_forward_lag_records", "Records that are not in the target yet.",
     [](const forward::PartitionProgress& partition, TimestampMs) {
       return static_cast<double>(forward::RecordsBehind(partition));
     }},
    {"gamevents_forward_lag_bytes", "About how many bytes they take on the disk.",
     [](const forward::PartitionProgress& partition, TimestampMs) {
       return static_cast<double>(partition.bytes_behind);
     }},
    {"gamevents_forward_oldest_age_seconds",
     "How old the oldest of them is; 0 where there is none.", AgeSeconds},
    {"gamevents_forward_stopped", "1 where the partition waits for somebody's doing.",
     [](const forward::PartitionProgress& partition, TimestampMs) {
       return partition.stopped ? 1.0 : 0.0;
     }},
};

// Whether "host:port" is where `endpoint` is reached on this machine.
bool IsAddressOf(std::string_view address, const embedded::Endpoint& endpoint) {
  if (address == endpoint.Address()) return true;
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view host = address.substr(0, colon);
  return address.substr(colon + 1) == std::to_string(endpoint.port) &&
         (host == "localhost" || host == "127.0.0.1" || host == "[::1]");
}

Status CheckTarget(const std::string& brokers, const embedded::EmbeddedBroker& broker) {
  std::istringstream list(brokers);
  for (std::string address; std::getline(list, address, ',');) {
    std::erase(address, ' ');
    if (!IsAddressOf(address, broker.endpoint()) && !IsAddressOf(address, broker.listens())) {
      continue;
    }
    return Error{Fault::kBadInput, "forward.brokers: " + address +
                                       " is the embedded broker itself; name the cluster that its "
                                       "log is to be copied to"};
  }
  return Done{};
}

Status CheckSettings(const config::Settings& settings) {
  const auto bad = [](std::string why) { return Error{Fault::kBadInput, std::move(why)}; };
  if (settings.embedded.fsync != config::kFsyncAlways) {
    return bad("forward.brokers is set, but embedded.fsync is " + settings.embedded.fsync +
               ": after a power failure the log could end before what was forwarded, and later "
               "events would be taken for those; set embedded.fsync to always");
  }
  for (const std::string& topic : settings.forward.topics) {
    if (!topic.starts_with("__")) continue;
    return bad("forward.topics: " + topic + " is the broker's own, and is not forwarded");
  }
  return Done{};
}

}  // namespace

struct Forwarding::Shared {
  explicit Shared(const config::Settings& all) : settings(all) {}

  const config::Settings settings;
  mutable std::mutex mutex;  // for what follows
  bool ended = false;
  std::string instead;  // who forwards, or what has to come first
  embedded::EmbeddedBroker* broker = nullptr;
  std::unique_ptr<forward::Forwarder> forwarder;
  mutable forward::ForwardProgress snapshot;
  mutable steady_clock::time_point snapshot_taken{};

  Status Start(embedded::EmbeddedBroker& own) {
    const std::lock_guard lock(mutex);
    if (ended) return Done{};
    if (auto checked = CheckTarget(settings.forward.brokers, own); !checked) return checked;
    kafka::ClientOptions source;
    source.brokers = own.endpoint().Address();
    source.timeout = settings.kafka.timeout;
    source.in_process = &own;
    auto options = ForwardOptionsOf(settings, source);
    if (!options) return std::move(options).error();
    auto started = forward::Forwarder::Start(
        *options, [&own](const std::string& topic, int32_t partition, int64_t offset) {
          own.KeepFrom(topic, partition, offset);
        });
    if (!started) return std::move(started).error();
    broker = &own;
    forwarder = std::move(*started);
    return Done{};
  }

  // What the forwarder says, with what the log says is behind: that is known also while the target
  // has not answered yet.
  forward::ForwardProgress Progress() const {
    const std::lock_guard lock(mutex);
    if (!forwarder) return {};
    if (steady_clock::now() - snapshot_taken < kSnapshotAge) return snapshot;
    forward::ForwardProgress progress = forwarder->Progress();
    const auto told = std::exchange(progress.partitions, {});
    for (embedded::KeptPartition& kept : broker->Kept()) {
      forward::PartitionProgress partition;
      const auto found = std::ranges::find_if(told, [&](const auto& each) {
        return each.topic == kept.topic && each.partition == kept.partition;
      });
      if (found != told.end()) partition = *found;
      partition.topic = std::move(kept.topic);
      partition.partition = kept.partition;
      partition.next = kept.from;
      partition.end = kept.end;
      partition.bytes_behind = kept.bytes;
      partition.oldest = kept.oldest;
      progress.partitions.push_back(std::move(partition));
    }
    snapshot = progress;
    snapshot_taken = steady_clock::now();
    return progress;
  }
};

Forwarding::Forwarding(const config::Settings& settings)
    : wanted_(!settings.forward.brokers.empty()), shared_(std::make_shared<Shared>(settings)) {}

Forwarding::~Forwarding() {
  lag_notes_.request_stop();
  if (lag_notes_.joinable()) lag_notes_.join();
  std::unique_ptr<forward::Forwarder> ending;
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->ended = true;
    ending = std::move(shared_->forwarder);
  }
  if (!ending) return;
  ending.reset();
  int64_t behind = 0;
  for (const embedded::KeptPartition& kept : shared_->broker->Kept()) {
    behind += kept.end - kept.from;
  }
  if (behind == 0) return;
  Note(NoteLevel::kInfo,
       std::to_string(behind) + " records are not forwarded yet: the next start goes on with them");
}

Status Forwarding::Start(embedded::EmbeddedBroker& broker) {
  if (!wanted_) return Done{};
  if (auto checked = CheckSettings(shared_->settings); !checked) return checked;
  return shared_->Start(broker);
}

Status Forwarding::StartWith(const Cluster& cluster) {
  if (!wanted_) return Done{};
  if (auto checked = CheckSettings(shared_->settings); !checked) return checked;
  const std::string& brokers = shared_->settings.kafka.brokers;
  if (brokers != config::kEmbedded) {
    return Error{Fault::kBadInput, "forward.brokers is set, but kafka.brokers is " + brokers +
                                       ": the process that has a log forwards it; set "
                                       "kafka.brokers to embedded, or leave forward.brokers out"};
  }
  const std::vector<std::string> topics = ForwardedTopics(shared_->settings);
  if (std::ranges::find(topics, shared_->settings.kafka.topic) == topics.end()) {
    Note(NoteLevel::kWarning, "kafka.topic " + shared_->settings.kafka.topic +
                                  " is not among forward.topics: its events stay here");
  }
  if (!cluster.owns()) {
    const std::lock_guard lock(shared_->mutex);
    shared_->instead = cluster.may_own()
                           ? "nothing is forwarded by this process until the one that has the "
                             "embedded broker has ended"
                           : "the embedded log is forwarded by the process that has its broker, "
                             "where that one has forward.brokers set, and not by this one";
    Note(NoteLevel::kInfo, shared_->instead);
  }
  // An error that comes at once is the caller's; a later one can only be noted.
  std::optional<Status> outcome;
  const bool owns = cluster.owns();
  cluster.WhenOwn(
      [shared = shared_, now = owns ? &outcome : nullptr](embedded::EmbeddedBroker& broker) {
        Status started = shared->Start(broker);
        if (now != nullptr) {
          now->emplace(std::move(started));
        } else if (!started) {
          Note(NoteLevel::kError, "nothing is forwarded: " + started.error().context);
          const std::lock_guard lock(shared->mutex);
          shared->instead = "nothing is forwarded: " + started.error().context;
        }
      });
  return outcome ? *std::move(outcome) : Done{};
}

std::vector<std::string> Forwarding::Remarks() const {
  if (!wanted_) return {};
  {
    const std::lock_guard lock(shared_->mutex);
    if (!shared_->forwarder) return {shared_->instead};
  }
  return forward::Describe(shared_->Progress(), shared_->settings.forward.brokers,
                           Clock::System().Now());
}

void Forwarding::NoteLag() {
  if (!wanted_) return;
  lag_notes_ = std::jthread([shared = shared_](const std::stop_token& stop) {
    forward::LagNotes notes(shared->settings.forward.brokers);
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    while (!changed.wait_for(lock, stop, kLagLook, [&] { return stop.stop_requested(); })) {
      const auto note = notes.Next(shared->Progress(), Clock::System().Now());
      if (note) Note(NoteLevel::kInfo, *note);
    }
  });
}

void Forwarding::AddTo(collector::Metrics& metrics) const {
  if (!wanted_) return;
  for (const ShownByPartition& shown : kByPartition) {
    metrics.AddSource({shown.name,
                       shown.help,
                       false,
                       {"topic", "partition"},
                       [shared = shared_, measure = shown.measure] {
                         const TimestampMs now = Clock::System().Now();
                         std::vector<collector::Sample> samples;
                         for (const auto& each : shared->Progress().partitions) {
                           samples.push_back(
                               {measure(each, now), {each.topic, std::to_string(each.partition)}});
                         }
                         return samples;
                       }});
  }
  const auto total = [&](const char* name, const char* help,
                         uint64_t forward::ForwardProgress::* of) {
    metrics.AddSource({name, help, true, {}, [shared = shared_, of] {
                         const auto value = static_cast<double>(shared->Progress().*of);
                         return std::vector<collector::Sample>{{value}};
                       }});
  };
  total("gamevents_forward_records_total", "Records that were copied to the target.",
        &forward::ForwardProgress::records_copied);
  total("gamevents_forward_bytes_total", "Bytes of their keys, values and headers.",
        &forward::ForwardProgress::bytes_copied);
}

}  // namespace gamevents::cmd
