#pragma once

#include "core/report/steps/event_view.h"
#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace gamevents::report {

inline constexpr size_t kViewBytesMax = size_t{1} << 20;

/// An event by `user`, so many seconds after kTestNow.
inline Message By(const std::string& user, const std::string& type, int64_t seconds = 0) {
  Message message{fmt::format(R"({{"event_type":"{}","user":"{}"}})", type, user)};
  message.time = kTestNow + seconds * 1'000;
  return message;
}

/// What the view says of `messages`: all gathered by one, and every other one by a sibling, and all
/// by a sibling backwards. It must be the same.
inline Table ViewOf(const ViewQuestion& question, std::vector<Message> messages) {
  const auto whole = MakeView(question, kViewBytesMax);
  REQUIRE(ScanWith(*whole, messages));
  const auto table = whole->Finish();
  REQUIRE(table);

  const auto one = MakeView(question, kViewBytesMax);
  const auto other = one->Sibling();
  std::vector<Message> odd;
  std::vector<Message> even;
  for (size_t i = 0; i < messages.size(); ++i) (i % 2 == 0 ? even : odd).push_back(messages[i]);
  REQUIRE(ScanWith(*one, odd));
  REQUIRE(ScanWith(*other, even));
  one->Merge(std::move(*other));
  const auto merged = one->Finish();
  REQUIRE(merged);
  CHECK(merged->rows == table->rows);
  return *table;
}

}  // namespace gamevents::report
