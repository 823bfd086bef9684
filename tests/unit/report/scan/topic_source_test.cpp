// Goal: a topic is read to its end through silences, and a second pass sees what the first saw.
// Method: a reader with a script of answers: records, silence, an error.

#include "core/report/scan/topic_source.h"

#include "tests/unit/catch.h"

#include <fmt/format.h>

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

  void LimitBatch(size_t) override {}
  std::vector<kafka::PartitionRange> TakeFinished() override { return {}; }
  bool Finished() const override { return answers_.empty(); }
  Status Commit() override { return Done{}; }

 private:
  std::vector<kafka::PartitionRange> ranges_;
  std::deque<Answer> answers_;
  std::vector<kafka::RecordView> records_;
};

/// Opens the scripts one after another, and writes down for which slices.
class Scripts {
 public:
  using List = std::deque<std::pair<std::vector<kafka::PartitionRange>, std::deque<Answer>>>;

  explicit Scripts(List scripts) : scripts_(std::move(scripts)) {}

  OpenSource Open() {
    return FromReaders([this](const std::optional<Slice>& slice) { return Next(slice); });
  }

  /// A slice as "partition:begin-end", with blanks between; "" for none.
  std::vector<std::string> asked;

 private:
  Result<std::unique_ptr<kafka::Reader>> Next(const std::optional<Slice>& slice) {
    std::string text;
    for (const kafka::PartitionRange& range : slice.value_or(Slice())) {
      text += (text.empty() ? "" : " ") +
              fmt::format("{}:{}-{}", range.partition, range.begin, range.end);
    }
    asked.push_back(text);
    if (scripts_.empty()) return Error{Fault::kNotFound, "no such topic"};
    auto reader = std::make_unique<ScriptedReader>(scripts_.front().first, scripts_.front().second);
    scripts_.pop_front();
    return std::unique_ptr<kafka::Reader>(std::move(reader));
  }

  List scripts_;
};

using Offsets = std::vector<int64_t>;

/// Every offset to the source's end.
Offsets TopicReadAll(RecordSource& source) {
  Offsets offsets;
  while (true) {
    const auto records = source.Next();
    REQUIRE(records);
    if (records->empty()) return offsets;
    for (const auto& record : *records) offsets.push_back(record.offset);
  }
}

TEST_CASE("silence is waited out and the end is the end") {
  Scripts scripts({{{{0, 5, 8, 8}}, {Offsets{}, Offsets{5, 6}, Offsets{}, Offsets{7}}}});
  const auto source = scripts.Open()();
  REQUIRE(source);
  CHECK((*source)->Length() == 3);
  CHECK(TopicReadAll(**source) == Offsets{5, 6, 7});
}

TEST_CASE("a second pass begins and ends where the first did") {
  Scripts scripts({{{{1, 2, 5, 5}, {0, 0, 3, 3}}, {Offsets{0, 1, 2}}},
                   {{{0, 0, 3, 6}, {1, 2, 5, 9}}, {Offsets{0, 1}, Offsets{2}}}});
  const auto open = scripts.Open();
  const auto first = open();
  REQUIRE(first);
  CHECK(TopicReadAll(**first) == Offsets{0, 1, 2});
  const auto second = open();
  REQUIRE(second);
  CHECK(TopicReadAll(**second) == Offsets{0, 1, 2});
  CHECK(scripts.asked == std::vector<std::string>{"", "0:0-3 1:2-5"});
}

TEST_CASE("where there was nothing, a second pass reads nothing") {
  Scripts scripts({{{{0, 4, 4, 4}}, {}}});
  const auto open = scripts.Open();
  REQUIRE(open());
  const auto second = open();
  REQUIRE(second);
  CHECK(TopicReadAll(**second).empty());
  CHECK(scripts.asked.size() == 1);
}

TEST_CASE("parts have each offset once and a reader each, opened when they are read") {
  Scripts scripts({{{{0, 10, 60'010, 60'010}, {1, 0, 9, 9}, {2, 0, 30'000, 30'000}}, {}},
                   {{{0, 0, 1, 1}}, {Offsets{7}}},
                   {{{0, 0, 1, 1}}, {Offsets{8}}},
                   {{{0, 0, 1, 1}}, {Offsets{9}}}});
  const auto source = scripts.Open()();
  REQUIRE(source);
  const auto parts = (*source)->Split(3);
  REQUIRE(parts.size() == 3);
  CHECK(scripts.asked.size() == 1);
  CHECK(TopicReadAll(*parts[0]) == Offsets{7});
  CHECK(TopicReadAll(*parts[1]) == Offsets{8});
  CHECK(TopicReadAll(*parts[2]) == Offsets{9});
  CHECK(scripts.asked ==
        std::vector<std::string>{"", "0:10-30013", "0:30013-60010 1:0-6", "1:6-9 2:0-30000"});
  CHECK(parts[1]->Length() == 30'003);
}

TEST_CASE("what is short is not split") {
  Scripts scripts({{{{0, 0, kSplitLengthMin - 1, kSplitLengthMin - 1}}, {Offsets{0}}}});
  const auto source = scripts.Open()();
  REQUIRE(source);
  CHECK((*source)->Split(4).empty());
  CHECK(TopicReadAll(**source) == Offsets{0});
}

TEST_CASE("partitions with something to read, ascending") {
  Scripts scripts({{{{2, 0, 1, 1}, {0, 4, 9, 9}, {1, 3, 3, 3}}, {}}});
  const auto source = scripts.Open()();
  REQUIRE(source);
  CHECK((*source)->Partitions() == std::vector<int32_t>{0, 2});
}

TEST_CASE("errors of opening and reading pass through") {
  Scripts scripts({{{{0, 0, 3, 3}}, {Offsets{0}, Error{Fault::kUnavailable, "no broker"}}}});
  const auto source = scripts.Open()();
  REQUIRE(source);
  REQUIRE((*source)->Next());
  const auto failed = (*source)->Next();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().fault == Fault::kUnavailable);
  Scripts none({});
  const auto nothing = none.Open()();
  REQUIRE_FALSE(nothing);
  CHECK(nothing.error().fault == Fault::kNotFound);
}

}  // namespace
}  // namespace gamevents::report
