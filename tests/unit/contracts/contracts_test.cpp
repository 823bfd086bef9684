// Goal: a folder of files becomes contracts by event type, or is refused whole, with file and
// place. Method: folders written by the test.
#include "core/contracts/contracts.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <string>

namespace gamevents::contracts {
namespace {

std::string FolderMistake(const std::string& folder) {
  const auto read = Contracts::Load(folder);
  return read ? "none" : read.error().context;
}

}  // namespace

TEST_CASE("each file of the folder is the contract of its type") {
  const TempFolder folder;
  folder.Write("purchase_sword.json", R"({"required":["price"]})");
  folder.Write("chat.json", R"({"properties":{"event_type":{"const":"chat/say"}}})");
  folder.Write("common/money.json", R"({"required":["common"]})");
  folder.Write("README.md", "not a contract");
  folder.Write(".draft.json", "not a contract");
  const auto read = Contracts::Load(folder.path());
  REQUIRE(read.ok());
  CHECK((*read)->all().size() == 2);
  REQUIRE((*read)->Find("purchase_sword") != nullptr);
  CHECK((*read)->Find("purchase_sword")->file == "purchase_sword.json");
  CHECK((*read)->Find("purchase_sword")->json == R"({"required":["price"]})");
  CHECK((*read)->Find("chat/say") != nullptr);
  CHECK((*read)->Find("chat") == nullptr);
  CHECK((*read)->Find("money") == nullptr);
}

TEST_CASE("a folder with a mistake is refused") {
  const TempFolder folder;
  const std::string path = folder.path();
  CHECK(FolderMistake(path) == "none");
  CHECK(FolderMistake(path + "/none").find(path + "/none: No such file") != std::string::npos);
  folder.Write("a.json", R"({"minimum":"1"})");
  CHECK(FolderMistake(path) == path + "/a.json: /minimum: must be a number");
  folder.Write("a.json", R"({"$ref":"b/c.json"})");
  CHECK(FolderMistake(path) == "open " + path + "/b/c.json: No such file or directory, which " +
                                   path + "/a.json refers to at /$ref");
  folder.Write("a.json", "{}");
  folder.Write("b.json", R"({"properties":{"event_type":{"const":"a"}}})");
  CHECK(FolderMistake(path) ==
        path + "/b.json: a second contract of a; " + path + "/a.json is one already");
}

TEST_CASE("examples are held against their own contract") {
  const auto read = Contracts::Of({{"a.json", R"({"required":["b"],
      "examples":[{"b":1},{"c":1},3]})"}});
  REQUIRE(read.ok());
  const auto broken = BrokenExamples(*(*read)->Find("a"));
  REQUIRE(broken.size() == 2);
  CHECK(broken[0] == "examples/1: it has no \"b\", which is required");
  CHECK(broken[1].starts_with("examples/2: "));
}

}  // namespace gamevents::contracts
