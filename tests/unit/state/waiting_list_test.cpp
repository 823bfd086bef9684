// Goal: everybody who waits is taken out once: by the event, at the deadline, or at the end.
// Method: a list that is told what time it is; and a thread that waits for the first deadline.

#include "core/state/waiting_list.h"

#include "tests/unit/catch.h"

#include <string>
#include <thread>

namespace gamevents::state {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr WaitingList::Time kStart(seconds(1'000'000));

/// A list, and the names of those who were told, in order.
struct Line {
  void Add(const std::string& name, seconds after) {
    REQUIRE(list.Add(name, kStart + after, [this, name](const Result<Folded>&) { told += name; }));
  }
  std::string Told(const std::vector<OnEvent>& taken) {
    told.clear();
    for (const OnEvent& on_event : taken) on_event(Error{Fault::kUnavailable, ""});
    return told;
  }
  std::string Late(seconds after) { return Told(list.TakeLate(kStart + after)); }

  WaitingList list;
  std::string told;
};

TEST_CASE("the late ones are taken out at their deadlines, the earliest first") {
  Line line;
  line.Add("c", seconds(30));
  line.Add("a", seconds(10));
  line.Add("b", seconds(20));
  CHECK(line.Late(seconds(9)).empty());
  CHECK(line.Late(seconds(10)) == "a");
  CHECK(line.Late(seconds(10)).empty());
  CHECK_FALSE(line.list.empty());
  CHECK(line.Late(seconds(3'600)) == "bc");
  CHECK(line.list.empty());
}

TEST_CASE("who has been told is late no more") {
  Line line;
  line.Add("a", seconds(10));
  line.Add("b", seconds(10));
  const OnEvent on_event = line.list.Take("a");
  REQUIRE(on_event);
  CHECK_FALSE(line.list.Take("a"));
  CHECK_FALSE(line.list.Take("never"));
  CHECK(line.Late(seconds(10)) == "b");
  line.Add("a", seconds(10));
  CHECK(line.Told(line.list.TakeAll()) == "a");
  CHECK(line.Late(seconds(10)).empty());
}

TEST_CASE("an end of all waits counts for those who are there and who come") {
  Line line;
  line.Add("a", seconds(100));
  line.list.EndBy(kStart + seconds(50));
  line.Add("b", seconds(20));
  line.Add("c", seconds(100));
  CHECK(line.Late(seconds(20)) == "b");
  CHECK(line.Late(seconds(49)).empty());
  CHECK(line.Late(seconds(50)) == "ac");
}

TEST_CASE("two cannot wait for one event, nor more than there is room for") {
  WaitingList list;
  const OnEvent nobody = [](const Result<Folded>&) {};
  REQUIRE(list.Add("0", kStart, nobody));
  CHECK(list.Add("0", kStart, nobody).error().fault == Fault::kExists);
  for (size_t i = 1; i < kWaitersMax; ++i) REQUIRE(list.Add(std::to_string(i), kStart, nobody));
  CHECK(list.Add("more", kStart, nobody).error().fault == Fault::kFull);
  REQUIRE(list.Take("7"));
  CHECK(list.Add("more", kStart, nobody));
}

TEST_CASE("the first deadline wakes the one who looks after them, and so does the end") {
  WaitingList list;
  const auto begin = steady_clock::now();
  std::thread later([&] {
    REQUIRE(list.Add("far", begin + seconds(60), [](const Result<Folded>&) {}));
    REQUIRE(list.Add("near", begin + milliseconds(50), [](const Result<Folded>&) {}));
  });
  CHECK(list.AwaitDue());
  later.join();
  CHECK(steady_clock::now() - begin >= milliseconds(50));
  CHECK(list.TakeLate(steady_clock::now()).size() == 1);
  std::thread end([&] { list.Close(); });
  CHECK_FALSE(list.AwaitDue());
  end.join();
  CHECK(steady_clock::now() - begin < seconds(30));
}

}  // namespace
}  // namespace gamevents::state
