// Goal: a topic is read to its end through silences, and a second pass sees what the first saw.
// Method: a reader with a script of answers: records, silence, an error.

#include "core/report/topic_source.h"

#include "tests/unit/catch.h"

#include <deque>

namespace gamevents::report {
namespace {

/// One answer of the reader's Next: offsets of partition 0, or an error.
using Answer = std::variant<std::vector<int64_t>, Error>;

class ScriptedReader final : public kafka::Reader {
 public:
  ScriptedReader(std::vector<kafka::PartitionRange> ranges, std::deque<Answer> answers)
      : ranges_(std::move(ranges)), answers_(std::move(answers)) {}

  std::span<const kafka::PartitionRange> ranges() const override { return ranges_; }

  Result<std::span<const kafka::RecordView>> Next(std::chrono::milliseconds) override {
    const Answer answer = answers_.front();
    answers_.pop_front();
    if (const auto* error = std::get_if<Error>(&answer)) return *error;
    records_.clear();
    for (const int64_t offset : std::get<0>(answer)) {
      records_.emplace_back().offset = offset;
    }
    return std::span<const kafka::RecordView>(records_);
  }

  std::shared_ptr<const void> KeepLast() override {
    return std::make_shared<std::vector<kafka::RecordView>>(std::move(records_));
  }
  void LimitBatch(size_t) override {}
  std::vector<kafka::PartitionRange> TakeFinished() override { return {}; }
  bool Finished() const override { return answers_.empty(); }
  Status Commit() override { return Done{}; }

 private:
  std::vector<kafka::PartitionRange> ranges_;
  std::deque<Answer> answers_;
  std::vector<kafka::RecordView> records_;
};

/// Opens the scripts one after another.
OpenSource Scripts(
    std::deque<std::pair<std::vector<kafka::PartitionRange>, std::deque<Answer>>> scripts) {
  return FromReaders([scripts =
                          std::move(scripts)]() mutable -> Result<std::unique_ptr<kafka::Reader>> {
    if (scripts.empty()) return Error{Fault::kNotFound, "no such topic"};
    auto reader = std::make_unique<ScriptedReader>(scripts.front().first, scripts.front().second);
    scripts.pop_front();
    return std::unique_ptr<kafka::Reader>(std::move(reader));
  });
}

using Offsets = std::vector<int64_t>;

Offsets OffsetsOf(std::span<const kafka::RecordView> records) {
  Offsets offsets;
  for (const auto& record : records) offsets.push_back(record.offset);
  return offsets;
}

/// Every offset to the source's end.
Offsets ReadAll(RecordSource& source) {
  Offsets offsets;
  while (true) {
    const auto records = source.Next();
    REQUIRE(records);
    if (records->empty()) return offsets;
    for (const auto& record : *records) offsets.push_back(record.offset);
  }
}

TEST_CASE("silence is waited out and the end is the end") {
  const auto open = Scripts({{{{0, 5, 8, 8}}, {Offsets{}, Offsets{5, 6}, Offsets{}, Offsets{7}}}});
  const auto source = open();
  REQUIRE(source);
  CHECK(ReadAll(**source) == Offsets{5, 6, 7});
}

TEST_CASE("a second pass ends where the first did") {
  const auto open = Scripts({{{{0, 0, 3, 3}}, {Offsets{0, 1, 2}}},
                             {{{0, 0, 6, 6}}, {Offsets{0, 1}, Offsets{2, 3, 4}, Offsets{5}}}});
  const auto first = open();
  REQUIRE(first);
  CHECK(ReadAll(**first) == Offsets{0, 1, 2});
  const auto second = open();
  REQUIRE(second);
  CHECK(ReadAll(**second) == Offsets{0, 1, 2});
}

TEST_CASE("parts read in turn, each record once, and keep what they were given") {
  const auto open = Scripts({{{{0, 0, 6, 6}}, {Offsets{0, 1}, Offsets{}, Offsets{2, 3, 4, 5}}}});
  const auto source = open();
  REQUIRE(source);
  CHECK((*source)->Length() == 6);
  const auto parts = (*source)->Split(2);
  REQUIRE(parts.size() == 2);
  const auto first = parts[0]->Next();
  const auto second = parts[1]->Next();
  REQUIRE(first);
  REQUIRE(second);
  CHECK(OffsetsOf(*first) == Offsets{0, 1});
  CHECK(OffsetsOf(*second) == Offsets{2, 3, 4, 5});
  CHECK(ReadAll(*parts[0]).empty());
  CHECK(ReadAll(*parts[1]).empty());
}

TEST_CASE("partitions with something to read, ascending") {
  const auto open = Scripts({{{{2, 0, 1, 1}, {0, 4, 9, 9}, {1, 3, 3, 3}}, {}}});
  const auto source = open();
  REQUIRE(source);
  CHECK((*source)->Partitions() == std::vector<int32_t>{0, 2});
}

TEST_CASE("errors of opening and reading pass through") {
  const auto open =
      Scripts({{{{0, 0, 3, 3}}, {Offsets{0}, Error{Fault::kUnavailable, "no broker"}}}});
  const auto source = open();
  REQUIRE(source);
  REQUIRE((*source)->Next());
  const auto failed = (*source)->Next();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().fault == Fault::kUnavailable);
  const auto none = open();
  REQUIRE_FALSE(none);
  CHECK(none.error().fault == Fault::kNotFound);
}

}  // namespace
}  // namespace gamevents::report
