// Goal: a broker says what it found, can be reached, and leaves a directory that starts again.
// Method: real directories and loopback ports; starts after orderly stops and after none.
#include "core/embedded/runner.h"

#include "core/base/bytes.h"
#include "core/base/file.h"
#include "core/broker/protocol/groups.h"
#include "core/broker/protocol/header.h"
#include "tests/unit/catch.h"
#include "tests/unit/embedded/fixture.h"
#include "tests/unit/embedded/ways.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <functional>
#include <future>
#include <memory>
#include <thread>

namespace gamevents::embedded {
namespace {

using std::chrono::milliseconds;

std::unique_ptr<EmbeddedBroker> MustStart(const std::string& directory) {
  auto started = EmbeddedBroker::Start(OptionsFor(directory), MustLock(directory));
  if (!started) FAIL(started.error().context);
  return std::move(*started);
}

bool EndsWith(const std::string& text, const std::string& ending) {
  return text.size() >= ending.size() &&
         text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

}  // namespace

TEST_CASE("a broker says where it listens until it stops") {
  const TempFolder folder;
  const auto broker = MustStart(folder.path());
  const Endpoint& endpoint = broker->endpoint();
  CHECK(endpoint.host == "127.0.0.1");
  CHECK(endpoint.port != 0);
  CHECK(endpoint.pid == ::getpid());
  CHECK(broker->summary() ==
        "gamevents broker on " + endpoint.Address() + ": 0 topics, 0 messages, clean start");
  const auto written = ReadEndpoint(folder.path());
  REQUIRE(written.ok());
  CHECK(*written == endpoint);
  REQUIRE(broker->Stop(milliseconds(1000)).ok());
  CHECK_FALSE(folder.Has("ENDPOINT"));
  CHECK(broker->Stop(milliseconds(1000)).ok());
}

TEST_CASE("the lock is held until the stop, and then the next one may start") {
  const TempFolder folder;
  const auto broker = MustStart(folder.path());
  auto taken = DirectoryLock::TryTake(folder.path());
  REQUIRE(taken.ok());
  CHECK_FALSE(taken->has_value());
  REQUIRE(broker->Stop(milliseconds(1000)).ok());
  const auto next = MustStart(folder.path());
  CHECK(EndsWith(next->summary(), "clean start"));
}

TEST_CASE("a start after no stop recovers") {
  const TempFolder folder;
  MustStart(folder.path()).reset();
  CHECK(folder.Has("ENDPOINT"));
  const auto next = MustStart(folder.path());
  CHECK(EndsWith(next->summary(), ": 0 topics, 0 messages, recovered, 0 bytes cut off"));
}

TEST_CASE("a newer format is refused and the lock let go") {
  const TempFolder folder;
  folder.Write("meta.properties", "version=99\ncluster.id=x\n");
  const auto started = EmbeddedBroker::Start(OptionsFor(folder.path()), MustLock(folder.path()));
  REQUIRE_FALSE(started.ok());
  CHECK(started.error().fault == Fault::kUnsupported);
  MustLock(folder.path());
}

TEST_CASE("records of a forwarded topic are deleted only below what was said to be safe") {
  const TempFolder folder;
  EmbeddedOptions options = OptionsFor(folder.path());
  options.log.kept_topics = {"t"};
  auto started = EmbeddedBroker::Start(options, MustLock(folder.path()));
  REQUIRE(started.ok());
  EmbeddedBroker& broker = **started;
  CHECK(broker.cluster_id().size() == 22);
  REQUIRE(broker.CreateTopic({"t", 1, 1}).ok());
  kafka::ProducerOptions producing;
  producing.client.brokers = broker.endpoint().Address();
  {
    auto producer = broker.OpenProducer(producing);
    REQUIRE(producer.ok());
    for (int i = 0; i < 5; ++i) {
      kafka::OutgoingRecord record;
      record.topic = "t";
      record.value = "x";
      REQUIRE((*producer)->Send(std::move(record), [](const Result<kafka::Delivery>&) {}).ok());
    }
    REQUIRE((*producer)->Flush(milliseconds(10'000)).ok());
  }
  kafka::ReaderOptions reading;
  reading.client = producing.client;
  reading.topic = "t";
  const auto start = [&] { return broker.FindRanges(reading).value().at(0).begin; };
  DeleteRecords(producing.client, "t", 3);
  CHECK(start() == 0);
  broker.KeepFrom("t", 0, 3);
  broker.KeepFrom("t", 1, 3);  // no such partition
  DeleteRecords(producing.client, "t", 4);
  CHECK(start() == 0);
  DeleteRecords(producing.client, "t", 3);
  CHECK(start() == 3);
  CHECK(broker.deletions().count(log::DeletionReason::kRequested) == 1);
  CHECK(broker.deletions().count(log::DeletionReason::kAge) == 0);
}

TEST_CASE("a port in use is named") {
  const TempFolder one;
  const TempFolder other;
  const auto broker = MustStart(one.path());
  EmbeddedOptions options = OptionsFor(other.path());
  options.server.listeners.front().port = broker->endpoint().port;
  const auto started = EmbeddedBroker::Start(options, MustLock(other.path()));
  REQUIRE_FALSE(started.ok());
  CHECK(started.error().fault == Fault::kExists);
  CHECK(started.error().context.find(broker->endpoint().Address()) != std::string::npos);
  CHECK(EndsWith(MustStart(other.path())->summary(), "clean start"));
}

namespace {

// A disk on which the broker's address cannot be written; `meanwhile` is called before that fails,
// with what was to be written.
class NoEndpoint final : public log::FileSystem {
 public:
  explicit NoEndpoint(std::function<void(const std::string&)> meanwhile)
      : meanwhile_(std::move(meanwhile)) {}

  Result<std::shared_ptr<log::File>> Open(const std::string& path, Mode mode) override {
    return Posix().Open(path, mode);
  }
  Result<std::vector<std::string>> List(const std::string& directory) override {
    return Posix().List(directory);
  }
  Status CreateDirectory(const std::string& path) override { return Posix().CreateDirectory(path); }
  Status Rename(const std::string& from, const std::string& to) override {
    if (!to.ends_with("/ENDPOINT")) return Posix().Rename(from, to);
    meanwhile_(log::ReadWholeFile(Posix(), from, 100).value());
    return Error{Fault::kFull, "no room for " + to};
  }
  Status Remove(const std::string& path) override { return Posix().Remove(path); }
  Status SyncDirectory(const std::string& path) override { return Posix().SyncDirectory(path); }

 private:
  const std::function<void(const std::string&)> meanwhile_;
};

// A connection to 127.0.0.1 over which a consumer asks to join a group.
class Joiner {
 public:
  explicit Joiner(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    INVARIANT(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address),
                        sizeof(address)) == 0);
    broker::JoinGroupRequest join;
    join.group_id = "g";
    join.session_timeout_ms = 1'800'000;
    join.rebalance_timeout_ms = 1'800'000;
    join.protocol_type = "consumer";
    join.protocols = {{"range", {}}};
    const auto frame = broker::EncodeRequest(
        join, broker::RequestHeader{broker::ApiKey::kJoinGroup, 1, 1, "tester"});
    INVARIANT(frame.ok());
    INVARIANT(WriteAll(socket_.get(), AsText(frame->bytes)).ok());
  }
  bool IsAnswered(int within_ms) const {
    pollfd readable{socket_.get(), POLLIN, 0};
    return ::poll(&readable, 1, within_ms) == 1;
  }

 private:
  const FileDescriptor socket_;
};

}  // namespace

TEST_CASE("a start that fails late ends, though clients wait for it already") {
  auto folder = std::make_shared<TempFolder>();
  std::vector<std::unique_ptr<Joiner>> joiners;
  NoEndpoint files([&joiners](const std::string& text) {
    const size_t colon = text.find(':');
    const auto port = static_cast<uint16_t>(std::stoi(text.substr(colon + 1)));
    // The first is the group's leader at once; the second waits until it joins again.
    joiners.push_back(std::make_unique<Joiner>(port));
    CHECK(joiners.back()->IsAnswered(20'000));
    joiners.push_back(std::make_unique<Joiner>(port));
    CHECK_FALSE(joiners.back()->IsAnswered(200));
  });
  EmbeddedOptions options = OptionsFor(folder->path());
  options.log.files = &files;
  std::promise<Fault> ended;
  std::thread starting([&] {
    const auto started = EmbeddedBroker::Start(options, MustLock(folder->path()));
    ended.set_value(started ? Fault::kClosed : started.error().fault);
  });
  auto fault = ended.get_future();
  // One that hangs cannot be ended.
  INVARIANT(fault.wait_for(std::chrono::seconds(30)) == std::future_status::ready);
  starting.join();
  CHECK(fault.get() == Fault::kFull);
  CHECK(EndsWith(MustStart(folder->path())->summary(), "clean start"));
}

}  // namespace gamevents::embedded
