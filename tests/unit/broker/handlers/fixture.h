#pragma once

#include "core/base/bytes.h"
#include "core/broker/broker.h"
#include "core/broker/handlers/handlers.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"
#include "tests/unit/log/log_fixture.h"

#include <asio/co_spawn.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace gamevents::broker {

/// A reply that has come, or not yet.
using ReplySlot = std::shared_ptr<std::optional<Reply>>;

/// Hands the broker a frame without its size field; the answer comes while `loop` runs.
inline ReplySlot StartOn(asio::io_context& loop, Broker& broker, Session& session,
                         std::span<const std::byte> bytes, RequestBudget::Lease lease = {}) {
  RequestFrame frame;
  frame.lease() = std::move(lease);
  REQUIRE(frame.Grow(bytes.size()));
  std::ranges::copy(bytes, frame.data());
  auto slot = std::make_shared<std::optional<Reply>>();
  asio::co_spawn(loop, broker.Answer(std::move(frame), session),
                 [slot](const std::exception_ptr& thrown, Reply reply) {
                   REQUIRE_FALSE(thrown);
                   *slot = std::move(reply);
                 });
  loop.poll();
  return slot;
}

/// The response in a reply's bytes, which it views.
template <class Response>
Response ReadResponse(std::span<const std::byte> bytes, int16_t version, int32_t correlation) {
  WireReader in(bytes);
  CHECK(in.ReadInt<int32_t>() == static_cast<int32_t>(bytes.size() - kFrameSizeBytes));
  CHECK(in.ReadInt<int32_t>() == correlation);
  if (ResponseHeaderVersion(*FindApi(Response::kKey), version) == 1) {
    CHECK(in.ReadUnsignedVarint() == 0);
  }
  auto response = Decode<Response>(in, version);
  if (!response) FAIL(response.error().context);
  CHECK(in.remaining() == 0);
  return *std::move(response);
}

/// A broker over a data directory of its own, asked with frames as they come off the wire.
class BrokerFixture {
 public:
  explicit BrokerFixture(const BrokerOptions& broker_options = {}) : options(broker_options) {
    Open();
  }
  ~BrokerFixture() { Close(); }
  BrokerFixture(const BrokerFixture&) = delete;
  BrokerFixture& operator=(const BrokerFixture&) = delete;

  void Open() {
    log::LogManager::Options log_options;
    log_options.directory = directory;
    log_options.clock = &clock;
    logs = log::MustOpen(log_options);
    auto made = Broker::Open(options, *logs);
    if (!made) FAIL(made.error().context);
    broker = *std::move(made);
  }
  void Close() {
    if (broker) broker->BeginStop();
    loop.poll();
    broker.reset();
    if (logs) CHECK(logs->Close().ok());
    logs.reset();
  }
  void Reopen() {
    Close();
    Open();
  }
  /// As after kill -9.
  void Crash() {
    broker->BeginStop();
    loop.poll();
    broker.reset();
    logs.reset();
    Open();
  }

  /// See StartOn; the answer comes while Await runs.
  ReplySlot StartFrame(std::span<const std::byte> bytes, RequestBudget::Lease lease = {}) {
    return StartOn(loop, *broker, session, bytes, std::move(lease));
  }
  template <class Request>
  ReplySlot Start(const Request& request, int16_t version, RequestBudget::Lease lease = {}) {
    const auto frame =
        EncodeRequest(request, RequestHeader{Request::kKey, version, ++correlation, "tester"});
    if (!frame) FAIL(frame.error().context);
    return StartFrame(std::span(frame->bytes).subspan(kFrameSizeBytes), std::move(lease));
  }
  Reply Await(const ReplySlot& slot) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!*slot && std::chrono::steady_clock::now() < give_up) {
      loop.run_one_for(std::chrono::milliseconds(50));
    }
    REQUIRE(slot->has_value());
    return **slot;
  }

  /// The response in a reply, which stays readable as long as the fixture.
  template <class Response>
  Response Read(const Reply& reply, int16_t version) {
    if (reply.kind != Reply::Kind::kSend) FAIL("closed: " + reply.reason);
    std::vector<std::byte>& bytes = frames_.emplace_back();
    for (const Chunk& chunk : reply.chunks) Append(chunk, bytes);
    return ReadResponse<Response>(bytes, version, correlation);
  }
  template <class Response, class Request>
  Response Ask(const Request& request,
               int16_t version = kApis[IndexOfApi(Request::kKey)].versions.max) {
    return Read<Response>(Await(Start(request, version)), version);
  }

  /// Makes a topic as a client would.
  void MakeTopic(const std::string& name, int32_t partitions = 1,
                 const log::TopicConfigs& set = {}) {
    const auto made = logs->CreateTopic(name, partitions, set);
    if (!made) FAIL(made.error().context);
  }

  const TempFolder folder;
  const std::string directory = folder.path();
  FixedClock clock{kTestNow};
  BrokerOptions options;
  std::unique_ptr<log::LogManager> logs;
  std::unique_ptr<Broker> broker;
  asio::io_context loop;
  // Keeps the loop from ending between requests.
  asio::executor_work_guard<asio::io_context::executor_type> work{loop.get_executor()};
  const Peer peer{"192.0.2.7", "broker.example", 29092};
  Session session{peer};
  int32_t correlation = 0;

 private:
  static void Append(const Chunk& chunk, std::vector<std::byte>& bytes) {
    if (const auto* part = std::get_if<std::vector<std::byte>>(&chunk)) {
      bytes.insert(bytes.end(), part->begin(), part->end());
      return;
    }
    const auto& file = *std::get_if<FilePart>(&chunk);
    const size_t at = bytes.size();
    bytes.resize(at + file.length);
    REQUIRE(::pread(file.fd, bytes.data() + at, file.length, file.position) ==
            static_cast<ssize_t>(file.length));
  }

  std::deque<std::vector<std::byte>> frames_;
};

/// A Produce request of one batch.
inline ProduceRequest ProduceOne(const std::string& topic, std::span<const std::byte> batch,
                                 int16_t acks = -1, int32_t partition = 0) {
  ProduceRequest request;
  request.acks = acks;
  request.timeout_ms = 1000;
  request.topic_data = {{topic, {{partition, Records{batch, {}}}}}};
  return request;
}

}  // namespace gamevents::broker
