// Goal: any CSV reader that knows RFC 4180 gets the cells back, null and empty apart.
// Method: rows with every character that needs quoting, against the exact bytes.

#include "core/report/write/csv.h"

#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

using namespace std::string_literals;

std::string CsvLine(const Row& row) {
  std::string out;
  AppendCsvRow(out, row);
  return out;
}

TEST_CASE("fields are quoted where they must be and only there") {
  CHECK(CsvLine({"plain"s, "a,b"s, "say \"hi\""s, "two\r\nlines"s, "剣"s}) ==
        "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\",剣\r\n");
}

TEST_CASE("null is empty and the empty text is quoted") {
  CHECK(CsvLine({std::monostate{}, ""s, std::monostate{}}) == ",\"\",\r\n");
}

TEST_CASE("each type has its text") {
  CHECK(CsvLine({int64_t{-5}, 1.5, true, Bytes{"\x01\xFF"}, TimestampMs{1'795'428'000'500},
                 Json{R"({"a":[1,2]})"}}) ==
        "-5,1.5,true,Af8=,2026-11-23T10:00:00.500Z,\"{\"\"a\"\":[1,2]}\"\r\n");
}

TEST_CASE("what is made for a spreadsheet has a mark and no formulas") {
  std::string out;
  const std::vector<Heading> headings{{"=1+1", Type::kAny}, {"n", Type::kLong}};
  AppendSafeCsvHeader(out, headings);
  for (const char* name : {"=HYPERLINK(\"x\")", "+1", "-1", "@a", "\ta", "\ra", "a=b", "'a", ""}) {
    AppendSafeCsvRow(out, {std::string(name), int64_t{-5}});
  }
  AppendSafeCsvRow(out, {Bytes{"\xF8"}, -1.5});
  AppendSafeCsvRow(out, {std::monostate{}, event::OwnedDigits{"-12345678901234567890"}});
  CHECK(out ==
        "\xEF\xBB\xBF'=1+1,n\r\n"
        "\"'=HYPERLINK(\"\"x\"\")\",-5\r\n"
        "'+1,-5\r\n'-1,-5\r\n'@a,-5\r\n'\ta,-5\r\n\"'\ra\",-5\r\na=b,-5\r\n'a,-5\r\n\"\",-5\r\n"
        "'+A==,-1.5\r\n"
        ",-12345678901234567890\r\n");
}

TEST_CASE("headings are fields") {
  std::string out;
  const std::vector<Heading> headings{{"event_type", Type::kAny}, {"a,b", Type::kAny}};
  AppendCsvHeader(out, headings);
  CHECK(out == "event_type,\"a,b\"\r\n");
}

}  // namespace
}  // namespace gamevents::report
