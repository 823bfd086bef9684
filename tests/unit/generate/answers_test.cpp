// Goal: an answer says about each event what it means, nothing is taken for acknowledged that may
// not be, and order goes before trying again. Method: answers as servers give them, and nonsense.
#include "core/generate/answers.h"

#include "tests/unit/catch.h"

namespace gamevents::generate {
namespace {

http::Answer Answer(int status, std::string body) { return {status, std::move(body), {}}; }

// "A" acknowledged, "D" as a duplicate, "R" refused, "U" unknown; lower case: can be tried again.
std::string Letters(const std::vector<Verdict>& verdicts) {
  std::string letters;
  for (const Verdict& verdict : verdicts) {
    char letter = 'U';
    if (verdict.outcome.fate == Fate::kRefused) letter = 'R';
    if (verdict.outcome.fate == Fate::kAcknowledged) letter = verdict.outcome.duplicate ? 'D' : 'A';
    letters += verdict.retryable ? static_cast<char>(letter + 'a' - 'A') : letter;
  }
  return letters;
}

}  // namespace

TEST_CASE("a plain answer speaks for all events") {
  CHECK(Letters(ReadAnswer(Answer(200, "Hello divya!!"), 1)) == "A");
  CHECK(Letters(ReadAnswer(Answer(202, ""), 2)) == "AA");
  CHECK(Letters(ReadAnswer(Answer(503, "too many"), 2)) == "rr");
  CHECK(Letters(ReadAnswer(Answer(429, "slower"), 1)) == "r");
  CHECK(Letters(ReadAnswer(Answer(404, "no such route"), 1)) == "R");
  CHECK(Letters(ReadAnswer(Answer(302, ""), 1)) == "R");
}

TEST_CASE("a reason is short and the same for the same thing") {
  const auto reason = [](const std::string& body) {
    return ReadAnswer(Answer(503, body), 1)[0].outcome.reason;
  };
  CHECK(reason("not stored: 127.0.0.1:9092: why\n") == "503 not stored");
  CHECK(reason("first\nsecond") == "503 first");
  CHECK(reason(std::string(99, 'x') + "\xC3\xA9") == "503 " + std::string(99, 'x'));
  CHECK(reason("\xFF\xFE") == "503 ");
  CHECK(reason(R"({"status":503,"detail":"not ready: why"})") == "503 not ready");
  CHECK(reason(R"({"detail":1})") == "503 {\"detail\"");
}

TEST_CASE("an answer of POST /events speaks for each event") {
  CHECK(Letters(ReadAnswer(Answer(200, R"({"accepted":2,"duplicates":0,"rejected":[]})"), 2)) ==
        "AA");
  CHECK(Letters(ReadAnswer(Answer(200, R"({"accepted":3})"), 3)) == "AAA");
  const auto mixed = ReadAnswer(Answer(503, R"({"accepted":1,"duplicates":0,"rejected":[
                      {"index":0,"error":"event_type: is missing","retryable":false},
                      {"index":2,"error":"Kafka did not acknowledge it: why","retryable":true}]})"),
                                3);
  CHECK(Letters(mixed) == "RAr");
  CHECK(mixed[0].outcome.reason == "503 event_type");
  CHECK(mixed[2].outcome.reason == "503 Kafka did not acknowledge it");
}

TEST_CASE("duplicates are acknowledged, whether accepted counts them or not") {
  CHECK(Letters(ReadAnswer(Answer(200, R"({"accepted":1,"duplicates":1,"rejected":[]})"), 2)) ==
        "DA");
  CHECK(Letters(ReadAnswer(Answer(200, R"({"accepted":2,"duplicates":2,"rejected":[]})"), 2)) ==
        "DD");
}

TEST_CASE("an answer that contradicts itself acknowledges nothing") {
  for (const std::string body : {
           R"({"accepted":1,"rejected":[]})",
           R"({"accepted":3,"rejected":[]})",
           R"({"accepted":2,"rejected":[{"index":0}]})",
           R"({"accepted":1,"rejected":[{"index":2}]})",
           R"({"accepted":1,"rejected":[{"index":-1}]})",
           R"({"accepted":1,"rejected":[{}]})",
           R"({"accepted":1,"rejected":["why"]})",
           R"({"accepted":0,"rejected":[{"index":0},{"index":0}]})",
           R"({"accepted":"2","rejected":[]})",
           R"({"accepted":-2})",
       }) {
    INFO(body);
    CHECK(Letters(ReadAnswer(Answer(200, body), 2)) == "uu");
  }
}

TEST_CASE("without an answer nobody knows, unless nothing was sent") {
  CHECK(Letters(ReadFailure({Fault::kUnavailable, "x"}, 2)) == "rr");
  CHECK(Letters(ReadFailure({Fault::kIo, "x"}, 2)) == "uu");
  CHECK(Letters(ReadFailure({Fault::kFull, "x"}, 1)) == "u");
}

TEST_CASE("what would come behind a later event of its user is not sent again") {
  const auto kept = [](const std::vector<std::string_view>& users, const std::string& letters) {
    std::vector<Verdict> verdicts;
    for (const char c : letters) {
      verdicts.push_back({{c == 'A' ? Fate::kAcknowledged : Fate::kRefused, false, {}}, c == 'r'});
    }
    KeepOrder(users, verdicts);
    return Letters(verdicts);
  };
  CHECK(kept({"anna", "anna"}, "rA") == "RA");
  CHECK(kept({"anna", "anna"}, "Ar") == "Ar");
  CHECK(kept({"anna", "divya", "anna"}, "rrA") == "RrA");
  CHECK(kept({"anna", "anna", "anna"}, "rAr") == "RAr");
  CHECK(kept({"", "", "anna"}, "rAA") == "rAA");
  CHECK(kept({"anna", "anna"}, "rr") == "rr");
}

}  // namespace gamevents::generate
