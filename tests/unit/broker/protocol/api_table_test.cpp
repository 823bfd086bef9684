// Goal: the API table is what the documentation says, and gives the right header versions.
// Method: docs/protocol.md is read and compared row by row; known rows.
#include "core/broker/protocol/api_table.h"

#include "core/base/file.h"
#include "tests/unit/catch.h"

#include <sstream>
#include <string>
#include <vector>

namespace gamevents::broker {
namespace {

std::string RowOf(const Api& api) {
  const auto range = [](int16_t min, int16_t max) {
    return min == max ? std::to_string(min) : std::to_string(min) + "-" + std::to_string(max);
  };
  std::string row = "| " + std::to_string(static_cast<int16_t>(api.key)) + " | " + api.name + " | ";
  row += range(api.versions.min, api.versions.max) + " | ";
  row += range(AdvertisedMin(api), api.versions.max) + " | ";
  row += api.flexible_from == kNeverFlexible ? "-" : std::to_string(api.flexible_from);
  return row + " |";
}

}  // namespace

TEST_CASE("docs/protocol.md has exactly the rows of the table") {
  const auto page = ReadFile(GAMEVENTS_SOURCE_DIR "/docs/protocol.md", 1u << 20);
  REQUIRE(page.ok());
  std::vector<std::string> documented;
  std::istringstream lines(*page);
  for (std::string line; std::getline(lines, line);) {
    if (line.size() > 2 && line[0] == '|' && line[2] >= '0' && line[2] <= '9') {
      documented.push_back(line);
    }
  }
  std::vector<std::string> expected;
  for (const Api& api : kApis) expected.push_back(RowOf(api));
  CHECK(documented == expected);
}

TEST_CASE("rows are found by key") {
  REQUIRE(FindApi(ApiKey::kFetch) != nullptr);
  CHECK(std::string(FindApi(ApiKey::kFetch)->name) == "Fetch");
  CHECK(FindApi(ApiKey{4}) == nullptr);
  CHECK(FindApi(ApiKey{-1}) == nullptr);
  CHECK(FindApi(ApiKey{INT16_MAX}) == nullptr);
}

TEST_CASE("header versions") {
  CHECK(RequestHeaderVersion(*FindApi(ApiKey::kProduce), 8) == 1);
  CHECK(RequestHeaderVersion(*FindApi(ApiKey::kProduce), 9) == 2);
  CHECK(ResponseHeaderVersion(*FindApi(ApiKey::kProduce), 8) == 0);
  CHECK(ResponseHeaderVersion(*FindApi(ApiKey::kProduce), 9) == 1);
  CHECK(RequestHeaderVersion(*FindApi(ApiKey::kApiVersions), 3) == 2);
  CHECK(ResponseHeaderVersion(*FindApi(ApiKey::kApiVersions), 3) == 0);
  CHECK(RequestHeaderVersion(*FindApi(ApiKey::kOffsetDelete), 0) == 1);
}

TEST_CASE("only Produce is shown lower than it is answered") {
  for (const Api& api : kApis) {
    INFO(api.name);
    CHECK(AdvertisedMin(api) == (api.key == ApiKey::kProduce ? 0 : api.versions.min));
    CHECK(api.versions.min <= api.versions.max);
  }
}

}  // namespace gamevents::broker
