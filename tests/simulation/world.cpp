#include "tests/simulation/world.h"

#include <stdexcept>

namespace gamevents::simulation {
namespace {

constexpr char kDirectory[] = "/data";
// Small, so that a short history rolls and removes many segments.
constexpr uint32_t kSegmentBytes = 1500;

}  // namespace

World::~World() {
  if (running()) Stop(End::kKill);
}

Status World::Start() {
  log::LogManager::Options options;
  options.directory = kDirectory;
  options.files = &disk_;
  options.clock = &clock_;
  options.commit.threads = 0;
  options.defaults.segment_bytes = kSegmentBytes;
  options.defaults.index_interval_bytes = 200;
  options.defaults.retention_age = std::nullopt;
  options.defaults.timestamp_after_max = std::nullopt;
  options.open_files_max = 4;
  auto logs = log::LogManager::Open(options);
  if (!logs) return std::move(logs).error();
  logs_ = *std::move(logs);
  broker::BrokerOptions broker_options;
  broker_options.auto_create_topics = false;
  auto broker = broker::Broker::Open(broker_options, *logs_);
  if (!broker) {
    logs_.reset();
    return std::move(broker).error();
  }
  broker_ = *std::move(broker);
  return Done{};
}

void World::Stop(End end) {
  if (!running()) {
    disk_.Die();  // It did not come up.
  } else if (end == End::kClean) {
    Pump();
    broker_->BeginStop();
    Pump();
    static_cast<void>(logs_->Close().ok());
  } else {
    disk_.Die();  // Whatever the objects do while they are destroyed, the process did not.
    broker_->BeginStop();
    for (const log::Topic& topic : logs_->Topics()) {
      for (const auto& log : topic.partitions) log->Abandon();
    }
  }
  loop_.poll();
  broker_.reset();
  logs_.reset();
  loop_.poll();
  answers_.clear();
  if (end == End::kPower) disk_.CrashPower([this] { return !random_.OneIn(3); });
  disk_.Revive();
}

void World::Pump() {
  size_t moved = 1;
  while (moved > 0) {
    moved = loop_.poll() + logs_->CommitScheduled();
  }
}

const std::vector<std::byte>* World::ReplyBytes(const Call& call) {
  if (!*call.reply || disk_.dead()) return nullptr;
  const broker::Reply& reply = **call.reply;
  if (reply.kind != broker::Reply::Kind::kSend) {
    throw std::runtime_error("the broker would close the connection: " + reply.reason);
  }
  std::vector<std::byte>& bytes = answers_.emplace_back();
  for (const broker::Chunk& chunk : reply.chunks) {
    const auto& part = std::get<std::vector<std::byte>>(chunk);
    bytes.insert(bytes.end(), part.begin(), part.end());
  }
  return &bytes;
}

}  // namespace gamevents::simulation
