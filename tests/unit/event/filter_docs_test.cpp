// Goal: docs/filter.md tells the truth. Method: every row of its tables is run as it stands there.
#include "core/event/document.h"
#include "core/event/filter.h"
#include "tests/unit/catch.h"

#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace gamevents::event {
namespace {

using Row = std::vector<std::string>;

// The cells of a table's row: without the blanks around them and their code marks; "\|" is a bar.
Row Cells(const std::string& line) {
  Row cells;
  std::string cell;
  for (size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
      cell += line[++i];
    } else if (line[i] != '|') {
      cell += line[i];
    } else {
      cell = cell.substr(cell.find_first_not_of(' '));
      cell.erase(cell.find_last_not_of(' ') + 1);
      const bool code = cell.size() >= 2 && cell.front() == '`' && cell.back() == '`';
      cells.push_back(code ? cell.substr(1, cell.size() - 2) : cell);
      cell.clear();
    }
  }
  return cells;
}

// The rows of the table under the heading "## `heading`", without the two that name its columns.
std::vector<Row> Table(const std::string& heading) {
  std::ifstream file(GAMEVENTS_FILTER_DOCS);
  REQUIRE(file.is_open());
  std::vector<Row> rows;
  std::string section;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) section = line.substr(3);
    if (section == heading && line.starts_with("|")) rows.push_back(Cells(line));
  }
  REQUIRE(rows.size() > 2);
  rows.erase(rows.begin(), rows.begin() + 2);
  return rows;
}

}  // namespace

TEST_CASE("every example matches or not as documented") {
  const auto rows = Table("Examples");
  CHECK(rows.size() > 40);
  for (const Row& row : rows) {
    REQUIRE(row.size() == 3);
    INFO(row[0] << " on " << row[1]);
    const auto filter = Filter::Parse(row[0]);
    REQUIRE(filter.ok());
    Document document;
    REQUIRE(document.Parse(row[1]).ok());
    REQUIRE((row[2] == "yes" || row[2] == "no"));
    CHECK(filter->Matches(document) == (row[2] == "yes"));
  }
}

TEST_CASE("every error is as documented, with its column") {
  const auto rows = Table("Errors");
  CHECK(rows.size() > 15);
  for (const Row& row : rows) {
    REQUIRE(row.size() == 3);
    INFO(row[0]);
    const auto filter = Filter::Parse(row[0]);
    REQUIRE_FALSE(filter.ok());
    const std::string caret(std::stoul(row[1]) - 1, ' ');
    CHECK(filter.error().context ==
          "column " + row[1] + ": " + row[2] + "\n" + row[0] + "\n" + caret + "^");
  }
}

TEST_CASE("the limits are as documented") {
  std::map<std::string, std::string> limits;
  for (const Row& row : Table("Limits")) limits[row.at(0)] = row.at(1);
  CHECK(limits.size() == 6);
  CHECK(limits["the filter's text"] == std::to_string(kFilterBytesMax) + " bytes");
  CHECK(limits["parentheses and `not` within each other"] == std::to_string(kFilterDepthMax));
  CHECK(limits["conditions"] == std::to_string(kFilterConditionsMax));
  CHECK(limits["values of one `in (…)`"] == std::to_string(kFilterListMax));
  CHECK(limits["regular expressions"] == std::to_string(kFilterRegexesMax));
  CHECK(limits["memory for one regular expression"] ==
        std::to_string(kFilterRegexMemoryMax) + " bytes");
}

}  // namespace gamevents::event
