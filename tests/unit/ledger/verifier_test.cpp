// Goal: the verdict names exactly what is lost, there twice, or out of order. Method: ledgers and
// records made by hand, and a large random one with a few faults put in.
#include "core/ledger/verifier.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"
#include "tests/unit/ledger/fixture.h"

#include <algorithm>
#include <array>
#include <optional>
#include <random>

namespace gamevents::ledger {
namespace {

std::string LedgerLine(int id, const std::string& user, int number) {
  return IdText(id) + "\t" + user + "\t" + std::to_string(number) + "\n";
}

// A topic of one or more partitions, and the verifier that looks at it.
class Topic {
 public:
  explicit Topic(const std::string& ledger) {
    file_.Write(ledger);
    auto loaded = Verifier::Load(file_.path());
    REQUIRE(loaded);
    verifier_ = std::move(*loaded);
  }

  void Add(std::optional<std::string> value, int32_t partition = 0) {
    kafka::RecordView record;
    record.partition = partition;
    record.offset = next_++;
    record.value = value;
    verifier_->Look(record);
  }
  void AddEvent(int id, int32_t partition = 0) {
    Add(R"({"event_type":"default","event_id":")" + IdText(id) + "\"}", partition);
  }
  Verdict Finish() { return verifier_->Finish(); }

 private:
  TempFile file_;
  std::unique_ptr<Verifier> verifier_;
  int64_t next_ = 0;
};

}  // namespace

TEST_CASE("each event once and in order is sound") {
  Topic topic(LedgerLine(1, "anna", 0) + LedgerLine(2, "divya", 0) + LedgerLine(3, "anna", 4) +
              LedgerLine(4, "", 0));
  topic.AddEvent(2);
  topic.AddEvent(1);
  topic.AddEvent(4);
  topic.AddEvent(3);
  const Verdict verdict = topic.Finish();
  CHECK(verdict.Sound());
  CHECK(FormatVerdict(verdict) == "acknowledged 4, found 4, lost 0, duplicated 0, reordered 0\n");
}

TEST_CASE("an empty ledger is sound, whatever the topic holds") {
  Topic topic("# gamevents ledger\n");
  topic.AddEvent(1);
  const Verdict verdict = topic.Finish();
  CHECK(verdict.Sound());
  CHECK(verdict.others == 1);
}

TEST_CASE("what is missing is lost") {
  Topic topic(LedgerLine(1, "anna", 0) + LedgerLine(2, "anna", 1) + LedgerLine(3, "", 0));
  topic.AddEvent(1);
  const Verdict verdict = topic.Finish();
  CHECK_FALSE(verdict.Sound());
  CHECK(FormatVerdict(verdict) ==
        "acknowledged 3, found 1, lost 2, duplicated 0, reordered 0\n"
        "lost: " +
            IdText(2) +
            " (user anna, number 1)\n"
            "lost: " +
            IdText(3) + "\n");
}

TEST_CASE("what is there three times is one duplicated event, and no disorder") {
  Topic topic(LedgerLine(1, "anna", 0) + LedgerLine(2, "anna", 1));
  for (const int id : {1, 2, 1, 1}) topic.AddEvent(id);
  const Verdict verdict = topic.Finish();
  CHECK(FormatVerdict(verdict) ==
        "acknowledged 2, found 2, lost 0, duplicated 1, reordered 0\n"
        "duplicated: " +
            IdText(1) + " (user anna, number 0) at [0] offset 2\n");
}

TEST_CASE("a lower number behind a higher one of the same user and partition is reordered") {
  Topic topic(LedgerLine(1, "anna", 1) + LedgerLine(2, "anna", 2) + LedgerLine(3, "anna", 3) +
              LedgerLine(4, "divya", 0) + LedgerLine(5, "", 9) + LedgerLine(6, "", 1));
  for (const int id : {1, 5, 3, 4, 2, 6}) topic.AddEvent(id);
  const Verdict verdict = topic.Finish();
  CHECK(FormatVerdict(verdict) ==
        "acknowledged 6, found 6, lost 0, duplicated 0, reordered 1\n"
        "reordered: " +
            IdText(2) + " (user anna, number 2) at [0] offset 4\n");
}

TEST_CASE("order counts within a partition only") {
  Topic topic(LedgerLine(1, "anna", 1) + LedgerLine(2, "anna", 2));
  topic.AddEvent(2, 1);
  topic.AddEvent(1, 0);
  CHECK(topic.Finish().Sound());
}

TEST_CASE("a sender's own id goes before the one that the server gave") {
  Topic topic(LedgerLine(1, "anna", 1));
  topic.Add(R"({"event_id":")" + IdText(7) + R"(","Ledger-Id":")" + IdText(1) + "\"}");
  const Verdict verdict = topic.Finish();
  CHECK(verdict.found == 1);
  CHECK(verdict.others == 0);
}

TEST_CASE("what is no event of the ledger is counted and passed over") {
  Topic topic(LedgerLine(1, "anna", 1));
  topic.Add(std::nullopt);
  topic.Add("42");
  topic.Add("not JSON");
  topic.Add(R"({"event_type":"default"})");
  topic.Add(R"({"event_id":7})");
  topic.Add(R"({"event_id":"of another kind"})");
  topic.AddEvent(1);
  topic.AddEvent(2);
  const Verdict verdict = topic.Finish();
  CHECK(verdict.records == 8);
  CHECK(verdict.others == 7);
  CHECK(verdict.Sound());
}

TEST_CASE("of many findings the first are named") {
  std::string ledger;
  for (int i = 0; i < 25; ++i) ledger += LedgerLine(i, "anna", i);
  const Verdict verdict = Topic(ledger).Finish();
  CHECK(verdict.lost == 25);
  REQUIRE(verdict.first_lost.size() == kNamedMax);
  CHECK(verdict.first_lost[9].number == 9);
  CHECK(FormatVerdict(verdict).ends_with("(user anna, number 9)\nlost: 15 more\n"));
}

TEST_CASE("the verdict as JSON") {
  Topic topic(LedgerLine(1, "anna \"lee\"", 1) + LedgerLine(2, "\xFF", 2));
  topic.AddEvent(1);
  topic.AddEvent(1);
  CHECK(FormatVerdictAsJson(topic.Finish()) ==
        R"({"acknowledged":2,"found":1,"records":2,"others":0,"lost":1,"duplicated":1,)"
        R"("reordered":0,"first_lost":[{"event_id":")" +
            IdText(2) + R"(","user":"?","number":2}],"first_duplicated":[{"event_id":")" +
            IdText(1) +
            R"(","user":"anna \"lee\"","number":1,"partition":0,"offset":1}],"first_reordered":[]})"
            "\n");
}

TEST_CASE("an event twice in the ledger is refused") {
  const TempFile file;
  file.Write(LedgerLine(1, "anna", 1) + LedgerLine(1, "anna", 2));
  const auto loaded = Verifier::Load(file.path());
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().fault == Fault::kBadInput);
  CHECK(loaded.error().context.find(IdText(1)) != std::string::npos);
}

TEST_CASE("faults put into many records are found, no more and no fewer") {
  constexpr int kPairs = 10'000;
  constexpr int kUsers = 50;
  std::string ledger;
  for (int i = 0; i < 2 * kPairs; ++i) {
    ledger += LedgerLine(i, "user" + std::to_string(i / 2 % kUsers), i);
  }
  Topic topic(ledger);
  std::mt19937 random(7);  // NOLINT: the same each time
  std::array<int64_t, 4> counts{};
  enum Fault : size_t { kLost, kDuplicated, kReordered, kNone };
  for (int pair = 0; pair < kPairs; ++pair) {
    const int first = 2 * pair;
    const auto fault = std::min<size_t>(random() % 100, kNone);
    ++counts[fault];
    if (fault == kReordered) topic.AddEvent(first + 1);
    if (fault != kLost) topic.AddEvent(first);
    if (fault == kDuplicated) topic.AddEvent(first);
    if (fault != kReordered) topic.AddEvent(first + 1);
  }
  const Verdict verdict = topic.Finish();
  CHECK(verdict.acknowledged == 2 * kPairs);
  CHECK(verdict.lost == counts[kLost]);
  CHECK(verdict.duplicated == counts[kDuplicated]);
  CHECK(verdict.reordered == counts[kReordered]);
  CHECK(verdict.found == 2 * kPairs - counts[kLost]);
  for (const int64_t count : counts) CHECK(count > 0);
}

}  // namespace gamevents::ledger
