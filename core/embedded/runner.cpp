#include "core/embedded/runner.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/base/thread.h"
#include "core/embedded/in_process_admin.h"
#include "core/embedded/in_process_producer.h"
#include "core/embedded/in_process_reader.h"
#include "core/embedded/own_user.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace gamevents::embedded {
namespace {

constexpr std::chrono::milliseconds kTickEvery{200};
constexpr std::chrono::seconds kRetentionEvery{60};
// How soon what waits for room on the disk goes on.
constexpr std::chrono::seconds kStorageRetryEvery{1};

// Of the descriptors, what the logs may keep open besides one for each partition, and what clients
// may take at most: a log that has to begin a segment needs some.
constexpr uint64_t kOpenFilesPart = 8;
constexpr uint64_t kConnectionsPart = 2;
constexpr size_t kOpenFilesLeast = 16;
constexpr size_t kOpenFilesMost = 1'000;

size_t OpenFilesMax(uint64_t descriptors) {
  return static_cast<size_t>(
      std::clamp<uint64_t>(descriptors / kOpenFilesPart, kOpenFilesLeast, kOpenFilesMost));
}

// Where a client of this machine reaches what listens on `host`.
std::string ReachableHost(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  return host == "::" ? "::1" : host;
}

// `own`: what commands of this machine use beside it, if anything.
std::string Summarize(const Endpoint& endpoint, const broker::ListenerOptions& asked,
                      const Endpoint* own, const log::LogManager& logs) {
  size_t topics = 0;
  int64_t messages = 0;
  for (const log::Topic& topic : logs.Topics()) {
    if (topic.name == broker::kOffsetsTopic) continue;
    ++topics;
    for (const auto& partition : topic.partitions) {
      messages += partition->log_end().value - partition->log_start().value;
    }
  }
  const log::LogManager::Summary& found = logs.summary();
  const bool orderly = found.clean || found.topics == 0;
  return fmt::format(
      "gamevents broker on {}{}{}{}: {} topic{}, {} message{}, {}", endpoint.Address(),
      asked.tls ? " by TLS" : "", asked.users ? " for users with passwords" : "",
      own == nullptr ? "" : " and for this machine on " + own->Address(), topics,
      topics == 1 ? "" : "s", messages, messages == 1 ? "" : "s",
      orderly ? "clean start" : fmt::format("recovered, {} bytes cut off", found.bytes_truncated));
}

}  // namespace

Result<std::unique_ptr<EmbeddedBroker>> EmbeddedBroker::Start(const EmbeddedOptions& options,
                                                              DirectoryLock lock) {
  INVARIANT(lock.directory() == options.log.directory);
  std::unique_ptr<EmbeddedBroker> started(new EmbeddedBroker(std::move(lock)));
  auto opened = started->Open(options);
  if (opened) return started;
  started->Abort();
  return std::move(opened).error();
}

// Ends what was begun of a start that failed. A port in use, for example, is no crash: what was a
// clean stop is to stay one. Clients may be waiting already, and only BeginStop ends their waits.
void EmbeddedBroker::Abort() {
  if (broker_) broker_->BeginStop();
  server_.reset();
  broker_.reset();
  if (logs_) static_cast<void>(logs_->Close().ok());
}

Status EmbeddedBroker::Open(const EmbeddedOptions& options) {
  const std::string& directory = options.log.directory;
  files_ = std::make_unique<OwnedFiles>(*lock_, *options.log.files);
  // The one of a process that was killed: nobody must try it while we recover.
  if (auto removed = RemoveEndpoint(*files_, directory); !removed) return removed;
  log::LogManager::Options log_options = options.log;
  log_options.files = files_.get();
  const uint64_t descriptors = RaiseDescriptorLimit();
  log_options.open_files_max = OpenFilesMax(descriptors);
  log_options.on_deletion = [this](const log::Deletion& deletion) {
    Note(NoteLevel::kInfo, log::Describe(deletion));
    deletions_.Add(deletion);
  };
  auto logs = log::LogManager::Open(log_options);
  if (!logs) return std::move(logs).error();
  logs_ = std::move(*logs);
  for (const std::string& note : logs_->summary().notes) Note(NoteLevel::kWarning, note);
  auto broker = broker::Broker::Open(options.broker, *logs_);
  if (!broker) return std::move(broker).error().In(directory);
  broker_ = std::move(*broker);

  broker::ServerOptions listen = options.server;
  listen.limits = options.broker.limits;
  listen.limits.connections_max = static_cast<size_t>(
      std::min<uint64_t>(listen.limits.connections_max, descriptors / kConnectionsPart));
  if (options.first_asks) {
    auto own = MakeOwnUser(directory);
    if (!own) return std::move(own).error();
    listen.listeners.front().users = std::move(own->users);
  } else if (auto removed = RemoveOwnUser(directory); !removed) {
    return removed;
  }
  auto server = broker::Server::Start(listen, *broker_);
  if (!server) return std::move(server).error();
  server_ = std::move(*server);
  const size_t asked = options.first_is_own ? 1 : 0;
  endpoint_ = {ReachableHost(listen.listeners.front().host), server_->port(), ::getpid()};
  listens_ = {ReachableHost(options.asked().host), server_->port(asked), ::getpid()};
  summary_ =
      Summarize(listens_, options.asked(), options.first_is_own ? &endpoint_ : nullptr, *logs_);
  if (auto wrote = WriteEndpoint(*files_, directory, endpoint_); !wrote) return wrote;
  return StartThread(housekeeping_, [this] { KeepHouse(); });
}

void EmbeddedBroker::KeepHouse() {
  auto retention_due = std::chrono::steady_clock::now() + kRetentionEvery;
  auto retry_due = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kTickEvery, [this] { return stopping_; })) {
    const auto questions = std::exchange(questions_, {});
    lock.unlock();
    for (const auto& question : questions) logs_->Post(question);
    broker_->groups->Tick();
    // An idle broker that lost its directory is to say so too.
    const bool ours = files_->Check().ok();
    if (ours && std::chrono::steady_clock::now() >= retry_due) {
      broker_->trouble.Retry();
      retry_due = std::chrono::steady_clock::now() + kStorageRetryEvery;
    }
    if (ours && std::chrono::steady_clock::now() >= retention_due) {
      const Status retained = logs_->ApplyRetention(Clock::System().Now());
      if (!retained) Note(NoteLevel::kWarning, "retention: " + retained.error().context);
      retention_due = std::chrono::steady_clock::now() + kRetentionEvery;
    }
    lock.lock();
  }
}

void EmbeddedBroker::StopHousekeeping() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (housekeeping_.joinable()) housekeeping_.join();
}

EmbeddedBroker::~EmbeddedBroker() {
  StopHousekeeping();
  if (broker_) broker_->BeginStop();
}

Status EmbeddedBroker::Storage() {
  if (auto ours = files_->CheckRecent(); !ours) return ours;
  return broker_->trouble.Present();
}

Status EmbeddedBroker::StorageOf(const std::string& topic) {
  if (auto ours = files_->CheckRecent(); !ours) return ours;
  if (!broker_->trouble.any()) return Done{};
  const auto found = logs_->Find(topic);
  return found ? broker_->trouble.PresentIn(found->partitions) : Done{};
}

void EmbeddedBroker::AddTo(Watch& watch) {
  server_->AddTo(watch);
  watch.Add("the store", [this](std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    questions_.push_back(std::move(task));
  });
}

void EmbeddedBroker::KeepFrom(const std::string& topic, int32_t partition, int64_t offset) {
  if (const auto log = logs_->Partition(topic, partition)) log->KeepFrom(log::Offset(offset));
}

Result<std::unique_ptr<kafka::Producer>> EmbeddedBroker::OpenProducer(
    const kafka::ProducerOptions& options) {
  return embedded::OpenProducer(*broker_, options);
}

Result<std::unique_ptr<kafka::Reader>> EmbeddedBroker::OpenReader(
    const kafka::ReaderOptions& options) {
  return embedded::OpenReader(*broker_, options);
}

Result<std::vector<kafka::PartitionRange>> EmbeddedBroker::FindRanges(
    const kafka::ReaderOptions& options) {
  return embedded::FindRanges(*broker_, options);
}

Status EmbeddedBroker::CreateTopic(const kafka::NewTopic& topic) {
  return embedded::CreateTopic(*broker_, topic);
}

Result<kafka::TopicDescription> EmbeddedBroker::DescribeTopic(const std::string& topic) {
  return embedded::DescribeTopic(*broker_, topic);
}

Status EmbeddedBroker::Stop(std::chrono::milliseconds timeout) {
  if (!lock_) return Done{};
  // Nobody new is to come here; who looks now waits for the lock. An ENDPOINT that another process
  // wrote into its own directory is left alone.
  Status removed = RemoveEndpoint(*files_, lock_->directory());
  StopHousekeeping();
  broker_->BeginStop();
  server_->Stop(timeout);
  server_.reset();
  broker_.reset();
  Status closed = logs_->Close();
  logs_.reset();
  const Status ours = files_->Check();
  files_.reset();
  lock_.reset();
  if (!ours) return ours;
  if (closed) return removed;
  return Error{closed.error().fault,
               closed.error().context +
                   "; what was acknowledged is on disk, and the next start recovers it"};
}

}  // namespace gamevents::embedded
