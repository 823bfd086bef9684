// forward: topics copied to another cluster, once or for as long as it runs; and what is skipped.

#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/flags.h"
#include "cmd/forward_options.h"
#include "core/base/notes.h"
#include "core/base/stop.h"
#include "core/config/keys.h"
#include "core/forward/forwarder.h"
#include "core/forward/skips.h"
#include "core/kafka/admin.h"
#include "core/kafka/reader.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShowOnTerminal{500};
constexpr milliseconds kShowElsewhere{10'000};
constexpr char kEraseForwardLine[] = "\r\x1b[K";

struct ForwardFlags {
  bool once = false;
  std::vector<std::string> topics;
  std::optional<std::string> from;
  std::optional<std::string> skip_topic;
  std::optional<int32_t> skip_partition;
  std::optional<int64_t> skip_to;
};

// What --from says, on top of the configuration: a data directory or a cluster's brokers.
Status ApplyFrom(const std::optional<std::string>& from, config::Settings& settings) {
  if (!from) return Done{};
  if (from->find('/') != from->npos || from->starts_with('~') || from->starts_with('.')) {
    settings.kafka.brokers = config::kEmbedded;
    settings.embedded.data_dir = *from;
    return Done{};
  }
  if (auto checked = config::FindKey("kafka.brokers")->check(*from); !checked) {
    return std::move(checked).error().In("--from: neither brokers nor a directory, which has a /");
  }
  settings.kafka.brokers = *from;
  return Done{};
}

std::string DescribeProgress(const forward::ForwardProgress& progress) {
  int64_t behind = 0;
  size_t waiting = 0;
  size_t stopped = 0;
  std::string why;
  for (const forward::PartitionProgress& partition : progress.partitions) {
    if (partition.stopped) ++stopped;
    if (partition.next) behind += std::max<int64_t>(partition.end - *partition.next, 0);
    if (!partition.next) ++waiting;
    if (why.empty() && partition.last_error) why = *partition.last_error;
  }
  std::string text = fmt::format("{} records copied, {:.0f} a second, {} behind",
                                 progress.records_copied, progress.records_per_second, behind);
  if (stopped > 0) text += fmt::format(", {} partitions stopped", stopped);
  if (waiting > 0) text += fmt::format(", {} partitions not begun", waiting);
  if (!why.empty()) text += "; waits: " + why;
  return text;
}

// Says on stderr how far it is, until it is destroyed.
class ProgressLine {
 public:
  explicit ProgressLine(const forward::Forwarder& forwarder)
      : on_terminal_(::isatty(STDERR_FILENO) == 1),
        thread_([this, &forwarder](const std::stop_token& stop) { Run(forwarder, stop); }) {}
  ~ProgressLine() {
    thread_.request_stop();
    thread_.join();
    if (on_terminal_ && IsNoted(NoteLevel::kInfo)) std::fputs(kEraseForwardLine, stderr);
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  void Run(const forward::Forwarder& forwarder, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    const milliseconds often = on_terminal_ ? kShowOnTerminal : kShowElsewhere;
    while (true) {
      changed.wait_for(lock, stop, often, [] { return false; });
      if (stop.stop_requested()) return;
      if (!IsNoted(NoteLevel::kInfo)) continue;
      const std::string text = DescribeProgress(forwarder.Progress());
      if (!on_terminal_) {
        Note(NoteLevel::kInfo, text);
        continue;
      }
      std::fputs((kEraseForwardLine + text).c_str(), stderr);
      std::fflush(stderr);
    }
  }

  const bool on_terminal_;
  std::jthread thread_;
};

void SayCount(const forward::Forwarder& forwarder, const std::string& target) {
  const uint64_t records = forwarder.Progress().records_copied;
  PrintNotice(fmt::format("{} {} copied to {}", records,
                          records == 1 ? "record was" : "records were", target));
}

Result<Exit> Forward(const ForwardFlags& flags, const Context& context) {
  config::Settings settings = context.config.settings;
  if (auto applied = ApplyFrom(flags.from, settings); !applied) {
    return FailUsage(applied.error().context);
  }
  if (!flags.topics.empty()) settings.forward.topics = flags.topics;
  if (settings.forward.brokers.empty()) {
    return FailUsage("forward: where to? Say --to HOST:PORT, or set forward.brokers");
  }
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  auto options = ForwardOptionsOf(settings, cluster->client());
  if (!options) return std::move(options).error();
  options->once = flags.once;
  auto forwarder = forward::Forwarder::Start(*options, nullptr);
  if (!forwarder) return std::move(forwarder).error();

  Status done = Done{};
  {
    const ProgressLine line(**forwarder);
    if (flags.once) {
      done = (*forwarder)->WaitUntilDone();
    } else {
      while (!StopSignal::WaitFor(std::chrono::hours(1))) continue;
    }
  }
  SayCount(**forwarder, settings.forward.brokers);
  if (done) return Exit::kOk;
  if (StopSignal::Requested()) return Exit::kInterrupted;
  return std::move(done).error();
}

// The one partition that is meant, and what it has.
Result<kafka::PartitionRange> FindSkipped(const ForwardFlags& flags, const std::string& topic,
                                          const kafka::ClientOptions& source) {
  kafka::ReaderOptions reading;
  reading.client = source;
  reading.topic = topic;
  if (flags.skip_partition) reading.partitions = {*flags.skip_partition};
  const auto ranges = kafka::Reader::Find(reading);
  if (!ranges) return kafka::NameTopics(ranges.error(), source, topic);
  if (ranges->size() == 1) return ranges->front();
  return Error{Fault::kBadInput, "topic " + topic + " has partitions 0 to " +
                                     std::to_string(ranges->back().partition) +
                                     ": say which, --partition N"};
}

Result<Exit> SkipRecords(const ForwardFlags& flags, const Context& context) {
  const config::Settings& settings = context.config.settings;
  if (!flags.skip_to) return FailUsage("forward skip: up to where? Say --to OFFSET");
  const std::vector<std::string>& topics = settings.forward.topics;
  if (!flags.skip_topic && topics.size() > 1) {
    return FailUsage("forward skip: of which topic? Say --topic NAME");
  }
  std::string topic = topics.empty() ? settings.kafka.topic : topics.front();
  if (flags.skip_topic) topic = *flags.skip_topic;
  const auto skips = FindSkips(settings);
  if (!skips) return Error(skips.error());
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  const auto range = FindSkipped(flags, topic, cluster->client());
  if (!range) return Error(range.error());
  if (*flags.skip_to > range->high_watermark) {
    return Error{Fault::kBadInput,
                 fmt::format("topic {} [{}]: offset {} is not there yet: it ends "
                             "at {}",
                             topic, range->partition, *flags.skip_to, range->high_watermark)};
  }
  if (auto added = forward::AddSkip(*skips, {topic, range->partition, *flags.skip_to}); !added) {
    return std::move(added).error();
  }
  PrintNotice(
      fmt::format("records of {} [{}] below offset {} that are not forwarded yet are "
                  "skipped",
                  topic, range->partition, *flags.skip_to));
  return Exit::kOk;
}

}  // namespace

Run DeclareForward(Flags& flags) {
  auto options = std::make_shared<ForwardFlags>();
  flags.Key("--to", "forward.brokers", "The cluster that is copied to");
  flags.Text(
      "--from", "DIR|BROKERS",
      "What is copied: a data directory of the embedded broker, or a cluster (as configured)",
      &options->from);
  flags.Text("--topic", "NAME", "A topic; may be repeated (forward.topics, or kafka.topic)",
             &options->topics);
  flags.Switch("--once", "End when what was there at the start has been copied", &options->once);
  flags.Key("--rate", "forward.rate", "Bytes of records a second");
  Flags skip = flags.Subcommand("skip", "give up records that cannot be forwarded");
  skip.Integer("--to", "The first offset that is copied again", &options->skip_to,
               IntegerRange{0, std::numeric_limits<int64_t>::max()});
  skip.Text("--topic", "NAME", "The topic (the one of forward.topics, or kafka.topic)",
            &options->skip_topic);
  skip.Integer("--partition", "The partition, where the topic has several",
               &options->skip_partition, IntegerRange{0, std::numeric_limits<int32_t>::max()});
  flags.RunsAlone();
  return [=](const Context& context) -> Result<Exit> {
    if (skip.Given()) return SkipRecords(*options, context);
    return Forward(*options, context);
  };
}

}  // namespace gamevents::cmd
