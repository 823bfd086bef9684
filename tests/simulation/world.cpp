#include "tests/simulation/world.h"

#include "core/log/format.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace gamevents::simulation {
namespace {

constexpr char kDirectory[] = "/data";
// Small, so that a short history rolls and removes many segments.
constexpr uint32_t kSegmentBytes = 1500;

// Small requests have memory of their own. All of it is little, so that it runs out.
constexpr int64_t kSmallRequest = 250;
constexpr int64_t kSmallRequestMemory = 500;

broker::Limits TightLimits() {
  broker::Limits limits;
  limits.request_bytes_max = limits.request_memory_max = World::kRequestBytesMax;
  limits.small_request_memory_max = kSmallRequestMemory;
  limits.small_request_bytes = kSmallRequest;
  return limits;
}

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
  memory_ = std::make_unique<broker::RequestMemory>(TightLimits());
  return Done{};
}

void World::Stop(End end) {
  if (!running()) {
    disk_.Die();  // It did not come up.
  } else if (end == End::kClean) {
    Pump();
    broker_->BeginStop();
    ForEachConnection([](broker::Connection& connection) { connection.Drain(); });
    Pump();
    ForEachConnection([](broker::Connection& connection) { connection.Close("stopped"); });
    Pump();
    static_cast<void>(logs_->Close().ok());
  } else {
    disk_.Die();  // Whatever the objects do while they are destroyed, the process did not.
    broker_->BeginStop();
    ForEachConnection([](broker::Connection& connection) { connection.Close("killed"); });
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
    moved = loop_.poll();
    if (moved > 0) continue;  // Whoever comes before the sync is in it.
    if (during_sync_) disk_.DuringNextSync(std::exchange(during_sync_, nullptr));
    moved += logs_->CommitScheduled();
    disk_.DuringNextSync(nullptr);
  }
}

std::string World::FolderOf(const std::string& topic, int32_t partition) {
  return std::string(kDirectory) + "/" + topic + "-" + std::to_string(partition);
}

bool World::WouldRoll(const std::string& folder, size_t bytes) const {
  std::string last;  // Their names sort as their offsets.
  for (const std::string& path : disk_.Files()) {
    if (path.starts_with(folder + "/") && path.ends_with(log::kLogSuffix)) last = path;
  }
  return !last.empty() && disk_.Get(last).size() + bytes > kSegmentBytes;
}

std::shared_ptr<Wire> World::Connect() {
  auto [ours, theirs] = Wire::MakePair();
  asio::ip::tcp::socket socket(loop_);
  socket.assign(asio::ip::tcp::v4(), theirs.Release());
  auto connection = std::make_shared<broker::Connection>(std::move(socket), broker::Session(peer_),
                                                         *broker_, *memory_, TightLimits());
  connection->Start();
  std::erase_if(connections_, [](const auto& one) { return one.expired(); });
  connections_.push_back(connection);
  return std::make_shared<Wire>(std::move(ours));
}

void World::ForEachConnection(const std::function<void(broker::Connection&)>& what) {
  for (const auto& one : connections_) {
    if (const auto connection = one.lock()) what(*connection);
  }
}

size_t World::connections() {
  std::erase_if(connections_, [](const auto& one) { return one.expired(); });
  return connections_.size();
}

int64_t World::request_memory_taken() const {
  return memory_ ? kRequestBytesMax + kSmallRequestMemory - memory_->free() : 0;
}

bool World::MemoryMayRunOut(std::span<const size_t> requests) {
  int64_t small = 0;
  int64_t small_largest = 0;
  int64_t large = 0;
  for (const size_t bytes : requests) {
    const auto size = static_cast<int64_t>(bytes);
    (size <= kSmallRequest ? small : large) += size;
    if (size <= kSmallRequest) small_largest = std::max(small_largest, size);
  }
  // A part of the memory is kept as a reserve, and a request is in one part or the other: what is
  // free in both together may not be enough for it.
  return small + small_largest > kSmallRequestMemory || large > kRequestBytesMax;
}

bool World::Answered(const Call& call) {
  if (call.wire) return call.wire->HasFrame();
  return call.reply && call.reply->has_value();
}

const std::vector<std::byte>* World::ReplyBytes(const Call& call) {
  if (!Answered(call) || disk_.dead()) return nullptr;
  if (call.wire) return &answers_.emplace_back(call.wire->TakeFrame());
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
