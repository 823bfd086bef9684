// Goal: a file's rows come typed, and a broken file says where.
// Method: texts by hand, files in a temporary folder.

#include "core/report/scan/file_source.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <string>
#include <vector>

namespace gamevents::report {
namespace {

using Texts = std::vector<std::string>;

TEST_CASE("CSV becomes objects, a column of numbers numbers") {
  CHECK(RowsOfCsv("\xEF\xBB\xBF"
                  "a,b,\"c \"\"d\"\"\"\r\n1,x,\"y\nz\"\r\n-2.5e3,007,\"\"\r\n,,\n")
            .value() == Texts{R"({"a":1,"b":"x","c \"d\"":"y\nz"})",
                              R"({"a":-2.5e3,"b":"007","c \"d\"":""})",
                              R"({"a":null,"b":null,"c \"d\"":null})"});
  CHECK(RowsOfCsv("a\n1\nx").value() == Texts{R"({"a":"1"})", R"({"a":"x"})"});
  CHECK(RowsOfCsv("a,b\n").value().empty());
  CHECK(RowsOfCsv("a,b\n1,2\n\n").value().size() == 1);  // an empty line at the end
}

TEST_CASE("a broken CSV says where") {
  const auto context = [](std::string_view text) {
    const auto rows = RowsOfCsv(text);
    REQUIRE_FALSE(rows);
    CHECK(rows.error().fault == Fault::kBadInput);
    return rows.error().context;
  };
  CHECK(context("").find("names the columns") != std::string::npos);
  CHECK(context("a,\n") == "line 1: a column has no name");
  CHECK(context("a,a\n") == "line 1: two columns are called a");
  CHECK(context("a,b\n\"x\ny\",1\n1\n").starts_with("line 4: 1 fields"));
  CHECK(context("a\n\"x\ny\n") == "line 2: a quote is never closed");
  CHECK(context("a\n\"x\"y\n").starts_with("line 2: "));
  CHECK(context("a\n\xFF\n") == "not UTF-8");
}

TEST_CASE("NDJSON is taken as it is, line by line") {
  CHECK(RowsOfNdjson("{\"a\":1}\n\n {\"b\":[]} \r\n").value() == Texts{"{\"a\":1}", "{\"b\":[]}"});
  CHECK(RowsOfNdjson("{}\n\n[1]").error().context.starts_with("line 3: "));
}

TEST_CASE("a file is read by its name's end, within the bound") {
  const TempFolder folder;
  const std::string path = folder.Write("players.csv", "a\n1\n");
  REQUIRE(FromFile(path, 100));
  CHECK((*FromFile(path, 100)->operator()().value()).Next()->size() == 1);
  CHECK(FromFile(path, 3).error().fault == Fault::kFull);
  CHECK(FromFile(folder.path() + "/gone.csv", 100).error().fault == Fault::kNotFound);
  CHECK(FromFile(folder.path() + "/a.xlsx", 100).error().fault == Fault::kBadInput);
}

}  // namespace
}  // namespace gamevents::report
