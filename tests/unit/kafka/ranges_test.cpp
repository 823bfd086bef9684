// Goal: a position means the right offset whatever the partition holds. Method: a table over
// partitions that are empty, cut at their start, and whole; and a source of offsets that is asked.
#include "core/kafka/ranges.h"

#include "tests/unit/catch.h"

namespace gamevents::kafka {
namespace {

using Kind = Position::Kind;

int64_t At(Kind kind, int64_t number, Watermarks marks, int64_t at_time = -1) {
  auto offset = Resolve({kind, number}, marks, at_time);
  REQUIRE(offset.ok());
  return *offset;
}

}  // namespace

TEST_CASE("positions stay within what the partition holds") {
  const Watermarks cut{100, 150};
  CHECK(At(Kind::kBeginning, 0, cut) == 100);
  CHECK(At(Kind::kEnd, 0, cut) == 150);
  CHECK(At(Kind::kOffset, 120, cut) == 120);
  CHECK(At(Kind::kOffset, 150, cut) == 150);
  CHECK(At(Kind::kOffset, 3, cut) == 100);
  CHECK(At(Kind::kFromEnd, 10, cut) == 140);
  CHECK(At(Kind::kFromEnd, 0, cut) == 150);
  CHECK(At(Kind::kFromEnd, 1'000, cut) == 100);
  CHECK(At(Kind::kFromEnd, INT64_MAX, cut) == 100);
  CHECK(At(Kind::kTime, 5, cut, 130) == 130);
  CHECK(At(Kind::kTime, 5, cut, -1) == 150);
  CHECK(At(Kind::kTime, 5, cut, 151) == 150);

  const Watermarks empty{0, 0};
  for (const Kind kind :
       {Kind::kBeginning, Kind::kEnd, Kind::kOffset, Kind::kFromEnd, Kind::kTime}) {
    CHECK(At(kind, 0, empty) == 0);
  }
}

TEST_CASE("an offset past the end is refused with what there is") {
  const auto refused = Resolve({Kind::kOffset, 151}, {100, 150}, -1);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().fault == Fault::kBadInput);
  CHECK(refused.error().context.find("100 to 150") != std::string::npos);
}

namespace {

// Two partitions: 0 has the offsets from 2 to 9, 1 is empty; of the group 0 alone has an offset.
class TwoPartitions final : public OffsetSource {
 public:
  Result<std::vector<int32_t>> Partitions() override { return std::vector<int32_t>{0, 1}; }
  Result<std::vector<int64_t>> ListOffsets(std::span<const int32_t> partitions,
                                           int64_t time) override {
    std::vector<int64_t> offsets;
    for (const int32_t partition : partitions) {
      if (partition == 1) {
        offsets.push_back(time < 0 ? 0 : -1);
      } else {
        offsets.push_back(time == kLogStart ? 2 : time == kLogEnd ? 10 : 5);
      }
    }
    return offsets;
  }
  Result<std::vector<std::optional<int64_t>>> CommittedOffsets(
      std::span<const int32_t> partitions) override {
    std::vector<std::optional<int64_t>> offsets;
    for (const int32_t partition : partitions) {
      offsets.push_back(partition == 0 ? std::optional<int64_t>(7) : std::nullopt);
    }
    return offsets;
  }
};

ReaderOptions OptionsFrom(Position from) {
  ReaderOptions options;
  options.topic = "events";
  options.range.from = from;
  return options;
}

// "0: 2 to 10, 1: 0 to 0".
std::string RangesOf(const ReaderOptions& options) {
  TwoPartitions source;
  const auto found = FindRanges(source, options);
  if (!found) return std::string(FaultName(found.error().fault)) + ": " + found.error().context;
  std::string text;
  for (const PartitionRange& range : *found) {
    text += (text.empty() ? "" : ", ") + std::to_string(range.partition) + ": " +
            std::to_string(range.begin) + " to " + std::to_string(range.end);
  }
  return text;
}

}  // namespace

TEST_CASE("each partition's range follows from what its source says") {
  CHECK(RangesOf(OptionsFrom({Kind::kBeginning, 0})) == "0: 2 to 10, 1: 0 to 0");
  CHECK(RangesOf(OptionsFrom({Kind::kTime, 1'000})) == "0: 5 to 10, 1: 0 to 0");
  ReaderOptions chosen = OptionsFrom({Kind::kBeginning, 0});
  chosen.partitions = {0, 0};
  chosen.starts = {{0, 1}};
  chosen.ends = {{0, 4}};
  CHECK(RangesOf(chosen) == "0: 2 to 4");
  ReaderOptions group = OptionsFrom({Kind::kBeginning, 0});
  group.group = "readers";
  CHECK(RangesOf(group) == "0: 7 to 10, 1: 0 to 0");
  ReaderOptions missing = OptionsFrom({Kind::kBeginning, 0});
  missing.partitions = {2};
  CHECK(RangesOf(missing) == "not found: topic events: there is no partition 2, only 0 to 1");
  CHECK(RangesOf(OptionsFrom({Kind::kOffset, 3})) ==
        "bad input: topic events [1]: there is no offset 3: offsets 0 to 0 can be asked for (the "
        "last is the end)");
}

}  // namespace gamevents::kafka
