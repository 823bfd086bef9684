// Goal: events are taken or refused as the guard's mode says, counted and noted, and a folder that
// is wrong takes nothing from the contracts that were there. Method: a folder that changes.
#include "core/collector/ingest/contract_guard.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <optional>
#include <string>
#include <vector>

namespace gamevents::collector {
namespace {

/// A guard over a folder of one contract, and what it noted.
struct Guarded {
  TempFolder folder;
  std::vector<std::string> notes;
  std::unique_ptr<ContractGuard> guard;

  explicit Guarded(bool enforces = true, bool takes_unknown = true) {
    folder.Write("buy.json", R"({"required":["price"]})");
    ContractGuardOptions options;
    options.folder = folder.path();
    options.enforces = enforces;
    options.takes_unknown = takes_unknown;
    options.note = [this](const std::string& note) { notes.push_back(note); };
    auto opened = ContractGuard::Open(options);
    REQUIRE(opened.ok());
    guard = std::move(opened).value();
  }

  /// Why it is not taken; nothing when it is.
  std::optional<std::string> Refusal(const std::string& type, const std::string& event,
                                     std::vector<contracts::Problem>* told = nullptr) {
    event::Document document;
    REQUIRE(document.Parse(event).ok());
    std::vector<contracts::Problem> problems;
    const Status admitted = guard->Admit(*guard->Current(), type, document, problems);
    CHECK(admitted.ok() == problems.empty());
    if (told != nullptr) *told = problems;
    if (admitted) return std::nullopt;
    return admitted.error().context;
  }
};

}  // namespace

TEST_CASE("an enforced contract refuses what breaks it, with the place") {
  Guarded guarded;
  CHECK_FALSE(guarded.Refusal("buy", R"({"price":1})").has_value());
  CHECK_FALSE(guarded.Refusal("chat", R"({"a":1})").has_value());
  std::vector<contracts::Problem> problems;
  CHECK(guarded.Refusal("buy", R"({"prise":1})", &problems) ==
        "breaks the contract of buy: it has no \"price\", which is required");
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].pointer.empty());
  CHECK(guarded.guard->count(ContractGuard::kKept) == 1);
  CHECK(guarded.guard->count(ContractGuard::kBroken) == 1);
  CHECK(guarded.guard->count(ContractGuard::kNoContract) == 1);
  REQUIRE(guarded.notes.size() == 1);
  CHECK(guarded.notes[0] ==
        "an event breaks the contract of buy: it has no \"price\", which is required; refused");
}

TEST_CASE("a contract that only warns takes all, and notes few") {
  Guarded guarded(/*enforces=*/false);
  for (int i = 0; i < 100; ++i) CHECK_FALSE(guarded.Refusal("buy", "{}").has_value());
  CHECK(guarded.guard->count(ContractGuard::kBroken) == 100);
  REQUIRE(guarded.notes.size() == 1);
  CHECK(guarded.notes[0].ends_with("; taken"));
}

TEST_CASE("a type without a contract can be refused") {
  Guarded guarded(/*enforces=*/true, /*takes_unknown=*/false);
  std::vector<contracts::Problem> problems;
  CHECK(guarded.Refusal("chat", R"({"a":1})", &problems) ==
        "/event_type has no contract, without which no event is taken");
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].pointer == "/event_type");
}

TEST_CASE("contracts that are read again count at once, and wrong ones change nothing") {
  Guarded guarded;
  guarded.folder.Write("buy.json", R"({"required":["cost"]})");
  CHECK_FALSE(guarded.Refusal("buy", R"({"price":1})").has_value());
  REQUIRE(guarded.guard->Reload().ok());
  CHECK(guarded.Refusal("buy", R"({"price":1})").has_value());
  CHECK_FALSE(guarded.Refusal("buy", R"({"cost":1})").has_value());

  guarded.folder.Write("buy.json", R"({"required":"cost"})");
  const Status read = guarded.guard->Reload();
  REQUIRE_FALSE(read.ok());
  CHECK(read.error().context ==
        guarded.folder.path() + "/buy.json: /required: must be an array of different names");
  CHECK_FALSE(guarded.Refusal("buy", R"({"cost":1})").has_value());
  CHECK(guarded.Refusal("buy", R"({"price":1})").has_value());
}

TEST_CASE("each outcome has a name of its own") {
  CHECK(ContractGuard::NameOf(ContractGuard::kKept) == "kept");
  CHECK(ContractGuard::NameOf(ContractGuard::kBroken) == "broken");
  CHECK(ContractGuard::NameOf(ContractGuard::kNoContract) == "no_contract");
}

}  // namespace gamevents::collector
