// Goal: a Result is the value or the error, and an error gains context on its way up.
#include "core/base/result.h"

#include "tests/unit/catch.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

namespace gamevents {
namespace {

Result<std::unique_ptr<int>> Half(int number) {
  if (number % 2 != 0) return Error{Fault::kBadInput, std::to_string(number) + " is odd"};
  return std::make_unique<int>(number / 2);
}

}  // namespace

TEST_CASE("a Result holds the value or the error") {
  auto four = Half(8);
  REQUIRE(four.ok());
  CHECK(**four == 4);
  const std::unique_ptr<int> moved = std::move(four).value();
  CHECK(*moved == 4);
  auto odd = Half(7);
  REQUIRE_FALSE(odd);
  CHECK(std::move(odd).error().In("half").In("test").context == "test: half: 7 is odd");
}

TEST_CASE("the operating system's errors keep their text and find their fault") {
  CHECK(SystemError("write x", ENOSPC).fault == Fault::kFull);
  for (const int number : {EDQUOT, EFBIG, EMFILE, ENFILE, ENOMEM}) {
    CHECK(SystemError("open x", number).fault == Fault::kFull);
  }
  CHECK(SystemError("open x", ENOENT).fault == Fault::kNotFound);
  CHECK(SystemError("read x", EIO).context == "read x: Input/output error");
}

TEST_CASE("every fault has a name of its own") {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Fault::kClosed); ++i) {
    names.push_back(FaultName(static_cast<Fault>(i)));
    CHECK(names.back() != "unknown");
  }
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

}  // namespace gamevents
