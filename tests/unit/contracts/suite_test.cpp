// Goal: schemas mean here what JSON Schema 2020-12 says, as far as docs/contracts.md claims it.
// Method: the official JSON-Schema-Test-Suite, as Debian's libtest-json-schema-acceptance-perl has
// it: every test of its required part, but for the groups in kLeftOut, which are shown to be
// refused.
#include "core/contracts/check.h"
#include "core/contracts/schema_reader.h"
#include "tests/unit/catch.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::contracts {
namespace {

namespace fs = std::filesystem;

constexpr char kSuite[] =
    "/usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance/tests/draft2020-12";

/// What docs/contracts.md leaves out, by what is said of a schema that needs it.
constexpr auto kLeftOut = std::to_array<std::string_view>({
    "unevaluatedItems: no keyword",
    "unevaluatedProperties: no keyword",
    "$dynamicRef: no keyword",
    "$dynamicAnchor: no keyword",
    "array_of_schemas: no keyword",    // one that JSON Schema has not
    "$id: is taken at the top",        // schemas within a file that have an address of their own
    "$schema: contracts are written",  // metaschemas of the suite's own
    "must lead to a file of the same folder",  // by an address on the network
    "leads to no schema",                      // by an address that is relative to an $id
    "there is only one file",
});

bool IsLeftOut(const std::string& refusal) {
  return std::ranges::any_of(
      kLeftOut, [&](std::string_view reason) { return refusal.find(reason) != std::string::npos; });
}

Json ReadJson(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

struct Counts {
  size_t passed = 0;
  size_t left_out = 0;
};

void RunGroup(const Json& group, const std::string& file, Counts& counts) {
  const std::string name = file + ": " + group["description"].get<std::string>();
  CAPTURE(name);
  SchemaReader reader("", [&](const std::string& path) -> Result<std::string> {
    if (path == "a.json") return group["schema"].dump();
    return Error{Fault::kNotFound, "there is only one file"};
  });
  const auto read = reader.Read("a.json");
  Status finished = read ? reader.Finish() : Status(read.error());
  if (!finished) {
    UNSCOPED_INFO(finished.error().context);
    CHECK(IsLeftOut(finished.error().context));
    counts.left_out += group["tests"].size();
    return;
  }
  for (const Json& test : group["tests"]) {
    const std::string text = test["data"].dump();
    ValueList values;
    const Instance value = values.Set(text);
    const auto problems = CheckValue(*(*read)->schema, values, value);
    CAPTURE(test["description"].get<std::string>(), text);
    CHECK(problems.empty() == test["valid"].get<bool>());
    ++counts.passed;
  }
}

}  // namespace

TEST_CASE("the official test suite passes, but for what is left out") {
  REQUIRE(fs::is_directory(kSuite));  // Debian's libtest-json-schema-acceptance-perl
  Counts counts;
  for (const auto& entry : fs::directory_iterator(kSuite)) {
    if (entry.path().extension() != ".json") continue;
    for (const Json& group : ReadJson(entry.path())) {
      RunGroup(group, entry.path().stem().string(), counts);
    }
  }
  CAPTURE(counts.passed, counts.left_out);
  CHECK(counts.passed >= 850);
}

}  // namespace gamevents::contracts
