// Goal: kafka::Producer's contract holds on each way to a broker. Method: every case runs on all
// ways (ways.h). What a broker of librdkafka's own or a broken disk does is tested elsewhere:
// tests/unit/kafka/producer_test.cpp, in_process_producer_test.cpp.
#include "core/kafka/producer.h"
#include "core/kafka/reader.h"
#include "tests/unit/catch.h"
#include "tests/unit/embedded/ways.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gamevents::embedded {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFlushMax{20'000};

kafka::ProducerOptions ContractOptions(const Way& way) {
  kafka::ProducerOptions options;
  options.client = way.client();
  return options;
}

std::unique_ptr<kafka::Producer> MustOpenProducer(Way& way, const kafka::ProducerOptions& options) {
  auto opened = way.OpenProducer(options);
  if (!opened) FAIL(opened.error().context);
  return std::move(*opened);
}

kafka::OutgoingRecord ValueFor(const std::string& topic, std::string value,
                               std::optional<int32_t> partition = std::nullopt) {
  kafka::OutgoingRecord record;
  record.topic = topic;
  record.partition = partition;
  record.value = std::move(value);
  return record;
}

// What deliveries said, in the order in which they came.
struct Reports {
  std::mutex mutex;
  std::vector<kafka::Delivery> delivered;
  std::vector<Error> failed;

  kafka::Producer::OnDelivery Note() {
    return [this](Result<kafka::Delivery> delivery) {
      const std::lock_guard lock(mutex);
      if (delivery) {
        delivered.push_back(*delivery);
      } else {
        failed.push_back(std::move(delivery).error());
      }
    };
  }
};

// Everything that a topic holds.
struct Kept {
  int32_t partition;
  int64_t offset;
  int64_t timestamp;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<kafka::Header> headers;
};

std::vector<Kept> ReadBack(Way& way, const std::string& topic) {
  kafka::ReaderOptions options;
  options.client = way.client();
  options.topic = topic;
  auto reader = kafka::Reader::Open(options);
  if (!reader) FAIL(reader.error().context);
  std::vector<Kept> records;
  while (!(*reader)->Finished()) {
    const auto next = (*reader)->Next(milliseconds(1'000));
    if (!next) FAIL(next.error().context);
    for (const kafka::RecordView& record : *next) {
      Kept kept{record.partition, record.offset, record.timestamp.value, {}, {}, {}};
      if (record.key) kept.key = *record.key;
      if (record.value) kept.value = *record.value;
      for (const kafka::HeaderView& header : record.headers) {
        auto& copy = kept.headers.emplace_back();
        copy.name = header.name;
        if (header.value) copy.value = *header.value;
      }
      records.push_back(std::move(kept));
    }
  }
  return records;
}

}  // namespace

TEST_CASE("records of several threads are stored once each, each thread's in its order",
          "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way);
    Reports reports;
    auto producer = MustOpenProducer(way, ContractOptions(way));
    constexpr int kThreads = 4;
    constexpr int kEach = 500;
    std::vector<std::thread> threads;
    std::atomic<int> refused{0};
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < kEach; ++i) {
          const std::string value = std::to_string(thread) + " " + std::to_string(i);
          if (!producer->Send(ValueFor(topic, value), reports.Note())) ++refused;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    REQUIRE(refused == 0);
    REQUIRE(producer->Flush(kFlushMax).ok());
    CHECK(producer->QueuedRecords() == 0);
    REQUIRE(reports.delivered.size() == kThreads * kEach);
    CHECK(reports.failed.empty());

    std::map<std::string, int> next;
    const auto records = ReadBack(way, topic);
    REQUIRE(records.size() == kThreads * kEach);
    for (const Kept& record : records) {
      const std::string& value = record.value.value();
      const std::string thread = value.substr(0, value.find(' '));
      CHECK(value == thread + " " + std::to_string(next[thread]++));
    }
  });
}

TEST_CASE("a record is stored as it was given", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way);
    Reports reports;
    auto producer = MustOpenProducer(way, ContractOptions(way));
    kafka::OutgoingRecord full = ValueFor(topic, "value");
    full.key = "";
    full.timestamp = TimestampMs(1'700'000'000'123);
    full.headers = {{"a", "1"}, {"a", std::nullopt}, {"", ""}};
    REQUIRE(producer->Send(std::move(full), reports.Note()).ok());
    kafka::OutgoingRecord tombstone = ValueFor(topic, "");
    tombstone.value = std::nullopt;
    tombstone.key = "k";
    REQUIRE(producer->Send(std::move(tombstone), nullptr).ok());
    REQUIRE(producer->Flush(kFlushMax).ok());

    const auto records = ReadBack(way, topic);
    REQUIRE(records.size() == 2);
    CHECK(records[0].key == "");
    CHECK(records[0].value == "value");
    CHECK(records[0].timestamp == 1'700'000'000'123);
    REQUIRE(records[0].headers.size() == 3);
    CHECK(records[0].headers[0].name == "a");
    CHECK(records[0].headers[0].value == "1");
    CHECK(records[0].headers[1].value == std::nullopt);
    CHECK(records[0].headers[2].name.empty());
    CHECK(records[0].headers[2].value == "");
    CHECK(records[1].key == "k");
    CHECK(records[1].value == std::nullopt);
    CHECK(records[1].timestamp > 1'700'000'000'123);
  });
}

TEST_CASE("keys choose partitions on each way as in Java's client", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way, 100);
    auto producer = MustOpenProducer(way, ContractOptions(way));
    // murmur2(key) & 0x7fffffff modulo 100, from Kafka's Utils.murmur2.
    for (const auto& [key, partition] : std::initializer_list<std::pair<const char*, int32_t>>{
             {"21", (-973932308 & 0x7fffffff) % 100},
             {"foobar", (-790332482 & 0x7fffffff) % 100},
             {"a-little-bit-long-string", (-985981536 & 0x7fffffff) % 100}}) {
      Reports reports;
      kafka::OutgoingRecord record = ValueFor(topic, "x");
      record.key = key;
      REQUIRE(producer->Send(std::move(record), reports.Note()).ok());
      REQUIRE(producer->Flush(kFlushMax).ok());
      INFO(key);
      REQUIRE(reports.delivered.size() == 1);
      CHECK(reports.delivered[0].partition == partition);
    }
  });
}

TEST_CASE("a partition is taken as it is named, and refused where it is not there",
          "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way, 3);
    Reports reports;
    auto producer = MustOpenProducer(way, ContractOptions(way));
    REQUIRE(producer->Send(ValueFor(topic, "x", 2), reports.Note()).ok());
    REQUIRE(producer->Flush(kFlushMax).ok());
    REQUIRE(reports.delivered.size() == 1);
    CHECK(reports.delivered[0].partition == 2);
    const Status refused = producer->Send(ValueFor(topic, "x", 3), reports.Note());
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().fault == Fault::kBadInput);
    CHECK(reports.delivered.size() + reports.failed.size() == 1);
  });
}

TEST_CASE("a record that is larger than message.max.bytes is refused at once",
          "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way);
    kafka::ProducerOptions options = ContractOptions(way);
    const auto large = ValueFor(topic, std::string(1'100'000, 'x'));
    const Status refused =
        MustOpenProducer(way, options)->Send(kafka::OutgoingRecord(large), nullptr);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().fault == Fault::kBadInput);

    // With the property the client takes it, and then the topic does not.
    options.client.properties = {{"message.max.bytes", "2000000"}};
    Reports reports;
    auto producer = MustOpenProducer(way, options);
    REQUIRE(producer->Send(kafka::OutgoingRecord(large), reports.Note()).ok());
    REQUIRE(producer->Flush(kFlushMax).ok());
    REQUIRE(reports.failed.size() == 1);
    CHECK(reports.failed[0].fault == Fault::kBadInput);
  });
}

TEST_CASE("many large records, more than a batch takes, are all stored", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way);
    Reports reports;
    auto producer = MustOpenProducer(way, ContractOptions(way));
    for (int i = 0; i < 10; ++i) {
      const std::string value = std::to_string(i) + std::string(400'000, 'x');
      REQUIRE(producer->Send(ValueFor(topic, value), reports.Note()).ok());
    }
    REQUIRE(producer->Flush(kFlushMax).ok());
    REQUIRE(reports.delivered.size() == 10);
    const auto records = ReadBack(way, topic);
    REQUIRE(records.size() == 10);
    for (size_t i = 0; i < 10; ++i) CHECK(records[i].value->starts_with(std::to_string(i) + "x"));
  });
}

TEST_CASE("each codec is stored so that it can be read", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    for (const char* codec : {"none", "gzip", "snappy", "lz4", "zstd"}) {
      const std::string topic = MakeTopic(way);
      kafka::ProducerOptions options = ContractOptions(way);
      options.client.properties = {{"compression.type", codec}};
      auto producer = MustOpenProducer(way, options);
      for (int i = 0; i < 100; ++i) {
        REQUIRE(producer->Send(ValueFor(topic, std::string(100, 'x')), nullptr).ok());
      }
      REQUIRE(producer->Flush(kFlushMax).ok());
      INFO(codec);
      CHECK(ReadBack(way, topic).size() == 100);
    }
  });
}

TEST_CASE("options that break the contract are refused alike", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
             {"acks", "1"},
             {"enable.idempotence", "false"},
             {"message.timeout.ms", "0"},
             {"bootstrap.servers", "elsewhere:9092"},
             {"no.such.property", "1"},
             {"linger.ms", "soon"}}) {
      INFO(name);
      kafka::ProducerOptions options = ContractOptions(way);
      options.client.properties = {{name, value}};
      const auto refused = way.OpenProducer(options);
      REQUIRE_FALSE(refused.ok());
      CHECK(refused.error().fault == Fault::kBadInput);
    }
    kafka::ProducerOptions options = ContractOptions(way);
    options.acks = 0;
    CHECK_FALSE(way.OpenProducer(options).ok());
  });
}

TEST_CASE("a producer that is destroyed has reported all that it took", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way);
    Reports reports;
    auto producer = MustOpenProducer(way, ContractOptions(way));
    for (int i = 0; i < 100; ++i)
      REQUIRE(producer->Send(ValueFor(topic, "x"), reports.Note()).ok());
    producer.reset();
    CHECK(reports.delivered.size() == 100);
    CHECK(ReadBack(way, topic).size() == 100);
  });
}

TEST_CASE("a delivery comes from another thread than Send, and one at a time",
          "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way, 4);
    auto producer = MustOpenProducer(way, ContractOptions(way));
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    std::atomic<int> from_sender{0};
    const auto sender = std::this_thread::get_id();
    for (int i = 0; i < 400; ++i) {
      const auto note = [&](const Result<kafka::Delivery>&) {
        most = std::max<int>(most, ++running);
        if (std::this_thread::get_id() == sender) ++from_sender;
        --running;
      };
      REQUIRE(producer->Send(ValueFor(topic, "x", i % 4), note).ok());
    }
    REQUIRE(producer->Flush(kFlushMax).ok());
    CHECK(most == 1);
    CHECK(from_sender == 0);
  });
}

}  // namespace gamevents::embedded
