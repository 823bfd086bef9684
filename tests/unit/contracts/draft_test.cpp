// Goal: a draft says what all events have in common and nothing that the next may break. Method:
// events that the test makes, and the drafts that come of them; random events keep their draft.
#include "core/contracts/draft.h"

#include "core/contracts/contracts.h"
#include "tests/unit/catch.h"

#include <string>
#include <vector>

namespace gamevents::contracts {
namespace {

std::map<std::string, std::string> DraftOf(const std::vector<std::string>& events) {
  Draft draft;
  event::Document document;
  for (const std::string& event : events) {
    REQUIRE(document.Parse(event).ok());
    draft.Add(document);
  }
  return draft.Files();
}

// In one line, as Contract::json has it.
std::string OneDraft(const std::vector<std::string>& events) {
  const auto read = Contracts::Of(DraftOf(events));
  REQUIRE(read.ok());
  REQUIRE((*read)->all().size() == 1);
  return (*read)->all().begin()->second.json;
}

const std::string kHead =
    R"({"$schema":"https://json-schema.org/draft/2020-12/schema","description":"Drafted from )";

}  // namespace

TEST_CASE("what every event has is required, and its types are as seen") {
  std::vector<std::string> events;
  for (int i = 0; i < 100; ++i) {
    events.push_back(R"({"event_type":"buy","price":)" + std::to_string(i) +
                     (i % 2 == 0 ? R"(,"note":null,"ratio":1)" : R"(,"note":"n","ratio":0.5)") +
                     (i == 7 ? "" : R"(,"user":"u)" + std::to_string(i) + "\"") +
                     R"(,"item":{"kind":")" + (i % 3 == 0 ? "sword" : "bow") +
                     R"("},"tags":["a",)" + std::to_string(i) +
                     R"(],"event_id":"x","received_at":"y","Host":"h","X-Game-Id":"g"})");
  }
  CHECK(OneDraft(events) ==
        kHead + R"(100 events.","type":"object","properties":{"event_type":{"const":"buy"},)"
                R"("price":{"type":"integer"},"note":{"type":["string","null"]},)"
                R"("ratio":{"type":"number"},"user":{"type":"string"},)"
                R"("item":{"type":"object","properties":{"kind":{"enum":["bow","sword"]}},)"
                R"("required":["kind"]},"tags":{"type":"array","items":{"type":["string",)"
                R"("integer"]}}},"required":["event_type","price","note","ratio","item","tags"]})");
}

TEST_CASE("few events make nothing sure") {
  CHECK(OneDraft({R"({"event_type":"buy","price":1})"}) ==
        kHead + R"(1 event.","type":"object","properties":{"event_type":{"const":"buy"},)"
                R"("price":{"type":"integer"}},"required":["event_type"]})");
}

TEST_CASE("few texts that come often are an enum") {
  std::vector<std::string> events;
  for (int i = 0; i < 200; ++i) {
    events.push_back(R"({"event_type":"buy","kind":")" + std::string(i % 2 == 0 ? "a" : "b") +
                     R"(","many":")" + std::to_string(i) + "\"}");
  }
  const std::string draft = OneDraft(events);
  CHECK(draft.find(R"("kind":{"enum":["a","b"]})") != std::string::npos);
  CHECK(draft.find(R"("many":{"type":"string"})") != std::string::npos);
  events.resize(90);  // each is seen 45 times
  CHECK(OneDraft(events).find(R"("kind":{"type":"string"})") != std::string::npos);
}

TEST_CASE("each type has a file whose name can be one") {
  const auto files =
      DraftOf({R"({"event_type":"a/b"})", R"({"event_type":"a?b"})", R"({"event_type":".x"})",
               R"({"event_type":"plain"})", R"({"no_type":1})", R"({"event_type":3})",
               R"({"event_type":")" + std::string(256, 'l') + "\"}"});
  REQUIRE(files.size() == 5);
  for (const char* name : {"a_b.json", "a_b-2.json", "_x.json", "plain.json"}) {
    CAPTURE(name);
    CHECK(files.contains(name));
  }
  const auto read = Contracts::Of(files);
  REQUIRE(read.ok());
  CHECK((*read)->Find("a/b") != nullptr);
  CHECK((*read)->Find("a?b") != nullptr);
}

}  // namespace gamevents::contracts
