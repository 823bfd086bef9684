// Goal: the embedded log's files give a scan the records of its ranges, each once, whole or split,
// and damage is an error.
// Method: a data directory with two partitions, written by the log itself with several codecs.

#include "core/report/scan/segment_source.h"

#include "core/log/log_manager.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <thread>

namespace gamevents::report {
namespace {

struct Seen {
  int32_t partition;
  int64_t offset;
  int64_t time;
  std::string key;
  std::string value;
  friend auto operator<=>(const Seen&, const Seen&) = default;
};

struct Fixture {
  TempFolder folder;
  std::string data_dir = folder.path() + "/data";
  std::unique_ptr<log::LogManager> logs;

  Fixture() {
    log::LogManager::Options options;
    options.directory = data_dir;
    options.defaults.segment_bytes = 4'000;
    logs = log::LogManager::Open(options).value();
    REQUIRE(logs->CreateTopic("events", 2));
    for (int64_t i = 0; i < 120; ++i) Append(static_cast<int32_t>(i % 2), i / 2);
  }

  void Append(int32_t partition, int64_t number) {
    const auto codec = static_cast<log::Codec>(number / 10 % 5);
    log::BatchBuilder builder({.codec = codec});
    builder.Add(TimestampMs(1'000 + number), "user", fmt::format(R"({{"n":{}}})", number));
    builder.Add(TimestampMs(1'000 + number), std::nullopt, std::nullopt);
    const auto log = logs->Partition("events", partition);
    const auto appended = log->Append(builder.Finish().value()).value();
    REQUIRE(log->WaitCommitted(std::get<log::Appended>(appended).next_offset));
  }

  OpenSource Open(std::vector<kafka::PartitionRange> ranges) const {
    return FromSegments({data_dir, "events", std::move(ranges)});
  }
};

std::vector<Seen> ReadAll(RecordSource& source) {
  std::vector<Seen> seen;
  for (;;) {
    const auto records = source.Next();
    REQUIRE(records);
    if (records->empty()) return seen;
    for (const kafka::RecordView& record : *records) {
      seen.push_back({record.partition, record.offset, record.timestamp.value,
                      std::string(record.key.value_or("none")),
                      std::string(record.value.value_or("none"))});
    }
  }
}

TEST_CASE("every record of the ranges comes once, in order") {
  Fixture fixture;
  const auto open = fixture.Open({{1, 3, 90, 120}, {0, 0, 120, 120}});
  for (int turn = 0; turn < 2; ++turn) {
    auto source = open().value();
    CHECK(source->Partitions() == std::vector<int32_t>{0, 1});
    CHECK(source->Length() == 120 + 87);
    const auto seen = ReadAll(*source);
    REQUIRE(seen.size() == 120 + 87);
    CHECK(std::ranges::is_sorted(seen));
    CHECK(seen[0] == Seen{0, 0, 1'000, "user", R"({"n":0})"});
    CHECK(seen[1] == Seen{0, 1, 1'000, "none", "none"});
    CHECK(seen[120] == Seen{1, 3, 1'001, "none", "none"});
    CHECK(seen.back() == Seen{1, 89, 1'044, "none", "none"});
  }
}

TEST_CASE("parts share the records between them") {
  Fixture fixture;
  auto source = fixture.Open({{0, 0, 120, 120}, {1, 0, 120, 120}})().value();
  auto parts = source->Split(3);
  REQUIRE(parts.size() == 3);
  std::vector<std::vector<Seen>> seen(parts.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < parts.size(); ++i) {
    threads.emplace_back([&, i] {
      for (;;) {
        const auto records = parts[i]->Next();
        if (!records || records->empty()) return;
        for (const kafka::RecordView& record : *records) {
          seen[i].push_back({record.partition, record.offset, 0, "", ""});
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<Seen> all;
  for (const auto& part : seen) all.insert(all.end(), part.begin(), part.end());
  std::ranges::sort(all);
  REQUIRE(all.size() == 240);
  CHECK(std::ranges::adjacent_find(all) == all.end());
}

TEST_CASE("nothing to read is the end at once") {
  Fixture fixture;
  auto source = fixture.Open({{0, 5, 5, 120}})().value();
  CHECK(source->Partitions().empty());
  CHECK(ReadAll(*source).empty());
  CHECK(source->Split(2).empty());
}

TEST_CASE("a flipped byte is found and named") {
  Fixture fixture;
  const std::string path = fixture.data_dir + "/events-0/00000000000000000000.log";
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(70);
  file.put('!');
  file.close();
  auto source = fixture.Open({{0, 0, 120, 120}})().value();
  const auto records = source->Next();
  REQUIRE_FALSE(records);
  CHECK(records.error().fault == Fault::kCorrupt);
  CHECK(records.error().context.find(path) == 0);
}

}  // namespace
}  // namespace gamevents::report
