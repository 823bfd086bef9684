// Goal: the operator learns of a refusal at once, gets few notes, and learns how many there were.
// Method: refusals at times that the test says.
#include "core/collector/request/refusal_notes.h"

#include "tests/unit/catch.h"

#include <string>
#include <vector>

namespace gamevents::collector {

TEST_CASE("of each kind one note is due at a time, with the number of the others") {
  std::vector<std::string> noted;
  RefusalNotes notes([&](const std::string& note) { noted.push_back(note); });
  const RefusalNotes::Time begin{std::chrono::hours(1)};
  int texts = 0;
  const auto add = [&](RefusalKind why, std::chrono::milliseconds after) {
    notes.Add(why, begin + after, [&] { return "refused " + std::to_string(++texts); });
  };
  add(RefusalKind::kOrigin, std::chrono::milliseconds(0));
  add(RefusalKind::kOrigin, std::chrono::milliseconds(1));
  add(RefusalKind::kOrigin, std::chrono::milliseconds(9'999));
  add(RefusalKind::kKey, std::chrono::milliseconds(2));
  CHECK(noted == std::vector<std::string>{"refused 1", "refused 2"});
  add(RefusalKind::kOrigin, std::chrono::milliseconds(10'000));
  add(RefusalKind::kOrigin, std::chrono::milliseconds(20'000));
  CHECK(noted.size() == 4);
  CHECK(noted.at(2) == "refused 3; 2 more since the last such note");
  CHECK(noted.at(3) == "refused 4");
  // A text is made for what is noted only.
  CHECK(texts == 4);
}

TEST_CASE("what a caller sent is one line of a bounded length in whole characters") {
  CHECK(Noted("") == "");
  CHECK(Noted("one\ntwo") == "one");
  CHECK(Noted(std::string(kNotedBytesMax, 'a')) == std::string(kNotedBytesMax, 'a'));
  CHECK(Noted(std::string(kNotedBytesMax + 1, 'a')) == std::string(kNotedBytesMax, 'a') + "…");
  const std::string before(kNotedBytesMax - 1, 'a');
  CHECK(Noted(before + "\xC3\xBC!") == before + "…");
  CHECK(Noted(std::string(2 * kNotedBytesMax, '\x80')) == "…");
}

}  // namespace gamevents::collector
