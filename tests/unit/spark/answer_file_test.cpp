// Goal: an answer is read whole and typed, or refused with its line; half of one is never taken for
// the whole. Method: files as the job writes them, cut at every line, and each kind of flaw.
#include "core/spark/answer_file.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <limits>
#include <string>
#include <vector>

namespace gamevents::spark {
namespace {

const std::vector<std::string> kLines{
    R"({"columns": [{"name": "a b", "type": "any"}, {"name": "n", "type": "long"},)"
    R"( {"name": "bucket", "type": "timestamp"}]})",
    R"([null, 1, {"ms": 60000}])",
    R"([true, -9223372036854775808, null])",
    R"([5.0, 0, null])",
    R"([{"double": "-inf"}, 0, null])",
    R"([{"json": "{\"x\":1}"}, 0, null])",
    R"(["é\n", 0, null])",
    R"({"totals": {"records": 9, "events": 7, "selected": 6}, "not_objects": [{"kind": "number",)"
    R"( "count": 2, "first": {"partition": 1, "offset": 4}}], "left_out": [{"of": "percentiles",)"
    R"( "path": ["remote ip"], "count": 3}]})"};

std::string Joined(const std::vector<std::string>& lines, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += lines[i] + "\n";
  return text;
}

struct Read {
  Result<report::ScanSummary> summary;
  std::vector<report::Heading> headings{};
  std::vector<report::Row> rows{};
};

Read ReadText(const std::string& text) {
  const TempFolder files;
  Read read{.summary = report::ScanSummary{}};
  const AnswerReader reader{[&](std::vector<report::Heading> headings) {
                              read.headings = std::move(headings);
                              return Status(Done{});
                            },
                            [&](report::Row row) {
                              read.rows.push_back(std::move(row));
                              return Status(Done{});
                            }};
  read.summary = ReadAnswer(files.Write("answer", text), reader);
  return read;
}

TEST_CASE("headings, cells of every type and what was read") {
  const Read read = ReadText(Joined(kLines, kLines.size()));
  INFO((read.summary ? "" : read.summary.error().context));
  REQUIRE(read.summary);
  REQUIRE(read.headings.size() == 3);
  CHECK(read.headings[0].name == "a b");
  CHECK(read.headings[1].type == report::Type::kLong);
  CHECK(read.headings[2].type == report::Type::kTimestamp);
  const std::vector<report::Row> rows{{{}, int64_t{1}, TimestampMs(60'000)},
                                      {true, std::numeric_limits<int64_t>::min(), {}},
                                      {5.0, int64_t{0}, {}},
                                      {-std::numeric_limits<double>::infinity(), int64_t{0}, {}},
                                      {report::Json{R"({"x":1})"}, int64_t{0}, {}},
                                      {std::string("é\n"), int64_t{0}, {}}};
  CHECK(read.rows == rows);
  CHECK(read.summary->totals.records == 9);
  CHECK(read.summary->totals.events == 7);
  CHECK(read.summary->totals.selected == 6);
  CHECK(report::Describe(read.summary->not_objects) ==
        "2 values were not JSON objects:\n  number: 2, first at [1] 4\n");
  CHECK(read.summary->notes ==
        std::vector<std::string>{
            "3 values of remote ip are no numbers and are left out of its percentiles"});
}

TEST_CASE("an answer that is cut off is none, wherever the cut") {
  size_t turns = 0;
  for (size_t lines = 0; lines < kLines.size(); ++lines, ++turns) {
    const std::string text = Joined(kLines, lines);
    for (const std::string& rest : {std::string(), kLines[lines].substr(0, 3)}) {
      const Read read = ReadText(text + rest);
      REQUIRE(!read.summary);
      CHECK(read.summary.error().fault == Fault::kCorrupt);
    }
  }
  CHECK(turns == kLines.size());
  CHECK(ReadAnswer("/nonexistent/answer", {}).error().fault == Fault::kCorrupt);
}

TEST_CASE("lines that are no answer's are refused with their number") {
  for (const std::string line :
       {"[1, 2]", "[1, 2, 3, 4]", R"([{"x": 1}, 0, null])", R"([{"double": "x"}, 0, null])",
        R"([[1], 0, null])", "{}", "7", "", R"([18446744073709551615, 0, null])",
        R"({"columns": []})", R"({"totals": {}})",
        R"({"totals": {"records": "x", "events": 1, "selected": 1}})"}) {
    const Read read = ReadText(kLines[0] + "\n" + line + "\n");
    INFO(line);
    REQUIRE(!read.summary);
    CHECK(read.summary.error().fault == Fault::kCorrupt);
    CHECK(read.summary.error().context.find("line 2: ") != std::string::npos);
  }
}

TEST_CASE("a row after the end is refused") {
  const Read read = ReadText(Joined(kLines, kLines.size()) + kLines[1] + "\n");
  REQUIRE(!read.summary);
  CHECK(read.summary.error().fault == Fault::kCorrupt);
}

TEST_CASE("a whole number beyond a long is its digits") {
  const auto read_as = [](const std::string& digits) {
    return ReadText(kLines[0] + "\n[{\"integer\": \"" + digits + "\"}, 0, null]\n" + kLines.back() +
                    "\n");
  };
  const Read read = read_as("-12345678901234567890");
  REQUIRE(read.summary);
  REQUIRE(read.rows.size() == 1);
  CHECK(read.rows[0][0] == report::Cell(event::OwnedDigits{"-12345678901234567890"}));
  for (const char* wrong : {"", "5", "0x10", "12345678901234567890.0", "012345678901234567890"}) {
    INFO(wrong);
    CHECK(read_as(wrong).summary.error().fault == Fault::kCorrupt);
  }
}

TEST_CASE("what the job refused, and a sum beyond a long, are told") {
  Read read = ReadText(R"({"refused": "too many fields"})"
                       "\n");
  REQUIRE(!read.summary);
  CHECK(read.summary.error().fault == Fault::kFull);
  CHECK(read.summary.error().context == "Spark: too many fields");
  read = ReadText(kLines[0] + "\n" + R"([{"long": "9223372036854775808"}, 0, null])" + "\n");
  REQUIRE(!read.summary);
  CHECK(read.summary.error().fault == Fault::kBadInput);
  CHECK(read.summary.error().context.find("a b is 9223372036854775808") != std::string::npos);
}

}  // namespace
}  // namespace gamevents::spark
