// Goal: a forwarder that goes on where the rule says copies each record once, whatever became of
// the transactions before. Method: single cases, and kCases random lives of a target's log, printed
// with their seed: runs that are committed, aborted or committed without an answer, between other
// producers' records, old copies and marks of other logs; retention that takes a log's beginning;
// a topic that is made again in the source; and after each death a search by the rule. A model
// counts what is committed.
#include "core/forward/resume.h"

#include "tests/unit/catch.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::forward {
namespace {

constexpr int kCases = 20'000;
constexpr char kOwn[] = "own";
// The ids of the topics that had the name, one after the other.
constexpr const char* kTopics[] = {"first", "second", "third"};

/// One offset of the target's log, as a reader of committed records sees it.
struct Entry {
  bool shown = true;  // false: aborted, or a transaction's marker
  std::optional<Mark> mark;
};

/// The target's partition, with what stands beside it under the group's name.
struct Target {
  std::vector<Entry> log;
  int64_t begin = 0;  // what is below was deleted
  std::optional<KeptMark> kept;

  int64_t end() const { return static_cast<int64_t>(log.size()); }
};

std::optional<int64_t> Search(const Target& target, bool with_mark,
                              const std::string& topic_id = "") {
  ResumeSearch search({kOwn, topic_id, 0}, {target.begin, target.end()},
                      with_mark ? target.kept : std::nullopt);
  int64_t seen_from = target.end();
  while (const auto window = search.Window()) {
    // Windows lie one before the other and within the log.
    REQUIRE(window->end == seen_from);
    REQUIRE(window->begin >= target.begin);
    REQUIRE(window->begin < window->end);
    seen_from = window->begin;
    for (int64_t offset = window->begin; offset < window->end; ++offset) {
      const Entry& entry = target.log[static_cast<size_t>(offset)];
      if (entry.shown && entry.mark) search.See(*entry.mark);
    }
    search.EndWindow();
  }
  return search.Next();
}

/// A forwarder after the other, the other producers and retention, by chance.
class Life {
 public:
  explicit Life(unsigned seed) : chance_(seed), with_mark_(Chance(2) == 0) {}

  void Play() {
    const int deaths = 1 + Chance(6);
    for (int i = 0; i < deaths; ++i) {
      if (Chance(5) == 0) MakeTopicAgain();
      const int64_t next = Next();
      REQUIRE(next == committed_);
      Copy(next);
      if (with_mark_ && Chance(4) == 0) Expire();
    }
    REQUIRE(Next() == committed_);
  }

 private:
  int64_t Next() const { return Search(target_, with_mark_, kTopics[topic_]).value_or(0); }

  // In the source, under the same name.
  void MakeTopicAgain() {
    if (topic_ + 1 == std::size(kTopics)) return;
    ++topic_;
    committed_ = 0;
  }

  enum Fate { kCommitted, kUnanswered, kAborted };

  int Chance(int below) { return static_cast<int>(chance_() % static_cast<unsigned>(below)); }

  // Runs until the forwarder dies: with an answer that did not come, or in a run.
  void Copy(int64_t next) {
    while (true) {
      Disturb();
      const int64_t count = 1 + Chance(40);
      const auto fate = static_cast<Fate>(Chance(6) < 4 ? kCommitted : 1 + Chance(2));
      for (int64_t i = 0; i < count; ++i) {
        if (Chance(8) == 0) Disturb();
        target_.log.push_back({fate != kAborted, Mark{kOwn, 0, next + i, kTopics[topic_]}});
      }
      target_.log.push_back({false, std::nullopt});  // the marker
      if (fate == kAborted) return;
      next += count;
      committed_ = next;
      target_.kept = {next, kTopics[topic_]};
      if (fate == kUnanswered || Chance(5) == 0) return;
    }
  }

  // Others' records: seldom very many.
  void Disturb() {
    const int count = Chance(200) == 0 ? Chance(6'000) : Chance(4);
    for (int i = 0; i < count; ++i) {
      switch (Chance(4)) {
        case 0:
          target_.log.push_back({true, Mark{"other", 0, Chance(100'000)}});
          break;
        case 1:
          target_.log.push_back({true, Mark{kOwn, 1, Chance(100'000)}});
          break;
        case 2:
          target_.log.push_back({Chance(2) == 0, std::nullopt});
          break;
        default:
          target_.log.push_back({true, std::nullopt});
      }
    }
  }

  // Retention takes some of the log, or all of it.
  void Expire() {
    const int64_t size = target_.end() - target_.begin;
    target_.begin += Chance(3) == 0 ? size : Chance(static_cast<int>(size) + 1);
  }

  std::mt19937 chance_;
  const bool with_mark_;
  Target target_;
  size_t topic_ = 0;       // the source's, by kTopics
  int64_t committed_ = 0;  // the source's records below are in the target, each once
};

Target WithRecords(int64_t count) {
  Target target;
  target.log.resize(static_cast<size_t>(count));
  return target;
}

}  // namespace

TEST_CASE("a target that has nothing of the source says so") {
  CHECK(Search({}, true) == std::nullopt);
  CHECK(Search(WithRecords(5'000), true) == std::nullopt);
}

TEST_CASE("the newest record counts, and records of other logs do not") {
  Target target = WithRecords(10);
  target.log[3].mark = Mark{kOwn, 0, 41};
  target.log[7].mark = Mark{kOwn, 0, 42};
  target.log[8].mark = Mark{kOwn, 1, 90};
  target.log[9].mark = Mark{"other", 0, 91};
  CHECK(Search(target, true) == 43);
  target.log[7].shown = false;
  CHECK(Search(target, true) == 42);
}

TEST_CASE("a record far behind others' is found at the log's very start") {
  Target target = WithRecords(50'000);
  target.log[0].mark = Mark{kOwn, 0, 6};
  CHECK(Search(target, true) == 7);
  target.begin = 1;
  CHECK(Search(target, true) == std::nullopt);
}

TEST_CASE("an older record that somebody copied once more does not count") {
  Target target = WithRecords(10);
  target.log[3].mark = Mark{kOwn, 0, 42};
  target.log[9].mark = Mark{kOwn, 0, 5};
  CHECK(Search(target, false) == 43);
}

TEST_CASE("the larger of the two marks counts, and the search with one is bounded") {
  Target target = WithRecords(ResumeSearch::kOffsetsWithMarkMax * 8);
  target.kept = {12, ""};
  CHECK(Search(target, true) == 12);
  target.log.back().mark = Mark{kOwn, 0, 20};
  CHECK(Search(target, true) == 21);
  target.log.back().mark = Mark{kOwn, 0, 3};
  CHECK(Search(target, true) == 12);
  // Too far back to be looked for.
  target.log.back().mark.reset();
  target.log.front().mark = Mark{kOwn, 0, 30};
  CHECK(Search(target, true) == 12);
}

TEST_CASE("a topic that was made again in the source starts anew") {
  Target target = WithRecords(3'000);
  target.log[2'000].mark = Mark{kOwn, 0, 41, "first"};
  target.kept = {42, "first"};
  CHECK(Search(target, true, "first") == 42);
  CHECK(Search(target, true, "second") == std::nullopt);
  CHECK(Search(target, false, "second") == std::nullopt);
  // Marks of a time before there were ids, and a source whose id is not known.
  CHECK(Search(target, true, "") == 42);
  target.log[2'000].mark->topic_id = "";
  target.kept->topic_id = "";
  CHECK(Search(target, true, "second") == 42);
  target.log[2'100].mark = Mark{kOwn, 0, 4, "second"};
  target.kept = {5, "second"};
  target.log[2'000].mark->topic_id = "first";
  CHECK(Search(target, true, "second") == 5);
}

TEST_CASE("a target's topic that was made again is copied to from the start") {
  Target target = WithRecords(3'000);
  target.kept = {42, ""};
  CHECK(Search(target, true) == std::nullopt);
  target.begin = 1;  // what was copied may be among what was deleted
  CHECK(Search(target, true) == 42);
}

TEST_CASE("a forwarder that goes on by the rule copies each record once") {
  for (unsigned seed = 0; seed < kCases; ++seed) {
    INFO("seed " << seed);
    Life(seed).Play();
  }
}

}  // namespace gamevents::forward
