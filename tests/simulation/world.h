#pragma once

#include "core/base/result.h"
#include "core/broker/broker.h"
#include "core/broker/connection.h"
#include "tests/simulation/wire.h"
#include "tests/unit/broker/handlers/fixture.h"
#include "tests/unit/log/simulated_disk.h"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::simulation {

/// Everything random comes from here: one seed is one history.
class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  /// From 0 to `below` - 1. Requires: below > 0.
  uint64_t Below(uint64_t below) { return engine_() % below; }
  bool OneIn(uint64_t n) { return Below(n) == 0; }

 private:
  std::mt19937_64 engine_;
};

/// How a process ends.
enum class End : uint8_t {
  kClean,  ///< as SIGTERM has it
  kKill,   ///< as kill -9: the kernel still has every write
  kPower,  ///< the machine goes: of what was not synced, any part may be there
};

/// One broker with its log, on a disk and a clock that are simulated, in one thread: handlers run
/// when they are asked, and what waits for the disk is committed in Pump. Nothing else happens, so
/// that a seed gives the same history each time.
class World {
 public:
  explicit World(Random& random) : random_(random) {}
  ~World();

  /// Starts the broker on what the disk has. Errors: as LogManager::Open and Broker::Open.
  Status Start();
  /// Ends the process; requests that are not answered never will be. Clears every failure that was
  /// asked of the disk. A clean end may fail, too.
  void Stop(End end);
  bool running() const { return broker_ != nullptr; }

  /// A request on its way: the answer comes with Pump, or never.
  struct Call {
    broker::ReplySlot reply;     ///< of a request that is handed to the broker itself
    std::shared_ptr<Wire> wire;  ///< or the connection that it came over
    int16_t version = 0;
    int32_t correlation = 0;
  };
  template <class Request>
  Call Send(const Request& request) {
    Call call;
    const std::vector<std::byte> frame = MakeFrame(request, call);
    const auto bytes = std::span(frame).subspan(broker::kFrameSizeBytes);
    call.reply = broker::StartOn(loop_, *broker_, session_, bytes);
    return call;
  }
  /// The bytes of a request, to be sent over a Wire; `call` is told how to read the answer.
  template <class Request>
  std::vector<std::byte> MakeFrame(const Request& request, Call& call) {
    call.version = broker::kApis[broker::IndexOfApi(Request::kKey)].versions.max;
    call.correlation = ++correlation_;
    auto frame = broker::EncodeRequest(
        request, {Request::kKey, call.version, call.correlation, "simulated"});
    return std::move(frame).value().bytes;
  }
  /// A new connection to the broker.
  std::shared_ptr<Wire> Connect();
  /// Connections that the broker has not ended yet.
  size_t connections();
  /// What requests that came over connections hold.
  int64_t request_memory_taken() const;
  /// Requests of so many bytes each may find the memory for them taken, and wait.
  static bool MemoryMayRunOut(std::span<const size_t> requests);
  /// A request of more is refused.
  static constexpr int64_t kRequestBytesMax = 3300;
  /// Lets everything go on until nothing moves.
  void Pump();
  /// The next sync in Pump that requests wait for is a slow one: see SimulatedDisk. `during` may
  /// Pump, but must keep from what waits for that very sync: see WouldRoll.
  void SyncSlowly(log::SimulatedDisk::During during) { during_sync_ = std::move(during); }
  /// The folder of a partition.
  static std::string FolderOf(const std::string& topic, int32_t partition);
  /// Whether a batch of so many bytes begins a segment there, which waits for the log's sync.
  bool WouldRoll(const std::string& folder, size_t bytes) const;
  static bool Answered(const Call& call);
  /// nullopt: the broker did not answer, or its disk was gone before it did.
  template <class Response>
  std::optional<Response> Answer(const Call& call) {
    const auto bytes = ReplyBytes(call);
    if (!bytes) return std::nullopt;
    return broker::ReadResponse<Response>(*bytes, call.version, call.correlation);
  }
  template <class Response, class Request>
  std::optional<Response> Ask(const Request& request) {
    const Call call = Send(request);
    Pump();
    return Answer<Response>(call);
  }

  log::LogManager& logs() { return *logs_; }
  broker::Broker& broker() { return *broker_; }
  log::SimulatedDisk& disk() { return disk_; }
  FixedClock& clock() { return clock_; }

 private:
  const std::vector<std::byte>* ReplyBytes(const Call& call);
  void ForEachConnection(const std::function<void(broker::Connection&)>& what);

  Random& random_;
  log::SimulatedDisk disk_;
  FixedClock clock_{kTestNow};
  asio::io_context loop_;
  // Keeps the loop from ending between requests.
  asio::executor_work_guard<asio::io_context::executor_type> work_{loop_.get_executor()};
  const broker::Peer peer_{"192.0.2.7", "broker.example", 29092};
  broker::Session session_{peer_};
  int32_t correlation_ = 0;
  log::SimulatedDisk::During during_sync_;
  std::unique_ptr<log::LogManager> logs_;
  std::unique_ptr<broker::Broker> broker_;
  std::unique_ptr<broker::RequestMemory> memory_;
  std::vector<std::weak_ptr<broker::Connection>> connections_;
  std::deque<std::vector<std::byte>> answers_;  // what decoded answers view
};

}  // namespace gamevents::simulation
